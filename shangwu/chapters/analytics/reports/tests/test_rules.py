"""2.7.2: what is compared with what, and from where on a rule speaks: pure functions of days and of a sheet."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.analytics.reports import judged, rules, spans, telling
from shangwu.chapters.analytics.reports.citing import is_open
from shangwu.chapters.analytics.reports.telling import unknown_numbers
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, ActorKind, Grant

pytestmark = [pytest.mark.clause("2.7.2")]

Day = datetime.date


def test_january_has_no_rate_and_february_is_compared_together_with_january() -> None:
    january, february = spans.spans("month", Day(2026, 1, 1)), spans.spans("month", Day(2026, 2, 1))
    assert (january.rate_now, january.rate_then) == (None, None)
    assert february.rate_now == Span(Day(2026, 1, 1), Day(2026, 2, 28))
    assert february.rate_then == Span(Day(2025, 1, 1), Day(2025, 2, 28))
    assert february.prior == Span(Day(2026, 1, 1), Day(2026, 1, 31))
    march = spans.spans("month", Day(2026, 3, 1))
    assert (march.rate_now, march.rate_then) == (march.now, march.year)


def test_quarters_and_years_are_whole_months() -> None:
    assert spans.first_of("quarter", Day(2026, 11, 5)) == Day(2026, 10, 1)
    assert spans.spans("quarter", Day(2026, 1, 1)).prior == Span(Day(2025, 10, 1), Day(2025, 12, 31))
    assert spans.spans("year", Day(2026, 1, 1)).year == Span(Day(2025, 1, 1), Day(2025, 12, 31))


def sheet(by: str, now: list[Any], year: list[Any], months: tuple[str, str] = ("2026-10-01", "2026-10-31")) -> Any:
    figure = {
        "key": {"": "sold", "region": "regions", "customer": "customers"}[by], "by": by, "names": ["sales.revenue"],
        "spans": {"now": list(months)}, "rows": {"now": now, "year": year}, "rest": {"now": None, "year": None},
    }  # fmt: skip
    return {"figures": [figure]}


def found(one: Any) -> set[str]:
    return {each.key for each in rules.findings(one)}


@pytest.mark.parametrize(
    ("now", "year", "expected"),
    [
        ("1200000", "1000000", {"sales_up:"}),
        ("900", "1000", {"sales_down:"}),
        ("900.1", "1000", set()),
        ("900", "0", set()),
        ("900", "-10", set()),
    ],
)
def test_a_rule_speaks_from_its_tolerance_on_and_never_of_a_base_of_nothing(
    now: str, year: str, expected: set[str]
) -> None:
    assert found(sheet("", [[now]], [[year]])) == expected


def test_the_rates_are_those_of_the_insiders_example() -> None:
    assert judged.change(Decimal(1_200_000), Decimal(1_000_000)) == Decimal("20.00")
    assert judged.change(Decimal(1_200_000), Decimal(960_000)) == Decimal("25.00")


def test_january_alone_makes_no_finding_year_on_year() -> None:
    assert found(sheet("", [["900"]], [["2000"]], ("2026-01-01", "2026-01-31"))) == set()


def test_a_region_that_has_vanished_is_found_and_a_trifle_is_not() -> None:
    one = sheet("region", [["台北", "980"]], [["台北", "980"], ["高雄", "300"], ["金門", "10"]])
    assert found(one) == {"region_down:高雄"}


def test_of_many_rows_the_three_that_fell_most_are_named() -> None:
    then = [[f"區{place}", str(1000 * place)] for place in range(1, 6)]
    now = [[name, str(int(amount) // 2)] for name, amount in then]
    assert found(sheet("region", now, then)) == {f"region_down:區{place}" for place in (3, 4, 5)}
    assert len(then) > rules.NAMED


def test_concentration_counts_the_five_largest_of_all() -> None:
    rows = [[number, "100"] for number in range(1, 11)]
    assert found(sheet("customer", rows, rows)) == set(), "half is not over half"
    rows[0][1] = "101"
    assert found(sheet("customer", rows, [])) == {"concentration:"}


def test_whether_it_worked_goes_by_the_direction_of_the_rule() -> None:
    late, down = rules.RULE["late"], rules.RULE["region_down"]
    assert rules.outcome_of(late, Decimal(20), Decimal(5)) == "better"
    assert rules.outcome_of(late, Decimal(5), Decimal("5.9")) == "same"
    assert rules.outcome_of(down, Decimal(-20), Decimal(-30)) == "worse"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("銷售 1,234,567.89", []), ("銷售約 123.46 萬", []), ("銷售 1.23 百萬", []), ("銷售 1,234,568", []),
        ("銷售 1,234,000", ["1,234,000"]), ("5 成", ["5"]), ("2026 年 10 月銷售 1,234,568", []),
    ],
)  # fmt: skip
def test_a_number_may_be_rounded_but_not_made_up(text: str, unknown: list[str]) -> None:
    assert unknown_numbers(text, {"values": {"now": "1234567.89"}}, days=["2026-10"]) == unknown


def figures_of(**rows: Any) -> Any:
    """A sheet of figures by key: (what they are grouped by, measures, rows of now)."""
    return {
        "figures": [
            {
                "key": key, "by": by, "names": names, "spans": {"now": ["2026-10-01", "2026-10-31"]},
                "rows": {"now": now}, "rest": {},
            }
            for key, (by, names, now) in rows.items()
        ]
    }  # fmt: skip


RETURNED = ("line_kind", ["sales.revenue"])


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([["sold", "1000"], ["back", "-60"]], {"returns:"}),
        ([["sold", "1000"], ["back", "-50"]], set()),
        ([["sold", "1000"]], set()),
        ([["back", "-50"]], set()),
    ],
)
def test_what_came_back_is_found_beyond_one_in_twenty(now: list[Any], expected: set[str]) -> None:
    assert found(figures_of(returns=(*RETURNED, now))) == expected
    if expected:
        (one,) = rules.findings(figures_of(returns=(*RETURNED, now)))
        assert one.values == {"back": Decimal(60), "sold": Decimal(1000), "share": Decimal("6.00")}


DUE = ["sales.due_open", "sales.due", "sales.collection_rate"]


def test_who_has_not_paid_half_of_what_fell_due_is_named_and_a_trifle_is_not() -> None:
    rows = [
        [1, "60", "100", 0.4],
        [2, "50", "100", 0.5],
        [3, "5", "5", 0.0],
        [4, "0", "800", 1.0],
        [5, None, None, None],
    ]
    one = figures_of(dues=("", DUE, [["115", "1005", 0.88]]), due_customers=("customer", DUE, rows))
    assert found(one) == {"slow_payer:1"}
    (slow,) = rules.findings(one)
    assert slow.values == {
        "open": Decimal(60), "due": Decimal(100), "share": Decimal("60.00"), "paid": Decimal("40.00"),
        "weight": Decimal("9.95"),
    }  # fmt: skip
    late = figures_of(dues=("", DUE, [["201", "1000", 0.799]]))
    assert found(late) == {"unpaid:"}
    assert rules.RULE["unpaid"].rises is False


def test_debts_of_more_than_ninety_days_are_found_beyond_one_in_ten() -> None:
    rows = [["not_due", "60"], ["90", "29.9"], ["180", "4"], ["365", "3"], ["older", "3.1"]]
    one = figures_of(owed=("age", ["sales.receivable"], rows))
    assert found(one) == {"old_debts:"}
    (old,) = rules.findings(one)
    assert old.values == {"old": Decimal("10.1"), "owed": Decimal("100.0"), "share": Decimal("10.10")}
    rows[1][1], rows[4][1] = "30", "3"
    assert found(figures_of(owed=("age", ["sales.receivable"], rows))) == set()


def test_a_channel_that_sold_less_is_found() -> None:
    figure = sheet("region", [["7", "600"]], [["7", "1000"]])
    figure["figures"][0] |= {"key": "channels", "by": "channel"}
    assert found(figure) == {"channel_down:7"}


def satisfaction(now: list[Any], prior: list[Any] | None) -> Any:
    """A sheet of satisfaction: answers, content, mean, recommendation, of now and of the period before."""
    names = ["satisfaction.answers", "satisfaction.content", "satisfaction.mean", "loyalty.recommend"]
    one = figures_of(satisfaction=("", names, [now]))
    one["figures"][0]["rows"] |= {"prior": prior if prior is None else [prior]}
    return one


@pytest.mark.parametrize(
    ("now", "prior", "expected"),
    [
        ([20, 0.75, "4.1", "30"], [20, 0.8, "4.2", "39.9"], {"content_down:"}),
        ([20, 0.751, "4.1", "30"], [20, 0.8, "4.2", "40"], {"recommend_down:"}),
        ([20, 0.9, "4.4", "41"], [20, 0.8, "4.2", "40"], set()),
        ([9, 0.1, "2", "-50"], [20, 0.8, "4.2", "40"], set()),
        ([20, 0.1, "2", "-50"], [9, 0.8, "4.2", "40"], set()),
        ([20, 0.5, "3", None], [20, 0.5, "3", "40"], set()),
        ([20, 0.1, "2", "-50"], None, set()),
    ],
)
def test_customers_who_are_less_content_are_found_and_a_handful_of_answers_says_nothing(
    now: list[Any], prior: list[Any] | None, expected: set[str]
) -> None:
    assert found(satisfaction(now, prior)) == expected


def test_the_drop_in_satisfaction_is_said_with_both_numbers() -> None:
    content, recommended = rules.findings(satisfaction([20, 0.65, "3.9", "-12.5"], [16, 0.75, "4.1", "25"]))
    assert content.values == {
        "answers": 20, "answers_then": 16, "score": Decimal("65.00"), "score_then": Decimal("75.00"),
        "points": Decimal("10.00"),
    }  # fmt: skip
    with translation.override("en"):
        said = telling.SAID["recommend_down"] % telling.numbers_of(recommended.facts, recommended.rule, "TWD")
    assert said == "Recommendation (NPS) is −12.5, 37.5 points lower than in the period before (25)."
    assert rules.outcome_of(rules.RULE["content_down"], Decimal(65), Decimal(80)) == "better"


def test_a_sentence_rests_on_measures_that_its_readers_may_see() -> None:
    for rule in rules.RULES:
        assert rule.code in telling.SAID
        assert rule.kind != "problem" or rule.code in telling.PROPOSED, rule.code
    closed = {rule.code for rule in rules.RULES if not all(is_open(name) for name in rule.measures)}
    assert closed - {"old_debts"} == {"content_down", "recommend_down"}, "finance does not see what customers answer"
    finance, head = (Actor(ActorKind.PERSON, person_id=0, grants=(Grant(role),)) for role in (Role.FINANCE, Role.HEAD))
    assert set(rules.hidden_from(finance)) == closed - {"old_debts"}, "it keeps the accounts"
    assert rules.hidden_from(head) == []
    assert not is_open("sales.profit"), "the control: not everybody sees what was earned"


def test_lost_and_new_customers_are_told_from_their_part_of_sales_on() -> None:
    kinds = ("customer_moved", ["sales.buyers", "sales.bought"])
    for lost, new, expected in (("26", "9", {"customers_lost:lost"}), ("25", "10", {"customers_won:new"})):
        rows = [["new", 3, new], ["kept", 9, "70"], ["back", 0, "0"], ["lost", 4, lost]]
        one = figures_of(moved=(*kinds, rows), sold=("", ["sales.revenue"], [["100"]]))
        one["figures"][1]["rows"] |= {"prior": [["100"]]}
        assert found(one) == expected


def test_what_grew_and_what_was_collected_is_an_achievement() -> None:
    regions = sheet("region", [["台北", "1100"], ["高雄", "1099.9"], ["金門", "20"]],
                    [["台北", "1000"], ["高雄", "1000"], ["金門", "10"]])  # fmt: skip
    assert found(regions) == {"region_up:台北"}, "a trifle that doubled is none"
    assert rules.RULE["region_up"].kind == "achievement"
    for left, expected in (("50", {"collected:"}), ("51", set()), ("201", {"unpaid:"})):
        assert found(figures_of(dues=("", DUE, [[left, "1000", 0]]))) == expected


def test_a_rise_and_a_fall_of_one_row_tell_of_the_same_number_and_other_answers_of_another() -> None:
    fallen, risen = (
        next(iter(rules.findings(sheet("region", [["台北", now]], [["台北", "1000"]])))) for now in ("600", "1200")
    )
    assert (fallen.rule, risen.rule) == ("region_down", "region_up")
    assert fallen.about == risen.about
    content, recommended = rules.findings(satisfaction([20, 0.65, "3.9", "-12.5"], [16, 0.75, "4.1", "25"]))
    assert content.about != recommended.about
