"""Clause 2.5.2: how many needs are answered in time, and how many promises kept, has a name that reports ask by."""

import datetime
from typing import Any

import pytest

from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.chapters.customers.tests.test_promises import a_promise
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.people.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


@pytest.fixture(autouse=True)
def facts(settings: Any, tmp_path: Any) -> None:
    settings.FACTS = tmp_path


def a_need(desk: Desk, **values: Any) -> Any:
    given = {"customer": a_customer(desk.sales), "words": "要更快的交期"} | values
    return act(desk.sales, "customers.ticket.create", None, given).record


def test_of_three_needs_one_is_answered_in_time(desk: Desk, moment: Time) -> None:
    soon, late, _open = a_need(desk), a_need(desk), a_need(desk, kind="feedback")
    act(desk.sales, "customers.ticket.answer", soon, {"text": "下週一交"})
    moment.go("2026-10-09 17:00")
    act(desk.sales, "customers.ticket.answer", late, {"text": "已交"})
    export("customers.needs", everything=True)
    whole = ask(desk.head, ["needs.count", "needs.answer_on_time"])
    assert (int(whole.total(0)), round(float(whole.total(1)), 4)) == (3, round(1 / 3, 4))
    by_kind = ask(desk.head, ["needs.count"], by=["need_kind"])
    assert {row[0]: int(row[1]) for row in by_kind.rows} == {"need": 2, "feedback": 1}


def test_of_four_promises_two_are_kept_in_time_and_one_by_the_first_day(desk: Desk, moment: Time) -> None:
    customer, day = a_customer(desk.sales), datetime.date(2026, 9, 30)
    kept, moved, late, broken, released, _open = (a_promise(desk.sales, customer, due_on=day) for _one in range(6))

    def does(verb: str, one: Any, **given: Any) -> None:
        act(desk.sales, f"customers.promise.{verb}", one.fresh, given)

    does("put_off", moved, until=datetime.date(2026, 10, 10), because="客戶廠休，同意延後")
    does("keep", kept)
    does("release", released, because="客戶說不必了")
    moment.go("2026-10-09 09:00")
    does("keep", moved)
    does("keep", late)
    does("break", broken, because="缺料")
    export("customers.promises", everything=True)
    names = ["promises.count", "promises.kept_on_time", "promises.kept_as_first_said"]
    whole = ask(desk.head, names)
    assert [float(whole.total(place)) for place in range(3)] == [4, 0.5, 0.25]
    with pytest.raises(Refusal):
        ask(desk.one(Role.PLANNING), names)


def test_one_counts_ones_own_customers_and_no_others(desk: Desk) -> None:
    a_need(desk)
    act(desk.colleague, "customers.ticket.create", None, {"customer": a_customer(desk.colleague), "words": "詢價"})
    export("customers.needs", everything=True)
    assert int(ask(desk.head, ["needs.count"]).total(0)) == 2
    assert int(ask(desk.sales, ["needs.count"]).total(0)) == 1
