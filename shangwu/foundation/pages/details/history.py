"""The history tab: every action on a record, who, when, why, and what changed, parts and classed entries included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shangwu.foundation.pages import formats
from shangwu.foundation.pages.details import changes
from shangwu.foundation.pages.details.changes import Change
from shangwu.foundation.pages.details.logged import Logged, logged
from shangwu.foundation.pages.details.part_changes import PartChange, add_names, part_changes
from shangwu.foundation.pages.details.timeline import mark_of, moment_of, who
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate, own
from shangwu.foundation.records.history import history_models

SIZE = 30

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the history. older: where the next one begins, None at the end."""

    entries: list[dict[str, Any]]
    older: int | None


def history(request: Request, pages: RecordPages, record: Any, before: int | None = None) -> Page:
    """The entries of a record as this reader may know them, newest first."""
    found = logged(record, SIZE + 1, before=before)
    shown = found[:SIZE]
    told = {one.entry.pk: _told(pages, request, record, one) for one in shown}
    parts = part_changes(pages.model, record, request.actor, shown)
    names = Names()
    changes.add_names(names, request.actor, ((pages.model, each) for each in told.values()))
    add_names(names, request.actor, parts)
    people = {key for one in shown for key in (one.entry.person_id, one.entry.acting_for_id) if key is not None}
    names.add(request.actor, Person, people)
    entries = [_entry(pages, one, told[one.entry.pk], parts.get(one.entry.context, ()), names) for one in shown]
    return Page(entries, shown[-1].entry.pk if len(found) > SIZE else None)


def _told(pages: RecordPages, request: Request, record: Any, one: Logged) -> list[Change]:
    """The changes that the reader may see; classed values come from the row history, the log has none."""
    found = list(one.changes)
    if one.closed:
        found += _classed(record, one)
    return changes.shown_changes(pages.model, request.actor, found)


def _classed(record: Any, one: Logged) -> list[Change]:
    """Values of classed columns around an entry, out of the record's row history."""
    rows: Any = history_models[type(record)]._default_manager
    with gate.free_reading():
        after = rows.filter(pgh_obj_id=record.pk, pgh_context_id=one.entry.context).order_by("-pgh_id").values().first()
        if after is None:
            return []
        before = (
            rows.filter(pgh_obj_id=record.pk, pgh_id__lt=after["pgh_id"]).order_by("-pgh_id").values().first() or {}
        )
    return [(name, _held(before, name), _held(after, name)) for name in one.closed]


def _held(row: Mapping[str, Any], name: str) -> Any:
    return own.kept(row.get("extra"), name) if own.is_own(name) else row.get(name)


def _entry(
    pages: RecordPages, one: Logged, told: Sequence[Change], parts: Sequence[PartChange], names: Names
) -> dict[str, Any]:
    makes = one.action is not None and one.action.makes
    drawn = [] if makes else [changes.drawn(pages.model, each, names) for each in told]
    for part in parts:
        drawn += part.drawn(names)
    return {
        "mark": mark_of(pages, one),
        "label": one.label if not makes else _("Made"),
        "when": formats.moment(moment_of(one)),
        "who": who(one, names),
        "reason": one.entry.reason,
        "clause": one.entry.clause,
        "changes": drawn,
        "id": one.entry.pk,
    }
