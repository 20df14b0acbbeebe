"""What other values of 2.7.3 would have done to the sheets of the last twelve months; scored ones stay as they are."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from shangwu.chapters.analytics.performance.actions.scores import calendars_of, window
from shangwu.chapters.analytics.performance.actions.sheets import by_regulation
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet, Objection
from shangwu.chapters.analytics.performance.scoring import points, reached
from shangwu.foundation.duties.periods import period_of
from shangwu.foundation.money.rounding import round_half_up
from shangwu.foundation.policy.parameters import Parameter, supposing
from shangwu.foundation.regulation.replaying import Line, replays, whole_days
from shangwu.foundation.regulation.tallying import Months, Rows, picks

SCORED = gettext_noop("Sheets scored")
BY_REGULATION = gettext_noop("Sheets scored by the indicators of the regulation alone")
MEAN = gettext_noop("their mean score")
CAPPED = gettext_noop("Indicators counted only up to the limit")
TO_SCORE = gettext_noop("Sheets of persons to score in twelve months")

Scores = Mapping[int, Decimal]


def _scored(since: datetime.date, until: datetime.date) -> list[KpiSheet]:
    rows = KpiSheet.objects.filter(scored_at__range=whole_days(since, until), archived_at__isnull=True)
    return list(rows.exclude(cap=None).order_by("pk"))


def _lines_of(sheets: list[KpiSheet]) -> dict[int, list[KpiLine]]:
    found: dict[int, list[KpiLine]] = defaultdict(list)
    for line in KpiLine.objects.filter(sheet__in=[one.pk for one in sheets]).order_by("sheet", "position"):
        found[line.sheet_id].append(line)
    return found


def _percent(line: KpiLine, cap: int) -> Any:
    """How far a scored line is reached when it counts up to `cap` at most."""
    actual, aim = line.figure("actual"), line.figure("aim")
    assert actual is not None
    assert aim is not None
    return reached(actual, aim, lower_is_better=line.direction == KpiLine.Direction.DOWN, cap=cap)


def _of_scores(what: str, before: Scores, after: Scores, sheets: list[KpiSheet]) -> Iterator[Line]:
    """How many sheets, their mean score, and those whose own score would be another."""
    yield Line(what, len(before), len(after))
    moved = [one for one in sheets if one.pk in before and before[one.pk] != after[one.pk]]
    named = tuple(("analytics.kpisheet", str(one.public_id)) for one in moved[:10])
    if before:
        yield Line(MEAN, _mean(before), _mean(after), named=named, changed=len(moved))


def _mean(scores: Scores) -> Decimal:
    return round_half_up(sum(scores.values(), Decimal()) / len(scores), 2)


@replays(lambda key: key == "kpi.cap")
def replay_cap(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """2.7.3: what the sheets come to when an indicator counts at most so much, and how often that cuts."""
    sheets = _scored(since, until)
    lines = _lines_of(sheets)
    scores, cut = [], []
    for cap in (former, value):
        scores.append({
            one.pk: sum((points(_percent(line, cap), line.weight) for line in lines[one.pk]), Decimal())
            for one in sheets
        })  # fmt: skip
        cut.append(sum(_percent(line, cap) < _percent(line, BEYOND) for found in lines.values() for line in found))
    yield from _of_scores(SCORED, scores[0], scores[1], sheets)
    yield Line(CAPPED, cut[0], cut[1])


BEYOND = 10**6
"""No indicator is reached so far."""


@replays(lambda key: key == "kpi.weights")
def replay_weights(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """2.7.3: what the sheets come to whose indicators, and no others, the regulation names, with either weights."""
    sheets = _scored(since, until)
    lines = _lines_of(sheets)
    scores = []
    for weights in (former, value):
        with supposing(parameter.key, weights):
            scores.append({
                one.pk: found for one in sheets if (found := _by_regulation(one, lines[one.pk])) is not None
            })  # fmt: skip
    yield from _of_scores(BY_REGULATION, scores[0], scores[1], sheets)


def _by_regulation(sheet: KpiSheet, lines: list[KpiLine]) -> Decimal | None:
    """The score with the regulation's weights; None where its indicators are not the sheet's."""
    named = {(one.way, one.measure): one.weight for one in by_regulation(sheet)}
    if sorted((one.way, one.measure) for one in lines) != sorted(named):
        return None
    cap = sheet.cap
    assert cap is not None
    return sum((points(_percent(one, cap), named[one.way, one.measure]) for one in lines), Decimal())


@replays(lambda key: key == "kpi.every")
def replay_cadence(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """2.7.3: how many sheets those who were judged would have had: one for each period in which they had one."""
    rows = KpiSheet.objects.filter(level=KpiSheet.Level.PERSON, first__range=(since, until), archived_at__isnull=True)
    spans = list(rows.exclude(cadence="year").values_list("owner", "first", "last"))
    before, after = (
        len({(owner, key) for owner, first, last in spans for key in _periods(cadence, first, last)})
        for cadence in (former, value)
    )
    yield Line(TO_SCORE, before, after)


def _periods(cadence: str, first: datetime.date, last: datetime.date) -> set[str]:
    """The keys of the periods of a cadence that begin in these days, or hold them."""
    day, found = first, set()
    while day <= last:
        period = period_of(cadence, day)
        found.add(period.key)
        day = period.last + datetime.timedelta(days=1)
    return found


def _objections(months: Months) -> Rows:
    return Objection.objects.filter(raised_at__range=months.moments, sheet__scored_at__isnull=False)


@picks(
    "kpi.objection", gettext_noop("Objections to results"),
    gettext_noop("of these, refused because the term was over"), _objections,
)  # fmt: skip
def too_late(rows: Rows, value: Any) -> Iterator[Objection]:
    """2.7.3: the first objection to a result, where it came more than so many working days after the score."""
    firsts: dict[tuple[int, int], Objection] = {}
    for one in rows.select_related("sheet").order_by("sheet", "position"):
        firsts.setdefault((one.sheet_id, one.line), one)
    calendars = calendars_of([one.sheet for one in firsts.values()])
    for one in firsts.values():
        calendar, scored_at = calendars.get(one.sheet.entity_id or 0), one.sheet.scored_at
        assert scored_at is not None
        scored_on = calendar.day_of(scored_at) if calendar else scored_at.date()
        raised_on = calendar.day_of(one.raised_at) if calendar else one.raised_at.date()
        if raised_on > window(calendar, scored_on, value):
            yield one
