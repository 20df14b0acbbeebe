"""2.7.2: the rules of comparing, of the bridge, of dependence, of lifetimes and forecasts, without a database."""

import csv
import datetime
import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shangwu.chapters.analytics.explorer import changes
from shangwu.chapters.analytics.explorer.bridge import Sold, bridge
from shangwu.chapters.analytics.explorer.changes import change, compared_spans, month_on_month, points, year_on_year
from shangwu.chapters.analytics.explorer.customers import period_before
from shangwu.chapters.analytics.explorer.forecasting import forecast, month_after, seasons
from shangwu.chapters.analytics.explorer.independence import counted, independence, upper_tail
from shangwu.chapters.analytics.explorer.lifetime import LARGEST, TooFew, expected, fit, still_there
from shangwu.chapters.analytics.periods import Span
from tests.support import real_data

pytestmark = [pytest.mark.clause("2.7.2")]


def month(year: int, number: int) -> datetime.date:
    return datetime.date(year, number, 1)


SOLD = {month(2026, 3): Decimal(1_200_000), month(2025, 3): Decimal(1_000_000), month(2026, 2): Decimal(960_000)}


def test_march_stands_to_the_year_and_to_the_month_before_as_the_example_says() -> None:
    assert year_on_year(SOLD, month(2026, 3)).said() == "+20.00%"
    assert month_on_month(SOLD, month(2026, 3)).said() == "+25.00%"


def days(first: str, last: str) -> Span:
    return Span(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


@pytest.mark.parametrize("asked", [days("2028-01-01", "2028-01-31"), days("2028-02-01", "2028-02-29"),
                                   days("2028-01-05", "2028-02-10")])  # fmt: skip
def test_january_and_february_are_judged_as_one_wherever_days_are_compared(asked: Span) -> None:
    both, before = days("2028-01-01", "2028-02-29"), days("2027-01-01", "2027-02-28")
    assert compared_spans(asked, datetime.date(2028, 3, 1)) == (both, before)
    assert compared_spans(asked, datetime.date(2028, 2, 29)) is None, "they are not over"


def test_other_days_are_judged_against_the_same_a_year_before() -> None:
    quarter = days("2028-01-01", "2028-03-31")
    assert compared_spans(quarter, datetime.date(2028, 4, 2)) == (quarter, days("2027-01-01", "2027-03-31"))
    assert compared_spans(Span(None, datetime.date(2028, 4, 2)), datetime.date(2028, 4, 2)) is None


@pytest.mark.parametrize(
    ("now", "base", "said"),
    [
        ("5", "0", "—"), ("5", None, "—"), (None, "5", "—"), ("-5", "0", "—"),
        ("50", "-100", "+150.00"), ("-150", "-100", "\N{MINUS SIGN}50.00"),
        ("0", "100", "\N{MINUS SIGN}100.00%"), ("100", "100", "+0.00%"),
    ],
)  # fmt: skip
def test_without_a_base_there_is_a_dash_and_below_nought_only_the_difference(
    now: str | None, base: str | None, said: str
) -> None:
    found = change(*(None if one is None else Decimal(one) for one in (now, base)))
    assert found.said("USD") == said


def test_shares_differ_in_percentage_points() -> None:
    assert points(Decimal("0.294"), Decimal("0.300")) == "\N{MINUS SIGN}0.60"
    assert points(None, Decimal("0.3")) == "—"


def test_january_and_february_are_judged_as_one() -> None:
    """The festival lay in January 2025 and in February 2026: each month alone would mislead."""
    sold = {
        month(2025, 1): Decimal(60), month(2025, 2): Decimal(140),
        month(2026, 1): Decimal(150), month(2026, 2): Decimal(70),
    }  # fmt: skip
    for number in changes.FESTIVAL:
        found = year_on_year(sold, month(2026, number))
        assert (found.said(), found.together) == ("+10.00%", True)
    del sold[month(2026, 2)]
    assert year_on_year(sold, month(2026, 1)).said() == "—", "January is not judged before February is there"


amounts = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=6)
quantities = st.decimals(min_value=-500, max_value=5_000, places=2)
periods_sold = st.dictionaries(
    st.one_of(st.none(), st.integers(1, 12)), st.builds(Sold, amounts, quantities), max_size=10
)


@settings(max_examples=60, deadline=None)
@given(periods_sold, periods_sold, st.sampled_from([0, 2]))
def test_the_steps_of_the_bridge_come_to_the_change_to_the_cent(before, after, places) -> None:  # type: ignore[no-untyped-def]
    found = bridge(before, after, places)
    assert found.before + sum(value for _name, value in found.steps) == found.after
    assert all(value == round(value, places) for _name, value in found.steps)


def test_the_bridge_tells_price_from_volume_and_mix() -> None:
    """Ten dear ones at 100 and ten cheap ones at 10; then the dear one costs 110, and five cheap ones are dear ones."""
    before = {1: Sold(Decimal(1000), Decimal(10)), 2: Sold(Decimal(100), Decimal(10))}
    after = {1: Sold(Decimal(1650), Decimal(15)), 2: Sold(Decimal(50), Decimal(5)), 3: Sold(Decimal(70), Decimal(7))}
    found = bridge(before, after, 2)
    assert (found.price, found.volume, found.mix) == (Decimal("150.00"), Decimal("0.00"), Decimal("450.00"))
    assert (found.new, found.gone, found.other) == (Decimal("70.00"), Decimal("0.00"), Decimal("0.00"))
    former, now = found.compared
    assert found.volume == (now.quantity - former.quantity) * former.amount / former.quantity
    assert {(one.product, one.step): one.amount for one in found.effects} == {
        (1, "price"): 150, (2, "price"): 0, (3, "new"): 70,
    }  # fmt: skip


def test_contracts_and_churn_of_the_real_set_depend_as_published() -> None:
    with (real_data("telco_churn") / "wa_churn.csv").open(encoding="utf-8") as file:
        found = independence(counted((row["contract"], row["churn"]) for row in csv.DictReader(file)))
    assert found is not None
    assert round(found.statistic, 6) == 1184.596572
    assert (found.freedom, found.sure) == (2, True)
    assert found.p < 1e-200


@pytest.mark.parametrize(("value", "freedom", "tail"), [(3.841459, 1, 0.05), (18.307038, 10, 0.05), (0.5, 3, 0.918891)])
def test_the_tail_of_the_distribution_is_that_of_the_tables(value: float, freedom: int, tail: float) -> None:
    assert math.isclose(upper_tail(value, freedom), tail, abs_tol=1e-6)


def test_a_table_of_one_row_tells_nothing() -> None:
    assert independence([[3, 4]]) is None
    assert independence([[3, 0], [4, 0]]) is None


def test_the_lifetime_model_finds_the_published_parameters() -> None:
    pytest.importorskip("scipy", reason="scipy fits the model")
    with (real_data("cdnow_sample") / "cdnow_customers_summary.csv").open(encoding="utf-8") as file:
        rows = [tuple(float(row[name]) for name in ("frequency", "recency", "T")) for row in csv.DictReader(file)]
    found = fit(*zip(*rows, strict=True))
    assert (round(found.r, 3), round(found.alpha, 3)) == (0.243, 4.414)
    assert (round(found.a, 3), round(found.b, 3)) == (0.793, 2.426)
    # The authors' own example: two further purchases, the last after 30.43 of 38.86 weeks; 39 weeks ahead.
    assert math.isclose(float(expected(found, 39, [2], [30.43], [38.86])[0]), 1.226, abs_tol=0.001)
    there = still_there(found, [0, 5, 5], [0, 38, 5], [38.86, 38.86, 38.86])
    assert there[0] == 1
    assert there[1] > there[2]


def test_customers_who_all_buy_alike_have_a_lifetime_too() -> None:
    """Their likelihood rises without end towards one rate for all; what is expected is as they have bought so far."""
    pytest.importorskip("scipy", reason="scipy fits the model")
    age = [20.0 + at % 80 for at in range(534)]
    x = [float(int(one // 10)) for one in age]
    found = fit(x, [10 * one for one in x], age)
    assert max(found.r, found.a, found.b) <= LARGEST
    ahead = expected(found, 52, x, [10 * one for one in x], age)
    assert 4 < float(ahead.mean()) < 6, "every ten weeks"
    assert float(still_there(found, x, [10 * one for one in x], age).min()) > 0.9


def test_customers_of_whom_none_bought_again_are_too_few() -> None:
    with pytest.raises(TooFew):
        fit([0.0] * 40, [0.0] * 40, [30.0] * 40)
    with pytest.raises(TooFew):
        fit([2.0] * 29, [8.0] * 29, [30.0] * 29)


def test_a_seasonal_series_is_forecast_better_than_by_repeating_it() -> None:
    pytest.importorskip("statsmodels", reason="statsmodels forecasts")
    first = month(2022, 1)
    sold = {
        month_after(first, at): Decimal(1000 + 12 * at + round(200 * math.sin(at * math.pi / 6)) + at * 37 % 11)
        for at in range(42)
    }
    found = forecast(sold, max(sold))
    assert [one.month for one in found.months] == [month_after(max(sold), at) for at in range(1, 7)]
    assert all(one.low < one.value < one.high for one in found.months)
    assert found.error is not None
    assert found.naive_error is not None
    assert found.error < found.naive_error
    shape = seasons(sold, max(sold))
    assert shape is not None
    assert math.isclose(sum(shape) / 12, 1, abs_tol=1e-9)
    assert max(shape) == shape[3]


def test_few_months_are_no_ground_for_a_forecast_or_for_seasons() -> None:
    few = {month(2026, number): Decimal(1) for number in range(1, 8)}
    with pytest.raises(ValueError, match="few"):
        forecast(few, month(2026, 7))
    assert seasons(few, month(2026, 7)) is None


def test_before_whole_months_lie_whole_months() -> None:
    assert period_before(Span(month(2026, 2), datetime.date(2026, 3, 31))) == Span(
        month(2025, 12), datetime.date(2026, 1, 31)
    )
    days = Span(datetime.date(2026, 3, 5), datetime.date(2026, 3, 9))
    assert period_before(days) == Span(datetime.date(2026, 2, 28), datetime.date(2026, 3, 4))
