"""Clauses 2.6.1, 2.6.3: what a customer owes in another currency counts at the day's rate, to the cent."""

from decimal import Decimal

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.pages.order_changes import effects
from shangwu.chapters.sales.tests.factories import a_confirmed_order, an_order, attempt, today
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal


@pytest.fixture
def crew() -> Crew:
    return Crew()


def limit(customer: Customer, amount: str) -> None:
    act(HOUSE, "customers.customer.set_terms", customer.fresh, {"credit_limit": amount})


def a_rate(crew: Crew, currency: str, own: str, rate: str) -> None:
    given = {"currency": currency, "own": own, "day": today(crew), "rate": rate}
    act(crew.finance, "sales.exchangerate.create", None, given)


def confirm(by: Actor, order: Order, crew: Crew) -> str:
    return attempt(by, "sales.order.confirm", order.fresh, {"promised_on": today(crew)})


def again(by: Actor) -> Actor:
    """The same person, with what their legal entity says now."""
    return actor_of(Person.objects.get(pk=by.person_id or 0))


def in_yuan(crew: Crew) -> tuple[Customer, Order]:
    """A customer who owes 210 Taiwan dollars for an order of before the books were kept in yuan, and an order of 210
    yuan that was taken since."""
    customer = a_customer(crew.sales)
    before = a_confirmed_order(crew, customer=customer)
    act(HOUSE, "people.entity.edit", crew.entity, {"currency": "CNY"})
    since = an_order(crew, by=again(crew.sales), customer=customer)
    assert (before.base_currency, since.base_currency) == ("TWD", "CNY")
    assert (before.base_open, since.base_gross) == (D(210), D(210))
    return customer, since


@pytest.mark.parametrize(
    ("rate", "enough", "short"),
    [(("TWD", "CNY", "0.22"), "256.20", "256.19"), (("CNY", "TWD", "4.5"), "256.67", "256.66")],
)
def test_debts_of_before_the_books_changed_their_currency_are_converted(
    crew: Crew, rate: tuple[str, str, str], enough: str, short: str
) -> None:
    customer, order = in_yuan(crew)
    support = again(crew.support)
    limit(customer, "300")
    assert confirm(support, order, crew) == "rate", "no rate is known: finance is asked for it"
    a_rate(crew, *rate)
    limit(customer, short)
    assert confirm(support, order, crew) == "credit"
    limit(customer, enough)
    assert confirm(support, order, crew) == "done", "420 of no currency at all would have been too much"


def test_in_one_currency_no_rate_is_asked_for(crew: Crew) -> None:
    customer = a_customer(crew.sales, credit="420")
    a_confirmed_order(crew, customer=customer)
    assert confirm(crew.support, an_order(crew, customer=customer), crew) == "done", "the control"
    assert confirm(crew.support, an_order(crew, customer=customer), crew) == "credit"


def test_without_a_limit_no_rate_is_asked_for(crew: Crew) -> None:
    _customer, order = in_yuan(crew)
    assert confirm(again(crew.support), order, crew) == "done"


@pytest.mark.parametrize(("most", "answer"), [("945", "done"), ("944", "credit")])
def test_the_limit_is_in_the_currency_of_the_customers_legal_entity(crew: Crew, most: str, answer: str) -> None:
    """The order is another legal entity's: 210 yuan are 945 Taiwan dollars."""
    other = Crew(currency="CNY")
    other.__dict__.update(department=crew.department, leader=crew.leader)
    customer = a_customer(crew.sales, credit=most)
    order = an_order(crew, by=other.support, customer=customer)
    a_rate(crew, "CNY", "TWD", "4.5")
    assert order.base_currency == "CNY"
    assert confirm(other.head, order, crew) == answer


@pytest.mark.clause("2.6.3")
def test_goods_are_held_by_the_same_account(crew: Crew) -> None:
    customer, order = in_yuan(crew)
    a_rate(crew, "TWD", "CNY", "0.22")
    limit(customer, "300")
    assert confirm(again(crew.support), order, crew) == "done"
    ships = again(crew.logistics)
    act(ships, "sales.order.make_ready", order.fresh)
    limit(customer, "256.19")
    assert attempt(ships, "sales.order.ship", order.fresh) == "credit_hold"
    limit(customer, "256.20")
    assert attempt(ships, "sales.order.ship", order.fresh) == "done"


def test_who_reviews_sees_what_is_left_in_the_orders_own_currency(crew: Crew) -> None:
    for by in (crew.executive, crew.vice, crew.head, crew.finance, crew.support):
        assert by.person_id
    customer, order = in_yuan(crew)
    limit(customer, "256.19")
    a_rate(crew, "TWD", "CNY", "0.22")
    seller = again(crew.sales)
    act(seller, "sales.order.submit", order.fresh)
    assert "credit" in order.fresh.special_because
    told = effects(again(crew.one(Role.FINANCE)), order.fresh)
    assert told is not None
    (credit,) = (one.said for one in told["effects"] if one.bad)
    assert "46.20" in credit
    assert "0.01" in credit
