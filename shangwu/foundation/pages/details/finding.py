"""One record by its public id, for one reader. What is not there and what may not be seen answer the same."""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.audit.reading import How, read
from shangwu.foundation.pages.models import Follow
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

_NOT_NEEDED = ("search_text", "search_bigrams")


def record_of(actor: Actor, model: type[Record], public_id: uuid.UUID | str, how: How = How.PAGE) -> Any:
    """The record, archived or not; that a secret one was read is written down. Raises Refusal("missing"), a 404."""
    return _first(_asked(actor, model, public_id), actor, how)


def followed_record_of(actor: Actor, model: type[Record], public_id: uuid.UUID | str, how: How = How.PAGE) -> Any:
    """The record as `record_of` finds it; its `is_followed` says whether the reader hears of it."""
    follows = Follow.objects.filter(person=actor.person_id, record_type=model._meta.label_lower, muted=False)
    followed = Exists(follows.filter(record_id=OuterRef("pk")))
    return _first(_asked(actor, model, public_id).annotate(is_followed=followed), actor, how)


def _asked(actor: Actor, model: type[Record], public_id: uuid.UUID | str) -> QuerySet[Record]:
    bulky = [one.name for one in model._meta.concrete_fields if one.name in _NOT_NEEDED]
    return model.objects.visible_to(actor, archived=True).filter(public_id=public_id).defer(*bulky)


def _first(rows: QuerySet[Record], actor: Actor, how: How) -> Any:
    found = rows.first()
    if found is None:
        raise missing(_("There is nothing here, or it is not yours to see. Go back to the list."))
    read(actor, found, how)
    return found
