"""How a sheet stands, through the API (2.7.3): each line with its formula, as its page says it to the caller."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.explaining import currencies_of, explained
from shangwu.chapters.analytics.performance.models import KpiSheet
from shangwu.chapters.analytics.performance.progress import LineNow, progress_of
from shangwu.chapters.analytics.performance.scoring import rounded
from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.audit.reading import How
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import missing


def standing(by: Actor, given: Mapping[str, str], *, public_id: str) -> dict[str, Any]:
    """The result so far, or the score, line by line. Raises Refusal("missing")."""
    if not is_public_id(public_id):
        raise missing()
    sheet: KpiSheet = record_of(by, KpiSheet, public_id, How.API)
    (one,) = progress_of([sheet], clock.today(by.zone))
    currency = currencies_of([one]).get(sheet.entity_id or 0, "")
    return {
        "period": sheet.period, "state": sheet.state, "provisional": one.is_provisional, "as_of": one.as_of,
        "snapshot": sheet.snapshot or None, "passed": one.passed, "score": _text(one.score), "currency": currency,
        "lines": [_line(each, explained(by, one, each, currency)) for each in one.lines],
    }  # fmt: skip


def _line(one: LineNow, said: Mapping[str, Any]) -> dict[str, Any]:
    """A line; amounts that are not the caller's to see are left empty."""
    closed, line = said["is_closed"], one.line
    return {
        "position": line.position, "label": line.label, "measure": line.measure or None, "way": line.way,
        "weight": _text(line.weight), "target": None if closed else _text(one.aim),
        "result": None if closed else _text(one.actual), "reached": _text(one.percent, 2), "points": _text(one.points),
        "formula": said["formula"], "targets_over_time": said["over_time"] or None, "behind": said["behind"],
        "objection_until": line.objectable_until, "objected_on": line.stopped_on,
    }  # fmt: skip


def _text(value: Decimal | Fraction | None, places: int = 6) -> str | None:
    """A number as text; of what has no end so many places."""
    if value is None:
        return None
    return f"{rounded(value, places) if isinstance(value, Fraction) else value:f}"


_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_DECIMAL: Schema = {"type": ["string", "null"], "description": "A decimal number as text."}
_HIDDEN: Schema = {**_DECIMAL, "description": "A decimal number as text; null for whom it is not to be seen."}
_YES: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}

reading(
    Reading(
        "analytics.kpisheet.standing",
        "analytics/kpisheet/{public_id}/standing/",
        standing,
        "analytics.kpisheet:read",
        _("How a sheet of targets stands"),
        "Each indicator against its target and the time passed, its formula filled in: as the figures stand now, or as "
        "it was scored on locked data.",
        {
            "type": "object",
            "properties": {
                "period": _TEXT,
                "state": {"type": "string", "enum": list(KpiSheet.State.values)},
                "provisional": {**_YES, "description": "Whether the figures still move."},
                "as_of": {"type": ["string", "null"], "format": "date-time"},
                "snapshot": _MAYBE,
                "passed": {**_COUNT, "description": "Per cent of the working days that are over."},
                "score": _DECIMAL,
                "currency": _TEXT,
                "lines": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "position": _COUNT, "label": _TEXT, "measure": _MAYBE, "way": _TEXT, "weight": _DECIMAL,
                            "target": _HIDDEN, "result": _HIDDEN,
                            "reached": {**_DECIMAL, "description": "In per cent, as it counts."}, "points": _DECIMAL,
                            "formula": _TEXT, "targets_over_time": _MAYBE, "behind": _YES, "objection_until": _DAY,
                            "objected_on": _DAY,
                        },
                    },
                },
            },
        },
        names={"public_id": "5f3c2a9e-6b1d-4c8f-9a70-2d4e6f8a1b3c"},
    )
)  # fmt: skip
