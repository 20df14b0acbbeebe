"""Clauses 2.6.1, 2.7.1: two legal entities of one house keep their books in two currencies, and nothing mixes them."""

from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Product
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.people.models import Department
from tests.builders import HOUSE

pytestmark = pytest.mark.django_db

D = Decimal


class Suzhou(Crew):
    """The people of the mainland company, in the same department as those of the Taiwanese one."""

    def __init__(self, taiwan: Crew) -> None:
        super().__init__("CNY", "CN")
        self._taiwan = taiwan

    @cached_property
    def department(self) -> Department:
        return self._taiwan.department


@pytest.fixture
def taiwan() -> Crew:
    return Crew()


@pytest.fixture
def suzhou(taiwan: Crew) -> Crew:
    return Suzhou(taiwan)


def a_taiwanese_product(taiwan: Crew) -> Product:
    """One that is listed at 2,921 dollars, costs 2,000 and goes for 2,500 at least."""
    goods = a_product(by=taiwan.support, list_price="2921")
    made: Product = act(HOUSE, "sales.product.edit", goods, {"cost": "2000", "minimum_price": "2500"}).record
    return made


def refused_at(crew: Crew, line: dict[str, Any]) -> set[str]:
    given = {"customer": a_customer(crew.sales), "lines": [line]}
    with pytest.raises(Refusal) as said:
        act(crew.sales, "sales.order.create", None, given)
    return set(said.value.fields)


@pytest.mark.clause("2.6.1")
def test_a_price_in_the_books_of_another_legal_entity_is_none_of_ours(taiwan: Crew, suzhou: Crew) -> None:
    """A product of 2,921 Taiwan dollars is not offered at 2,921 yuan, nor taxed as in Taiwan; its cost is not known."""
    goods = a_taiwanese_product(taiwan)
    assert refused_at(suzhou, {"product": goods, "quantity": "1"}) == {"lines.0.unit_price"}
    assert refused_at(suzhou, {"product": goods, "quantity": "1", "unit_price": "650"}) == {"lines.0.tax_rate"}
    whole = {"product": goods, "quantity": "1", "unit_price": "650", "tax_rate": "0.13"}
    given = {"customer": a_customer(suzhou.sales), "lines": [whole]}
    order = act(suzhou.sales, "sales.order.create", None, given).record
    (line,) = order.lines.all()
    assert (order.base_currency, line.net, line.tax, line.list_price, line.cost) == ("CNY", 650, D("84.5"), None, None)
    assert order.special_because == [], "650 yuan are not below a lowest price of 2,500 dollars"


@pytest.mark.clause("2.6.1")
def test_within_its_own_legal_entity_the_product_says_price_cost_and_tax(taiwan: Crew) -> None:
    """The control."""
    given = {"customer": a_customer(taiwan.sales), "lines": [{"product": a_taiwanese_product(taiwan), "quantity": "1"}]}
    (line,) = act(taiwan.sales, "sales.order.create", None, given).record.lines.all()
    assert (line.net, line.list_price, line.cost, line.tax_rate) == (2921, 2921, 2000, D("0.05"))


@pytest.mark.clause("2.7.1")
@pytest.mark.parametrize("by", [(), ("month",), ("category",), ("product",)], ids=str)
def test_revenue_is_never_the_sum_of_two_currencies(
    taiwan: Crew, suzhou: Crew, by: tuple[str, ...], tmp_path: Path, settings: Any
) -> None:
    """Whoever sees both companies' orders reads those that are kept in the currency of their own, month by month and
    row by row."""
    settings.FACTS = tmp_path / "facts"
    for crew, price in ((taiwan, "100"), (suzhou, "7")):
        a_confirmed_order(crew, [{"product": a_product(list_price=price), "quantity": "1"}])
    export("sales.lines")
    for reader, sum_of_it in ((taiwan.executive, 100), (suzhou.executive, 7)):
        answer = ask(reader, ["sales.revenue", "sales.orders"], by=by)
        assert [row[len(by) :] for row in answer.rows] == [(sum_of_it, 1)]
