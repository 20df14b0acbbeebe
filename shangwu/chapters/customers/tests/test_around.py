"""Clause 2.5.2: all about a customer stands in one line of time, page by page, for who may see each of it."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.chapters.customers.around import around, place_of
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.chapters.customers.tests.test_opportunities import an_opportunity
from shangwu.chapters.sales.tests.factories import an_order
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


def ago(minutes: float) -> datetime.datetime:
    return clock.now() - datetime.timedelta(minutes=minutes)


def talk(desk: Desk, customer: Customer, count: int, at: datetime.datetime | None = None) -> None:
    rows = [
        Row({"customer": customer, "at": at or ago(10 * place + 1), "summary": f"第{place}次"})
        for place in range(count)
    ]
    for start in range(0, count, 50):
        assert len(act_many(desk.sales, "customers.communication.create", rows[start : start + 50]).done)


def busy(desk: Desk) -> Customer:
    """A customer with one of everything."""
    customer = a_customer(desk.sales)
    talk(desk, customer, 1)
    said: Any = {"customer": customer}
    act(desk.sales, "customers.visit.record", None, said | {"content": "談備品", "actual_at": ago(5)})
    act(desk.sales, "customers.ticket.create", None, said | {"words": "需要備品"})
    act(desk.sales, "customers.promise.create", None, said | {"what": "寄樣", "due_on": clock.now().date()})
    desk.complaint(customer=customer)
    an_opportunity(desk.sales, customer)
    an_order(desk, customer=customer)
    return customer


def names(by: Actor, customer: Customer) -> list[str]:
    found, _older = around(by, customer)
    return sorted(one.kind.name for one in found)


def test_everything_that_happened_stands_in_one_line(desk: Desk) -> None:
    customer = busy(desk)
    assert names(desk.sales, customer) == [
        "customers.communication", "customers.complaint", "customers.opportunity", "customers.promise",
        "customers.ticket", "customers.visit", "sales.order",
    ]  # fmt: skip
    found, _older = around(desk.sales, customer)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)


def test_each_is_seen_through_its_own_gate(desk: Desk) -> None:
    customer = busy(desk)
    assert names(desk.one(), customer) == [], "who has no role sees nothing of it"
    seen = names(desk.one(Role.MARKETING), customer)
    assert "customers.visit" in seen
    assert not {"sales.order", "customers.complaint"} & set(seen), "marketing sees neither orders nor complaints"


def test_pages_follow_each_other_without_a_gap_or_a_double(desk: Desk) -> None:
    customer = a_customer(desk.sales)
    talk(desk, customer, 30, at=ago(3))
    act(desk.sales, "customers.visit.record", None, {"customer": customer, "content": "談備品", "actual_at": ago(3)})
    seen, before = [], None
    for _page in range(10):
        found, older = around(desk.sales, customer, before, 7)
        seen += [(one.kind.name, one.row.pk) for one in found]
        if older is None:
            break
        before = place_of(older.text)
    assert (len(seen), len(set(seen))) == (31, 31)


@pytest.mark.parametrize(
    "text",
    ["", "x", "~~", "2026-01-01~a~1", "2026-01-01T00:00:00+08:00~a~x", "2026-01-01T00:00:00+08:00~a~" + "9" * 40],
)
def test_what_is_no_place_is_the_beginning(text: str) -> None:
    assert place_of(text) is None


def test_queries_do_not_grow_with_what_happened(desk: Desk) -> None:
    customer = busy(desk)
    client = a_client(Person.objects.get(pk=desk.sales.person_id))
    address = f"/customers/customers/{customer.public_id}/?tab=all"

    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(address).status_code == 200
        return len(found)

    counted()
    few = counted()
    talk(desk, customer, 40)
    for _n in range(5):
        act(desk.sales, "customers.ticket.create", None, {"customer": customer, "words": "需要備品"})
    assert counted() == few


def test_the_page_goes_on_with_what_is_earlier(desk: Desk) -> None:
    customer = a_customer(desk.sales)
    talk(desk, customer, 25)
    client = a_client(Person.objects.get(pk=desk.sales.person_id))
    page = client.get(f"/customers/customers/{customer.public_id}/?tab=all").content.decode()
    assert "第19次" in page
    assert "第20次" not in page
    address = page.split('id="sw-earlier"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    earlier = client.get(address, headers={"HX-Request": "true", "HX-Target": "p#sw-earlier"}).content.decode()
    assert "第20次" in earlier
    assert "<html" not in earlier
    assert "<html" in client.get(address).content.decode(), "without scripts it is a page of its own"
    stranger = a_client(Person.objects.get(pk=desk.colleague.person_id))
    assert stranger.get(address).status_code == 404
