"""2.7.3: an indicator scores by how far its target is reached, at most the cap, at least zero; rounded once."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.chapters.analytics.performance.actions.changes import pieces
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet, TargetChange
from shangwu.chapters.analytics.performance.scoring import Piece, aim_of, points, reached, rounded, shared_out
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.calendars.years import YearEdition

pytestmark = pytest.mark.clause("2.7.3")

D = Decimal
CAP = 120
EXAMPLE = [
    ("1080000", "1200000", "50", "90.00", "45.00"), ("150", "120", "20", "120.00", "24.00"),
    ("8", "10", "15", "80.00", "12.00"), ("4.6", "4.5", "15", "102.22", "15.33"),
]  # fmt: skip
"""Sales, profit, growth, satisfaction: result, target, weight; per cent and points."""


def scored(actual: str, target: str, weight: str, *, lower: bool = False, cap: int = CAP) -> tuple[Decimal, Decimal]:
    percent = reached(D(actual), D(target), lower_is_better=lower, cap=cap)
    return rounded(percent), points(percent, D(weight))


def test_the_worked_example_comes_to_96_33() -> None:
    found = [scored(actual, target, weight) for actual, target, weight, _percent, _points in EXAMPLE]
    assert found == [(D(percent), D(score)) for _a, _t, _w, percent, score in EXAMPLE]
    assert sum(score for _percent, score in found) == D("96.33")


@pytest.mark.parametrize(
    ("actual", "percent"), [("0", "120"), ("4", "120"), ("5", "100"), ("6", "80"), ("10", "0"), ("12", "0")]
)
def test_lower_is_better_counts_two_less_the_share(actual: str, percent: str) -> None:
    assert scored(actual, "5", "100", lower=True)[0] == D(percent)


def test_a_target_of_nothing_is_reached_by_nothing() -> None:
    assert scored("0", "0", "10", lower=True)[0] == 100
    assert scored("1", "0", "10", lower=True)[0] == 0


def test_a_loss_counts_zero_and_not_below() -> None:
    assert scored("-500", "100", "50") == (0, 0)


amounts = st.decimals(min_value=D(-1_000_000), max_value=D(10_000_000), places=2)


@given(amounts, st.decimals(min_value=D("0.01"), max_value=D(10_000_000), places=2), st.integers(0, 100), st.booleans())
def test_points_stay_between_zero_and_the_cap(actual: D, target: D, weight: int, lower: bool) -> None:
    percent = reached(actual, target, lower_is_better=lower, cap=CAP)
    found = points(percent, D(weight))
    assert 0 <= found <= D(weight) * CAP / 100
    assert abs(Fraction(found) - percent * weight / 100) <= Fraction(1, 200), "rounded once, half a hundredth at most"


@given(
    st.decimals(min_value=D(-1_000_000), max_value=D(1_000_000), places=4),
    st.lists(st.integers(1, 1000).map(D), min_size=1, max_size=9), st.sampled_from([0, 2]),
)  # fmt: skip
def test_shared_amounts_come_to_the_whole(total: D, weights: list[D], places: int) -> None:
    parts = shared_out(total, weights, places)
    assert sum(parts) == total
    unit = D(1).scaleb(-places)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 2 * unit


def test_a_hundred_among_three_gives_the_odd_cent_to_the_first() -> None:
    assert shared_out(D("100.00"), [D(1)] * 3, 2) == [D("33.34"), D("33.33"), D("33.33")]


def a_line(*changes: tuple[str, str]) -> tuple[KpiSheet, KpiLine, list[TargetChange]]:
    """October 2026, a target of 1,200,000 that becomes others on later days."""
    sheet = KpiSheet(cadence="month", first=datetime.date(2026, 10, 1), last=datetime.date(2026, 10, 31))
    line = KpiLine(way="manual", name="x", position=1, target=D(1_200_000))
    made = [
        TargetChange(line=1, since=datetime.date.fromisoformat(day), target=D(target), state="in_force")
        for day, target in changes
    ]
    return sheet, line, made


WEEKDAYS = WorkingCalendar.of("plain", "Asia/Taipei", [YearEdition(2026)])


def test_a_changed_target_is_weighted_by_working_days() -> None:
    # October 2026 has 22 weekdays; from the 16th on there are 11 (16, 19-23, 26-30). By hand:
    # (1,200,000 x 11 + 900,000 x 11) / 22 = 1,050,000; a result of 945,000 reaches 90 per cent.
    sheet, line, changes = a_line(("2026-10-16", "900000"))
    found = pieces(sheet, line, changes, WEEKDAYS)
    assert found == [Piece(D(1_200_000), 11), Piece(D(900_000), 11)]
    assert aim_of(found) == 1_050_000
    assert reached(D(945_000), aim_of(found), lower_is_better=False, cap=CAP) == 90


def test_targets_changed_twice_keep_all_three_and_round_once() -> None:
    # 1-8: 6 days, 9-15: 5 days, 16-31: 11 days.
    # (1,200,000 x 6 + 1,000,000 x 5 + 900,000 x 11) / 22 = 22,100,000 / 22 = 1,004,545.4545...
    sheet, line, changes = a_line(("2026-10-16", "900000"), ("2026-10-09", "1000000"))
    found = pieces(sheet, line, changes, WEEKDAYS)
    assert [one.days for one in found] == [6, 5, 11]
    assert aim_of(found) == Fraction(22_100_000, 22)
    assert rounded(aim_of(found)) == D("1004545.45")


def test_what_is_only_asked_for_does_not_count() -> None:
    sheet, line, changes = a_line(("2026-10-16", "900000"))
    changes[0].state = TargetChange.State.ASKED
    assert aim_of(pieces(sheet, line, changes, WEEKDAYS)) == 1_200_000
