"""One record by its public id, for one reader. What is not there and what may not be seen answer the same."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.audit.reading import How, read
from shangwu.foundation.pages.models import Follow
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Keys, once
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

_NOT_NEEDED = ("search_text", "search_bigrams")


def record_of(actor: Actor, model: type[Record], public_id: uuid.UUID | str, how: How = How.PAGE) -> Any:
    """The record, archived or not; that a secret one was read is written down. Raises Refusal("missing"), a 404."""
    text = once((record_of, model, actor.rights), lambda: _asked(actor, model))
    return _first(text.rows([str(public_id)]), actor, how)


def followed_record_of(actor: Actor, model: type[Record], public_id: uuid.UUID | str, how: How = How.PAGE) -> Any:
    """The record as `record_of` finds it; its `is_followed` says whether the reader hears of it."""

    def draw() -> QuerySet[Record]:
        follows = Follow.objects.filter(person=actor.person_id, record_type=model._meta.label_lower, muted=False)
        return _asked(actor, model).annotate(is_followed=Exists(follows.filter(record_id=OuterRef("pk"))))

    found = once((followed_record_of, model, actor.rights), draw).annotated([str(public_id)])
    for record, is_followed in found:
        record.is_followed = is_followed
    return _first([record for record, _followed in found], actor, how)


def _asked(actor: Actor, model: type[Record]) -> QuerySet[Record]:
    bulky = [one.name for one in model._meta.concrete_fields if one.name in _NOT_NEEDED]
    return model.objects.visible_to(actor, archived=True).filter(public_id__any=Keys()).defer(*bulky).order_by()


def _first(found: Sequence[Any], actor: Actor, how: How) -> Any:
    if not found:
        raise missing(_("There is nothing here, or it is not yours to see. Go back to the list."))
    read(actor, found[0], how)
    return found[0]
