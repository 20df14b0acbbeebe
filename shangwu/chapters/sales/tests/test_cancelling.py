"""Clause 2.6.1: cancelling costs by the state reached; who bears it is entered, and decided by authority."""

from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import (
    a_confirmed_order,
    a_product,
    a_ready_order,
    an_order,
    attempt,
    decide,
    review_of,
)
from shangwu.foundation.actions.door import act

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

CANCEL = "sales.order.cancel"


@pytest.fixture
def crew() -> Crew:
    return Crew()


def lines(quantity: str = "10") -> list[dict[str, Any]]:
    """Ten pieces at 100: 1,000 net."""
    return [{"product": a_product(stock=10_000), "quantity": quantity}]


def cancelled(crew: Crew, order: Order, by: Any = None, **values: str) -> Order:
    act(by or crew.head, CANCEL, order.fresh, values, reason="客戶取消")
    return order.fresh


def test_the_state_says_what_it_costs(crew: Crew) -> None:
    assert cancelled(crew, an_order(crew, lines()), crew.sales).cancel_cost == 0
    assert cancelled(crew, a_confirmed_order(crew, lines())).cancel_cost == 0
    scheduled = a_confirmed_order(crew, lines())
    act(crew.support, "sales.order.schedule", scheduled)
    assert cancelled(crew, scheduled).cancel_cost == Decimal(100)
    assert cancelled(crew, a_ready_order(crew, lines())).cancel_cost == Decimal(200)


def test_more_may_be_entered_and_less_only_by_the_executive(crew: Crew) -> None:
    assert cancelled(crew, a_ready_order(crew, lines()), cost="350").cancel_cost == Decimal(350)
    order = a_ready_order(crew, lines())
    assert attempt(crew.head, CANCEL, order, {"cost": "199"}, reason="x") == "stage"
    assert cancelled(crew, order, crew.executive, cost="50").cancel_cost == Decimal(50)


def test_what_we_bear_beyond_the_heads_authority_the_executive_decides(crew: Crew) -> None:
    order = a_ready_order(crew, lines("1000"))
    assert attempt(crew.head, CANCEL, order, reason="x") == "authority", "20,000, and the head has 10,000"
    assert attempt(crew.head, CANCEL, order, {"charged": "9999"}, reason="x") == "authority"
    done = cancelled(crew, order, charged="10000")
    assert (done.cancel_cost, done.cancel_charged) == (Decimal(20000), Decimal(10000))
    assert cancelled(crew, a_ready_order(crew, lines("1000")), crew.executive).cancel_charged == 0


def test_nobody_is_charged_more_than_it_costs(crew: Crew) -> None:
    order = a_ready_order(crew, lines())
    assert attempt(crew.head, CANCEL, order, {"charged": "201"}, reason="x") == "invalid"
    assert attempt(crew.head, CANCEL, order, {"charged": "-1"}, reason="x") == "invalid"


ASK = "sales.order.ask_to_cancel"


def put_forward(crew: Crew, **values: str) -> Order:
    """An order that is ready, whose cancelling costs 20,000: more than the head decides about."""
    assert crew.executive.person_id
    order = a_ready_order(crew, lines("1000"))
    act(crew.head, ASK, order, values, reason="客戶停建")
    return order.fresh


def test_the_head_puts_it_forward_and_the_executives_decision_cancels_it(crew: Crew) -> None:
    order = put_forward(crew, charged="5000")
    assert (order.state, order.base_open > 0) == ("ready", True), "it stands until it is decided"
    assert review_of(order).amount == Decimal(15000), "what we would bear ourselves"
    assert attempt(crew.head, ASK, order, reason="x") == "asked"
    assert decide(crew.head, "approve", order) != "done", "nobody decides their own"
    assert decide(crew.executive, "approve", order, "同意") == "done"
    done = order.fresh
    assert (done.state, done.cancel_cost, done.cancel_charged, done.base_open) == (
        "cancelled", Decimal(20000), Decimal(5000), Decimal(0),
    )  # fmt: skip
    assert done.cancelled_by_id == crew.executive.person_id
    assert done.lines.get().product.reserved == 0, "what was reserved is free again"


def test_rejected_it_goes_on_as_if_nobody_had_asked(crew: Crew) -> None:
    order = put_forward(crew)
    assert decide(crew.executive, "reject", order, "先與客戶協商") == "done"
    left = order.fresh
    assert (left.state, left.cancel_cost, left.cancel_charged, left.cancel_asked_at) == ("ready", None, None, None)
    assert attempt(crew.head, ASK, left, reason="x") == "done", "it may be asked anew"


def test_what_the_head_decides_is_not_asked_and_what_has_left_is_not_cancelled(crew: Crew) -> None:
    assert crew.executive.person_id
    order = a_ready_order(crew, lines())
    assert attempt(crew.head, ASK, order, reason="x") == "within"
    assert attempt(crew.sales, ASK, order, reason="x") == "forbidden"
    assert attempt(crew.executive, "sales.order.give_up", order) == "forbidden", "only a decision does this"
    gone = put_forward(crew)
    act(crew.logistics, "sales.order.ship", gone)
    assert decide(crew.executive, "approve", gone) in ("state", "shipping")
    assert gone.fresh.state == "shipped"


def test_the_executive_may_still_cancel_it_directly_and_nothing_is_left_to_decide(crew: Crew) -> None:
    order = put_forward(crew)
    assert cancelled(crew, order, crew.executive).state == "cancelled"
    assert (review_of(order).state, order.fresh.cancel_asked_at) == ("void", None)
