"""Payments count to the cent, once, and decide when an order is paid (2.6.1)."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Order, Payment
from shangwu.chapters.sales.tests.factories import (
    a_confirmed_order,
    a_product,
    a_shipped_order,
    an_order,
    attempt,
    today,
)
from shangwu.foundation.actions.door import act
from shangwu.foundation.records.actors import Source

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal


@pytest.fixture
def crew() -> Crew:
    return Crew()


def pay(crew: Crew, order: Order, amount: str, **values: object) -> str:
    given = {"order": order, "amount": amount, "received_on": today(crew)} | values
    return attempt(crew.finance, "sales.payment.create", None, given)


def test_partial_payments_add_up_and_the_rest_stays_owed(crew: Crew) -> None:
    order = a_confirmed_order(crew)
    assert [pay(crew, order, "100"), pay(crew, order, "111"), pay(crew, order, "110")] == ["done", "overpaid", "done"]
    order = order.fresh
    assert (order.paid, order.base_open, order.state) == (D(210), D(0), "confirmed"), "paid, but not yet delivered"


@pytest.mark.parametrize(
    ("amount", "code"), [("0", "invalid"), ("-5", "invalid"), ("0.5", "precision"), ("1e20", "invalid")]
)
def test_a_bad_amount_is_refused(crew: Crew, amount: str, code: str) -> None:
    assert pay(crew, a_confirmed_order(crew), amount) == code


@pytest.mark.parametrize("by_import", [False, True])
def test_money_that_is_still_to_come_frees_no_credit(crew: Crew, by_import: bool) -> None:
    """By the day of the legal entity, whoever enters it: a person, or a file that is imported."""
    order = a_confirmed_order(crew)
    by = replace(crew.finance, source=Source.IMPORT) if by_import else crew.finance
    tomorrow = today(crew) + datetime.timedelta(days=1)
    given = {"order": order, "amount": "210", "received_on": tomorrow}
    assert attempt(by, "sales.payment.create", None, given) == "day"
    assert attempt(by, "sales.payment.allot", None, given | {"reference": "B9", "transferred": "210"}) == "day"
    assert order.fresh.base_open == D(210)
    assert attempt(by, "sales.payment.create", None, given | {"received_on": today(crew)}) == "done"


def test_nothing_is_paid_before_confirmation(crew: Crew) -> None:
    assert pay(crew, an_order(crew), "1") == "unpayable"


def test_only_finance_enters_payments(crew: Crew) -> None:
    given = {"order": a_confirmed_order(crew), "amount": "1", "received_on": today(crew)}
    assert attempt(crew.sales, "sales.payment.create", None, given) == "forbidden"


def test_a_bank_reference_counts_once(crew: Crew) -> None:
    order = a_confirmed_order(crew)
    assert [pay(crew, order, "10", reference="B1"), pay(crew, order, "10", reference="B1")] == ["done", "duplicate"]


def test_the_same_payment_sent_twice_counts_once(crew: Crew) -> None:
    order = a_confirmed_order(crew)
    given = {"order": str(order.public_id), "amount": "10", "received_on": str(today(crew))}
    for _time in range(2):
        act(crew.finance, "sales.payment.create", None, given, key="k")
    assert order.fresh.paid == D(10)


def test_delivered_invoiced_and_paid_in_any_order_ends_paid_and_closes(crew: Crew) -> None:
    order, shipment = a_shipped_order(crew)
    assert pay(crew, order, "210") == "done"
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    assert order.fresh.state == "paid"
    assert attempt(crew.support, "sales.order.close", order) == "done"


def test_an_invoice_waits_for_its_payment(crew: Crew) -> None:
    order, shipment = a_shipped_order(crew)
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    act(crew.finance, "sales.order.invoice", order, {"invoice_number": "AB12345678", "invoiced_on": today(crew)})
    assert order.fresh.state == "invoiced"
    pay(crew, order, "210")
    assert order.fresh.state == "paid"


def test_a_void_payment_is_owed_again(crew: Crew) -> None:
    order, shipment = a_shipped_order(crew)
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    pay(crew, order, "210")
    payment = Payment.objects.get(order=order)
    act(crew.finance, "sales.payment.void", payment, reason="退票")
    order = order.fresh
    assert (order.state, order.paid, order.base_open) == ("delivered", D(0), D(210))
    assert attempt(crew.finance, "sales.payment.void", payment, reason="退票") == "state"


def test_a_foreign_order_is_settled_in_its_own_currency(crew: Crew) -> None:
    lines = [{"product": a_product(), "quantity": "3", "unit_price": "3.33"}]
    order = a_confirmed_order(crew, lines, currency="USD", rate="31.37")
    assert (order.gross, order.base_open) == (D("10.49"), D(329))
    assert pay(crew, order, "0.49") == "done"
    assert order.fresh.base_open == D(314), "10.00 at 31.37, rounded once"
    assert pay(crew, order, "10.00") == "done"
    assert order.fresh.base_open == D(0)
