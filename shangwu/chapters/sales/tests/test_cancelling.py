"""Clause 2.6.1: cancelling costs by the state reached; who bears it is entered, and decided by authority."""

from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, a_ready_order, an_order, attempt
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
