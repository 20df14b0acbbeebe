"""How the API's callers name records: by public id, or by number, which leads there."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)


def is_public_id(text: str) -> bool:
    """Whether a text has the form of a public id."""
    return UUID.fullmatch(text) is not None


def keys_of(model: type[models.Model], texts: Iterable[str], by: Actor) -> list[int]:
    """Primary keys of the records that `texts` name, in no order; those that `by` may not see are left out."""
    given = [text.strip() for text in texts]
    public = [text for text in given if is_public_id(text)]
    numbers = [text for text in given if not is_public_id(text)]
    named = Q(public_id__in=public) if public else Q(pk__in=[])
    if numbers:
        named |= Q(number__in=numbers)
    rows: Any = model._default_manager
    return list(rows.visible_to(by, archived=True).filter(named).values_list("pk", flat=True))


def public_id_of(model: type[Record], number: str, by: Actor) -> str:
    """The public id of the record with that number. Raises Refusal("missing"), also for what `by` may not see."""
    rows = model.objects.visible_to(by, archived=True).filter(number=number)
    found = rows.values_list("public_id", flat=True).first()
    if found is None:
        raise missing()
    return str(found)
