"""Clause 2.5.1: grades follow from what was bought, are explained and kept; by hand only with a reason and an end."""

import datetime
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation

from shangwu.chapters.customers import grading
from shangwu.chapters.customers.events import files as events
from shangwu.chapters.customers.models import Customer, Score, Valuation
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.customers.tests.test_pages import read
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.policy import parameters
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Source
from shangwu.foundation.regulation import replaying
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

UNTIL = datetime.date(2026, 11, 20)


@pytest.fixture
def crew() -> Crew:
    return Crew()


@pytest.fixture(autouse=True)
def own_facts(settings: LazySettings, tmp_path: Path) -> None:
    settings.FACTS = tmp_path / "facts"


def bought(by: Any, customer: Customer, net: object, days_ago: int = 0, orders: int = 1) -> None:
    """Orders of another ledger, which keep their days and amounts."""
    share = Decimal(str(net)) / orders
    for _n in range(orders):
        given = {
            "customer": customer, "currency": "TWD", "ordered_on": UNTIL - datetime.timedelta(days=days_ago),
            "lines": [{"description": "貨", "quantity": 1, "net": str(share)}],
        }  # fmt: skip
        act(by.by_way_of(Source.IMPORT), "sales.order.import", None, given)


def valued(until: datetime.date = UNTIL) -> Valuation:
    """A valuation from first to last, as the nightly work does it."""
    valuation: Valuation = act(HOUSE, "customers.valuation.create", None, {"until": until}).record
    events.value(valuation)
    return valuation.fresh  # type: ignore[no-any-return]


def scores(valuation: Valuation) -> dict[int, Score]:
    return {one.customer_id: one for one in Score.objects.filter(valuation=valuation)}


def graded(table: Sequence[tuple[int, int, str]], a: int = 70, b: int = 90) -> list[dict[str, Any]]:
    """Scores of (days since, orders, net), computed in the engine without a database."""
    import ibis
    import pyarrow as arrow

    rows = arrow.table(
        {
            "by_customer": list(range(1, len(table) + 1)),
            "sales_last_order": [UNTIL - datetime.timedelta(days=days) for days, _n, _net in table],
            "sales_orders": [count for _days, count, _net in table],
            "sales_revenue": arrow.array([Decimal(net) for _d, _n, net in table], arrow.decimal128(38, 6)),
        }
    )
    found = grading.scored(ibis.memtable(rows), a, b).to_pyarrow().to_pylist()
    return sorted(found, key=lambda one: one["customer_id"])


def test_who_crosses_the_line_keeps_the_upper_grade() -> None:
    """Shares 60, 15, 10, 8, 7: the second crosses 70 and is A, the fourth crosses 90 and is B."""
    found = graded([(1, 1, net) for net in ("60", "15", "10", "8", "7")])
    assert [one["grade"] for one in found] == ["A", "A", "B", "B", "C"]


def test_who_stands_exactly_on_the_line_is_the_last_of_the_upper_grade() -> None:
    found = graded([(1, 1, net) for net in ("70", "20", "10")])
    assert [one["grade"] for one in found] == ["A", "B", "C"]
    assert [one["before"] for one in found] == [0, 0.7, 0.9]


def test_who_sent_back_as_much_as_they_bought_is_of_grade_c_and_takes_no_share() -> None:
    found = graded([(1, 1, "100"), (1, 1, "0"), (1, 1, "-30")])
    assert [one["grade"] for one in found] == ["A", "C", "C"]


def test_fifths_of_equal_size_and_equal_figures_have_equal_scores() -> None:
    ten = graded([(10 - n, n, str(n)) for n in range(1, 11)])
    assert [one["recency"] for one in ten] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], "few days since are good"
    assert [one["money"] for one in ten] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    tied = graded([(1, 1, "5")] * 4 + [(1, 9, "5")])
    assert [one["frequency"] for one in tied] == [1, 1, 1, 1, 5], "four alike are the worst four, none of them better"
    assert {one["money"] for one in tied} == {1}


def test_eight_segments_by_each_score_at_or_above_its_mean() -> None:
    """All eight combinations of good and bad, so that each mean is 2 and each segment comes once."""
    figures = [(days, orders, net) for days in (1, 300) for orders in (9, 1) for net in ("900", "10")]
    found = graded(figures)
    assert [one["segment"] for one in found] == ["HHH", "HHL", "HLH", "HLL", "LHH", "LHL", "LLH", "LLL"]
    assert {one["segment"] for one in found} == set(Customer.Segment.values)


def test_a_valuation_keeps_what_it_rested_on_and_each_customer_takes_the_grade(crew: Crew) -> None:
    large, middle, small, asleep, never = (a_customer(crew.sales) for _n in range(5))
    bought(crew.support, large, 750, orders=3)
    bought(crew.support, middle, 160, days_ago=40)
    bought(crew.support, small, 90, days_ago=364)
    bought(crew.support, asleep, 999, days_ago=365)
    valuation = valued()
    assert [one.fresh.grade for one in (large, middle, small, asleep, never)] == ["A", "B", "C", "C", ""]
    assert [one.fresh.segment for one in (large, asleep)] == ["HHH", ""]
    assert (valuation.customers, valuation.total, valuation.window) == (3, 1000, 365)
    assert (valuation.since, valuation.share_a, valuation.share_b) == (datetime.date(2025, 11, 21), 70, 90)
    found = scores(valuation)[middle.pk]
    assert (found.place, found.before, found.orders, found.grade) == (2, Decimal("0.75"), 1, "B")
    assert valuation.bounds["frequency"]["spans"] == {"1": [1, 1], "4": [3, 3]}
    assert valuation.facts_at is not None


def test_the_page_explains_the_grade_by_the_last_valuation(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    bought(crew.support, customer, 100, days_ago=60)
    valued(UNTIL - datetime.timedelta(days=30))
    page = read(crew.sales, "customers.customer.detail", "?tab=grade", public_id=customer.public_id)
    assert "– 2026-10-21" in page
    valued()
    page = read(crew.sales, "customers.customer.detail", "?tab=grade", public_id=customer.public_id)
    assert "– 2026-11-20" in page
    assert "– 2026-10-21" not in page


def test_the_same_input_gives_the_same_digest_and_a_done_one_is_not_done_again(crew: Crew) -> None:
    bought(crew.support, a_customer(crew.sales), 100)
    first, second = valued(), valued()
    assert first.digest == second.digest
    count = Score.objects.count()
    grading.value_all(first)
    assert Score.objects.count() == count
    bought(crew.support, a_customer(crew.sales), 5)
    assert valued().digest != first.digest


def test_a_grade_by_hand_stands_until_its_last_day_then_the_computed_one_counts(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    bought(crew.support, customer, 100)
    valued()
    today = clock.now().date()
    given = {"grade": "C", "until": str(today + datetime.timedelta(days=10)), "why": "併購中，暫停往來"}
    assert attempt(crew.sales, "customers.customer.set_grade", customer.fresh, given) == "forbidden"
    assert attempt(crew.head, "customers.customer.set_grade", customer.fresh, given | {"why": ""}) == "invalid"
    assert (
        attempt(crew.head, "customers.customer.set_grade", customer.fresh, given | {"until": "2020-01-01"}) == "period"
    )
    assert attempt(crew.head, "customers.customer.set_grade", customer.fresh, given) == "done"
    valued()
    assert (customer.fresh.grade, customer.fresh.computed_grade) == ("C", "A"), "a later valuation does not overrule it"
    later = clock.now() + datetime.timedelta(days=11)
    former = clock.replace_source(lambda: later)
    try:
        assert events.grades_are_due()
        events.keep_grades()
    finally:
        clock.replace_source(former)
    assert (customer.fresh.grade, customer.fresh.grade_until, customer.fresh.grade_reason) == ("A", None, "")


def test_a_grade_set_by_hand_counts_until_its_last_day_is_over_at_the_customers_place(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = a_customer(crew.sales)
    bought(crew.support, customer, 100)
    last = clock.today(crew.head.zone) + datetime.timedelta(days=3)
    given = {"grade": "A", "until": last, "why": "策略客戶"}
    act(crew.head, "customers.customer.set_grade", customer, given)
    valued()
    midnight = datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), crew.head.zone)
    for minutes, kept in ((-30, last), (30, None)):
        monkeypatch.setattr(clock, "now", lambda now=midnight + datetime.timedelta(minutes=minutes): now)
        events.keep_grades()
        assert customer.fresh.grade_until == kept


def test_once_a_month_all_customers_are_valued_by_the_clock(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    bought(crew.support, customer, 100, days_ago=30)
    assert events.grades_are_due()
    events.keep_grades()
    assert customer.fresh.computed_grade == "A"
    assert not events.grades_are_due()
    events.keep_grades()
    assert Valuation.objects.count() == 1


def test_an_estimate_may_be_entered_until_there_are_figures(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    assert attempt(crew.sales, "customers.customer.edit", customer, {"grade": "B"}) == "done"
    bought(crew.support, customer, 100)
    valued()
    given = {"grade": "C", "note": "x"}
    assert attempt(crew.sales, "customers.customer.edit", customer.fresh, given) == "graded"
    assert attempt(crew.sales, "customers.customer.edit", customer.fresh, given | {"grade": "A"}) == "done", "as it is"


def test_only_who_leads_asks_for_a_valuation_and_not_of_a_day_to_come(crew: Crew) -> None:
    assert attempt(crew.head, "customers.valuation.create", None, {"until": str(clock.now().date())}) == "done"
    assert attempt(crew.sales, "customers.valuation.create", None, {"until": str(clock.now().date())}) == "forbidden"
    tomorrow = clock.now().date() + datetime.timedelta(days=2)
    assert attempt(crew.head, "customers.valuation.create", None, {"until": str(tomorrow)}) == "future"


# Replay before you rule.


@pytest.mark.parametrize(("key", "value"), [("abc.a", 50), ("abc.b", 95), ("rfm.window", 5)])
def test_other_lines_are_replayed_as_if_all_were_valued_anew(
    crew: Crew, monkeypatch: pytest.MonkeyPatch, key: str, value: int
) -> None:
    for place, net in enumerate((500, 200, 120, 80, 50, 30, 15, 5, 0)):
        bought(crew.support, a_customer(crew.sales), net, days_ago=place)
    last = valued()
    former = parameters.parameters[key].default
    sheet = replaying.sheet(parameters.parameters[key], former, value, crew.executive)
    found = {line.params["grade"]: (line.before, line.after) for line in sheet}
    read = parameters._reader
    monkeypatch.setattr(parameters, "_reader", lambda one, on: value if one.key == key else read(one, on))
    again = valued()
    counts = [Counter(one.grade for one in scores(each).values()) for each in (last, again)]
    assert found == {grade: (counts[0][grade], counts[1][grade]) for grade in "ABC"}
    assert any(before != after for before, after in found.values())


def test_before_the_first_valuation_there_is_nothing_to_replay(crew: Crew) -> None:
    assert replaying.sheet(parameters.parameters["abc.a"], 70, 50, crew.executive) == []
    assert replaying.sheet(parameters.parameters["rfm.window"], 365, 90, crew.executive) == []
    with translation.override("en"):
        for key in ("abc.a", "abc.b", "rfm.window"):
            assert "have not been valued" in str(replaying.why_nothing(parameters.parameters[key]))
    bought(crew.support, a_customer(crew.sales), 500)
    valued()
    assert not replaying.why_nothing(parameters.parameters["abc.a"])
