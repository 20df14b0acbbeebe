"""Clause 2.5.1: who has not ordered for 180 days is dormant; a new order wakes them."""

import datetime

import pytest

from shangwu.chapters.customers import dormancy
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.tests.factories import a_confirmed_order, an_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.regulation import replaying

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]


def test_a_customer_without_an_order_for_180_days_is_dormant_and_an_order_wakes_it(time: Time) -> None:
    crew = Crew()
    customer = a_confirmed_order(crew).customer
    assert customer is not None
    time.now += datetime.timedelta(days=180)
    assert dormancy.look_after() == 0
    time.now += datetime.timedelta(days=1)
    assert (dormancy.look_after(), dormancy.look_after()) == (1, 0)
    assert customer.fresh.state == "dormant"
    assert customer.fresh.owner_id == crew.sales.person_id, "dormant is not the pool: it has ordered"
    a_confirmed_order(crew, customer=customer.fresh)
    assert customer.fresh.state == "won"


def test_an_order_that_was_cancelled_is_none(time: Time) -> None:
    crew = Crew()
    customer = a_confirmed_order(crew).customer
    assert customer is not None
    time.now += datetime.timedelta(days=100)
    order = an_order(crew, customer=customer.fresh)
    time.now += datetime.timedelta(days=90)
    assert dormancy.look_after() == 0
    act(crew.sales, "sales.order.cancel", order, reason="客戶取消")
    assert dormancy.look_after() == 1


@pytest.mark.parametrize(("days", "count"), [(20, 0), (21, 1)])
def test_the_days_are_a_rule(time: Time, rule: object, days: int, count: int) -> None:
    rule(customer_dormant=20)  # type: ignore[operator]
    a_confirmed_order(Crew())
    time.now += datetime.timedelta(days=days)
    assert dormancy.look_after() == count


def test_other_days_are_replayed_as_the_clock_would_find_them(time: Time, rule: object) -> None:
    crew = Crew()
    for _n in range(3):
        a_confirmed_order(crew)
        time.now += datetime.timedelta(days=30)
    (line,) = replaying.sheet(parameters["customer.dormant"], 180, 50, crew.executive)
    assert (line.before, line.after) == (0, 2)
    rule(customer_dormant=50)  # type: ignore[operator]
    assert dormancy.look_after() == line.after
    (line,) = replaying.sheet(parameters["customer.dormant"], 50, 180, crew.executive)
    assert (line.before, line.after) == (2, 0), "those that are dormant already count"
