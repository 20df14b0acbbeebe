"""Clause 2.6.1: what was approved with a quotation is not asked again; limits are compared in our own currency."""

from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.customers.tests.writing import a_word
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import a_product, a_quotation, an_order, attempt, review_of, today
from shangwu.foundation.actions.door import act
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]


@pytest.fixture
def crew() -> Crew:
    found = Crew()
    for by in (found.sales, found.support, found.head, found.vice, found.executive, found.finance):
        assert by.person_id
    return found


def ordered(crew: Crew, discount: str = "0.08", **values: Any) -> Order:
    """The order of a quotation whose discount the head has released."""
    line = {"product": a_product(), "quantity": "2", "discount": discount}
    made = a_quotation(crew, [line], **values)
    act(crew.sales, "sales.quotation.submit", made)
    for by in (crew.finance, crew.head):
        act(by, "approvals.request.approve", review_of(made), {"opinion": "同意"})  # type: ignore[arg-type]
    act(crew.sales, "sales.quotation.send", made.fresh, {"by_mail": False})
    act(crew.sales, "sales.quotation.accept", made.fresh, {"proof": a_word(made.customer)})
    act(crew.sales, "sales.quotation.order", made.fresh)
    found: Order = Order.objects.get(quotation=made)
    return found


def confirmed(crew: Crew, order: Order) -> str:
    return attempt(crew.support, "sales.order.confirm", order.fresh, {"promised_on": today(crew)})


def test_an_order_of_a_released_quotation_is_routine(crew: Crew) -> None:
    order = ordered(crew)
    assert (order.special_because, order.authority, order.covered_because) == ([], "", ["discount"])
    assert confirmed(crew, order) == "done"


def test_the_same_discount_without_a_released_quotation_is_special(crew: Crew) -> None:
    """The negative control."""
    order = an_order(crew, [{"product": a_product(), "quantity": "2", "discount": "0.08"}])
    assert order.special_because == ["discount"]
    assert confirmed(crew, order) == "review"


def test_it_stays_covered_while_prices_and_terms_stay(crew: Crew) -> None:
    order = ordered(crew)
    act(crew.sales, "sales.order.edit", order, {"po_number": "PO-9", "ship_to_address": "新北市"})
    assert order.fresh.special_because == []
    assert confirmed(crew, order) == "done"


@pytest.mark.parametrize("change", [{"quantity": "3"}, {"discount": "0.09"}, {"unit_price": "99"}])
def test_other_prices_or_quantities_are_reviewed_anew(crew: Crew, change: dict[str, str]) -> None:
    order = ordered(crew)
    line = {"product": order.lines.get().product, "quantity": "2", "discount": "0.08"} | change
    act(crew.sales, "sales.order.edit", order, {"lines": [line]})
    assert order.fresh.special_because == ["discount"]
    assert confirmed(crew, order) == "review"


def test_what_the_quotation_was_not_asked_for_is_asked_of_the_order(crew: Crew) -> None:
    order = ordered(crew)
    act(HOUSE, "sales.product.edit", order.lines.get().product, {"cost": "95"})
    act(crew.sales, "sales.order.edit", order, {"note": "x"})
    assert order.fresh.special_because == ["cost"]


def test_a_limit_is_compared_in_our_own_currency_by_the_dated_rate(crew: Crew) -> None:
    line = {"product": a_product(), "quantity": "1", "unit_price": "1000", "discount": "0.5"}
    order = an_order(crew, [line], currency="USD", rate="31.5", customer=a_customer(crew.sales))
    act(crew.sales, "sales.order.submit", order)
    request = review_of(order)
    assert (order.gross, order.currency) == (Decimal(525), "USD")
    assert (request.amount, request.currency) == (order.base_gross, "TWD")
    assert request.amount == Decimal(16538), "525 at 31.5, to the dollar"


@pytest.mark.clause("2.6.2")
def test_a_contract_in_a_foreign_currency_takes_its_orders_rate_or_asks_for_one() -> None:
    house = House()
    line = {"product": a_product(stock=100), "quantity": "2", "unit_price": "2000"}
    order = an_order(house, [line], currency="USD", rate="31.5", customer=house.a_customer())
    contract = house.a_draft(order, currency="USD")
    assert (contract.amount, contract.rate, contract.rated_on) == (Decimal(4200), Decimal("31.5"), order.rated_on)
    assert (contract.base_amount, contract.base_currency) == (Decimal(132300), "TWD"), "beyond the head's 100,000"
    given = house.terms(order, covered=[], deliveries=[], currency="USD")
    assert attempt(house.sales, "sales.contract.create", None, given) == "rate"
    assert attempt(house.sales, "sales.contract.create", None, given | {"rate": "32"}) == "done"
