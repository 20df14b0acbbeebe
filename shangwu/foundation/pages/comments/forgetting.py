"""Remarks forget a person whose data are erased: those under their own record, and their name under others."""

from collections.abc import Collection
from typing import Any

from django.db import models

from shangwu.foundation.actions.door import act
from shangwu.foundation.audit.erasing import erase
from shangwu.foundation.pages.models import Comment
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record
from shangwu.foundation.text.redaction import without

_ERASED = "a person's data are erased wherever they lie, whoever wrote them"


def blank_comments(record: Record, mask: str) -> None:
    """What was written under a person's own record is about them, and goes as a whole.

    Called, as `redact_comments`, in the transaction of an action whose verb is `erase`, by the room that keeps the
    records.
    """
    for one in _under(type(record), [record.pk]):
        _blank(one, mask)


def redact_comments(model: type[models.Model], keys: Collection[int], pattern: str, mask: str) -> None:
    """Take what names a person (`redaction.pattern_of`) out of the remarks under these records, and out of history."""
    for one in _under(model, keys):
        former: Any = history_models[Comment]._default_manager
        ever = former.filter(pgh_obj_id=one.pk).values_list("text", flat=True)
        if any(without(text, pattern, "") != text for text in ever):
            _blank(one, without(one.text, pattern, mask))


def _under(model: type[models.Model], keys: Collection[int]) -> list[Comment]:
    rows: Any = Comment.objects.unscoped(reason=_ERASED)
    return list(rows.filter(record_type=model._meta.label_lower, record_id__in=list(keys)).order_by("pk"))


def _blank(comment: Comment, text: str) -> None:
    if text != comment.text:
        act(system(Source.EVENT), "pages.comment.blank", comment, {"text": text})
    erase(comment, {"text": text}, [])
