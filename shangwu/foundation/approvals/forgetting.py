"""Requests forget a person whose data are erased: they are called by their subjects, and some of those by people."""

from collections.abc import Collection
from typing import Any

from django.db import models

from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.audit.erasing import erase
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.history import history_models
from shangwu.foundation.text.redaction import without

_ERASED = "a person's data are erased wherever they lie, whoever asked for a decision"


def redact_titles(model: type[models.Model], keys: Collection[int], pattern: str, mask: str) -> None:
    """Take what names a person (`redaction.pattern_of`) out of what requests about these records are called, and out of
    history. What was decided, and why, stays.

    Called in the transaction of an action whose verb is `erase`, by the room that keeps the records.
    """
    subjects: Any = model._default_manager.filter(pk__in=list(keys)).values("public_id")
    rows: Any = Request.objects.unscoped(reason=_ERASED)
    former: Any = history_models[Request]._default_manager
    for one in rows.filter(subject_type=record_name(model), subject_id__in=subjects).order_by("pk"):
        told = former.filter(pgh_obj_id=one.pk).values_list("title", flat=True)
        if any(without(text, pattern, "") != text for text in told):
            title = without(one.title, pattern, mask)[:200]
            act(system(Source.EVENT), "approvals.request.redact", one, {"title": title})
            erase(one, {"title": title}, [])
