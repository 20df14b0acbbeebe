"""Names of related records, shown only to those who may see them."""

from collections.abc import Iterable

from django.db import models

from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

CONCEALED = "•••"
"""Shown in place of a name that the reader may not see; the same for missing and forbidden."""


def label(actor: Actor, record: models.Model | None) -> str:
    """The name of one related record for `actor`, or the concealed mark."""
    if record is None or record.pk is None:
        return ""
    return labels(actor, type(record), [record.pk])[record.pk]


def labels(actor: Actor, model: type[models.Model], ids: Iterable[int]) -> dict[int, str]:
    """Names by id for many rows of `model`, in one query."""
    wanted = {pk for pk in ids if pk is not None}
    found = dict.fromkeys(wanted, CONCEALED)
    if not wanted:
        return found
    rows = model._default_manager.visible_to(actor, archived=True).filter(pk__in=wanted)  # type: ignore[attr-defined]
    with gate.free_reading():
        found.update({row.pk: str(row) for row in rows})
    return found
