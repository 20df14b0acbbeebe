"""While an order is entered, the form says how it would stand in the review (2.6.1)."""

import re
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, an_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

ORDERED = {"ship_to_address": "桃園市龍潭區", "po_number": "PO-7"}


def answered(by: Any, customer: Any, product: Any = None, quantity: str = "2", **more: str) -> str:
    """What the form of an order asks for while it is entered."""
    client = a_client(Person.objects.get(pk=by.person_id))
    sent = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "customer": str(customer.public_id), **more}
    if product is not None:
        sent |= {"lines-0-product": str(product.public_id), "lines-0-quantity": quantity}
    return client.post("/preview/sales.order.create/", sent, headers=part("table#grid_lines")).content.decode()


def told(by: Any, customer: Any, product: Any = None, quantity: str = "2", **more: str) -> dict[str, str]:
    """What stands beside the form of an order that is being entered: sentence -> mark."""
    answer = answered(by, customer, product, quantity, **more)
    found = re.search(r'hx-target="#sum__checks"[^>]*>(.*?)</hx-partial>', answer, re.DOTALL)
    assert found
    lines = re.findall(r'<i class="sw-mark(?: is-(\w+))?"[^>]*></i><span>(.*?)</span>', found[1])
    return {re.sub("&nbsp;|\xa0", " ", sentence): mark for mark, sentence in lines}


@pytest.fixture
def crew() -> Crew:
    return Crew()


def test_all_is_well_with_a_routine_order(crew: Crew) -> None:
    product = a_product(list_price="100")
    said = told(crew.sales, a_customer(crew.sales, credit="1000"), product, **ORDERED)
    assert set(said.values()) == {"done"}
    assert "Within the credit limit: NT$ 1,000 left" in said


def test_before_anything_is_entered_nothing_is_judged(crew: Crew) -> None:
    said = told(crew.sales, a_customer(crew.sales, credit="1000"))
    assert said["All goods are in stock"] == said["Prices within your authority"] == said["Delivery address"] == ""


@pytest.mark.parametrize(
    ("given", "said", "because"),
    [
        ({"quantity": "10"}, "Beyond the credit limit (NT$ 1,000 left): the executive decides", "credit"),
        ({"lines-0-discount": "30"}, "Prices to be accepted by: Executive", "discount"),
        ({"payment_days": "200"}, "Payment days beyond the agreed 0: the executive decides", "terms"),
        ({"quantity": "6"}, "球閥: 5 in stock and free", "stock"),
    ],
)
def test_what_is_told_is_what_the_review_finds(crew: Crew, given: dict[str, str], said: str, because: str) -> None:
    customer = a_customer(crew.sales, credit="1000")
    product = a_product(stock=5, name="球閥", list_price="100")
    quantity = given.pop("quantity", "2")
    assert told(crew.sales, customer, product, quantity, **given)[said] == "late"
    line = {"product": product, "quantity": quantity}
    if "lines-0-discount" in given:
        line["discount"] = "0.30"
    head = {"payment_days": int(given["payment_days"])} if "payment_days" in given else {}
    order = an_order(crew, [line], customer=customer, **head)
    act(crew.sales, "sales.order.submit", order)
    assert because in order.fresh.special_because


def test_who_may_not_know_the_lowest_price_is_told_nothing_of_it(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    product = a_product(list_price="100", minimum_price="99")
    asked = {"lines-0-discount": "2"}
    assert told(crew.sales, customer, product, **asked)["Prices within your authority"] == "done"
    assert told(crew.head, customer, product, **asked)["Prices to be accepted by: Executive"] == "late"


@pytest.mark.parametrize(("values", "free"), [({}, "3"), ({"stocked": False}, "—")])
def test_how_much_of_a_product_is_free_stands_in_its_line_while_it_is_entered(
    crew: Crew, values: dict[str, Any], free: str
) -> None:
    """Five lie there, two of them are promised to somebody else."""
    customer, product = a_customer(crew.sales), a_product(stock=5, list_price="100", **values)
    if not values:
        a_confirmed_order(crew, [{"product": product, "quantity": "2"}])
    answer = answered(crew.sales, customer, product)
    found = re.search(r'hx-target="#sum_lines-0-free"[^>]*>(.*?)</hx-partial>', answer, re.DOTALL)
    assert found
    assert re.sub("<[^>]*>", "", found[1]).strip() == free
