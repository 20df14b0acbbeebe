"""Clause 2.6.3: goods leave in parts, the stock follows, the order knows how far it is."""

import datetime
from decimal import Decimal

import pytest

from shangwu.chapters.customers.tests.factories import Crew, blacklist
from shangwu.chapters.sales.models import Order, Shipment
from shangwu.chapters.sales.tests.factories import (
    a_product,
    a_ready_order,
    a_shipped_order,
    an_order,
    attempt,
    today,
)
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.audit.models import EntryRecord

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

D = Decimal


@pytest.fixture
def crew() -> Crew:
    return Crew()


def pack(crew: Crew, order: Order, *lines: tuple[int, str]) -> Shipment:
    done = act(
        crew.logistics, "sales.order.pack", order, {"lines": [{"position": p, "to_ship": q} for p, q in lines]}
    )  # fmt: skip
    return Shipment.objects.filter(order=done.record).order_by("-pk")[0]


def test_goods_leave_in_parts_and_the_order_follows(crew: Crew) -> None:
    product = a_product(stock=10)
    order = a_ready_order(crew, [{"product": product, "quantity": "4"}, {"product": product, "quantity": "2"}])
    first = pack(crew, order, (1, "3"))
    assert (first.state, first.number is not None, first.owner_id) == ("prepared", True, crew.sales.person_id)
    assert (product.fresh.on_hand, order.fresh.state) == (D(10), "ready"), "prepared goods are still there"
    act(crew.logistics, "sales.shipment.send", first, {"tracking_number": "SF1234567890123"})
    order = order.fresh
    assert (order.state, order.shipped_quantity, order.shipped_on) == ("part_shipped", D(3), today(crew))
    assert (product.fresh.on_hand, product.fresh.reserved) == (D(7), D(3))
    act(crew.logistics, "sales.order.ship", order)
    order = order.fresh
    assert (order.state, order.shipped_quantity) == ("shipped", D(6))
    assert (product.fresh.on_hand, product.fresh.reserved) == (D(4), D(0))


def test_a_shipment_is_linked_to_the_entry_that_made_it(crew: Crew) -> None:
    order = a_ready_order(crew)
    entry = act(crew.logistics, "sales.order.ship", order).entry_id
    shipment = Shipment.objects.get(order=order)
    assert EntryRecord.objects.filter(entry=entry, record_type="sales.shipment", record_id=shipment.pk).exists()


@pytest.mark.parametrize("quantity", ["2.0001", "3", "-1"])
def test_no_more_is_packed_than_was_ordered(crew: Crew, quantity: str) -> None:
    order = a_ready_order(crew)
    given = {"lines": [{"position": 1, "to_ship": quantity}]}
    assert attempt(crew.logistics, "sales.order.pack", order, given) == "overshipped"


def test_what_is_being_prepared_is_not_prepared_again(crew: Crew) -> None:
    order = a_ready_order(crew)
    pack(crew, order, (1, "2"))
    assert (
        attempt(crew.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "1"}]})
        == "overshipped"
    )
    assert attempt(crew.logistics, "sales.order.ship", order) == "empty"


def test_a_cancelled_shipment_gives_its_goods_back_to_the_order(crew: Crew) -> None:
    order = a_ready_order(crew)
    shipment = pack(crew, order, (1, "2"))
    act(crew.logistics, "sales.shipment.cancel", shipment, reason="裝錯")
    assert order.fresh.allotted_quantity == D(0)
    assert attempt(crew.logistics, "sales.order.ship", order) == "done"


def test_nothing_ships_before_it_is_ready(crew: Crew) -> None:
    order = an_order(crew)
    for _step in range(2):
        assert attempt(crew.logistics, "sales.order.ship", order) == "state"
        if order.state == "received":
            order = act(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)}).record
    assert attempt(crew.sales, "sales.order.ship", order) == "forbidden", "sales does not ship"


def test_a_customer_blacklisted_since_gets_no_goods(crew: Crew) -> None:
    order = a_ready_order(crew)
    blacklist(crew, order.customer)
    assert attempt(crew.logistics, "sales.order.ship", order) == "blacklisted"


def test_the_order_is_delivered_when_all_of_it_has_arrived(crew: Crew) -> None:
    order = a_ready_order(crew, [{"product": a_product(), "quantity": "4"}])
    first = pack(crew, order, (1, "1"))
    act(crew.logistics, "sales.shipment.send", first)
    act(crew.logistics, "sales.order.ship", order)
    second = Shipment.objects.exclude(pk=first.pk).get(order=order)
    act(crew.logistics, "sales.shipment.deliver", first, {"delivered_on": today(crew)})
    assert order.fresh.state == "shipped"
    act(crew.logistics, "sales.shipment.deliver", second, {"delivered_on": today(crew), "signed_by": "何玉玲"})
    order = order.fresh
    assert (order.state, order.delivered_quantity, order.delivered_on) == ("delivered", D(4), today(crew))


def test_goods_arrive_after_they_left_and_not_in_the_future(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    for days in (-1, 1):
        day = today(crew) + datetime.timedelta(days=days)
        assert attempt(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": day}) == "order_of_days"


def test_a_delivery_is_entered_once(crew: Crew) -> None:
    _order, shipment = a_shipped_order(crew)
    deliver = (crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    assert [attempt(*deliver), attempt(*deliver)] == ["done", "state"]


@pytest.mark.parametrize(
    ("name", "entered"), [("weight", "-5"), ("freight", "-9"), ("insured", "-1"), ("packages", "0"), ("packages", "-1")]
)
def test_what_travels_weighs_and_costs_no_less_than_nothing(crew: Crew, name: str, entered: str) -> None:
    _order, shipment = a_shipped_order(crew)
    with pytest.raises(Refusal) as caught:
        act(crew.logistics, "sales.shipment.edit", shipment, {name: entered})
    assert (caught.value.code, list(caught.value.fields)) == ("invalid", [name])
