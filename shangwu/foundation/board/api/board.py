"""The board through the API: how many duties were kept, week by week, today or as of a day."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.api.readings import ON, ON_SCHEMA, Reading, day_of, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.board import counting
from shangwu.foundation.board.counting import BREAKDOWNS, Tally
from shangwu.foundation.board.naming import row_names
from shangwu.foundation.pages.as_of import moment_of
from shangwu.foundation.people.models import Department, Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

BY = "by"


def board(by: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """Twenty-six weeks up to the day's, by chapter, clause, person or department. Raises Refusal("invalid")."""
    on = day_of(given, by, past=True)
    breakdown = given.get(BY, "chapter")
    if breakdown not in BREAKDOWNS:
        said = _("Choose one of: chapter, clause, person, department.")
        raise Refusal("invalid", said, fields={BY: [said]})
    as_of = moment_of(on, by)
    found = counting.heat(by, counting.span_until(on or clock.today(by.zone), as_of), breakdown)
    names = row_names(by, breakdown, found)
    ids = _public_ids(by, breakdown, [key for key, *_rest in names])
    return {
        "on": on,
        "as_of": as_of,
        "by": breakdown,
        "whole": _told(found.whole),
        "rows": [
            {
                "code": number or None,
                "public_id": ids.get(key),
                "name": name,
                **_told(found.row(key)),
                "weeks": [{"week": week, **_told(one)} for week, one in sorted(found.cells.get(key, {}).items())],
            }
            for key, name, number, _url in names
        ],
    }


def _told(one: Tally) -> dict[str, Any]:
    return {"kept": one.kept, "late": one.late, "open": one.open, "rate": one.rate and round(one.rate, 1)}


def _public_ids(by: Actor, breakdown: str, keys: Iterable[Any]) -> dict[Any, Any]:
    """The public ids of people or departments that the reader may see."""
    model = {"person": Person, "department": Department}.get(breakdown)
    if model is None:
        return {}
    rows = model._default_manager.visible_to(by, archived=True).filter(pk__in=list(keys))
    return dict(rows.values_list("pk", "public_id"))


COUNT: Schema = {"type": "integer", "minimum": 0}
TALLY: dict[str, Schema] = {
    "kept": {**COUNT, "description": "Done in time."},
    "late": {**COUNT, "description": "Done late, or overdue."},
    "open": {**COUNT, "description": "Not due yet."},
    "rate": {"type": ["number", "null"], "description": "Per cent kept; null where nothing was due yet."},
}
WEEK: Schema = {"type": "object", "properties": {"week": {"type": "string", "format": "date"}, **TALLY}}
ROW: Schema = {
    "type": "object",
    "properties": {
        "code": {"type": ["string", "null"], "description": "Of a chapter or clause."},
        "public_id": {"type": ["string", "null"], "format": "uuid", "description": "Of a person or department."},
        "name": {"type": "string"},
        **TALLY,
        "weeks": {"type": "array", "items": WEEK, "description": "Weeks by their Mondays, those with any duty."},
    },
}

reading(
    Reading(
        "board",
        "board/",
        board,
        "board:read",
        _("Board"),
        "How many duties were kept in the 26 weeks up to the day, of those that the caller may see.",
        {
            "type": "object",
            "properties": {
                "on": {"type": ["string", "null"], "format": "date"},
                "as_of": {"type": "string", "format": "date-time"},
                "by": {"type": "string", "enum": list(BREAKDOWNS)},
                "whole": {"type": "object", "properties": TALLY},
                "rows": {"type": "array", "items": ROW},
            },
        },
        asks={ON: ON_SCHEMA, BY: {"type": "string", "enum": list(BREAKDOWNS), "default": "chapter"}},
    )
)
