"""Clause 2.6.3: goods come back for a reason, never more than went out, and into the stock only if they can be sold."""

from decimal import Decimal

import pytest

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Line, Order, Return
from shangwu.chapters.sales.tests.factories import a_product, a_ready_order, a_shipped_order, attempt, today
from shangwu.foundation.actions.door import act

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

D = Decimal
TAKE = "sales.order.take_goods_back"


@pytest.fixture
def crew() -> Crew:
    return Crew()


def back(*quantities: str, reason: str = "defect") -> dict[str, object]:
    lines = [{"position": place, "quantity": one} for place, one in enumerate(quantities, start=1)]
    return {"lines": lines, "reason": reason}


def returned(order: Order) -> Decimal:
    return Line.objects.get(order=order, position=1).returned


def test_what_is_fit_to_be_sold_is_in_stock_again(crew: Crew) -> None:
    product = a_product(stock=10)
    order, _shipment = a_shipped_order(crew, [{"product": product, "quantity": "4"}])
    act(crew.sales, TAKE, order, back("1"))
    made = Return.objects.get(order=order)
    assert (made.state, made.owner_id, made.amount, made.currency) == ("announced", crew.sales.person_id, D(105), "TWD")
    assert product.fresh.on_hand == D(6), "announced is not back"
    act(crew.logistics, "sales.return.receive", made, {"fit": True})
    assert (product.fresh.on_hand, made.fresh.received_on) == (D(7), today(crew))
    act(crew.sales, TAKE, order.fresh, back("2"))
    broken = Return.objects.filter(order=order).latest("pk")
    act(crew.logistics, "sales.return.receive", broken, {"fit": False})
    assert product.fresh.on_hand == D(7), "what can't be sold is no stock"
    assert returned(order) == D(3)


@pytest.mark.parametrize(("quantity", "code"), [("3", "over_returned"), ("-1", "over_returned"), ("0", "empty")])
def test_no_more_comes_back_than_went_out(crew: Crew, quantity: str, code: str) -> None:
    order = a_ready_order(crew, [{"product": a_product(), "quantity": "4"}])
    act(crew.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "2"}]})
    assert attempt(crew.sales, TAKE, order.fresh, back("1")) == "state", "nothing has left yet"
    act(crew.logistics, "sales.order.ship", order.fresh)
    order = order.fresh
    assert order.shipped_quantity == D(2)
    assert attempt(crew.sales, TAKE, order, back(quantity)) == code
    act(crew.sales, TAKE, order, back("2"))
    assert attempt(crew.sales, TAKE, order.fresh, back("0.0001")) == "over_returned", "announced twice"


def test_what_stays_with_the_customer_can_be_announced_again(crew: Crew) -> None:
    order, _shipment = a_shipped_order(crew)
    act(crew.sales, TAKE, order, back("2"))
    made = Return.objects.get(order=order)
    assert attempt(crew.sales, "sales.return.cancel", made, reason="客戶留用") == "forbidden"
    act(crew.logistics, "sales.return.cancel", made, reason="客戶留用")
    assert returned(order) == D(0)
    assert attempt(crew.logistics, "sales.return.receive", made.fresh, {"fit": True}) == "state"
    assert attempt(crew.sales, TAKE, order.fresh, back("2")) == "done"


def test_an_unknown_line_and_a_strangers_order_are_refused(crew: Crew) -> None:
    order, _shipment = a_shipped_order(crew)
    given = {"lines": [{"position": 9, "quantity": "1"}], "reason": "wrong"}
    assert attempt(crew.sales, TAKE, order, given) == "invalid"
    assert attempt(crew.finance, TAKE, order, back("1")) == "forbidden"
    assert attempt(Crew().sales, TAKE, order, back("1")) == "missing"


def test_the_returns_of_a_whole_line_credit_it_to_the_last_coin(crew: Crew) -> None:
    order, _shipment = a_shipped_order(crew, [{"product": a_product(list_price="33.5"), "quantity": "3"}])
    act(crew.sales, TAKE, order, back("3"))
    assert Return.objects.get(order=order).amount == order.gross
