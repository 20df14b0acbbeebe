"""The history tab: every action on a record, who, when, why, and what changed, parts and classed entries included."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shangwu.foundation.pages import formats
from shangwu.foundation.pages.details import changes
from shangwu.foundation.pages.details.changes import Change
from shangwu.foundation.pages.details.closed import closed_changes
from shangwu.foundation.pages.details.logged import Logged, logged
from shangwu.foundation.pages.details.part_changes import PartChange, add_names, part_changes
from shangwu.foundation.pages.details.timeline import mark_of, moment_of, who
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Person

SIZE = 30


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the history. older: where the next one begins, None at the end."""

    entries: list[dict[str, Any]]
    older: int | None


def history(request: Request, pages: RecordPages, record: Any, before: int | None = None) -> Page:
    """The entries of a record as this reader may know them, newest first."""
    found = logged(record, SIZE + 1, before=before)
    shown = found[:SIZE]
    closed = closed_changes(record, shown)
    told = {one.entry.pk: _told(pages, request, one, closed.get(one.entry.context, ())) for one in shown}
    parts = part_changes(pages.model, record, request.actor, shown)
    names = Names()
    changes.add_names(names, request.actor, ((pages.model, each) for each in told.values()))
    add_names(names, request.actor, parts)
    people = {key for one in shown for key in (one.entry.person_id, one.entry.acting_for_id) if key is not None}
    names.add(request.actor, Person, people)
    entries = [_entry(pages, one, told[one.entry.pk], parts.get(one.entry.context, ()), names) for one in shown]
    return Page(entries, shown[-1].entry.pk if len(found) > SIZE else None)


def _told(pages: RecordPages, request: Request, one: Logged, closed: Sequence[Change]) -> list[Change]:
    """The changes that the reader may see; classed values come from the row history, the log has none."""
    return changes.shown_changes(pages.model, request.actor, [*one.changes, *closed])


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
