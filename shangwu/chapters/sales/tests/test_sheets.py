"""Clause 2.6.1: an order from the customer's own sheet; which column is which is remembered for this customer."""

import io
import json
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_product, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from tests.builders import unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

TAKE = "sales.order.take_sheet"


@pytest.fixture
def crew() -> Crew:
    return Crew()


def taken(crew: Crew, customer: Customer, sheet: str, columns: Any = None, **values: Any) -> Order:
    given = {"customer": customer, "sheet": sheet} | values
    if columns is not None:
        given["columns"] = json.dumps(columns)
    made: Order = act(crew.sales, TAKE, None, given).record
    return made.fresh


def test_rows_become_lines_and_what_was_not_read_stays_with_its_reason(crew: Crew) -> None:
    customer, ball = a_customer(crew.sales), a_product(list_price="100")
    order = taken(
        crew, customer, f"Item\tQty\tPrice\n{ball.code}\t2\t90\nGhost\t1\t5\n{ball.code}\tmany\t5\n", po_number="PO-7"
    )
    assert [(one.product_id, one.quantity, one.unit_price) for one in order.lines.all()] == [(ball.pk, 2, 90)]
    assert (order.state, order.po_number, order.gross) == ("received", "PO-7", 189)
    assert order.number is not None
    assert [(one["line"], one["cells"][0]) for one in order.unread] == [(3, "Ghost"), (4, ball.code)]
    assert all(one["said"] for one in order.unread)


def test_it_goes_no_further_before_the_unread_rows_are_dealt_with(crew: Crew) -> None:
    ball = a_product()
    order = taken(crew, a_customer(crew.sales), f"Item\tQty\n{ball.code}\t2\nGhost\t1\n")
    assert attempt(crew.sales, "sales.order.submit", order) == "unread"
    assert attempt(crew.support, "sales.order.confirm", order, {"promised_on": today(crew)}) == "unread"
    assert attempt(crew.sales, "sales.order.settle_unread", order) == "invalid", "without a reason"
    act(crew.sales, "sales.order.settle_unread", order, reason="客戶已取消該項")
    assert order.fresh.unread == []
    assert attempt(crew.support, "sales.order.confirm", order.fresh, {"promised_on": today(crew)}) == "done"
    assert attempt(crew.sales, "sales.order.settle_unread", order.fresh, reason="x") == "state"


def test_a_line_that_an_order_refuses_is_not_read_and_the_others_are(crew: Crew) -> None:
    ball, gone = a_product(), a_product(active=False)
    order = taken(crew, a_customer(crew.sales), f"Item\tQty\n{gone.code}\t1\n{ball.code}\t2\n")
    assert [one.product_id for one in order.lines.all()] == [ball.pk]
    assert [one.position for one in order.lines.all()] == [1]
    assert order.unread[0]["cells"][0] == gone.code


def test_a_sheet_without_a_readable_row_makes_no_order(crew: Crew) -> None:
    customer, before = a_customer(crew.sales), Order.objects.count()
    for sheet, code in (
        ("Item\tQty\nGhost\t1", "unread"), ("   ", "invalid"), ("Item\tQty", "unread"), ("x\t1\n" * 3000, "large"),
    ):  # fmt: skip
        assert attempt(crew.sales, TAKE, None, {"customer": customer, "sheet": sheet}) == code
    for columns in ("{", "[]", '{"columns": {"a": "product"}}', '{"columns": {"0": "product", "1": "product"}}'):
        given = {"customer": customer, "sheet": f"{a_product().code}\t1", "columns": columns}
        assert attempt(crew.sales, TAKE, None, given) == "mapping", columns
    assert Order.objects.count() == before


def test_the_mapping_is_remembered_for_this_customer_and_no_other(crew: Crew) -> None:
    customer, other, ball = a_customer(crew.sales), a_customer(crew.sales), a_product()
    rows = f"Artikel\tMenge\tStück je Karton\n{ball.code}\t3\t12\n"
    columns = {"named_in": 1, "columns": {"0": "product", "2": "quantity"}}
    assert taken(crew, customer, rows, columns).lines.get().quantity == 12
    again = rows.replace("\t12", "\t20")
    assert taken(crew, customer, again, {"named_in": 1}).lines.get().quantity == 20, "as the last time"
    assert taken(crew, other, again, {"named_in": 1}).lines.get().quantity != 20, (
        "another customer's sheet is read anew"
    )


def workbook(*rows: tuple[object, ...]) -> SimpleUploadedFile:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate(rows):
            sheet.write_row(at, 0, cells)
    return SimpleUploadedFile("order.xlsx", written.getvalue())


def test_the_page_reads_a_workbook_proposes_and_makes_the_order(crew: Crew) -> None:
    customer, ball = a_customer(crew.sales), a_product(name=f"球閥{unique()}")
    client = a_client(Person.objects.get(pk=crew.sales.person_id))
    file = workbook(("品名", "數量"), (ball.name, 4), ("沒有這個", 1))
    head = {"customer": str(customer.public_id), "form_token": unique()}
    page = client.post("/sales/orders/sheet/", head | {"file": file, "step": "look"})
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="product" selected' in text
    assert "沒有這個" in text
    assert not Order.objects.filter(customer=customer).exists()
    sent = {"sheet": f"品名\t數量\n{ball.name}\t4\n沒有這個\t1", "step": "make", "named_in": "1"}
    sent |= {"column-0": "product", "column-1": "quantity"}
    done = client.post("/sales/orders/sheet/", head | sent)
    order = Order.objects.get(customer=customer)
    assert done.status_code == 303
    assert done["Location"].endswith(f"{order.public_id}/")
    assert "沒有這個" in client.get(done["Location"]).content.decode()


@pytest.mark.parametrize("sent", [{}, {"customer": "\0"}, {"customer": "x" * 36, "sheet": "a\0b"}, {"sheet": "\ud800"}])
def test_nonsense_is_answered_with_a_sentence(crew: Crew, sent: dict[str, str]) -> None:
    client = a_client(Person.objects.get(pk=crew.sales.person_id))
    sent = {name: text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name, text in sent.items()}
    assert client.post("/sales/orders/sheet/", sent | {"step": "make"}).status_code == 422
