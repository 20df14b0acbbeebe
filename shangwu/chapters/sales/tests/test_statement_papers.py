"""Clause 2.6.2: what goes to the customer to be signed: each order, what is open by its age, the balance in words."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from shangwu.chapters.sales.accounts import quarter_end
from shangwu.chapters.sales.models import Order, Statement
from shangwu.chapters.sales.statement_papers import facts_of
from shangwu.chapters.sales.tests.contracting import DAY, House
from shangwu.chapters.sales.tests.factories import today
from shangwu.chapters.sales.tests.test_statements import draw, invoiced
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

D = Decimal


@pytest.fixture
def house() -> House:
    return House()


def facts(statement: Statement) -> dict[str, Any]:
    lines = list(statement.lines.order_by("position"))
    with translation.override("en"):
        return facts_of(statement, lines, Order.objects.in_bulk([one.order_id for one in lines]), "岳澄精密")


def address(statement: Statement) -> str:
    return reverse("sales.statement.paper", kwargs={"public_id": statement.public_id})


def client_of(by: Actor, language: str = "en") -> Client:
    return a_client(Person.objects.get(pk=by.person_id), language)


def test_it_names_each_order_by_both_numbers_and_adds_up(house: House) -> None:
    until, customer = quarter_end(today(house)), house.a_customer()
    old = invoiced(house, until - 40 * DAY, customer=customer, po_number="PO-77")
    young = invoiced(house, until, customer=customer)
    given = {"order": young, "amount": "50", "received_on": until}
    act(house.finance, "sales.payment.create", None, given)
    found = facts(draw(house, old, until))
    assert [row[1] for row in found["lines"]] == [f"{old.number} · PO-77", young.number]
    assert [row[3] for row in found["lines"]] == [old.invoice_number, young.invoice_number]
    assert [row[4:] for row in found["lines"]] == [["210", "0", "210"], ["210", "50", "160"]]
    assert len(found["heads"]) == len(found["lines"][0]), "what nothing was credited for has no column"
    assert [(one["label"], one["value"]) for one in found["sums"]] == [
        ("Not yet due", "TWD 160"), ("Overdue 31 to 60 days", "TWD 210"), ("Balance payable to us", "TWD 370"),
        ("Balance in words", "新臺幣叁佰柒拾元整"),
    ]  # fmt: skip


def test_what_we_owe_is_said_to_be_the_customers(house: House) -> None:
    until = quarter_end(today(house))
    statement = draw(house, invoiced(house, until), until)
    statement.balance = D(-50)
    sums = facts(statement)["sums"]
    assert [one["value"] for one in sums[-2:]] == ["TWD 50", "新臺幣伍拾元整"]
    assert sums[-2]["label"] == "Balance payable to you"


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
def test_it_is_a4_pdf_for_who_settles_the_account(house: House, language: str) -> None:
    until = quarter_end(today(house))
    statement = draw(house, invoiced(house, until, po_number="#let x = [*"), until)
    page = reverse("sales.statement.detail", kwargs={"public_id": statement.public_id})
    for by in (house.sales, house.finance, house.head):
        client = client_of(by, language)
        assert address(statement) in client.get(page).content.decode()
        answer = client.get(address(statement))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert re.search(rb"/MediaBox ?\[ ?0 0 595\.\d+ 841\.\d+ ?\]", answer.content), "A4"
    assert client_of(house.colleague, language).get(address(statement)).status_code == 404


def test_who_does_not_see_all_of_its_orders_gets_no_paper(house: House) -> None:
    until, customer = quarter_end(today(house)), house.a_customer()
    order = invoiced(house, until, customer=customer)
    statement = draw(house, order, until)
    given = {"to": Person.objects.get(pk=house.colleague.person_id or 0)}
    act(house.head, "sales.order.transfer", order, given, reason="換人負責")
    page = reverse("sales.statement.detail", kwargs={"public_id": statement.public_id})
    for by, status in ((house.finance, 200), (house.sales, 404)):
        client = client_of(by)
        assert client.get(address(statement)).status_code == status
        assert (address(statement) in client.get(page).content.decode()) == (status == 200)
