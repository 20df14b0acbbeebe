"""Clause 2.7.3: the results of indicators, read from measures: of locked months for scores, as they stand for progress.

Asked by the house itself, for all sheets at once: one question for each measure and span. Who sees a result is said by
the sheet on which it stands.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.closing.figures import ask_locked
from shangwu.chapters.analytics.performance.indicators import dimension_of, is_mean
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet
from shangwu.foundation.measures.asking import Answer, ask
from shangwu.foundation.measures.registry import Unit, measures
from shangwu.foundation.people.models import Department
from shangwu.foundation.records import actors, gate
from shangwu.foundation.records.refusals import Refusal

_YEAR, _HUNDRED = "year before", Decimal(100)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: a measure over days, of one legal entity if locked, grouped for one level of sheets.

    within: the departments that are asked for together, where the values of each would not come to that of all.
    """

    measure: str
    since: datetime.date
    until: datetime.date
    dimension: str
    entity: int | None
    within: tuple[int, ...] = ()


@dataclass(slots=True)
class Figures:
    """What was read. of: sheet and position -> the result, None where there is none. refused: sheet -> why its months
    can't be read. as_of, snapshot: of the facts."""

    of: dict[tuple[int, int], Decimal | None] = field(default_factory=dict)
    refused: dict[int, Refusal] = field(default_factory=dict)
    as_of: datetime.datetime | None = None
    snapshots: dict[int, str] = field(default_factory=dict)

    def require(self, sheet: KpiSheet) -> None:
        """Raises Refusal("open") for a month that is not yet closed, and what else stood in the way."""
        if sheet.pk in self.refused:
            raise self.refused[sheet.pk]


def figures(sheets: Sequence[tuple[KpiSheet, Sequence[KpiLine]]], *, until: datetime.date | None = None) -> Figures:
    """The results of measured lines. until: up to that day, as the facts stand now; None: of locked months alone."""
    found = Figures()
    answers: dict[Asked, Answer | Refusal] = {}
    with gate.free_reading():
        under = _subtrees() if any(sheet.level == KpiSheet.Level.DEPARTMENT for sheet, _lines in sheets) else {}
        for sheet, lines in sheets:
            for line in lines:
                if line.way != KpiLine.Way.MANUAL:
                    _read(found, answers, sheet, line, until, under)
    return found


def _read(
    found: Figures,
    answers: dict[Asked, Answer | Refusal],
    sheet: KpiSheet,
    line: KpiLine,
    until: datetime.date | None,
    under: Mapping[int, set[int]],
) -> None:
    values = {}
    for name, asked in _questions(sheet, line, until, under).items():
        if asked not in answers:
            answers[asked] = _answer(asked, locked=until is None)
        answer = answers[asked]
        if isinstance(answer, Refusal):
            may_be_missing = answer.code == "facts" and is_mean(line.measure)
            if not may_be_missing and not (name == _YEAR and until is not None):
                found.refused.setdefault(sheet.pk, answer)
            continue
        found.as_of = answer.as_of
        if name != _YEAR and answer.snapshot:
            found.snapshots[sheet.pk] = answer.snapshot
        values[name] = _value(asked, answer, sheet, under)
    found.of[sheet.pk, line.position] = _result(line, values.get(""), values.get(_YEAR))


def _questions(
    sheet: KpiSheet, line: KpiLine, until: datetime.date | None, under: Mapping[int, set[int]]
) -> dict[str, Asked]:
    """What is asked for a line: its period, and for growth the same days of the year before."""
    one = measures.get(line.measure)
    if one is None:
        raise Refusal("missing", _("There is no measure of that name, or it is not yours to see."))
    last = min(sheet.last, until) if until is not None else sheet.last
    entity = sheet.entity_id if until is None else None
    dimension = dimension_of(one, sheet.level)
    together = is_mean(line.measure) and sheet.level == KpiSheet.Level.DEPARTMENT
    within = tuple(sorted(under.get(sheet.department_id or 0, ()))) if together else ()
    found = {"": Asked(line.measure, sheet.first, last, dimension, entity, within)}
    if line.way == KpiLine.Way.GROWTH:
        before = year_before(sheet.first), end_before(sheet, last)
        found[_YEAR] = Asked(line.measure, *before, dimension, entity, within)
    return found


def year_before(day: datetime.date) -> datetime.date:
    """The same day a year earlier; the 28th stands for the 29th of February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def end_before(sheet: KpiSheet, last: datetime.date) -> datetime.date:
    """The last day a year earlier: the end of a month stays the end of a month."""
    day = datetime.timedelta(days=1)
    return year_before(last + day) - day if last == sheet.last else year_before(last)


def _answer(asked: Asked, *, locked: bool) -> Answer | Refusal:
    """An answer by group, or why there is none."""
    house: dict[str, Any] = {"since": asked.since, "until": asked.until}
    house |= {"where": {asked.dimension: asked.within}} if asked.within else {"by": [asked.dimension]}
    try:
        if locked:
            return ask_locked(actors.system(), [asked.measure], **house, entity=asked.entity)
        return ask(actors.system(), [asked.measure], **house)
    except Refusal as refusal:
        return refusal


def _value(asked: Asked, answer: Answer, sheet: KpiSheet, under: Mapping[int, set[int]]) -> Decimal | None:
    """The value of the sheet's person, department with those below it, or legal entity.

    Nothing sold is nothing; a mean of nothing is no number.
    """
    if asked.within:
        (value,) = answer.rows[0]
        return None if value is None else Decimal(str(value))
    match sheet.level:
        case KpiSheet.Level.PERSON:
            wanted = {sheet.owner_id}
        case KpiSheet.Level.DEPARTMENT:
            wanted = set(under.get(sheet.department_id or 0, ()))
        case _company:
            wanted = {sheet.entity_id}
    values = [Decimal(str(row[1])) for row in answer.rows if row[0] in wanted and row[1] is not None]
    if values:
        return sum(values, Decimal())
    return None if is_mean(answer.measures[0].name) else Decimal()


def _result(line: KpiLine, now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """What stands on the line: ratios in per cent, six decimals; growth only over what was above zero (DOMAIN W7)."""
    if now is None:
        return None
    if line.way == KpiLine.Way.GROWTH:
        if before is None or before <= 0:
            return None
        now = (now - before) / before * _HUNDRED
    elif measures[line.measure].unit is Unit.RATIO:
        now *= _HUNDRED
    return now.quantize(Decimal("0.000001"))


def _subtrees() -> dict[int, set[int]]:
    """Each department with all that stand below it."""
    parents = dict(Department.objects.order_by().values_list("pk", "parent_id"))
    found: dict[int, set[int]] = defaultdict(set)
    for key in parents:
        at: int | None = key
        while at is not None and key not in found[at]:
            found[at].add(key)
            at = parents.get(at)
    return found


def chain_of(departments: Iterable[int | None]) -> dict[int, list[int]]:
    """Each department with those above it, itself first."""
    with gate.free_reading():
        parents = dict(Department.objects.order_by().values_list("pk", "parent_id"))
    found: dict[int, list[int]] = {}
    for key in departments:
        at = key
        line: list[int] = []
        while at is not None and at not in line:
            line.append(at)
            at = parents.get(at)
        if key is not None:
            found[key] = line
    return found


def subtree_of(department: int | None) -> list[int]:
    """A department with all that stand below it."""
    with gate.free_reading():
        return sorted(_subtrees().get(department or 0, ()))
