"""Clause 2.5.1: where the regulation gives a term, a customer whose contract has ended and nothing followed goes to the
pool; their owner is warned before."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from shangwu.chapters.customers import pooling
from shangwu.chapters.customers.events.pool import CONTRACT_ENDS, CONTRACT_GONE
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.simulating import replay_contracts
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.test_pool import told
from shangwu.chapters.sales.tests.contracting import House
from shangwu.foundation.actions.door import act
from shangwu.foundation.policy.parameters import parameters

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

Rule = Callable[..., None]
LAST = datetime.date(2026, 4, 4)


@pytest.fixture
def house(time: Time) -> House:
    return House()


def bound(house: House, **values: Any) -> Customer:
    """A customer of sales whose only contract ends on 04-04."""
    return house.in_force(ends_on=LAST, **values).customer.fresh  # type: ignore[no-any-return]


def test_the_owner_is_warned_and_the_customer_goes_after_the_term(house: House, time: Time, rule: Rule) -> None:
    rule(pool_contract=30)
    customer = bound(house)
    for day, warned in (("04-30", 0), ("05-01", 1), ("05-02", 1), ("05-03", 2), ("05-04", 2)):
        time.to(day)
        pooling.look_after()
        assert told(house.sales).count(CONTRACT_ENDS) == warned, day
    assert customer.fresh.owner_id == house.sales.person_id, "the last day counts to its end"
    time.to("05-05", hour=1)
    pooling.look_after()
    after = customer.fresh
    assert (after.owner_id, after.released_by_id, after.state) == (None, house.sales.person_id, Customer.State.WON)
    assert told(house.sales).count(CONTRACT_GONE) == 1
    act(house.colleague, "customers.customer.claim", after)
    time.to("06-04")
    pooling.look_after()
    assert after.fresh.owner_id == house.colleague.person_id, "the new owner has the whole term"
    time.to("06-05")
    pooling.look_after()
    assert after.fresh.owner_id is None


def test_without_a_term_nobody_goes(house: House, time: Time) -> None:
    """The control: the parameter is 0 until somebody sets it."""
    customer = bound(house)
    time.to("12-30")
    pooling.look_after()
    assert customer.fresh.owner_id == house.sales.person_id


def test_a_new_order_or_a_contract_under_way_keeps_the_customer(house: House, time: Time, rule: Rule) -> None:
    rule(pool_contract=30)
    ordered, agreeing = bound(house), bound(house)
    time.to("04-20")
    house.an_order(customer=ordered)
    order = house.an_order(customer=agreeing)
    time.to("05-05")
    house.submitted(order, ends_on=datetime.date(2026, 12, 31))
    time.to("05-10")
    pooling.look_after()
    assert ordered.fresh.owner_id == house.sales.person_id
    time.to("06-20")
    pooling.look_after()
    assert ordered.fresh.owner_id is None, "the order lies longer back than the term"
    assert agreeing.fresh.owner_id == house.sales.person_id


def test_a_proposal_is_told_who_would_go(house: House, time: Time, rule: Rule) -> None:
    rule(pool_contract=0)
    bound(house)
    time.to("04-30")
    lines = list(replay_contracts(parameters["pool.contract"], 0, 30, LAST, LAST))
    assert [(line.params["days"], line.before, line.after) for line in lines] == [("7", 0, 1), ("30", 0, 1)]
