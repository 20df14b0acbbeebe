"""The line grid: rows come and go, each error stands in its own cell, and sums are those that would be stored."""

import html
import json
import re
from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_product, an_order
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.preview import preview
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.pages.forms.entries import plain_number
from shangwu.foundation.pages.forms.shares import from_percent, to_percent
from shangwu.foundation.pages.tests.visiting import a_client, part
from shangwu.foundation.people.models import Person
from tests.builders import unique

pytestmark = pytest.mark.django_db

CREATE = "/act/sales.order.create/"


def rows(*lines: dict[str, str], **head: str) -> dict[str, str]:
    """What a browser posts for an order with these lines."""
    found = {"lines-TOTAL_FORMS": str(len(lines)), "lines-INITIAL_FORMS": "0", "form_token": unique(), **head}
    for place, line in enumerate(lines):
        found |= {f"lines-{place}-{name}": value for name, value in line.items()}
    return found


def line(product: Any, quantity: str = "2", **more: str) -> dict[str, str]:
    """A row of the grid."""
    return {"product": str(product.public_id), "product_text": product.name, "quantity": quantity, **more}


@pytest.fixture
def crew() -> Crew:
    """One department."""
    return Crew()


@pytest.fixture
def client(crew: Crew) -> Any:
    """The salesperson's browser."""
    return a_client(Person.objects.get(pk=crew.sales.person_id))


def test_empty_and_removed_rows_are_no_lines(crew: Crew, client: Any) -> None:
    customer, product = a_customer(crew.sales), a_product()
    empty = {"product": "", "product_text": "", "quantity": "", "discount": "0"}
    sent = rows(
        line(product),
        empty,
        {**line(product, "9"), "DELETE": "on"},
        line(product, "3"),
        customer=str(customer.public_id),
    )
    assert client.post(CREATE, sent).status_code == 303
    order = Order.objects.get(customer=customer)
    assert [(one.position, one.quantity) for one in order.lines.all()] == [(1, 2), (2, 3)]


def test_an_error_stands_in_the_cell_it_came_from_whatever_rows_lie_between(crew: Crew, client: Any) -> None:
    customer, product = a_customer(crew.sales), a_product()
    empty = {"product": "", "product_text": "", "quantity": "", "discount": "0"}
    sent = rows(line(product), empty, line(product, "drei"), customer=str(customer.public_id))
    answer = client.post(CREATE, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_lines-2-quantity_error"' in text
    assert 'href="#id_lines-2-quantity"' in text
    assert 'value="drei"' in text
    assert f'value="{product.name}"' in text


def test_a_product_typed_by_its_code_is_found_and_an_unknown_one_named(crew: Crew, client: Any) -> None:
    customer, product = a_customer(crew.sales), a_product()
    typed = {"product": "", "product_text": product.code, "quantity": "1"}
    unknown = {"product": "", "product_text": "KEINES", "quantity": "1"}
    answer = client.post(CREATE, rows(typed, unknown, customer=str(customer.public_id)))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_lines-1-product_error"' in text
    assert 'id="id_lines-0-product_error"' not in text
    assert client.post(CREATE, rows(typed, customer=str(customer.public_id))).status_code == 303


def test_a_discount_is_typed_in_percent_and_stored_as_a_fraction(crew: Crew, client: Any) -> None:
    customer, product = a_customer(crew.sales), a_product()
    assert client.post(CREATE, rows(line(product, discount="5"), customer=str(customer.public_id))).status_code == 303
    order = Order.objects.get(customer=customer)
    assert order.lines.get().discount == Decimal("0.05")
    text = client.get(f"/sales/orders/{order.public_id}/edit/").content.decode()
    assert re.search(r'name="lines-0-discount"[^>]*value="5"', text)


@pytest.mark.parametrize(
    ("typed", "stored"), [("5", "0.05"), ("12.5", "0.125"), ("5 %", "0.05"), ("abc", "abc"), ("", "")]
)
def test_percent_and_fraction_are_two_ways_to_write_one_share(typed: str, stored: str) -> None:
    assert from_percent(typed) == stored
    if stored not in ("", "abc"):
        assert to_percent(stored) == typed.removesuffix(" %")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("1,250.50", "1250.50"),
        ("１２５０", "1250"),
        (" 1 250 ", "1250"),
        ("\u2212 5", "-5"),
        ("1,25", "1,25"),
        ("abc", "abc"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, plain: str) -> None:
    assert plain_number(typed) == plain


def amount(text: str, name: str) -> str:
    """The value that an answer puts in the place of a sum."""
    found = re.search(rf'hx-target="#{name}"[^>]*>(.*?)</hx-partial>', text, re.DOTALL)
    assert found, f"{name} is not in the answer"
    return re.sub(r"<[^>]+>|\s|NT\$|&nbsp;|\u00a0", "", found.group(1))


def test_sums_while_typing_are_those_that_are_stored_and_nothing_is_written(crew: Crew, client: Any) -> None:
    customer, product = a_customer(crew.sales), a_product(list_price="6850")
    before = (Order.objects.count(), Entry.objects.count())
    unfinished = {"product": "", "product_text": "三片", "quantity": ""}
    sent = rows(line(product, "48"), unfinished, customer=str(customer.public_id))
    text = client.post("/preview/sales.order.create/", sent, headers=part("table#grid_lines")).content.decode()
    assert (amount(text, "sum_net"), amount(text, "sum_gross")) == ("328,800", "345,240")
    assert (Order.objects.count(), Entry.objects.count()) == before
    client.post(CREATE, rows(line(product, "48"), customer=str(customer.public_id)))
    assert Order.objects.get(customer=customer).gross == Decimal(345240)


def taken(text: str) -> dict[str, str]:
    """What the answer says is taken in place of empty entries."""
    found = re.search(r'data-sw-taken="([^"]*)"', text)
    assert found
    told: dict[str, str] = json.loads(html.unescape(found.group(1)))
    return told


def test_what_is_taken_in_place_of_empty_entries_is_told_and_what_was_typed_stays(crew: Crew, client: Any) -> None:
    """Price and tax rate from the product, terms and address from the customer's file."""
    customer = a_customer(crew.sales, ship_to_address="屏東市和生路一號")
    act(crew.finance, "customers.customer.set_terms", customer, {"payment_days": 45})
    product = a_product(list_price="6850", tax_rate="0.05")
    sent = rows(line(product, "2"), {**line(product, "2"), "unit_price": "7000"}, customer=str(customer.public_id))
    text = client.post("/preview/sales.order.create/", sent, headers=part("table#grid_lines")).content.decode()
    told = taken(text)
    assert (told["lines-0-unit_price"], told["lines-0-tax_rate"]) == ("6850", "5")
    assert "lines-1-unit_price" not in told, "somebody agreed it by hand"
    assert (told["payment_days"], told["currency"]) == ("45", "TWD")
    assert told["ship_to_address"] == "屏東市和生路一號"
    assert "ordered_on" in told


def test_sums_of_an_order_being_edited_are_tried_on_the_order(crew: Crew, client: Any) -> None:
    order = an_order(crew, [{"product": a_product(list_price="100"), "quantity": "1"}])
    product = order.lines.get().product
    url = f"/preview/sales.order.edit/{order.public_id}/"
    text = client.post(url, rows(line(product, "10"), version="1")).content.decode()
    assert amount(text, "sum_gross") == "1,050"
    assert order.fresh.gross == Decimal(105)


@pytest.mark.parametrize(
    "sent", [{}, {"lines-TOTAL_FORMS": "x"}, {"lines-TOTAL_FORMS": "99999999999999999999"}, {"customer": "\0"}]
)
def test_nonsense_has_no_sums_and_no_500(client: Any, sent: dict[str, str]) -> None:
    assert client.post("/preview/sales.order.create/", sent).status_code == 200
    assert client.post(CREATE, sent).status_code == 422


def test_a_preview_of_nothing_says_what_is_missing(crew: Crew) -> None:
    tried = preview(crew.sales, registry.get("sales.order.create"), None, {})
    assert tried.record is None
    assert tried.refusal is not None


def test_lines_that_are_taken_away_leave_the_others_as_they_are(crew: Crew, client: Any) -> None:
    products = [a_product(list_price=str(price)) for price in (100, 200, 300)]
    order = an_order(crew, [{"product": one, "quantity": "1"} for one in products])
    sent = rows(line(products[0], "1"), {**line(products[1], "1"), "DELETE": "on"}, line(products[2], "1"), version="1")
    assert client.post(f"/act/sales.order.edit/{order.public_id}/", sent).status_code == 303
    assert [one.product_id for one in order.fresh.lines.all()] == [products[0].pk, products[2].pk]


def test_save_and_submit_is_one_press(crew: Crew, client: Any) -> None:
    customer, product = a_customer(crew.sales), a_product()
    page = client.get("/sales/orders/new/").content.decode()
    assert 'value="sales.order.submit"' in page
    sent = rows(line(product), customer=str(customer.public_id)) | {"_then": "sales.order.submit"}
    client.post(CREATE, sent)
    assert Order.objects.get(customer=customer).state == Order.State.REVIEW


def test_a_second_step_that_is_none_of_the_offered_ones_is_not_done(crew: Crew, client: Any) -> None:
    customer, product = a_customer(crew.sales), a_product()
    client.post(CREATE, rows(line(product), customer=str(customer.public_id)) | {"_then": "sales.order.cancel"})
    assert Order.objects.get(customer=customer).state == Order.State.RECEIVED


def stale_lines(crew: Crew, client: Any, mine: str) -> tuple[Order, str]:
    """An order of one line whose quantity a colleague made 7 while the form, opened before, sends `mine`."""
    product = a_product(list_price="100")
    order = an_order(crew, [{"product": product, "quantity": "1"}])
    act(crew.support, "sales.order.edit", order, {"lines": [{"product": product, "quantity": "7"}]})
    stored = order.lines.get()
    whole = line(
        product, mine, unit=stored.unit, description=stored.description, unit_price="100", discount="0", tax_rate="5",
        wanted_on="",
    )  # fmt: skip
    answer = client.post(f"/act/sales.order.edit/{order.public_id}/", rows(whole, version="1", note="x"))
    assert answer.status_code == 409
    return order, answer.content.decode()


def test_lines_that_both_changed_are_chosen_as_a_whole(crew: Crew, client: Any) -> None:
    order, text = stale_lines(crew, client, "3")
    assert re.search(r'name="_take.lines" value="yours" checked', text)
    assert "Quantity" in text
    resent = {name: value for name, value in hidden_fields_of(text).items() if name != "_take.lines"}
    url = f"/act/sales.order.edit/{order.public_id}/"
    assert client.post(url, resent | {"_take.lines": "theirs"}).status_code == 303
    assert (order.fresh.lines.get().quantity, order.fresh.note) == (7, "x")


def test_lines_that_only_they_changed_are_theirs_unless_chosen_otherwise(crew: Crew, client: Any) -> None:
    order, text = stale_lines(crew, client, "1")
    assert re.search(r'name="_take.lines" value="theirs" checked', text)
    url = f"/act/sales.order.edit/{order.public_id}/"
    assert client.post(url, hidden_fields_of(text) | {"_take.lines": "yours"}).status_code == 303
    assert order.fresh.lines.get().quantity == 1


def hidden_fields_of(text: str) -> dict[str, str]:
    """What the form of a conflict sends along."""
    form = text[text.index("data-sw-dialog-size") :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
