"""The pages of this storey answer, show what they should, and hide what they must (2.4, 2.5, 2.6)."""

import datetime
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from shangwu.chapters.channels.models import Channel
from shangwu.chapters.customers.models import Communication
from shangwu.chapters.customers.tests.factories import Crew, a_contact
from shangwu.chapters.sales.models import Line, Payment, PriceList
from shangwu.chapters.sales.tests.factories import a_product, a_ready_order, a_shipped_order, an_order, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.details.changes import shown_changes
from shangwu.foundation.pages.related import named
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = pytest.mark.django_db

RECORDS = [
    "channels.channel", "customers.customer", "customers.contact", "customers.communication", "sales.product",
    "sales.pricelist", "sales.order", "sales.shipment", "sales.payment",
]  # fmt: skip


@pytest.fixture
def crew() -> Crew:
    return Crew()


def client_of(by: Any, language: str = "en") -> Client:
    return a_client(Person.objects.get(pk=by.person_id), language)


def one_of_each(crew: Crew) -> dict[str, Any]:
    """A record of every kind, all of the same salesperson."""
    order, shipment = a_shipped_order(crew, [{"product": a_product(cost="61.2345"), "quantity": "2"}])
    payment = act(
        crew.finance, "sales.payment.create", None, {"order": order, "amount": "5", "received_on": today(crew)}
    )
    at = clock.now() - datetime.timedelta(hours=1)
    log = {"customer": order.customer, "method": "phone", "at": at, "summary": "同意交期"}
    prices = [{"product": a_product(), "least_quantity": "0", "price": "9"}]
    return {
        "channels.channel": act(HOUSE, "channels.channel.create", None, {"name": "南部經銷"}).record,
        "customers.customer": order.customer,
        "customers.contact": a_contact(crew.sales, order.customer),
        "customers.communication": act(crew.sales, "customers.communication.create", None, log).record,
        "sales.product": order.lines.all()[0].product,
        "sales.pricelist": act(
            crew.head, "sales.pricelist.create", None,
            {"name": "價目", "currency": "TWD", "valid_from": today(crew), "prices": prices},
        ).record,
        "sales.order": order,
        "sales.shipment": shipment,
        "sales.payment": Payment.objects.get(pk=payment.record.pk),
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
def test_every_list_and_record_opens(crew: Crew, language: str) -> None:
    records, client = one_of_each(crew), client_of(crew.executive, language)
    for name in RECORDS:
        listed = client.get(reverse(f"{name}.list"))
        assert listed.status_code == 200, name
        shown = client.get(reverse(f"{name}.detail", kwargs={"public_id": records[name].public_id}))
        assert shown.status_code == 200, name


def test_every_view_of_a_list_opens(crew: Crew) -> None:
    from shangwu.foundation.pages.registry import record_pages

    one_of_each(crew)
    client = client_of(crew.head)
    for pages in record_pages.values():
        if pages.name in RECORDS and pages.list is not None:
            for view in pages.list.views:
                assert client.get(reverse(f"{pages.name}.list") + "?" + view.query).status_code == 200, (
                    pages.name,
                    view.key,
                )
            for sort in pages.list.sorts:
                assert client.get(reverse(f"{pages.name}.list") + f"?sort={sort}").status_code == 200, (
                    pages.name,
                    sort,
                )


@pytest.mark.parametrize("name", [one for one in RECORDS if one not in ("sales.shipment",)])
def test_every_form_opens_for_who_may(crew: Crew, name: str) -> None:
    by = crew.one(*_keepers(name))
    assert client_of(by).get(reverse(f"{name}.create")).status_code == 200


def _keepers(name: str) -> list[Any]:
    from shangwu.foundation.people.roles import Role

    return {"sales.payment": [Role.FINANCE]}.get(name, [Role.HEAD])


def test_the_forms_of_verbs_open_on_their_record(crew: Crew) -> None:
    order = a_ready_order(crew)
    at = {"public_id": order.public_id}
    pack = client_of(crew.logistics).get(reverse("do.sales.order.pack", kwargs=at))
    change = client_of(crew.sales).get(reverse("do.sales.order.change", kwargs=at))
    confirm = client_of(crew.support).get(
        reverse("do.sales.order.confirm", kwargs={"public_id": an_order(crew).public_id})
    )
    assert [one.status_code for one in (pack, change, confirm)] == [200, 200, 200]
    assert b'name="lines-0-to_ship"' in pack.content


def test_cost_is_on_no_page_of_who_may_not_see_it(crew: Crew) -> None:
    records = one_of_each(crew)
    for by, sees in ((crew.sales, False), (crew.support, False), (crew.finance, True)):
        client = client_of(by)
        for name in ("sales.order", "sales.product"):
            page = client.get(reverse(f"{name}.detail", kwargs={"public_id": records[name].public_id})).content.decode()
            assert ("61.23" in page or "122.4" in page or "122.47" in page) == sees, (by.roles, name)


def test_a_colleagues_order_is_not_there(crew: Crew) -> None:
    order = an_order(crew)
    client = client_of(crew.colleague)
    assert client.get(reverse("sales.order.detail", kwargs={"public_id": order.public_id})).status_code == 404
    assert order.number not in client.get(reverse("sales.order.list")).content.decode()


def test_records_of_the_storey_have_the_pages_they_name() -> None:
    assert {Channel, Communication, PriceList} <= set(_models())


def _models() -> list[Any]:
    from shangwu.foundation.pages.registry import record_pages

    return list(record_pages)


def test_a_line_that_a_timeline_refers_to_is_called_by_its_place(crew: Crew) -> None:
    """A part has neither page nor public id; a shipment's line refers to one."""
    order = an_order(crew)
    found = named(crew.head, Line, Q(order=order))
    assert [(one.url, one.public_id) for one in found.values()] == [("", "")] * order.lines.count()
    assert next(iter(found.values())).label.endswith("1")


def test_a_line_says_once_what_it_is_of_and_a_phone_keeps_how_many(crew: Crew) -> None:
    """Its description is the product's name unless somebody wrote another; whole amounts have no empty decimals."""
    valve = a_product(name="球閥甲", cost="1200")
    given = [{"product": valve, "quantity": "2"}]
    plain = an_order(crew, given)
    told = an_order(crew, [given[0] | {"description": "球閥甲，附防爆證書"}])
    client = client_of(crew.finance)
    shown, written = (
        client.get(reverse("sales.order.detail", kwargs={"public_id": one.public_id})).content.decode()
        for one in (plain, told)
    )
    assert ("Description" in shown, "Description" in written) == (False, True)
    assert "附防爆證書" in written
    assert ">2,400<" in shown
    assert "2,400.00" not in shown
    assert '<th class="sw-num">Quantity</th>' in shown, "a phone shows it: it is not among the spare ones"


def test_only_what_can_be_done_next_stands_at_the_foot_of_a_phone(crew: Crew) -> None:
    """A bar with nothing in it but the dots would cover the page: then they stand in the head."""
    order, paid = an_order(crew), one_of_each(crew)["sales.payment"]
    at_the_foot = [
        "is-docked" in client.get(reverse(f"{name}.detail", kwargs={"public_id": record.public_id})).content.decode()
        for client, name, record in (
            (client_of(crew.sales), "sales.order", order),
            (client_of(crew.finance), "sales.payment", paid),
        )
    ]
    assert at_the_foot == [True, False]


def test_what_nobody_gave_a_name_is_not_told_in_the_history(crew: Crew) -> None:
    told = [("prices_with_tax", False, True), ("quantity", "1", "2")]
    assert shown_changes(Line, crew.head, told) == told[1:]
