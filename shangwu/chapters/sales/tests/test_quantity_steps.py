"""Clause 2.6.1: a quantity that reaches another step of the list takes that step's price; one agreed by hand stays."""

from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Product
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, a_quotation, an_order, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal


@pytest.fixture
def crew() -> Crew:
    return Crew()


def stepped(crew: Crew, **values: Any) -> Product:
    """A product at 100, at 90 from ten pieces on and at 80 from a hundred."""
    product = a_product(list_price="100", **values)
    prices = [
        {"product": product, "least_quantity": least, "price": price}
        for least, price in (("0", "100"), ("10", "90"), ("100", "80"))
    ]
    given = {"name": f"級距 {product.code}", "currency": "TWD", "valid_from": today(crew), "prices": prices}
    act(crew.head, "sales.pricelist.create", None, given)
    return product


def one_line(product: Product, quantity: str, **values: Any) -> list[dict[str, Any]]:
    return [{"product": product, "quantity": quantity} | values]


def prices(document: Any) -> list[Decimal]:
    return [one.unit_price for one in document.lines.order_by("position")]


@pytest.mark.parametrize("record", ["order", "quotation"])
@pytest.mark.parametrize("by_form", [True, False])
def test_the_price_follows_the_quantity_up_and_down(crew: Crew, record: str, by_form: bool) -> None:
    ball, edit = stepped(crew), f"sales.{record}.edit"
    made = (an_order if record == "order" else a_quotation)(crew, one_line(ball, "1"))
    assert prices(made) == [D(100)]
    for quantity, price in (("9", 100), ("10", 90), ("250", 80), ("99", 90), ("2", 100)):
        said = {"unit_price": prices(made)[0]} if by_form else {}
        made = act(crew.sales, edit, made, {"lines": one_line(ball, quantity, **said)}).record
        assert prices(made) == [D(price)], quantity
        assert made.net == D(quantity) * price
        assert made.lines.get().list_price == D(price)


def test_a_price_that_was_agreed_by_hand_stays(crew: Crew) -> None:
    ball = stepped(crew)
    order = an_order(crew, one_line(ball, "1", unit_price="96"))
    moved = act(crew.sales, "sales.order.edit", order, {"lines": one_line(ball, "10", unit_price="96")}).record
    assert prices(moved) == [D(96)]
    beside = an_order(crew, one_line(ball, "1"))
    moved = act(crew.sales, "sales.order.edit", beside, {"lines": one_line(ball, "10", unit_price="97")}).record
    assert prices(moved) == [D(97)], "entered beside the new quantity"
    kept = act(crew.sales, "sales.order.edit", moved, {"lines": one_line(ball, "20", unit_price="97")}).record
    assert prices(kept) == [D(97)]


def test_within_a_step_a_list_that_has_changed_since_moves_nothing(crew: Crew) -> None:
    ball = a_product(list_price="100")
    order = an_order(crew, one_line(ball, "1"))
    act(HOUSE, "sales.product.edit", ball, {"list_price": "120"})
    same = act(crew.sales, "sales.order.edit", order, {"lines": one_line(ball, "2", unit_price="100")}).record
    assert prices(same) == [D(100)], "the control: no other step, no other price"


def test_of_two_lines_of_a_product_only_the_one_whose_quantity_moves_is_priced_anew(crew: Crew) -> None:
    ball = stepped(crew)
    order = an_order(crew, one_line(ball, "1") + one_line(ball, "2"))
    lines = one_line(ball, "1", unit_price="100") + one_line(ball, "100", unit_price="100")
    assert prices(act(crew.sales, "sales.order.edit", order, {"lines": lines}).record) == [D(100), D(80)]


def test_a_change_of_a_confirmed_order_follows_too(crew: Crew) -> None:
    for by in (crew.executive, crew.vice, crew.head, crew.finance, crew.support):
        assert by.person_id
    ball = stepped(crew)
    order = a_confirmed_order(crew, one_line(ball, "1"))
    given = {"lines": one_line(ball, "10", unit_price="100")}
    changed = act(crew.sales, "sales.order.change", order, given, reason="加購").record
    assert prices(changed) == [D(90)]


def test_the_form_says_the_other_price_before_it_is_saved(crew: Crew) -> None:
    ball = stepped(crew)
    order = an_order(crew, one_line(ball, "1"))
    client = a_client(Person.objects.get(pk=crew.sales.person_id or 0))
    sent = {
        "version": "1", "lines-TOTAL_FORMS": "1", "lines-0-product": str(ball.public_id), "lines-0-quantity": "9",
        "lines-0-unit_price": "100", "customer": str(order.customer.public_id) if order.customer else "",
    }  # fmt: skip
    url = f"/preview/sales.order.edit/{order.public_id}/"
    assert "instead of" not in client.post(url, sent).content.decode()
    told = client.post(url, sent | {"lines-0-quantity": "10"}).content.decode()
    assert "row 1: Unit price: 90 instead of 100" in told
