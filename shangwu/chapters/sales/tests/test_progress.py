"""Clause 2.6.1: the customer follows one order by a signed link, which shows nothing else and can be revoked."""

from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client

from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.chapters.sales.models import Line, Order, Payment, ProgressPage, Shipment
from shangwu.chapters.sales.pages.telling import writes
from shangwu.chapters.sales.progress_access import by_link
from shangwu.chapters.sales.progress_links import for_page
from shangwu.chapters.sales.tests.factories import (
    a_confirmed_order,
    a_product,
    a_ready_order,
    a_shipped_order,
    an_order,
    attempt,
    today,
)
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def shown(desk: Desk, order: Order, **given: Any) -> ProgressPage:
    act(desk.sales, "sales.order.show_progress", order.fresh, given)
    return ProgressPage.objects.get(order=order, state="open")


def test_the_customer_sees_steps_promise_and_tracking_and_no_prices(desk: Desk, client: Client) -> None:
    goods = a_product(name="三片式球閥", list_price="1234.5", by=desk.head)
    order = a_ready_order(desk, [{"product": goods, "quantity": "2"}], po_number="PO-77", note="客戶常殺價")
    act(desk.logistics, "sales.order.ship", order, {"carrier": "順豐", "tracking_number": "SF123456789"})
    read = client.get(for_page(shown(desk, order))).content.decode()
    for there in (order.number, "PO-77", "三片式球閥", "SF123456789", "順豐", str(today(desk)), "2026-09-29"):
        assert str(there) in read
    for secret in ("1,234.5", "2,592", "客戶常殺價"):
        assert secret not in read


def test_prices_are_shown_where_the_customer_has_asked(desk: Desk, client: Client) -> None:
    order = a_confirmed_order(desk, [{"product": a_product(list_price="1234.5"), "quantity": "2"}])
    assert "1,234.5" in client.get(for_page(shown(desk, order, with_prices=True))).content.decode()


def test_nothing_of_other_orders_is_open_to_the_link(desk: Desk) -> None:
    customer = a_customer(desk.sales)
    order, shipment = a_shipped_order(desk, customer=customer)
    other, _shipment = a_shipped_order(desk, customer=customer)
    page = shown(desk, order)
    shown(desk, other)
    by = by_link(desk.entity, page.public_id, order.pk)
    with gate.request_code():
        assert list(Order.objects.visible_to(by)) == [order]
        assert list(Shipment.objects.visible_to(by)) == [shipment]
        assert list(ProgressPage.objects.visible_to(by)) == [page]
        assert not Payment.objects.visible_to(by).exists()
        assert {one.order_id for one in Line.objects.visible_to(by)} == {order.pk}
        closed = by_link(desk.entity, page.public_id)
        assert not Order.objects.visible_to(closed).exists(), "the page's own grant opens no order"
    assert attempt(by, "sales.order.cancel", order, reason="x") == "forbidden"


def test_a_revoked_link_opens_nothing_and_another_is_another(desk: Desk, client: Client) -> None:
    order = a_confirmed_order(desk)
    page = shown(desk, order)
    link = for_page(page)
    assert attempt(desk.sales, "sales.order.show_progress", order.fresh) == "open", "one at a time"
    assert attempt(desk.colleague, "sales.progresspage.revoke", page) == "missing"
    act(desk.sales, "sales.progresspage.revoke", page)
    gone = client.get(link)
    assert gone.status_code == 410
    assert "no longer shown" in gone.content.decode()
    second = for_page(shown(desk, order))
    assert second != link
    assert client.get(second).status_code == 200
    assert client.get(link).status_code == 410


def test_forged_links_and_secret_orders_show_nothing(desk: Desk, client: Client) -> None:
    order = a_confirmed_order(desk)
    link = for_page(shown(desk, order))
    assert client.get(f"{link[:-4]}xyz/").status_code == 403
    assert client.get("/progress/x/").status_code == 403
    act(desk.head, "sales.order.set_secrecy", order.fresh, {"secrecy": 2}, reason="投標")
    assert client.get(link).status_code == 404
    other = a_confirmed_order(desk)
    act(desk.head, "sales.order.set_secrecy", other.fresh, {"secrecy": 1}, reason="投標")
    assert attempt(desk.head, "sales.order.show_progress", other.fresh) == "secret"


def test_who_has_the_order_gives_the_link(desk: Desk) -> None:
    order = an_order(desk)
    assert attempt(desk.logistics, "sales.order.show_progress", order) == "forbidden"
    assert attempt(desk.support, "sales.order.show_progress", order) == "done"
    client = a_client(Person.objects.get(pk=desk.sales.person_id), "en")
    read = client.get(f"/sales/orders/{order.public_id}/").content.decode()
    assert "/progress/" in read
    assert client.get("/sales/progress/").status_code == 200


def test_a_cancelled_order_says_so(desk: Desk, client: Client) -> None:
    order = an_order(desk)
    link = for_page(shown(desk, order))
    act(desk.sales, "sales.order.cancel", order.fresh, reason="客戶取消")
    assert "Cancelled" in client.get(link).content.decode()


def test_goods_that_are_replaced_show_as_under_way(desk: Desk, client: Client) -> None:
    order, shipment = a_shipped_order(desk)
    act(desk.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(desk)})
    address, said = for_page(shown(desk, order)), "A part is shipped once more"
    assert said not in client.get(address).content.decode()
    back = {"lines": [{"position": 1, "quantity": "1"}], "reason": "defect"}
    act(desk.sales, "sales.order.take_goods_back", order.fresh, back)
    act(desk.logistics, "sales.return.receive", order.returns.get(), {"fit": False, "replace": True})
    assert said in client.get(address).content.decode()
    act(desk.logistics, "sales.order.ship", order.fresh)
    assert said not in client.get(address).content.decode(), "it has left"


def begun_mail(client: Client, order: Order) -> dict[str, list[str]]:
    """What the mail begins with to which the order's button leads."""
    return parse_qs(urlparse(client.get(f"/sales/orders/{order.public_id}/tell/").headers["Location"]).query)


def test_a_mail_to_the_customer_begins_with_number_state_and_link(desk: Desk) -> None:
    """W6.1: how an order stands is told by mail, begun on the order's page."""
    order = a_confirmed_order(desk)
    client = a_client(Person.objects.get(pk=desk.sales.person_id), "en")
    asked = begun_mail(client, order)
    assert (asked["customer"], asked["order_number"]) == ([str(order.customer.public_id)], [order.number])
    assert order.number in asked["subject"][0]
    assert "progress/" not in asked["text"][0], "there is no link yet"
    page = shown(desk, order)
    told = begun_mail(client, order)["text"][0]
    assert for_page(page) in told
    assert "29" in told, "the day that was promised"
    page_of_it = client.get(f"/sales/orders/{order.public_id}/").content.decode()
    assert "Write to the customer" in page_of_it
    assert f'href="/sales/orders/{order.public_id}/tell/"' in page_of_it
    assert writes(desk.logistics, order) is None, "who does not speak with customers is not offered it"
