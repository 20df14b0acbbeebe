"""Clause 2.6.1: a draft that goes to another customer takes that customer's prices, days and address; what was agreed
by hand stays."""

from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order, Product
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, a_quotation, an_order, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

D = Decimal


@pytest.fixture
def crew() -> Crew:
    return Crew()


def listed(crew: Crew, customer: Customer, product: Product, price: str) -> Customer:
    """The customer with a price of its own."""
    given = {
        "name": f"專案價 {customer.name}", "currency": "TWD", "valid_from": today(crew), "customer": customer,
        "prices": [{"product": product, "least_quantity": "0", "price": price}],
    }  # fmt: skip
    act(crew.head, "sales.pricelist.create", None, given)
    return customer


def said_again(document: Any) -> list[dict[str, Any]]:
    """The lines as a form sends them along."""
    lines = document.lines.order_by("position")
    return [{"product": one.product, "quantity": one.quantity, "unit_price": one.unit_price} for one in lines]


def prices(document: Any) -> list[Decimal]:
    return [one.unit_price for one in document.lines.order_by("position")]


def two_lines(crew: Crew, record: str, customer: Customer, ball: Product) -> Any:
    """A draft: the first line at the list's price, the second at one that was agreed by hand."""
    lines = [{"product": ball, "quantity": "1"}, {"product": ball, "quantity": "1", "unit_price": "88"}]
    return (an_order if record == "order" else a_quotation)(crew, lines, customer=customer)


@pytest.mark.parametrize("record", ["order", "quotation"])
@pytest.mark.parametrize("by_form", [True, False])
def test_the_list_of_the_new_customer_counts_and_what_was_agreed_by_hand_stays(
    crew: Crew, record: str, by_form: bool
) -> None:
    ball = a_product()
    former = listed(crew, a_customer(crew.sales), ball, "90")
    other = listed(crew, a_customer(crew.sales), ball, "95")
    made = two_lines(crew, record, former, ball)
    assert prices(made) == [D(90), D(88)]
    given = {"customer": other} | ({"lines": said_again(made)} if by_form else {})
    moved = act(crew.sales, f"sales.{record}.edit", made, given).record
    assert prices(moved) == [D(95), D(88)]
    assert [one.list_price for one in moved.lines.order_by("position")] == [D(95), D(95)]
    assert moved.net == D(183)
    plain = act(crew.sales, f"sales.{record}.edit", moved, {"customer": a_customer(crew.sales)}).record
    assert prices(plain) == [D(100), D(88)], "the product's own price where no list is theirs"
    same = act(crew.sales, f"sales.{record}.edit", plain, {"note": "急件", "lines": said_again(plain)}).record
    assert prices(same) == [D(100), D(88)], "the control: without another customer nothing moves"


def test_a_price_that_is_entered_beside_the_new_customer_counts(crew: Crew) -> None:
    ball = a_product()
    order = an_order(crew, [{"product": ball, "quantity": "1"}])
    other = listed(crew, a_customer(crew.sales), ball, "95")
    given = {"customer": other, "lines": [said_again(order)[0] | {"unit_price": "97"}]}
    assert prices(act(crew.sales, "sales.order.edit", order, given).record) == [D(97)]


def test_address_days_and_region_follow_unless_they_were_said_otherwise(crew: Crew) -> None:
    where = {"ship_to_name": "林課長", "ship_to_address": "新北市土城區一號", "region": "北部"}
    former, other = a_customer(crew.sales, **where), a_customer(crew.sales, ship_to_address="高雄市前鎮區二號")
    act(HOUSE, "customers.customer.set_terms", other, {"payment_days": 30})
    order = an_order(crew, customer=former, ship_to_name="陳先生")
    assert (order.ship_to_name, order.ship_to_address, order.payment_days) == ("陳先生", "新北市土城區一號", 0)
    sent = {"customer": other, "ship_to_name": "陳先生", "ship_to_address": order.ship_to_address, "payment_days": 0}
    moved: Order = act(crew.sales, "sales.order.edit", order, sent).record
    assert (moved.ship_to_name, moved.ship_to_address, moved.region, moved.payment_days) == (
        "陳先生", "高雄市前鎮區二號", "", 30,
    )  # fmt: skip
    said: Order = act(crew.sales, "sales.order.edit", moved, {"customer": former, "region": "離島"}).record
    assert (said.region, said.payment_days) == ("離島", 0)


def test_an_accepted_order_that_goes_to_another_customer_uses_the_credit_of_that_one(crew: Crew) -> None:
    """The former customer's credit is free again; the new one's is asked in the review."""
    for by in (crew.executive, crew.vice, crew.head, crew.finance, crew.support):
        assert by.person_id
    order = a_confirmed_order(crew)
    assert order.base_open == D(210)
    small, large = a_customer(crew.sales, credit=209), a_customer(crew.sales, credit=210)
    for customer, asked in ((small, True), (large, False)):
        changed: Order = act(
            crew.sales, "sales.order.change", order.fresh, {"customer": customer}, reason="誤植"
        ).record
        assert ("credit" in changed.special_because) is asked
        assert changed.base_open == D(0)
        order = a_confirmed_order(crew)


def test_the_form_says_what_moves(crew: Crew) -> None:
    ball = a_product(list_price="100")
    order = an_order(crew, [{"product": ball, "quantity": "1"}], customer=a_customer(crew.sales, region="北部"))
    other = listed(crew, a_customer(crew.sales, region="南部"), ball, "95")
    client = a_client(Person.objects.get(pk=crew.sales.person_id))
    sent = {
        "version": "1", "customer": str(order.customer.public_id) if order.customer else "", "region": "北部",
        "lines-TOTAL_FORMS": "1", "lines-0-product": str(ball.public_id), "lines-0-quantity": "1",
        "lines-0-unit_price": "100",
    }  # fmt: skip
    url = f"/preview/sales.order.edit/{order.public_id}/"
    assert "instead of" not in client.post(url, sent).content.decode()
    told = client.post(url, sent | {"customer": str(other.public_id)}).content.decode()
    assert "row 1: Unit price: 95 instead of 100" in told
    assert "Region: 南部 instead of 北部" in told
    assert attempt(crew.sales, "sales.order.edit", order.fresh, {"customer": other}) == "done"
