"""Clause 2.6.3: goods are held while their customer is beyond the credit limit, or overdue for too long."""

import datetime
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_customer, blacklist
from shangwu.chapters.sales.models import Order, Shipment
from shangwu.chapters.sales.tests.factories import a_product, a_ready_order, a_shipped_order, an_order, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.records import clock
from shangwu.foundation.records.refusals import Refusal
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]


@pytest.fixture
def time() -> Iterator[Time]:
    """The morning of 25 March 2026 in Taipei, until the test says otherwise."""
    moved = Time()
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)


@pytest.fixture
def crew(time: Time) -> Crew:
    return Crew()


def limit(customer: Customer, amount: str) -> None:
    act(HOUSE, "customers.customer.set_terms", customer.fresh, {"credit_limit": amount})


def shown(refusal: Refusal) -> list[str]:
    """The figures in its sentence."""
    return re.findall(r"\d[\d,.]*\d", refusal.sentence)


def ship(crew: Crew, order: Order) -> str:
    return attempt(crew.logistics, "sales.order.ship", order.fresh)


def beyond_the_limit(crew: Crew) -> Order:
    """An order of 210 that was within its customer's limit, which has been lowered since."""
    customer = a_customer(crew.sales, credit="210")
    order = a_ready_order(crew, customer=customer)
    limit(customer, "209.99")
    return order


def test_beyond_the_limit_nothing_leaves_until_it_is_paid(crew: Crew) -> None:
    order = beyond_the_limit(crew)
    assert ship(crew, order) == "credit_hold"
    payment = {"order": order, "amount": "1", "received_on": today(crew)}
    act(crew.finance, "sales.payment.create", None, payment)
    assert ship(crew, order) == "done", "209 are owed now"


def test_amounts_in_the_refusal_are_written_as_people_write_them(crew: Crew) -> None:
    """Grouped, without six empty decimals; a cent that matters is not rounded away. Programs get the whole figure."""
    with pytest.raises(Refusal) as held:
        act(crew.logistics, "sales.order.ship", beyond_the_limit(crew).fresh)
    assert shown(held.value) == ["210", "209.99"]
    lines = [{"product": a_product(), "quantity": "30670469"}]
    order = an_order(crew, lines, customer=a_customer(crew.sales, credit="500000"))
    with pytest.raises(Refusal) as beyond:
        act(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)})
    assert shown(beyond.value) == ["500,000", f"{order.gross:,.0f}"]
    assert isinstance(beyond.value.details["left"], Decimal)


def test_what_was_packed_before_is_held_too(crew: Crew) -> None:
    order = beyond_the_limit(crew)
    act(crew.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "2"}]})
    send = (crew.logistics, "sales.shipment.send", Shipment.objects.get(order=order))
    assert attempt(*send) == "credit_hold"
    assert order.customer is not None
    limit(order.customer, "210")
    blacklist(crew, order.customer)
    assert attempt(*send) == "blacklisted"


def test_the_executive_lets_one_order_pass_with_a_reason(crew: Crew) -> None:
    order, let = beyond_the_limit(crew), "sales.order.let_ship"
    for by in (crew.sales, crew.head, crew.finance):
        assert attempt(by, let, order, reason="急件") == "forbidden"
    assert attempt(crew.executive, let, order) == "invalid"
    act(crew.executive, let, order, reason="急件")
    assert ship(crew, order) == "done"
    other = a_ready_order(crew, customer=a_customer(crew.sales))
    assert other.excess_allowed is None, "it was let pass alone"


@pytest.mark.parametrize(("day", "answer"), [("07-23", "done"), ("07-24", "credit_hold")])
def test_who_is_overdue_for_too_long_gets_nothing_more(crew: Crew, time: Time, day: str, answer: str) -> None:
    customer = a_customer(crew.sales)
    first, shipment = a_shipped_order(crew, customer=customer)
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    second, others = a_ready_order(crew, customer=customer), a_ready_order(crew)
    assert first.fresh.payment_days in (None, 0)
    time.to(day)
    assert (today(crew) - datetime.date(2026, 3, 25)).days in (120, 121)
    assert ship(crew, second) == answer
    assert ship(crew, others) == "done", "another customer's"


def test_where_credit_does_not_block_nothing_is_held(crew: Crew, rule: Callable[..., None]) -> None:
    """The control: it is the limit that held it."""
    order = beyond_the_limit(crew)
    rule(credit_block=False)
    assert ship(crew, order) == "done"
