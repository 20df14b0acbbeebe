"""Clause 2.6.1: who reviews a changed order sees what differs, and what it means: stock, day, credit, contract."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.sales.models import Order, Shipment
from shangwu.chapters.sales.tests.contracting import DAY, House
from shangwu.chapters.sales.tests.factories import (
    a_confirmed_order,
    a_product,
    a_ready_order,
    an_order,
    attempt,
    today,
)
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    made = House()
    assert made.support.person_id
    return made


def client_of(by: Any) -> Client:
    return a_client(Person.objects.get(pk=by.person_id))


def page(client: Client, order: Order) -> str:
    return client.get(f"/sales/orders/{order.public_id}/").content.decode()


def tab(client: Client, order: Order) -> str:
    return client.get(f"/sales/orders/{order.public_id}/?tab=changes").content.decode()


def changed(house: House, order: Order, quantity: str, **values: Any) -> Order:
    lines = [{"product": one.product, "quantity": quantity, "unit_price": one.unit_price} for one in order.lines.all()]
    act(house.sales, "sales.order.change", order, {"lines": lines} | values, reason="客戶加量")
    return order.fresh


def test_what_differs_stands_on_the_order_line_by_line(house: House) -> None:
    head = client_of(house.head)
    order = changed(house, a_confirmed_order(house), "5", po_number="PO-8", requested_on=today(house) + DAY)
    text = tab(head, order)
    for said in ("<td>2</td><td>5</td>", "<td>210</td><td>525</td>", "PO-8"):
        assert said in text, said
    assert "<td>2</td><td>5</td>" not in tab(head, an_order(house))


def test_a_rest_that_was_given_up_is_a_change_too(house: House) -> None:
    order = a_ready_order(house)
    act(house.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "1"}]})
    act(house.logistics, "sales.shipment.send", Shipment.objects.get(order=order))
    act(house.head, "sales.order.give_up_rest", order.fresh, reason="不再需要")
    assert "<td>2</td><td>1</td>" in tab(client_of(house.sales), order.fresh)


def test_the_reviewer_sees_what_the_change_means(house: House) -> None:
    ball = a_product(stock=6)
    order = a_confirmed_order(house, [{"product": ball, "quantity": "2"}])
    act(HOUSE, "customers.customer.set_terms", order.customer, {"credit_limit": "800"})
    order = changed(house, order, "7")
    assert order.state == "review"
    head = client_of(house.head)
    text = page(head, order)
    assert "7 are wanted, 6 are free." in text
    assert "Stock and arrivals do not cover all of it." in text
    assert "Of 800 TWD, 0 are owed; with this order (735) 65 are left." in text
    act(HOUSE, "customers.customer.set_terms", order.customer, {"credit_limit": "700"})
    assert "this order (735) goes 35 beyond it." in page(head, order)
    planner = page(client_of(house.planning), order)
    assert "7 are wanted, 6 are free." in planner
    assert "beyond it" not in planner, "limits are for who sees accounts"


def test_once_it_is_accepted_nothing_is_to_be_weighed(house: House) -> None:
    order = a_confirmed_order(house, [{"product": a_product(stock=2), "quantity": "2"}])
    assert "are wanted" not in page(client_of(house.head), order)


@pytest.mark.clause("2.6.2")
def test_a_contract_that_says_another_amount_asks_for_a_supplement(house: House) -> None:
    order = house.an_order()
    contract = house.in_force(order)
    sales = client_of(house.sales)
    assert "its orders come to" not in page(sales, order), "they agree"
    order = changed(house, order.fresh, "3")
    text = page(sales, order)
    assert "says TWD 210, its orders come to 315." in text
    assert f"/sales/supplements/new/?contract={contract.public_id}&amp;amount=315" in text
    finance = page(client_of(house.finance), order)
    assert "Draft a supplement" not in finance, "who keeps contracts drafts them"
    assert "its orders come to 315." in finance


def readdressed(house: House, order: Order, **values: Any) -> str:
    return attempt(house.sales, "sales.order.readdress", order, values)


def test_where_it_goes_is_put_right_without_another_review(house: House) -> None:
    order = a_ready_order(house, ship_to_name="溫采購", ship_to_phone="02-2799-0001", ship_to_address="桃園市龜山區")
    act(house.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "1"}]})
    first = Shipment.objects.get(order=order)
    act(house.logistics, "sales.shipment.edit", first, {"phone": "0912-345-678"})
    values = {"ship_to_name": "盧收貨", "ship_to_phone": "02-2799-0002", "po_number": "PO-9"}
    assert attempt(house.colleague, "sales.order.readdress", order.fresh, values) in ("missing", "forbidden")
    assert readdressed(house, order.fresh, **values) == "done"
    order, first = order.fresh, first.fresh
    assert (order.state, order.ship_to_name, order.po_number) == ("ready", "盧收貨", "PO-9")
    assert (order.revision, order.base_open) == (0, order.base_gross), "no change that is reviewed"
    assert (first.recipient, first.phone, first.address) == ("盧收貨", "0912-345-678", "桃園市龜山區")
    act(house.logistics, "sales.shipment.send", first)
    assert readdressed(house, order.fresh, ship_to_name="林收貨") == "done"
    assert first.fresh.recipient == "盧收貨", "what has left has left"
    act(house.logistics, "sales.order.ship", order.fresh)
    assert readdressed(house, order.fresh, ship_to_name="王收貨") == "state", "all of it has left"


def test_a_contact_of_another_customer_receives_nothing(house: House) -> None:
    order = a_confirmed_order(house)
    theirs = a_contact(house.sales, a_customer(house.sales))
    assert readdressed(house, order, contact=theirs) == "invalid"
    assert readdressed(house, order, contact=a_contact(house.sales, order.customer)) == "done"


def test_freight_day_and_note_are_changes_and_the_recipient_alone_is_none(house: House) -> None:
    order = a_confirmed_order(house)
    given = {"freight": "500", "note": "指定送貨時段"}
    act(house.sales, "sales.order.change", order, given, reason="客戶要求")
    order = order.fresh
    assert (order.state, order.revision) == ("review", 1)
    text = tab(client_of(house.sales), order)
    assert "<td>—</td><td>500</td>" in text
    assert "指定送貨時段" in text
    other = a_confirmed_order(house)
    given = {"ship_to_name": "盧收貨"}
    assert attempt(house.sales, "sales.order.change", other, given, reason="換收貨人") == "same"
