"""Erasing what is kept of a person who asks for it: history and commitments, and wherever else a room kept a copy.

The record's own fields are blanked by an action whose verb is `erase`. It calls `erase` here, in its transaction; each
room that keeps copies beside records registers how it forgets them.
"""

import json
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from shangwu.foundation.audit.commitments import REASON
from shangwu.foundation.audit.models import Entry, EntryRecord
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import classes_of
from shangwu.foundation.text.redaction import without


@dataclass(frozen=True, slots=True)
class Erased:
    """Whose data are erased.

    public_id: None for a part of a record. values: the texts that stood there, longest first. entries: log entries that
    held them.
    """

    model: type[models.Model]
    pk: int
    public_id: uuid.UUID | None
    values: Sequence[str]
    entries: Sequence[int]


Forget = Callable[[Erased], None]
_forgetting: list[Forget] = []

SHORTEST = 2
"""Characters of a text that can be looked for: a single one stands everywhere."""


def forgets(forget: Forget) -> Forget:
    """Register how a room forgets its copies of a person's values. A decorator."""
    _forgetting.append(forget)
    return forget


def erase_reasons(records: Mapping[type[models.Model], Collection[int]], pattern: str, mask: str) -> None:
    """Take what names a person (`redaction.pattern_of`) out of the reasons that were given for actions on records.

    records: their keys by record type. Raises a database error outside the transaction of an `erase` action.
    """
    found: set[int] = set()
    for model, keys in records.items():
        where = {"record_type": model._meta.label_lower, "record_id__in": list(keys)}
        found |= set(Entry.objects.filter(**where).exclude(reason="").values_list("pk", flat=True))
        found |= set(EntryRecord.objects.filter(**where).exclude(entry__reason="").values_list("entry", flat=True))
    told = Entry.objects.filter(pk__in=found, commitments__has_key=REASON).values_list("pk", "reason")
    cleared = {str(pk): without(reason, pattern, mask) for pk, reason in told if without(reason, pattern, "") != reason}
    if cleared:
        with connection.cursor() as cursor:
            cursor.execute("SELECT shangwu_erase_reasons(%s)", [json.dumps(cleared, ensure_ascii=False)])


def erase(record: Any, masks: Mapping[str, Any], values: Sequence[Any]) -> Erased:
    """Blank `masks`' columns in all history of a record, delete the salts of their commitments, and tell the rooms.

    Raises a database error outside the transaction of an action whose verb is `erase`.
    """
    model = type(record)
    unclassed = set(masks) - set(classes_of(model, record.__dict__))
    if unclassed:
        raise ValueError(f"{model._meta.label}: the seal covers {sorted(unclassed)}, which can't be erased")
    text = json.dumps(dict(masks), cls=DjangoJSONEncoder, ensure_ascii=False)
    history = history_models[model]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT shangwu_erase(%s, %s, %s, %s)", [history, "pgh_obj_id", record.pk, text])
        (entries,) = cursor.fetchone()
    told = {str(value).strip() for value in values if value not in (None, "", {})}
    wanted = sorted((one for one in told if len(one) >= SHORTEST), key=len, reverse=True)
    erased = Erased(model, record.pk, getattr(record, "public_id", None), wanted, entries)
    for forget in _forgetting:
        forget(erased)
    return erased
