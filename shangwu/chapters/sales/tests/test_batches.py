"""Clause 2.6.3: what is counted of a product is what lies in its batches; made goods go out under theirs."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Lot, Movement, Product, ProductionRequest, ShipmentLine, Warehouse
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, a_ready_order, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

D = Decimal


@pytest.fixture
def crew() -> Crew:
    return Crew()


@pytest.fixture
def place() -> Warehouse:
    made: Warehouse = act(HOUSE, "sales.warehouse.create", None, {"code": unique("W")[:12], "name": "總倉"}).record
    return made


def by_batch(place: Warehouse, quantity: str = "10") -> Product:
    """A product of which all lies in one batch."""
    goods = a_product(stock=0, in_lots=True)
    given = {"quantity": quantity, "warehouse": place, "batch": "L1"}
    made: Product = act(HOUSE, "sales.product.receive", goods, given).record
    return made


def enforced() -> None:
    """The rule as it is kept at commit, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def counted_as(goods: Product, quantity: str) -> None:
    """Somebody writes past the door."""
    with transaction.atomic(), gate.door():
        Product.objects.filter(pk=goods.pk).update(on_hand=D(quantity))
        enforced()


@pytest.mark.parametrize("quantity", ["11", "9"])
def test_the_database_keeps_what_is_counted_equal_to_the_batches(place: Warehouse, quantity: str) -> None:
    goods = by_batch(place)
    with pytest.raises(IntegrityError, match="lots_hold_the_stock"):
        counted_as(goods, quantity)


def test_without_the_rule_the_difference_would_stand(place: Warehouse) -> None:
    goods = by_batch(place)
    enforced()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sales_product DISABLE TRIGGER lots_hold_the_stock_whole")
    counted_as(goods, "11")
    assert goods.fresh.on_hand == D(11)


def test_goods_of_no_place_are_none_of_a_batch_and_batches_hold_no_more_than_there_is(place: Warehouse) -> None:
    goods = a_product(stock=5)
    act(HOUSE, "sales.product.move", goods, {"quantity": "3", "into": place, "batch": "L1"})
    counted_as(goods, "9")
    with pytest.raises(IntegrityError, match="lots_hold_the_stock"):
        counted_as(goods, "2")


def test_nothing_comes_in_without_its_place_and_all_leaves_out_of_one(crew: Crew, place: Warehouse) -> None:
    goods = by_batch(place)
    assert attempt(HOUSE, "sales.product.receive", goods, {"quantity": "1"}) == "warehouse"
    due = {"product": goods, "quantity": "2", "expected_on": today(crew), "origin": "PO-1"}
    arrival = act(crew.purchasing, "sales.arrival.create", None, due).record
    assert attempt(crew.logistics, "sales.arrival.arrive", arrival) == "warehouse"
    act(crew.logistics, "sales.arrival.arrive", arrival, {"warehouse": place, "batch": "L2"})
    assert Movement.objects.filter(product=goods, paper="PO-1").get().quantity == D(2)
    order = a_ready_order(crew, [{"product": goods, "quantity": "11"}])
    act(crew.logistics, "sales.order.ship", order)
    assert {one.batch: one.on_hand for one in Lot.objects.filter(product=goods)} == {"L1": D(0), "L2": D(1)}
    assert goods.fresh.on_hand == D(1)
    enforced()


def test_what_lies_nowhere_is_not_kept_by_batch(place: Warehouse) -> None:
    goods = a_product(stock=5)

    def marked() -> None:
        with transaction.atomic():
            act(HOUSE, "sales.product.edit", goods, {"in_lots": True})
            enforced()

    with pytest.raises(IntegrityError, match="lots_hold_the_stock"):
        marked()


def made_in(crew: Crew, order: Any, batch: str, quality: Actor) -> None:
    act(crew.planning, "sales.order.schedule", order)
    request = ProductionRequest.objects.filter(order=order, state="requested").latest("pk")
    act(crew.planning, "sales.productionrequest.finish", request, {"batch": batch})
    act(quality, "sales.productionrequest.release", request.fresh)
    act(crew.logistics, "sales.order.make_ready", order.fresh)


def test_the_batch_of_made_goods_stands_on_the_shipment(crew: Crew) -> None:
    quality = crew.one(Role.QUALITY)
    order = a_confirmed_order(crew, [{"product": a_product(made=True), "quantity": "5"}])
    made_in(crew, order, "M7", quality)
    packed = {"lines": [{"position": 1, "to_ship": "2", "batch": ""}]}
    assert attempt(crew.logistics, "sales.order.pack", order.fresh, packed) == "done", "no batch is no particular one"
    wrong = {"lines": [{"position": 1, "to_ship": "1", "batch": "M8"}]}
    assert attempt(crew.logistics, "sales.order.pack", order.fresh, wrong) == "stock", "none was made in that batch"
    act(crew.logistics, "sales.order.ship", order.fresh)
    found = ShipmentLine.objects.filter(shipment__order=order).order_by("pk")
    assert [(one.batch, one.quantity, one.lot_id) for one in found] == [("M7", D(2), None), ("M7", D(3), None)]
