"""Adjustments of a locked month through the API (2.7.1): locked, today, difference, and the rows that differ."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.closing import adjusting
from shangwu.chapters.analytics.closing.adjusting import Change, Moved
from shangwu.chapters.analytics.closing.models import MonthClose
from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.audit.reading import How
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, missing

MEASURE, BY = "measure", "by"


def adjustments(by: Actor, given: Mapping[str, str], *, public_id: str) -> dict[str, Any]:
    """A measure of a locked month, locked and today. Raises Refusal `missing`, `open`, `invalid`, `snapshot`."""
    if not is_public_id(public_id):
        raise missing()
    close: MonthClose = record_of(by, MonthClose, public_id, How.API)
    if close.state != MonthClose.State.LOCKED:
        raise Refusal("open", _("This month is not locked yet: there is nothing to compare."))
    name = given.get(MEASURE, "sales.revenue")
    lines = adjusting.sheet(by, close, name, [given[BY]] if given.get(BY) else [])
    return {
        "month": f"{close.month:%Y-%m}", "locked_at": close.locked_at, "snapshot": close.snapshot, "measure": name,
        "lines": [
            {"label": one.label, "locked": _plain(one.locked), "today": _plain(one.today),
             "difference": _plain(one.difference)}
            for one in lines
        ],
        "changes": [_change(one) for one in adjusting.changes(by, close, name)],
    }  # fmt: skip


def _change(one: Change) -> dict[str, Any]:
    return {
        "public_id": one.public_id, "label": one.label,
        "what": "new" if one.is_new else "gone" if one.is_gone else "changed", "at": one.at, "who": one.who or None,
        "action": one.verb or None, "reason": one.why or None, "moved": [_moved(each) for each in one.moved],
    }  # fmt: skip


def _moved(one: Moved) -> dict[str, Any]:
    name = one.measure.name if one.measure is not None else None
    return {"measure": name, "label": one.label, "locked": _plain(one.locked), "today": _plain(one.today)}


def _plain(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_VALUE: Schema = {"type": ["string", "number", "null"], "description": "A decimal number as text, a count, or a day."}
_SIDES: dict[str, Schema] = {"label": _TEXT, "locked": _VALUE, "today": _VALUE}


def _rows(**properties: Schema) -> Schema:
    return {"type": "array", "items": {"type": "object", "properties": properties}}


reading(
    Reading(
        "analytics.monthclose.adjustments",
        "analytics/monthclose/{public_id}/adjustments/",
        adjustments,
        "analytics.monthclose:read",
        _("Adjustments of a locked month"),
        "A measure of a locked month: as it was locked, as it would be today, the difference; and the rows that "
        "differ, with who changed them last, by which action, and why.",
        {
            "type": "object",
            "properties": {
                "month": _TEXT,
                "locked_at": {"type": "string", "format": "date-time"},
                "snapshot": _TEXT,
                "measure": _TEXT,
                "lines": _rows(**_SIDES, difference=_VALUE),
                "changes": _rows(
                    public_id={**_MAYBE, "format": "uuid"}, label=_TEXT,
                    what={"type": "string", "enum": ["new", "gone", "changed"]},
                    at={"type": ["string", "null"], "format": "date-time"}, who=_MAYBE, action=_MAYBE, reason=_MAYBE,
                    moved=_rows(measure=_MAYBE, **_SIDES),
                ),
            },
        },
        asks={
            MEASURE: {**_TEXT, "default": "sales.revenue", "description": "One of `analytics/measures/`."},
            BY: {**_TEXT, "description": "Grouped by one of its groupings."},
        },
        names={"public_id": "5f3c2a9e-6b1d-4c8f-9a70-2d4e6f8a1b3c"},
    )
)  # fmt: skip
