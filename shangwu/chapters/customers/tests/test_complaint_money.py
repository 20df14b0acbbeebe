"""Clause 2.5.3: compensation by the authority table, and the law where it gives consumers more."""

from decimal import Decimal

import pytest

from shangwu.chapters.customers.compensation import legal_least
from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.approvals.models import Request, Ticket
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.3")]

D = Decimal


@pytest.fixture
def one(desk: Desk) -> Complaint:
    for by in (desk.vice, desk.finance, desk.law):
        assert by.person_id
    return desk.brought_to("proposed")


def request_of(one: Complaint) -> Request:
    return Request.objects.filter(subject_id=one.public_id).latest("pk")


def decide(by: Actor, verb: str, one: Complaint) -> str:
    return attempt(by, f"approvals.request.{verb}", request_of(one), {"opinion": "看過"})


def asked(one: Complaint) -> set[int]:
    waiting = Ticket.objects.filter(request=request_of(one), state__in=["waiting", "later"])
    return set(waiting.values_list("person_id", flat=True))


@pytest.mark.parametrize(
    ("amount", "who"), [("5000", "head"), ("5000.01", "vice"), ("50000", "vice"), ("50000.01", "executive")]
)
def test_who_grants_it_follows_from_the_amount(desk: Desk, one: Complaint, amount: str, who: str) -> None:
    desk.does("ask_compensation", one, amount=amount)
    assert desk.tries("carry_out", one) == "compensation", "nothing is promised before it is decided"
    decide(desk.finance, "approve", one)
    assert getattr(desk, who).person_id in asked(one)
    assert decide(getattr(desk, who), "approve", one) == "done"
    found = one.fresh
    assert (found.compensation, found.compensation_asked) == (D(amount), None)
    assert desk.tries("carry_out", one) == "done"


def test_what_is_denied_is_not_owed(desk: Desk, one: Complaint) -> None:
    desk.does("ask_compensation", one, amount="100")
    assert desk.tries("ask_compensation", one, amount="100") == "asked"
    decide(desk.finance, "approve", one)
    assert decide(desk.head, "reject", one) == "done"
    assert (one.fresh.compensation, one.fresh.compensation_asked) == (None, None)


def test_nobody_grants_beside_a_decision(desk: Desk, one: Complaint) -> None:
    for by in (desk.service, desk.head, desk.executive):
        assert desk.tries("grant", one, by=by) == "forbidden"


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_an_amount_is_above_zero_in_whole_cents(desk: Desk, one: Complaint, amount: str) -> None:
    assert desk.tries("ask_compensation", one, amount=amount) == "invalid"


def deceived(desk: Desk, price: str, **values: object) -> Complaint:
    customer = a_customer(desk.sales, kind="person")
    given = {"customer": customer, "is_consumer": True, "is_fraud": True, "price_paid": price} | values
    return desk.complaint(**given)


@pytest.mark.parametrize(("price", "least"), [("300", "900"), ("100", "500"), ("166.67", "500.01")])
def test_a_deceived_consumer_gets_three_times_the_price_or_five_hundred(desk: Desk, price: str, least: str) -> None:
    assert legal_least(deceived(desk, price)) == D(least)
    assert legal_least(deceived(desk, price, is_consumer=False)) is None
    assert legal_least(deceived(desk, price, is_fraud=False)) is None


def test_less_than_the_law_gives_is_put_before_the_lawyers(desk: Desk) -> None:
    for by in (desk.vice, desk.finance, desk.law):
        assert by.person_id
    short = desk.brought_to("proposed", deceived(desk, "300"))
    desk.does("ask_compensation", short, amount="899")
    assert desk.law.person_id in asked(short)
    enough = desk.brought_to("proposed", deceived(desk, "300"))
    desk.does("ask_compensation", enough, amount="900")
    assert desk.law.person_id not in asked(enough)
