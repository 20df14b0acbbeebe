"""What an action found: the values of rows before it, and what it made of their parts, read from the row history."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Window
from django.db.models.functions import Lag

from shangwu.foundation.actions import writing
from shangwu.foundation.actions.locking import target_of
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records import gate
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record

Values = dict[str, Any]

_BOOKKEEPING = frozenset({"version", "changed_at", "changed_by_id"})


@dataclass(slots=True)
class Former:
    """One record as an action found it.

    left: the version that the action left. values: the columns it changed, as they were before.
    changed: parts it changed, by key, as they were. added: keys of parts it added. removed: parts it took away, whole.
    """

    left: int
    values: Values = field(default_factory=dict)
    changed: dict[tuple[type[models.Model], Any], Values] = field(default_factory=dict)
    added: set[tuple[type[models.Model], Any]] = field(default_factory=set)
    removed: list[tuple[type[models.Model], Values]] = field(default_factory=list)


def former_of(entry: Entry, model: type[Record]) -> dict[int, Former]:
    """The records of `model` that an entry touched, by primary key, as they were before it."""
    with gate.free_reading():
        found = {}
        for event, before in _events(model, entry):
            if event["pgh_label"] == "update" and before is not None:
                found[event["pgh_obj_id"]] = Former(event["version"], _differing(event, before))
            elif event["pgh_label"] == "insert":
                found[event["pgh_obj_id"]] = Former(event["version"])
        for relation in model.parts:
            _add_parts(target_of(model, relation), entry, found)
        return found


def _add_parts(part: Any, entry: Entry, found: dict[int, Former]) -> None:
    """Put what the entry did to parts beside their records."""
    parent = f"{part.parent}_id"
    columns = [one.attname for one in writing.writable_fields(part)]
    for event, before in _events(part, entry):
        former = found.get(event[parent])
        if former is None:
            continue
        key = (part, event["pgh_obj_id"])
        if event["pgh_label"] == "insert":
            former.added.add(key)
        elif event["pgh_label"] == "delete":
            former.removed.append((part, {name: event[name] for name in columns}))
        elif before is not None:
            former.changed[key] = _differing(event, before)


def _events(model: type[models.Model], entry: Entry) -> list[tuple[Values, Values | None]]:
    """The entry's rows in a table's history, each with the row before it (None for a first one)."""
    if model not in history_models:
        return []
    rows = history_models[model]._default_manager
    events = list(rows.filter(pgh_context_id=entry.context).order_by("pgh_id").values())
    if not events:
        return []
    keys = {event["pgh_obj_id"] for event in events}
    linked = rows.filter(pgh_obj_id__in=keys).annotate(
        previous=Window(Lag("pgh_id"), partition_by="pgh_obj_id", order_by="pgh_id")
    )
    previous = dict(linked.values_list("pgh_id", "previous"))
    wanted = {previous[event["pgh_id"]] for event in events} - {None}
    before = {row["pgh_id"]: row for row in rows.filter(pgh_id__in=wanted).values()}
    return [(event, before.get(previous[event["pgh_id"]])) for event in events]


def _differing(event: Values, before: Values) -> Values:
    """Columns that an event changed, with their values before it; bookkeeping is left out."""
    return {
        name: value
        for name, value in before.items()
        if not name.startswith("pgh_") and name not in _BOOKKEEPING and event[name] != value
    }


def touched_elsewhere(entry: Entry, model: type[Record]) -> Collection[str]:
    """Record types besides `model` and its parts whose rows the entry changed too."""
    own = {model._meta.label_lower} | {target_of(model, relation)._meta.label_lower for relation in model.parts}
    return set(entry.touched) - own
