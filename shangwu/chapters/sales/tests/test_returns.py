"""Clause 2.6.3: goods come back for a reason, never more than went out, and into the stock only if they can be sold."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Line, Order, ProductionRequest, Refund, Return, Shipment
from shangwu.chapters.sales.pages.next_steps import waiting
from shangwu.chapters.sales.tests.contracting import DAY, House
from shangwu.chapters.sales.tests.factories import (
    a_confirmed_order,
    a_product,
    a_ready_order,
    a_shipped_order,
    attempt,
    today,
)
from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.files import storage
from shangwu.foundation.pages import formats
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

D = Decimal
TAKE = "sales.order.take_goods_back"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


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


def test_what_is_announced_waits_for_the_warehouse_on_my_day(crew: Crew) -> None:
    order, _shipment = a_shipped_order(crew)
    act(crew.sales, TAKE, order, back("1"))
    made = Return.objects.get(order=order)

    def listed() -> list[str]:
        groups = (waiting(crew.logistics, None) or {"groups": []})["groups"]
        return [row["name"] for group in groups for row in group["rows"]]

    assert str(made.number) in listed()
    act(crew.logistics, "sales.return.receive", made, {"fit": True})
    assert str(made.number) not in listed()


def test_what_waits_says_how_much_by_when_and_what_is_to_be_done(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order that has been ready since May does not look like today's (DESIGN 4)."""
    order = a_ready_order(crew)

    def row() -> dict[str, Any]:
        groups = (waiting(crew.logistics, None) or {"groups": []})["groups"]
        return next(row for group in groups for row in group["rows"] if row["name"] == order.number)

    assert order.promised_on is not None
    assert row()["amount"] == f"NT$\u00a0{order.gross:,.0f}"
    assert not row()["late"]
    assert row()["action"]["label"] == actions["sales.order.ship"].label
    assert row()["action"]["url"] == row()["url"]
    monkeypatch.setattr(formats, "today", lambda: order.promised_on + datetime.timedelta(days=21))
    with override("en"):
        assert (row()["late"], row()["when"]) == (True, "overdue 21 days")


def test_in_parts_it_credits_no_coin_more_than_at_once(crew: Crew) -> None:
    lines = [{"product": a_product(list_price="77.77"), "quantity": "7"}]
    order, _shipment = a_shipped_order(crew, lines)
    for part in ("3", "1", "3"):
        act(crew.sales, TAKE, order.fresh, back(part))
    amounts = [one.amount for one in Return.objects.filter(order=order).order_by("pk")]
    assert sum(amounts) == order.gross == D(571), "each part by itself would come to 245, 82 and 245"


def test_what_is_replaced_is_open_again_and_nothing_is_credited(crew: Crew) -> None:
    product = a_product(stock=10)
    order, shipment = a_shipped_order(crew, [{"product": product, "quantity": "4"}])
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    given = {"invoice_number": "AB12345678", "invoiced_on": today(crew)}
    act(crew.finance, "sales.order.invoice", order.fresh, given)
    act(crew.sales, TAKE, order.fresh, back("1"))
    made = Return.objects.get(order=order)
    act(crew.logistics, "sales.return.receive", made, {"fit": False, "replace": True})
    order = order.fresh
    # Ordered 4, shipped 4, back 1: one is open.
    assert (order.state, order.shipped_quantity, order.delivered_quantity) == ("part_shipped", D(3), D(3))
    assert (product.fresh.on_hand, product.fresh.reserved, made.fresh.replaced) == (D(6), D(1), True)
    assert not order.credit_notes.exists()
    assert order.base_open == D(420), "it is owed as before"
    act(crew.logistics, "sales.order.ship", order)
    again = Shipment.objects.filter(order=order).latest("pk")
    assert [(one.quantity, one.line.position) for one in again.lines.select_related("line")] == [(D(1), 1)]
    assert attempt(crew.finance, "sales.order.invoice", order.fresh, given) == "invoiced", "one invoice is enough"
    act(crew.logistics, "sales.shipment.deliver", again, {"delivered_on": today(crew)})
    assert (order.fresh.state, order.fresh.invoice_number) == ("invoiced", "AB12345678")
    act(crew.finance, "sales.payment.create", None, {"order": order, "amount": "420", "received_on": today(crew)})
    assert order.fresh.state == "paid"


def test_what_is_fit_to_be_sold_may_be_what_replaces_it_and_a_lack_is_said(crew: Crew) -> None:
    product = a_product(stock=2)
    order, _shipment = a_shipped_order(crew, [{"product": product, "quantity": "2"}])
    act(crew.sales, TAKE, order, back("1", reason="wrong"))
    made = Return.objects.get(order=order)
    assert attempt(crew.logistics, "sales.return.receive", made, {"fit": False, "replace": True}) == "stock"
    assert (made.fresh.state, order.fresh.state) == ("announced", "shipped")
    line = order.lines.get()
    assert (line.shipped, line.returned, line.reserved) == (D(2), D(1), D(0)), "refused is not half done"
    assert attempt(crew.logistics, "sales.return.receive", made.fresh, {"fit": True, "replace": True}) == "done"
    assert (product.fresh.on_hand, product.fresh.reserved, order.fresh.state) == (D(1), D(1), "part_shipped")
    assert returned(order) == D(0), "it may come back once more"


def made_and_shipped(crew: Crew, quantity: str = "2") -> Order:
    """An order of goods made to order, all of which have left."""
    order = a_confirmed_order(crew, [{"product": a_product(made=True), "quantity": quantity}])
    act(crew.planning, "sales.order.schedule", order)
    make_all(crew, order)
    act(crew.logistics, "sales.order.make_ready", order.fresh)
    act(crew.logistics, "sales.order.ship", order.fresh)
    return order.fresh


def make_all(crew: Crew, order: Order) -> None:
    """What production is asked for is made and released."""
    request = ProductionRequest.objects.get(order=order, state="requested")
    act(crew.planning, "sales.productionrequest.finish", request)
    act(crew.one(Role.QUALITY), "sales.productionrequest.release", request.fresh)


def take_back(crew: Crew, order: Order, quantity: str, **given: Any) -> str:
    """So much comes back and is replaced; "done", or the code of the refusal."""
    act(crew.sales, TAKE, order.fresh, back(quantity))
    made = Return.objects.get(order=order, state="announced")
    return attempt(crew.logistics, "sales.return.receive", made, {"fit": False, "replace": True} | given)


def test_what_is_made_to_order_is_made_once_more(crew: Crew) -> None:
    order = made_and_shipped(crew)
    assert take_back(crew, order, "1", due_on=today(crew) + 5 * DAY) == "done"
    order, line = order.fresh, order.lines.get()
    assert (order.state, line.shipped, line.unreleased) == ("part_shipped", D(1), D(1))
    request = ProductionRequest.objects.get(order=order, state="requested")
    assert request.due_on == today(crew) + 5 * DAY, "later than the promised day, which has been kept"
    assert [(one.quantity, one.line_id) for one in request.lines.all()] == [(D(1), line.pk)]
    assert request.number, "a request as any other"
    assert attempt(crew.logistics, "sales.order.ship", order) == "unreleased", "nothing leaves before its inspection"
    make_all(crew, order)
    act(crew.logistics, "sales.order.ship", order.fresh)
    assert (order.fresh.state, order.lines.get().shipped) == ("shipped", D(2))


def test_all_of_it_made_once_more_waits_for_production_and_not_for_logistics(crew: Crew) -> None:
    order = made_and_shipped(crew)
    scheduled_at = order.scheduled_at
    assert take_back(crew, order, "2", due_on=today(crew) - DAY) == "past"
    assert order.fresh.state == "shipped", "refused is not half done"
    made = Return.objects.get(order=order)
    act(crew.logistics, "sales.return.receive", made.fresh, {"fit": False, "replace": True})
    order = order.fresh
    assert (order.state, order.shipped_quantity) == ("scheduled", D(0))
    assert order.scheduled_at == scheduled_at, "when it was first scheduled is what its duty is judged by"
    assert ProductionRequest.objects.get(order=order, state="requested").due_on == today(crew)
    assert attempt(crew.logistics, "sales.order.make_ready", order) == "unreleased"
    make_all(crew, order)
    act(crew.logistics, "sales.order.make_ready", order.fresh)
    act(crew.logistics, "sales.order.ship", order.fresh)
    assert order.fresh.state == "shipped"


def test_what_is_to_be_replaced_and_does_not_come_is_given_up(crew: Crew) -> None:
    """No dead end: all of it came back, it was invoiced, and nothing replaces it after all."""
    order = made_and_shipped(crew)
    given = {"invoice_number": "AB12345678", "invoiced_on": today(crew)}
    act(crew.finance, "sales.order.invoice", order, given)
    act(crew.finance, "sales.payment.create", None, {"order": order.fresh, "amount": "210", "received_on": today(crew)})
    assert take_back(crew, order, "2") == "done"
    request = ProductionRequest.objects.get(order=order, state="requested")
    assert attempt(crew.head, "sales.order.cancel", order.fresh, reason="x") == "paid"
    assert attempt(crew.sales, "sales.order.change", order.fresh, {"note": "急"}, reason="x") == "invoiced"
    part = {"lines": [{"position": 1, "quantity": "1"}]}
    assert attempt(crew.head, "sales.order.give_up_rest", order.fresh, part, reason="x") == "in_production"
    act(crew.head, "sales.order.give_up_rest", order.fresh, reason="不再需要")
    order = order.fresh
    assert (order.state, order.gross, order.overpaid, request.fresh.state) == ("paid", D(0), D(210), "cancelled")
    assert Refund.objects.get(order=order).amount == D(210), "its refund lies ready"


def test_an_invoiced_order_is_not_cancelled_when_its_goods_are_to_be_replaced(crew: Crew) -> None:
    order, _shipment = a_shipped_order(crew)
    given = {"invoice_number": "AB12345678", "invoiced_on": today(crew)}
    act(crew.finance, "sales.order.invoice", order, given)
    assert take_back(crew, order, "2") == "done"
    assert order.fresh.state == "ready"
    assert attempt(crew.head, "sales.order.cancel", order.fresh, reason="x") == "invoiced"
    part = {"lines": [{"position": 1, "quantity": "1"}]}
    assert attempt(crew.head, "sales.order.give_up_rest", order.fresh, part, reason="x") == "done"
    assert (order.fresh.state, order.fresh.quantity) == ("ready", D(1)), "the other piece is still waited for"
    control = a_ready_order(crew)
    assert attempt(crew.head, "sales.order.give_up_rest", control, reason="x") == "unshipped"
    assert attempt(crew.head, "sales.order.cancel", control.fresh, reason="x") == "done"


@pytest.mark.parametrize(("days", "late"), [(0, False), (7, False), (7, True)])
def test_after_the_days_agreed_for_complaints_goods_count_as_agreed(days: int, late: bool) -> None:
    """民法典 621. What is agreed stands in the contract; who takes the goods back all the same says why."""
    house = House()
    order = house.an_order()
    house.in_force(order, inspection_days=days)
    act(house.logistics, "sales.order.make_ready", order)
    act(house.logistics, "sales.order.ship", order.fresh)
    shipment = Shipment.objects.get(order=order)
    act(house.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(house)})
    if late:
        with gate.door():
            Order.objects.filter(pk=order.pk).update(delivered_on=today(house) - 8 * DAY)
        assert attempt(house.sales, TAKE, order.fresh, back("1")) == "inspection"
        assert attempt(house.sales, TAKE, order.fresh, back("1", reason="late")) == "done", "that is no complaint"
        assert attempt(house.sales, TAKE, order.fresh, back("1") | {"words": "主任同意收回"}) == "done"
    else:
        act(house.sales, TAKE, order.fresh, back("1"))
    made = Return.objects.filter(order=order).latest("pk")
    assert made.complain_until == today(house) + (days - (8 if late else 0)) * DAY


@pytest.mark.clause("2.6.1")
def test_goods_that_come_back_after_the_order_was_closed_open_it_again() -> None:
    """No dead end: under warranty goods come back when everything was paid."""
    house = House()
    order, shipment = a_shipped_order(house)
    act(house.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(house)})
    given = {"invoice_number": "AB12345678", "invoiced_on": today(house)}
    act(house.finance, "sales.order.invoice", order.fresh, given)
    act(
        house.finance,
        "sales.payment.create",
        None,
        {"order": order.fresh, "amount": "210", "received_on": today(house)},
    )
    act(house.support, "sales.order.close", order.fresh)
    assert attempt(house.sales, TAKE, order.fresh, back("1")) == "state"
    assert attempt(house.support, "sales.order.reopen", order.fresh, reason="保固內退回") == "forbidden"
    act(house.head, "sales.order.reopen", order.fresh, reason="保固內退回")
    act(house.sales, TAKE, order.fresh, back("1"))
    made = Return.objects.get(order=order)
    act(house.logistics, "sales.return.receive", made, {"fit": False, "replace": True})
    act(house.logistics, "sales.order.ship", order.fresh)
    again = Shipment.objects.filter(order=order).latest("pk")
    act(house.logistics, "sales.shipment.deliver", again, {"delivered_on": today(house)})
    assert order.fresh.state == "paid"
    act(house.support, "sales.order.close", order.fresh)
    assert order.fresh.state == "closed"
