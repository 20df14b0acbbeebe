"""Clause 2.6.3: goods that left and did not arrive are no dead end: they are sent again, made again, or given up."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Movement, Order, ProductionRequest, Shipment
from shangwu.chapters.sales.tests.factories import (
    a_confirmed_order,
    a_product,
    a_ready_order,
    a_shipped_order,
    attempt,
    today,
)
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

D = Decimal
FAIL = "sales.shipment.fail"
WHY = "收件人拒收，貨已退回"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def failed(crew: Crew, shipment: Shipment, came_back: bool, **given: Any) -> str:
    return attempt(crew.logistics, FAIL, shipment.fresh, {"came_back": came_back} | given, reason=WHY)


def test_what_came_back_is_in_stock_put_aside_and_sent_again(crew: Crew) -> None:
    ball = a_product(stock=2)
    order, shipment = a_shipped_order(crew, [{"product": ball, "quantity": "2"}])
    act(crew.logistics, "sales.shipment.report", shipment, {"kind": "refused"})
    assert attempt(crew.logistics, FAIL, shipment.fresh, {"came_back": True}) == "invalid", "with its reason"
    assert attempt(crew.finance, FAIL, shipment.fresh, {"came_back": True}, reason=WHY) == "forbidden"
    assert failed(crew, shipment, True) == "done"
    shipment, order, line = shipment.fresh, order.fresh, order.lines.get()
    assert (shipment.state, shipment.came_back, shipment.trouble) == ("failed", True, "")
    assert (order.state, order.shipped_quantity, line.reserved) == ("ready", D(0), D(2))
    assert (ball.fresh.on_hand, ball.fresh.reserved) == (D(2), D(2))
    kinds = [one.kind for one in Movement.objects.filter(shipment=shipment).order_by("pk")]
    assert kinds == ["shipped", "returned"]
    assert Notice.objects.filter(person_id=crew.sales.person_id, message__contains="did not arrive").exists()
    assert failed(crew, shipment, True) == "state", "once"
    act(crew.logistics, "sales.order.ship", order)
    again = Shipment.objects.filter(order=order).latest("pk")
    act(crew.logistics, "sales.shipment.deliver", again, {"delivered_on": today(crew)})
    assert (order.fresh.state, ball.fresh.on_hand) == ("delivered", D(0))


def test_it_lies_in_the_batch_that_it_came_from(crew: Crew) -> None:
    ball = a_product(stock=0)
    place = act(HOUSE, "sales.warehouse.create", None, {"code": unique("W")[:12], "name": "總倉"}).record
    act(HOUSE, "sales.product.receive", ball, {"quantity": "5", "warehouse": place, "batch": "B1"})
    order, shipment = a_shipped_order(crew, [{"product": ball.fresh, "quantity": "2"}])
    lot = ball.lots.get()
    assert lot.on_hand == D(3)
    assert failed(crew, shipment, True) == "done"
    assert (lot.fresh.on_hand, lot.fresh.picked, order.fresh.state) == (D(5), D(0), "ready")


def test_what_is_lost_is_sent_again_out_of_free_stock_when_there_is_some(crew: Crew) -> None:
    ball = a_product(stock=3)
    order, shipment = a_shipped_order(crew, [{"product": ball, "quantity": "2"}])
    assert failed(crew, shipment, False) == "done"
    assert (ball.fresh.on_hand, ball.fresh.reserved, order.lines.get().reserved) == (D(1), D(1), D(1))
    assert attempt(crew.logistics, "sales.order.ship", order.fresh) == "stock", "one is lacking"
    act(HOUSE, "sales.product.receive", ball.fresh, {"quantity": "4"})
    act(crew.logistics, "sales.order.ship", order.fresh)
    assert (ball.fresh.on_hand, ball.fresh.reserved, order.fresh.state) == (D(3), D(0), "shipped")


def test_goods_that_others_were_promised_are_not_taken(crew: Crew) -> None:
    ball = a_product(stock=4)
    order, shipment = a_shipped_order(crew, [{"product": ball, "quantity": "2"}])
    other = a_ready_order(crew, [{"product": ball, "quantity": "2"}])
    assert failed(crew, shipment, False) == "done"
    assert attempt(crew.logistics, "sales.order.ship", order.fresh) == "stock"
    assert attempt(crew.logistics, "sales.order.ship", other) == "done", "the control"


def test_what_is_lost_and_not_wanted_any_more_is_given_up(crew: Crew) -> None:
    order, shipment = a_shipped_order(crew, [{"product": a_product(stock=2), "quantity": "2"}])
    given = {"invoice_number": "AB12345678", "invoiced_on": today(crew)}
    act(crew.finance, "sales.order.invoice", order, given)
    assert failed(crew, shipment, False) == "done"
    act(crew.head, "sales.order.give_up_rest", order.fresh, reason="遺失，客戶另購")
    order = order.fresh
    assert (order.state, order.gross, order.base_open) == ("paid", D(0), D(0))
    assert attempt(crew.support, "sales.order.close", order) == "done", "no dead end"


def test_of_two_shipments_the_other_stays_on_its_way(crew: Crew) -> None:
    order = a_ready_order(crew, [{"product": a_product(stock=9), "quantity": "4"}])
    act(crew.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "3"}]})
    first = Shipment.objects.get(order=order)
    act(crew.logistics, "sales.shipment.send", first)
    act(crew.logistics, "sales.order.ship", order.fresh)
    second = Shipment.objects.filter(order=order).latest("pk")
    assert failed(crew, second, True) == "done"
    assert (order.fresh.state, order.fresh.shipped_quantity) == ("part_shipped", D(3))
    act(crew.logistics, "sales.shipment.deliver", first.fresh, {"delivered_on": today(crew)})
    act(crew.logistics, "sales.order.ship", order.fresh)
    third = Shipment.objects.filter(order=order).latest("pk")
    act(crew.logistics, "sales.shipment.deliver", third, {"delivered_on": today(crew)})
    assert order.fresh.state == "delivered"


def made_order(crew: Crew) -> tuple[Order, Shipment]:
    """Goods made to order that have left."""
    order = a_confirmed_order(crew, [{"product": a_product(made=True), "quantity": "2"}])
    act(crew.planning, "sales.order.schedule", order)
    request = ProductionRequest.objects.get(order=order)
    act(crew.planning, "sales.productionrequest.finish", request, {"batch": "M1"})
    act(crew.one(Role.QUALITY), "sales.productionrequest.release", request.fresh)
    act(crew.logistics, "sales.order.make_ready", order.fresh)
    act(crew.logistics, "sales.order.ship", order.fresh)
    return order.fresh, Shipment.objects.get(order=order)


@pytest.mark.parametrize("came_back", [True, False])
def test_what_is_made_to_order_is_sent_again_if_it_is_here_and_made_again_if_it_is_lost(
    crew: Crew, came_back: bool
) -> None:
    order, shipment = made_order(crew)
    assert failed(crew, shipment, came_back) == "done"
    asked = ProductionRequest.objects.filter(order=order, state="requested")
    assert (order.fresh.state, asked.count()) == (("ready", 0) if came_back else ("scheduled", 1))
    if came_back:
        act(crew.logistics, "sales.order.ship", order.fresh)
        again = Shipment.objects.filter(order=order).latest("pk")
        assert [one.batch for one in again.lines.all()] == ["M1"], "the same goods"
    else:
        assert attempt(crew.logistics, "sales.order.make_ready", order.fresh) == "unreleased"


def test_goods_whose_return_is_announced_are_not_counted_twice(crew: Crew) -> None:
    order, shipment = a_shipped_order(crew)
    given = {"lines": [{"position": 1, "quantity": "1"}], "reason": "defect"}
    act(crew.sales, "sales.order.take_goods_back", order, given)
    assert failed(crew, shipment, True) == "returned"


def test_what_the_carrier_tells_of_its_way_home_delivers_nothing(crew: Crew) -> None:
    order, shipment = a_shipped_order(crew)
    assert failed(crew, shipment, True) == "done"
    shipment = shipment.fresh
    told = {"at": shipment.changed_at, "kind": "signed", "words": "退回签收"}
    act(HOUSE, "sales.shipment.track", shipment, {"scans": [told], "way": "pushed"})
    assert (shipment.fresh.last_seen, shipment.fresh.arrived_at, order.fresh.state) == ("signed", None, "ready")
