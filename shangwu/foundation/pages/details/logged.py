"""The log of one record: its own entries and those of sets and of others' actions that touched it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_datetime

from shangwu.foundation.actions.registry import Action, actions
from shangwu.foundation.audit.commitments import REASON
from shangwu.foundation.audit.models import Entry, EntryRecord
from shangwu.foundation.pages.details.changes import Change, of_entry
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence


@dataclass(slots=True)
class Logged:
    """One action as it touched one record. closed: columns whose values the log itself does not hold.

    at: when it happened to this record, where a set of records shares the entry and each has a time of its own.
    """

    entry: Entry
    changes: list[Change] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    by_the_way: bool = False
    at: datetime.datetime | None = None

    @property
    def action(self) -> Action | None:
        """The verb; None when this release no longer has it."""
        return actions.get(self.entry.verb)

    @property
    def label(self) -> Sentence:
        """The verb in words, the creation by what was made."""
        found = self.action
        return found.label if found is not None else self.entry.verb


def logged(record: Record, limit: int, *, before: int | None = None) -> Sequence[Logged]:
    """The latest entries that touched a record, newest first. before: older than this entry."""
    kind, pk = record._meta.label_lower, record.pk
    own = Entry.objects.filter(record_type=kind, record_id=pk)
    links = EntryRecord.objects.filter(record_type=kind, record_id=pk).select_related("entry")
    if before is not None:
        own, links = own.filter(pk__lt=before), links.filter(entry__lt=before)
    found: dict[int, Logged] = {}
    for entry in own.order_by("-pk")[:limit]:
        found[entry.pk] = Logged(entry, of_entry(entry.changes), _closed(entry.commitments))
    for link in links.order_by("-entry")[:limit]:
        others: Any = link.entry
        by_the_way = others.record_type != kind
        at = None if by_the_way else _own_time(record, others, link)
        # What another's action has made says of its beginning only that it began: the record itself stands beside.
        changes = [] if by_the_way and link.version == 1 else of_entry(link.changes)
        found.setdefault(others.pk, Logged(others, changes, _closed(link.commitments), by_the_way, at))
    return [found[key] for key in sorted(found, reverse=True)[:limit]]


def _closed(commitments: Mapping[str, Any]) -> list[str]:
    return [name for name in commitments if name != REASON]


def _own_time(record: Any, entry: Entry, link: EntryRecord) -> datetime.datetime | None:
    """The record's own time in a set: the entry names that of its first record only."""
    found = actions.get(entry.verb)
    if found is None:
        return None
    if found.makes:
        return record.created_at  # type: ignore[no-any-return]
    change = link.changes.get(f"{found.target}_at")
    after = change[1] if isinstance(change, list) and len(change) == 2 else None
    return parse_datetime(after) if isinstance(after, str) else None
