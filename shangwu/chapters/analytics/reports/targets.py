"""Clause 2.7.2: how far the targets of the report's period were reached, by department and person (2.7.3).

Results come from locked months alone and are kept with the report's figures. Whose they are is said by the sheets of
targets: a reader is told of those sheets that they see, and of closed amounts only where they may see costs. No rule
makes a sentence of them, since sentences are for every reader of the report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from shangwu.chapters.analytics.performance import indicators
from shangwu.chapters.analytics.performance.actions.changes import pieces
from shangwu.chapters.analytics.performance.actions.scores import calendars_of
from shangwu.chapters.analytics.performance.figures import figures as results
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet
from shangwu.chapters.analytics.performance.scoring import aim_of, rounded, unlimited
from shangwu.chapters.analytics.reports.figures import Frame, Frozen, plain
from shangwu.chapters.sales.access import sees_cost
from shangwu.foundation.access.labels import labels
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.measures.registry import Unit, measures
from shangwu.foundation.people.models import Department, Entity, Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

_STANDS = (KpiSheet.State.SIGNED, KpiSheet.State.SCORED, KpiSheet.State.CONFIRMED)
_WHOSE: Mapping[str, tuple[type[Any], str]] = {
    KpiSheet.Level.COMPANY: (Entity, "entity_id"),
    KpiSheet.Level.DEPARTMENT: (Department, "department_id"),
    KpiSheet.Level.PERSON: (Person, "owner_id"),
}
"""By level of a sheet: whose it is. The largest come first."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A target as a reader may see it: whose, of what, how much, what came of it, and the line that explains it."""

    whose: str
    indicator: str
    measure: str
    target: Decimal
    actual: Decimal | None
    percent: Decimal | None
    public_id: str
    position: int


def kept(frame: Frame) -> list[Frozen]:
    """The amounts that sheets of the period set as targets and what was reached, as the report keeps them."""
    with gate.free_reading():
        sheets = list(_sheets(frame))
        lines = {one.pk: [line for line in one.lines.all() if _is_amount(line)] for one in sheets}
        found = results([(one, lines[one.pk]) for one in sheets if not one.is_scored])
        calendars = calendars_of(sheets)
    return [
        _kept(one, line, found.of.get((one.pk, line.position)), calendars.get(one.entity_id or 0))
        for one in sorted(sheets, key=lambda sheet: (list(_WHOSE).index(sheet.level), sheet.pk))
        for line in lines[one.pk]
    ]


def _sheets(frame: Frame) -> Any:
    """The sheets in force for the very period: of the company for its own report, else of the departments in it."""
    rows = KpiSheet.objects.filter(
        entity=frame.entity, cadence=frame.cadence, first=frame.first, state__in=_STANDS, archived_at=None,
        secrecy__lte=frame.secrecy,
    )  # fmt: skip
    if frame.departments:
        rows = rows.filter(department__in=frame.departments).exclude(level=KpiSheet.Level.COMPANY)
    return rows.prefetch_related("lines", "changes")


def _is_amount(line: KpiLine) -> bool:
    """Whether a line is an amount that locked data measure: other indicators have their own pages."""
    if line.way != KpiLine.Way.MEASURE or line.measure not in measures or line.figure("target") is None:
        return False
    return measures[line.measure].unit is Unit.MONEY and line.direction == KpiLine.Direction.UP


def _kept(sheet: KpiSheet, line: KpiLine, locked: Decimal | None, calendar: WorkingCalendar | None) -> Frozen:
    """A line as the report keeps it; of a scored one what was scored."""
    actual, aim = (line.figure("actual"), line.figure("aim")) if sheet.is_scored else (locked, None)
    return {
        "sheet": sheet.pk, "line": line.position, "level": sheet.level, "measure": line.measure,
        "indicator": line.name, "closed": line.is_closed,
        "whose": getattr(sheet, _WHOSE[sheet.level][1]),
        "target": plain(aim if aim is not None else _aim(sheet, line, calendar)),
        "actual": None if actual is None else plain(actual),
    }  # fmt: skip


def _aim(sheet: KpiSheet, line: KpiLine, calendar: WorkingCalendar | None) -> Decimal:
    """The target that counts, a changed one weighted by time."""
    try:
        over_time = pieces(sheet, line, sheet.changes.all(), calendar)
    except ValidationError:
        over_time = pieces(sheet, line, sheet.changes.all(), None)
    return rounded(aim_of(over_time), 6)


def reached(sheet: Frozen, actor: Actor) -> list[Reached]:
    """The targets of a report that its reader may see."""
    rows = sheet.get("targets", ())
    keys = {one["sheet"] for one in rows}
    seen = dict(KpiSheet.objects.visible_to(actor, archived=True).filter(pk__in=keys).values_list("pk", "public_id"))
    shown = [one for one in rows if one["sheet"] in seen and (not one["closed"] or sees_cost(actor))]
    names = _names(shown, actor)
    return [_reached(one, names[one["level"]].get(one["whose"], ""), str(seen[one["sheet"]])) for one in shown]


def _names(rows: Sequence[Frozen], actor: Actor) -> dict[str, Mapping[Any, str]]:
    return {
        level: labels(actor, model, {one["whose"] for one in rows if one["level"] == level})
        for level, (model, _column) in _WHOSE.items()
    }


def _reached(one: Frozen, whose: str, public_id: str) -> Reached:
    target = Decimal(one["target"])
    actual = None if one["actual"] is None else Decimal(one["actual"])
    percent = None if actual is None else unlimited(actual, target, lower_is_better=False)
    return Reached(
        whose, str(one["indicator"] or indicators.label_of(one["measure"])), one["measure"], target, actual,
        None if percent is None else rounded(percent), public_id, one["line"],
    )  # fmt: skip
