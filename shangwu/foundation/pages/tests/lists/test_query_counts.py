"""A list asks the database equally often for three rows and for thirty, whoever reads and whatever rows refer to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.tests.factories import a_product, an_order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.pages.tests.lists.test_list_page import client_of, text_of
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from tests.builders import a_department, a_person

pytestmark = pytest.mark.django_db

MOST = 24
"""Queries of a list page in all: session, account, reader, frame, rows, one per referred record type."""


def queries(actor: Actor, address: str) -> int:
    client = client_of(actor)
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize("address", ["/customers/customers/", "/sales/orders/", "/sales/orders/later/"])
@pytest.mark.parametrize("reader", ["sales", "head", "executive"])
def test_more_rows_ask_no_more_queries(address: str, reader: str) -> None:
    crew = Crew()
    product = a_product(stock=10_000)
    for one in (crew.sales, crew.colleague):
        an_order(crew, [{"product": product, "quantity": 1}], by=one)
    few = queries(getattr(crew, reader), address)
    for one in (crew.sales, crew.one(Role.SALES), crew.one(Role.SALES)):
        for _ in range(4):
            an_order(crew, [{"product": product, "quantity": 1}], by=one)
    many = queries(getattr(crew, reader), address)
    assert many == few
    assert many <= MOST


def test_records_that_refer_to_others_are_named_in_one_query_each() -> None:
    actor = actor_of(a_person(Role.ADMINISTRATOR, department=a_department(), whole_company=True))
    a_person(Role.SALES, department=a_department())
    address = reverse("people.roleassignment.list")
    few = queries(actor, address)
    for _ in range(6):
        a_person(Role.SALES, Role.HEAD, department=a_department())
    assert queries(actor, address) == few


def test_the_rows_are_really_there() -> None:
    crew = Crew()
    customer = a_customer(crew.sales)
    assert str(customer.public_id) in text_of(client_of(crew.head).get("/customers/customers/"))
