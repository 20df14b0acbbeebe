"""Clause 2.6.1: rows copied from a spreadsheet become lines; what can't be read is said row by row, nothing is lost."""

from typing import Any

import pytest
from django.test import Client

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.sheets import lines_input
from shangwu.chapters.sales.tests.factories import a_product, an_order
from shangwu.foundation.exchange.pasting import Block, read, table_of
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from tests.builders import unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

GRID = ("product", "quantity", "unit_price", "discount")


@pytest.fixture
def crew() -> Crew:
    return Crew()


def pasted(crew: Crew, text: str, start: tuple[str, ...] = GRID) -> Block:
    return read(crew.sales, lines_input(), table_of(text), start=start)


def shown(block: Block) -> list[dict[str, str]]:
    return [{name: value.label or value.shown for name, value in row.values.items()} for row in block.rows]


def test_a_row_that_names_the_columns_says_what_is_what(crew: Crew) -> None:
    ball, box = a_product(name=f"球閥{unique()}"), a_product(name=f"齒輪箱{unique()}")
    text = f"單價\t數量\t料號\t需求日期\n1,250.50\t48\t{ball.code}\t2026/12/24\n900\t１２\t{box.name}\t2026-12-31\n"
    block = pasted(crew, text)
    assert shown(block) == [
        {"product": ball.name, "quantity": "48", "unit_price": "1250.5", "wanted_on": "2026-12-24"},
        {"product": box.name, "quantity": "12", "unit_price": "900", "wanted_on": "2026-12-31"},
    ]
    assert [row.said for row in block.rows] == [[], []]
    assert block.rows[0].values["product"].given == str(ball.public_id)


def test_without_names_the_place_counts_where_it_was_pasted(crew: Crew) -> None:
    ball = a_product(code=unique("P").upper())
    assert shown(pasted(crew, f"{ball.code.lower()}\t3\t$99.90\t5%")) == [
        {"product": ball.name, "quantity": "3", "unit_price": "99.9", "discount": "5"}
    ]
    assert shown(pasted(crew, "7\t12\n8\t13", ("quantity", "unit_price"))) == [
        {"quantity": "7", "unit_price": "12"},
        {"quantity": "8", "unit_price": "13"},
    ]


def test_without_names_and_in_another_order_the_cells_tell(crew: Crew) -> None:
    ball = a_product(name=f"球閥{unique()}")
    (row,) = shown(pasted(crew, f"2\t{ball.name}\t100"))
    assert row == {"product": ball.name, "quantity": "2", "unit_price": "100"}


def test_what_cannot_be_read_is_said_for_its_row_and_stays(crew: Crew) -> None:
    ball = a_product()
    twins = f"法蘭{unique()}"
    codes = {a_product(name=twins).code, a_product(name=twins).code}
    block = pasted(
        crew,
        f"料號\t數量\t單價\t顏色\n{ball.code}\tdrei\t5\t紅\nKEINES\t2\t6\t\n{twins}\t1\t7\t\n\t4\t8\t\n{ball.code}\t1.23456\t9\t",
    )
    (quantity,), (product,), (several,), (nothing,), (digits,) = (row.said for row in block.rows)
    assert "drei" in quantity
    assert block.rows[0].values["quantity"].shown == "drei", "it stands in its field as it was written"
    assert "KEINES" in product
    assert block.rows[1].values["product"].label == "KEINES"
    assert all(code in several for code in codes)
    assert nothing
    assert digits
    assert "顏色" in " ".join(block.notes), "a column that fills nothing is told"
    assert [row.line for row in block.rows] == [2, 3, 4, 5, 6]


def test_cells_with_tabs_line_ends_and_quotation_marks_are_taken_as_excel_writes_them(crew: Crew) -> None:
    assert table_of('"a\nb"\t3" pipe\t"say ""yes"""') == [["a\nb", '3" pipe', 'say "yes"']]
    assert table_of('3" pipe\t1\n2" pipe\t2\n1" pipe\t3')[2] == ['1" pipe', "3"]
    assert table_of("\tx\n1\ty") == [["", "x"], ["1", "y"]], "an empty first cell is a cell"


def browser(crew: Crew) -> Client:
    return a_client(Person.objects.get(pk=crew.sales.person_id))


def answer(client: Client, address: str, **given: str) -> Any:
    return client.post(address, {"lines": "lines", **given})


def test_the_form_asks_and_nothing_is_written(crew: Crew) -> None:
    ball, client = a_product(), browser(crew)
    told = answer(
        client, "/paste/sales.order.create/", text=f"{ball.code}\t2\nX\t1", **{"from": "product,quantity"}
    ).json()
    first, second = told["rows"]
    assert first == {
        "line": 1,
        "said": [],
        "fields": {
            "product": {"value": str(ball.public_id), "label": ball.name},
            "quantity": {"value": "2", "label": ""},
        },
    }
    assert second["said"]
    assert second["fields"]["product"] == {"value": "", "label": "X"}
    page = client.get("/sales/orders/new/").content.decode()
    assert 'data-sw-paste="/paste/sales.order.create/"' in page


def test_only_who_may_fill_in_the_form_is_answered(crew: Crew) -> None:
    order, client = an_order(crew), browser(crew)
    address = f"/paste/sales.order.edit/{order.public_id}/"
    assert answer(client, address, text="x\t1").status_code == 200
    assert answer(browser(Crew()), address, text="x\t1").status_code == 404
    assert answer(client, "/paste/sales.pricelist.create/", text="x\t1").status_code == 403
    assert answer(client, "/paste/sales.order.create/", text="x\t1", lines="revisions").status_code == 404
    assert answer(client, "/paste/sales.order.create/", text="x\t1\n" * 3000).status_code == 422


def test_codes_are_found_in_whatever_case_they_are_typed(crew: Crew) -> None:
    ball = a_product(code=f"Bv-{unique('x')}")
    (row,) = shown(pasted(crew, f"{ball.code.upper()}\t3"))
    assert row == {"product": ball.name, "quantity": "3"}
    order = an_order(crew, [{"product": ball.code.swapcase(), "quantity": "1"}])
    assert order.lines.get().product == ball
