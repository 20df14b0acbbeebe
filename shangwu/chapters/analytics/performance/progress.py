"""Clause 2.7.3: how sheets stand today: results so far against targets and time passed, and what each line adds.

A scored sheet shows what was scored, on locked data. Any other is provisional: it moves with each order.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import ValidationError

from shangwu.chapters.analytics.performance.actions.changes import pieces
from shangwu.chapters.analytics.performance.actions.scores import calendars_of
from shangwu.chapters.analytics.performance.figures import figures
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet, Objection, TargetChange
from shangwu.chapters.analytics.performance.scoring import Piece, aim_of, points, reached
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import gate


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line as it stands. pieces: its targets over time. percent: how far it is reached, as it counts; None while
    nothing is known. adjusted: what upheld objections have added to the measured result."""

    line: KpiLine
    actual: Decimal | None
    pieces: Sequence[Piece]
    percent: Fraction | None
    points: Decimal | None
    adjusted: Decimal = Decimal()

    @property
    def aim(self) -> Fraction:
        """The target that counts."""
        return aim_of(self.pieces)


@dataclass(frozen=True, slots=True)
class SheetNow:
    """A sheet as it stands. passed: per cent of its working days that are over. as_of: of the facts; None if locked."""

    sheet: KpiSheet
    lines: Sequence[LineNow]
    passed: int
    as_of: datetime.datetime | None

    @property
    def is_provisional(self) -> bool:
        """Whether the figures still move."""
        return not self.sheet.is_scored

    @property
    def score(self) -> Decimal:
        """What the lines add up to: the score, or what it would be if the period ended now."""
        if not self.is_provisional:
            return self.sheet.score
        return sum((one.points for one in self.lines if one.points is not None), Decimal())


def progress_of(sheets: Sequence[KpiSheet], today: datetime.date) -> list[SheetNow]:
    """How these sheets stand: a handful of queries, however many there are. Who may see them was asked before."""
    with gate.free_reading():
        lines, changes = defaultdict(list), defaultdict(list)
        keys = [sheet.pk for sheet in sheets]
        for line in KpiLine.objects.filter(sheet__in=keys).order_by("sheet", "position"):
            lines[line.sheet_id].append(line)
        for change in TargetChange.objects.filter(sheet__in=keys).order_by("sheet", "position"):
            changes[change.sheet_id].append(change)
        calendars, adjusted = calendars_of(sheets), _adjusted(sheets)
    live = [(sheet, lines[sheet.pk]) for sheet in sheets if not sheet.is_scored and sheet.first <= today]
    found = figures(live, until=today)
    made = []
    for sheet in sheets:
        calendar = calendars.get(sheet.entity_id or 0)
        rows = []
        for line in lines[sheet.pk]:
            actual = line.figure("actual")
            if not sheet.is_scored and line.way != KpiLine.Way.MANUAL:
                actual = found.of.get((sheet.pk, line.position), actual)
            now = _now(sheet, line, actual, changes[sheet.pk], calendar)
            rows.append(replace(now, adjusted=adjusted[sheet.pk, line.position]))
        as_of = found.as_of if not sheet.is_scored else None
        made.append(SheetNow(sheet, rows, passed(sheet, today, calendar), as_of))
    return made


def _adjusted(sheets: Sequence[KpiSheet]) -> dict[tuple[int, int], Decimal]:
    """Sheet and line -> what upheld objections have added to the measured result."""
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    scored = [sheet.pk for sheet in sheets if sheet.is_scored]
    for one in Objection.objects.filter(sheet__in=scored, answered_at__isnull=False) if scored else ():
        found[one.sheet_id, one.line] += one.amount
    return found


def _now(
    sheet: KpiSheet,
    line: KpiLine,
    actual: Decimal | None,
    changes: Sequence[TargetChange],
    calendar: WorkingCalendar | None,
) -> LineNow:
    if line.figure("target") is None:
        return LineNow(line, actual, [Piece(Decimal(), 1)], None, None)
    try:
        over_time = pieces(sheet, line, changes, calendar)
    except ValidationError:
        over_time = pieces(sheet, line, changes, None)
    if actual is None:
        return LineNow(line, None, over_time, None, None)
    cap = sheet.cap or int(policy("kpi.cap", sheet.first))
    lower = line.direction == KpiLine.Direction.DOWN
    percent = reached(actual, aim_of(over_time), lower_is_better=lower, cap=cap)
    shown = line.score if sheet.is_scored else points(percent, line.weight)
    return LineNow(line, actual, over_time, percent, shown)


def passed(sheet: KpiSheet, today: datetime.date, calendar: WorkingCalendar | None) -> int:
    """Per cent of the period's working days that are over, today among them."""
    if today < sheet.first:
        return 0
    if today >= sheet.last:
        return 100
    try:
        whole, gone = (_days(calendar, sheet.first, end) for end in (sheet.last, today))
    except ValidationError:
        whole, gone = (_days(None, sheet.first, end) for end in (sheet.last, today))
    return 100 * gone // whole if whole else 0


def _days(calendar: WorkingCalendar | None, first: datetime.date, last: datetime.date) -> int:
    return sum(1 for _day in calendar.working_days(first, last)) if calendar else (last - first).days + 1
