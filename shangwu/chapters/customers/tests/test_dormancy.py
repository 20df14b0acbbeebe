"""Clause 2.5.1: who has not ordered for 180 days is dormant, and lost in the end; a new order wakes them."""

import datetime
from collections.abc import Callable

import pytest

from shangwu.chapters.customers import dormancy
from shangwu.chapters.customers.events.pool import (
    DORMANT,
    LOSS_AHEAD,
    LOSS_FOR_ABSENT,
    LOST,
    MANY_DORMANT,
    MANY_LOSSES_AHEAD,
    TOGETHER,
)
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.conftest import TAIPEI, Time
from shangwu.chapters.customers.tests.factories import Crew, person_of
from shangwu.chapters.customers.tests.test_opportunities import a_reason, an_opportunity
from shangwu.chapters.sales.tests.factories import a_confirmed_order, an_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import replaying
from tests.builders import HOUSE, an_entity

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
    heard = Notice.objects.filter(
        person=by.person_id, message__in=[DORMANT, LOSS_AHEAD, LOST, MANY_DORMANT, MANY_LOSSES_AHEAD]
    )
    return list(heard.order_by("pk").values_list("message", flat=True))


def nights(time: Time, days: int) -> int:
    """So many days later, the nights between having passed: how many customers they touched."""
    touched = 0
    for _night in range(days):
        time.now += datetime.timedelta(days=1)
        touched += dormancy.look_after()
    return touched


def test_who_stays_dormant_is_lost_and_the_owner_is_told_of_it_before(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30, customer_lost=10, customer_lost_warn=4)
    crew = Crew()
    customer = a_confirmed_order(crew).customer
    assert customer is not None
    assert nights(time, 31) == 1
    assert (customer.fresh.state, told(crew.sales)) == ("dormant", [DORMANT])
    assert nights(time, 5) == 0
    assert nights(time, 1) == 1, "four days before"
    assert told(crew.sales) == [DORMANT, LOSS_AHEAD]
    assert nights(time, 3) == 0, "the last day counts"
    assert nights(time, 1) == 1
    after = customer.fresh
    assert (after.state, after.owner_id) == ("lost", crew.sales.person_id)
    assert told(crew.sales) == [DORMANT, LOSS_AHEAD, LOST]
    assert Entry.objects.get(verb="customers.customer.lose").reason, "the log says why"
    assert nights(time, 5) == 0, "told once"
    a_confirmed_order(crew, customer=after)
    assert customer.fresh.state == "won"


def test_who_is_in_talks_or_told_so_by_hand_is_left(time: Time, rule: Callable[..., None]) -> None:
    """An open opportunity keeps a customer; who enters a dormancy themselves is told nothing."""
    rule(customer_dormant=30, customer_lost=10, customer_lost_warn=4)
    crew = Crew()
    talking = a_confirmed_order(crew).customer
    assert talking is not None
    act(crew.sales, "customers.customer.rest", talking.fresh)
    assert told(crew.sales) == []
    deal = an_opportunity(crew.sales, customer=talking)
    assert nights(time, 60) == 0
    act(crew.sales, "customers.opportunity.lose", deal.fresh, {"outcome_reason": a_reason("lost")})
    assert (nights(time, 1), talking.fresh.state) == (1, "dormant"), "talks are over: the owner is warned"
    assert (nights(time, 4), talking.fresh.state) == (1, "lost")


def test_without_a_term_nobody_is_lost(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30, customer_lost=0)
    a_confirmed_order(Crew())
    assert nights(time, 31) == 1
    time.now += datetime.timedelta(days=2000)
    assert dormancy.look_after() == 0


def test_nobody_falls_dormant_and_is_lost_in_one_night(time: Time, rule: Callable[..., None]) -> None:
    """A worker that slept, or a shorter term, leaves the owner the days of the warning."""
    rule(customer_dormant=30, customer_lost=10, customer_lost_warn=4)
    customer = a_confirmed_order(Crew()).customer
    assert customer is not None
    time.now += datetime.timedelta(days=400)
    assert (dormancy.look_after(), customer.fresh.state) == (1, "dormant")
    assert (dormancy.look_after(), customer.fresh.state) == (1, "dormant")
    assert (dormancy.look_after(), nights(time, 3), customer.fresh.state) == (0, 0, "dormant")
    assert (nights(time, 1), customer.fresh.state) == (1, "lost")


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
    rule(customer_dormant=30, customer_lost=30, customer_lost_warn=2)
    assert dormancy.look_after() == line.after, "they are warned of first"
    assert nights(time, 1) == 0
    assert nights(time, 1) == line.after
    assert Customer.objects.filter(state="lost").count() == line.after


def test_who_was_silent_for_years_is_warned_of_before_being_lost(time: Time, rule: Callable[..., None]) -> None:
    """As on the first night after an upgrade: many are dormant for longer than the term, and nobody was warned."""
    rule(customer_dormant=30, customer_lost=0)
    crew = Crew()
    customers = [a_confirmed_order(crew).customer for _n in range(TOGETHER)]
    assert nights(time, 31) == TOGETHER
    time.now += datetime.timedelta(days=900)
    rule(customer_dormant=30, customer_lost=180)
    assert dormancy.look_after() == TOGETHER
    assert told(crew.sales)[-1] == MANY_LOSSES_AHEAD, "in one notice"
    assert {one.fresh.state for one in customers if one} == {"dormant"}
    spared = customers[0]
    assert spared is not None
    a_confirmed_order(crew, customer=spared.fresh)
    assert nights(time, 13) == 0
    assert nights(time, 1) == TOGETHER - 1
    assert spared.fresh.state == "won"


def test_a_warning_of_an_earlier_dormancy_counts_no_more(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30, customer_lost=10, customer_lost_warn=4)
    crew = Crew()
    customer = a_confirmed_order(crew).customer
    assert customer is not None
    nights(time, 37)
    assert customer.fresh.loss_warned_on is not None
    a_confirmed_order(crew, customer=customer.fresh)
    assert (customer.fresh.state, customer.fresh.loss_warned_on) == ("won", None)
    nights(time, 31)
    time.now += datetime.timedelta(days=60)
    assert (dormancy.look_after(), customer.fresh.state) == (1, "dormant")
    assert told(crew.sales)[-1] == LOSS_AHEAD


def test_who_stands_in_hears_of_a_loss_ahead_too(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30, customer_lost=10, customer_lost_warn=4)
    crew = Crew()
    a_confirmed_order(crew)
    nights(time, 36)
    days = {"starts_on": time.now.date(), "ends_on": time.now.date() + datetime.timedelta(days=9)}
    given = {"absent": person_of(crew.sales), "deputy": person_of(crew.colleague)} | days
    act(HOUSE, "people.delegation.create", None, given)
    nights(time, 1)
    (heard,) = Notice.objects.filter(person=crew.colleague.person_id)
    assert (heard.message, heard.params["days"]) == (LOSS_FOR_ABSENT, "4")
    assert told(crew.sales)[-1] == LOSS_AHEAD


def test_talks_that_open_and_end_after_the_warning_are_warned_of_again(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30, customer_lost=10, customer_lost_warn=4)
    crew = Crew()
    talking, dropped, silent = (a_confirmed_order(crew).customer for _n in range(3))
    assert talking
    assert dropped
    assert silent
    nights(time, 37)
    assert told(crew.sales).count(LOSS_AHEAD) == 3
    deal, other = (an_opportunity(crew.sales, customer=one.fresh) for one in (talking, dropped))
    assert (nights(time, 20), silent.fresh.state) == (1, "lost"), "the control: no talks"
    act(crew.sales, "customers.opportunity.lose", deal.fresh, {"outcome_reason": a_reason("lost")})
    act(crew.sales, "customers.opportunity.archive", other.fresh)
    assert (nights(time, 1), told(crew.sales).count(LOSS_AHEAD)) == (2, 5)
    assert (nights(time, 3), talking.fresh.state, dropped.fresh.state) == (0, "dormant", "dormant")
    assert (nights(time, 1), talking.fresh.state, dropped.fresh.state) == (2, "lost", "lost")


def test_an_old_deal_that_is_tidied_away_is_no_talk(time: Time, rule: Callable[..., None]) -> None:
    rule(customer_dormant=30, customer_lost=10, customer_lost_warn=4)
    crew = Crew()
    customer = a_confirmed_order(crew).customer
    assert customer is not None
    deal = an_opportunity(crew.sales, customer=customer)
    act(crew.sales, "customers.opportunity.lose", deal.fresh, {"outcome_reason": a_reason("lost")})
    nights(time, 37)
    act(crew.sales, "customers.opportunity.archive", deal.fresh)
    assert (nights(time, 4), customer.fresh.state) == (1, "lost")
