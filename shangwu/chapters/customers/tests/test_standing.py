"""Clause 2.5.1: the blacklist is asked for by one and decided by another, both ways."""

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer, blacklist
from shangwu.chapters.sales.tests.factories import a_product, attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]


@pytest.fixture
def crew() -> Crew:
    made = Crew()
    assert made.head
    assert made.executive
    return made


def ask(by: Actor, verb: str, customer: Customer) -> str:
    return attempt(by, f"customers.customer.{verb}", customer, reason="欠款")


def decide(by: Actor, verb: str, customer: Customer) -> str:
    asked = Request.objects.filter(subject_id=customer.public_id).latest("pk")
    return attempt(by, f"approvals.request.{verb}", asked, {"opinion": "同意"})


def test_who_asks_does_not_decide_and_the_head_does(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    assert ask(crew.sales, "ask_blacklisting", customer) == "done"
    assert customer.fresh.state == "lead", "asked is not decided"
    assert decide(crew.sales, "approve", customer) == "forbidden"
    assert decide(crew.head, "approve", customer) == "done"
    assert (customer.fresh.state, customer.fresh.blacklisted_by_id) == ("blacklisted", crew.head.person_id)


def test_nobody_blacklists_by_hand_or_without_a_reason(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    for by in (crew.sales, crew.head, crew.executive, HOUSE):
        assert attempt(by, "customers.customer.blacklist", customer, reason="欠款") == "forbidden"
    assert attempt(crew.sales, "customers.customer.ask_blacklisting", customer) == "invalid"


def test_a_rejected_wish_changes_nothing(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    ask(crew.sales, "ask_blacklisting", customer)
    assert decide(crew.head, "reject", customer) == "done"
    assert customer.fresh.state == "lead"


def test_a_head_does_not_decide_on_an_own_customer(crew: Crew) -> None:
    other = crew.one(Role.HEAD)
    customer = a_customer(crew.head)
    ask(crew.support, "ask_blacklisting", customer)
    assert decide(crew.head, "approve", customer) == "forbidden"
    assert decide(other, "approve", customer) == "done"


def test_no_order_is_taken_and_no_claim_made_until_the_executive_lifts_it(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    blacklist(crew, customer)
    lines = [{"product": a_product(), "quantity": "1"}]
    order = {"customer": customer, "lines": lines}
    assert attempt(crew.sales, "sales.order.create", None, order) == "blacklisted"
    assert customer.fresh.protected_until is None
    assert ask(crew.head, "ask_pardon", customer) == "done"
    assert decide(crew.head, "approve", customer) == "forbidden"
    assert decide(crew.executive, "approve", customer) == "done"
    assert customer.fresh.state == "potential"
    assert customer.fresh.protected_until is not None
    assert attempt(crew.sales, "sales.order.create", None, order) == "done"


def test_a_customer_who_had_ordered_is_one_again_since_the_same_day(crew: Crew) -> None:
    customer = act(HOUSE, "customers.customer.win", a_customer(crew.sales)).record
    blacklist(crew, customer)
    ask(crew.support, "ask_pardon", customer)
    decide(crew.executive, "approve", customer)
    assert (customer.fresh.state, customer.fresh.won_at) == ("won", customer.won_at)


def test_a_wish_lapses_with_its_file(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    ask(crew.sales, "ask_blacklisting", customer)
    act(crew.sales, "customers.customer.archive", customer)
    assert Request.objects.get(subject_id=customer.public_id).state != "running"


def test_one_wish_at_a_time(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    assert ask(crew.sales, "ask_blacklisting", customer) == "done"
    assert ask(crew.support, "ask_blacklisting", customer) == "constraint"
