"""Who read what is secret: opened, printed, fetched or taken out. Each reading stands in the sealed log (3.4.2).

A reading is no change of its record, so its entries stand under a record type of their own, `read.sales.order`: the
record's history, its undo and its trash never meet them.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import models, transaction

from shangwu.foundation.audit.models import Entry, EntryRecord
from shangwu.foundation.audit.notes import note_of
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record, Secrecy

FROM = Secrecy.SECRET
"""From this level on a reading is written down."""

AGAIN = datetime.timedelta(hours=1)
"""Who opens the same record again within the hour has read it once."""

BEFORE = "read."
"""What stands before the record type of these entries."""


class How(StrEnum):
    """By which way a record was read."""

    PAGE = "page"
    PRINT = "print"
    FILE = "file"
    API = "api"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody has read a record."""

    entry: int
    at: datetime.datetime
    person_id: int
    how: How
    address: str | None


Watcher = Callable[[Actor, Sequence[int], How], None]
"""Is told who is about to be shown which rows, by their keys; may refuse."""

_watchers: dict[type[models.Model], Watcher] = {}


def watch_reading(model: type[Record]) -> Callable[[Watcher], Watcher]:
    """Let a room know when its records are opened, by a page or the API. A decorator. Lists of pages tell nothing."""

    def register(watcher: Watcher) -> Watcher:
        if model in _watchers:
            raise ValueError(f"{model._meta.label} has two watchers")
        _watchers[model] = watcher
        return watcher

    return register


def about_to_show(by: Actor, model: type[models.Model], keys: Sequence[int], how: How) -> None:
    """Tell the room whose records they are. Raises Refusal where it refuses."""
    if by.person_id is not None and (watcher := _watchers.get(model)) is not None:
        watcher(by, keys, how)


def read(by: Actor, record: Record, how: How) -> None:
    """Write down that an actor reads one record, if it is secret. The house itself reads for nobody."""
    about_to_show(by, type(record), [record.pk], how)
    if record.secrecy < FROM or by.person_id is None:
        return
    kind = BEFORE + record._meta.label_lower
    lately = Entry.objects.filter(
        record_type=kind, record_id=record.pk, person=by.person_id, reason=how, at__gt=clock.now() - AGAIN
    )
    if not lately.exists():
        note_of(by, f"{record._meta.label_lower}.read", kind, record.pk, reason=how)


def read_many(by: Actor, model: type[models.Model], keys: Sequence[int], how: How) -> None:
    """Write down that an actor reads several secret records at once: one entry, with a link to each."""
    if not keys or by.person_id is None:
        return
    label = model._meta.label_lower
    kind = BEFORE + label
    with transaction.atomic():  # sealed with its links, or not yet
        entry = note_of(by, f"{label}.read", kind, keys[0] if len(keys) == 1 else None, reason=how, count=len(keys))
        if len(keys) > 1:
            links = (EntryRecord(entry=entry, record_type=kind, record_id=key, version=0) for key in keys)
            EntryRecord.objects.bulk_create(links)


def secret_ones(rows: Iterable[Record]) -> list[int]:
    """The keys of those rows whose reading is written down."""
    return [row.pk for row in rows if row.secrecy >= FROM]


def readings(record: Record, limit: int = 50) -> list[Reading]:
    """Who has read a record, the latest first."""
    kind = BEFORE + record._meta.label_lower
    links = EntryRecord.objects.filter(record_type=kind, record_id=record.pk).order_by("-entry")
    own = Entry.objects.filter(record_type=kind, record_id=record.pk).order_by("-pk")
    keys = [*links.values_list("entry", flat=True)[:limit], *own.values_list("pk", flat=True)[:limit]]
    found = Entry.objects.filter(pk__in=keys).order_by("-pk")[:limit]
    return [
        Reading(one.pk, one.at, one.person_id, How(one.reason), one.address)
        for one in found
        if one.person_id is not None  # only persons read, by themselves or by a token
    ]
