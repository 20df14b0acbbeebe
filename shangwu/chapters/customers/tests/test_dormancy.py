"""Clause 2.5.1: who has not ordered for 180 days is dormant, and lost in the end; a new order wakes them."""

import datetime
from collections.abc import Callable

import pytest

from shangwu.chapters.customers import dormancy
from shangwu.chapters.customers.events.pool import DORMANT, LOST, MANY_DORMANT, TOGETHER
from shangwu.chapters.customers.tests.conftest import TAIPEI, Time
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.customers.tests.test_opportunities import a_reason, an_opportunity
from shangwu.chapters.sales.tests.factories import a_confirmed_order, an_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import replaying
from tests.builders import an_entity

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


@pytest.mark.parametrize(("zone", "dormant"), [("Asia/Taipei", True), ("America/Los_Angeles", False)])
def test_the_days_are_those_of_the_legal_entity(time: Time, zone: str, dormant: bool) -> None:
    """Half past midnight in Taipei, on the 181st day after the order: in Los Angeles it is still the 180th."""
    crew = Crew()
    crew.entity = an_entity(zone=zone, currency="TWD")
    if not dormant:
        time.now += datetime.timedelta(hours=14)  # when that day has begun there too
    customer = a_confirmed_order(crew).customer
    assert customer is not None
    time.now = datetime.datetime(2026, 9, 21, 23, 30, tzinfo=TAIPEI)
    assert dormancy.look_after() == 0
    time.now += datetime.timedelta(hours=1)
    dormancy.look_after()
    assert (customer.fresh.state == "dormant") is dormant


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
def test_the_days_are_a_rule(time: Time, rule: Callable[..., None], days: int, count: int) -> None:
    rule(customer_dormant=20)
    a_confirmed_order(Crew())
    time.now += datetime.timedelta(days=days)
    assert dormancy.look_after() == count


def test_other_days_are_replayed_as_the_clock_would_find_them(time: Time, rule: Callable[..., None]) -> None:
    crew = Crew()
    for _n in range(3):
        a_confirmed_order(crew)
        time.now += datetime.timedelta(days=30)
    (line,) = replaying.sheet(parameters["customer.dormant"], 180, 50, crew.executive)
    assert (line.before, line.after) == (0, 2)
    rule(customer_dormant=50)
    assert dormancy.look_after() == line.after
    (line,) = replaying.sheet(parameters["customer.dormant"], 50, 180, crew.executive)
    assert (line.before, line.after) == (2, 0), "those that are dormant already count"


def told(by: Actor) -> list[str]:
    """What somebody was told of dormancy and loss, newest last."""
    heard = Notice.objects.filter(person=by.person_id, message__in=[DORMANT, LOST, MANY_DORMANT])
    return list(heard.order_by("pk").values_list("message", flat=True))


def nights(time: Time, days: int) -> int:
    """So many days later, the nights between having passed: how many customers they touched."""
    touched = 0
    for _night in range(days):
        time.now += datetime.timedelta(days=1)
        touched += dormancy.look_after()
    return touched


def test_who_stays_dormant_is_lost_and_the_owner_is_told_both_times(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30, customer_lost=10)
    crew = Crew()
    customer = a_confirmed_order(crew).customer
    assert customer is not None
    assert nights(time, 31) == 1
    assert (customer.fresh.state, told(crew.sales)) == ("dormant", [DORMANT])
    assert nights(time, 9) == 0, "the last day counts"
    assert nights(time, 1) == 1
    after = customer.fresh
    assert (after.state, after.owner_id) == ("lost", crew.sales.person_id)
    assert told(crew.sales) == [DORMANT, LOST]
    assert Entry.objects.get(verb="customers.customer.lose").reason, "the log says why"
    assert nights(time, 5) == 0, "told once"
    a_confirmed_order(crew, customer=after)
    assert customer.fresh.state == "won"


def test_who_is_in_talks_or_told_so_by_hand_is_left(time: Time, rule: Callable[..., None]) -> None:
    """An open opportunity keeps a customer; who enters a dormancy themselves is told nothing."""
    rule(customer_dormant=30, customer_lost=10)
    crew = Crew()
    talking = a_confirmed_order(crew).customer
    assert talking is not None
    act(crew.sales, "customers.customer.rest", talking.fresh)
    assert told(crew.sales) == []
    deal = an_opportunity(crew.sales, customer=talking)
    assert nights(time, 60) == 0
    act(crew.sales, "customers.opportunity.lose", deal.fresh, {"outcome_reason": a_reason("lost")})
    assert nights(time, 1) == 1
    assert talking.fresh.state == "lost"


def test_without_a_term_nobody_is_lost(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30, customer_lost=0)
    a_confirmed_order(Crew())
    assert nights(time, 31) == 1
    time.now += datetime.timedelta(days=2000)
    assert dormancy.look_after() == 0


def test_nobody_falls_dormant_and_is_lost_in_one_night(time: Time, rule: Callable[..., None]) -> None:
    """A worker that slept, or a shorter term, leaves the owner a day at least."""
    rule(customer_dormant=30, customer_lost=10)
    customer = a_confirmed_order(Crew()).customer
    assert customer is not None
    time.now += datetime.timedelta(days=400)
    assert (dormancy.look_after(), customer.fresh.state) == (1, "dormant")
    assert (dormancy.look_after(), customer.fresh.state) == (1, "lost")


def test_many_at_once_are_told_of_together(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30, customer_lost=10)
    crew = Crew()
    for _n in range(TOGETHER):
        a_confirmed_order(crew)
    assert nights(time, 31) == TOGETHER
    assert told(crew.sales) == [MANY_DORMANT]


def test_another_term_of_loss_is_replayed_as_the_clock_would_find_it(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30)
    crew = Crew()
    for _n in range(3):
        a_confirmed_order(crew)
        time.now += datetime.timedelta(days=20)
    time.now += datetime.timedelta(days=30)
    assert dormancy.look_after() == 3
    (line,) = replaying.sheet(parameters["customer.lost"], 0, 30, crew.executive)
    assert (line.before, line.after) == (0, 2)
    rule(customer_dormant=30, customer_lost=30)
    assert dormancy.look_after() == line.after
