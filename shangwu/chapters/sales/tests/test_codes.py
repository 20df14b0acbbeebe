"""Clause 2.6.1: one article has one code, however it is written: ab-1 is AB-1, at the door and in files."""

import importlib
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Line, Product
from shangwu.chapters.sales.tests.factories import a_product, an_order, attempt
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.exchange.declarations import importers
from shangwu.foundation.exchange.mapping import Mapping, Mode
from shangwu.foundation.exchange.reading_in import opened
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import HOUSE, unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

COLUMNS = {0: ("code",), 1: ("name",), 2: ("list_price",)}


@pytest.fixture
def crew() -> Crew:
    return Crew()


def brought(by: Actor, folder: Path, *rows: str, mode: Mode = Mode.BOTH) -> Any:
    """What became of a file of products."""
    path = folder / "products.csv"
    path.write_text("\n".join(["Code,Name,Price", *rows, ""]))
    mapping = Mapping(columns=COLUMNS, mode=mode)
    with opened(path, path.name, importers["sales.product"], by.by_way_of(Source.IMPORT), mapping) as file:
        return file.engine(mapping).submit(list(file.candidates(mapping)))


@pytest.mark.parametrize("record", ["product", "warehouse", "carrier"])
def test_no_two_codes_differ_in_case_alone(crew: Crew, record: str) -> None:
    code = f"Ab-{unique('x')}"[:12]
    act(HOUSE, f"sales.{record}.create", None, {"code": code, "name": "甲"})
    with pytest.raises(Refusal) as refused:
        act(HOUSE, f"sales.{record}.create", None, {"code": code.swapcase(), "name": "乙"})
    assert "code" in refused.value.fields, "it is said at its field"
    other = act(HOUSE, f"sales.{record}.create", None, {"code": f"{code[:-1]}_", "name": "丙"}).record
    assert attempt(HOUSE, f"sales.{record}.edit", other, {"code": code.upper()}) == refused.value.code
    assert attempt(HOUSE, f"sales.{record}.edit", other, {"code": other.code.swapcase()}) == "done", "its own"


def test_the_database_itself_holds_them_apart(crew: Crew) -> None:
    """The control: without the index the door would let both in."""
    code = f"Ab-{unique('x')}"
    a_product(code=code)
    assert attempt(HOUSE, "sales.product.create", None, {"code": code.upper(), "name": "乙"}) == "taken"
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX product_code_once_in_any_case")
    assert attempt(HOUSE, "sales.product.create", None, {"code": code.upper(), "name": "乙"}) == "done"


def test_rows_of_a_file_that_write_one_code_in_two_ways_make_one_article(crew: Crew, tmp_path: Path) -> None:
    code = f"Ab-{unique('x')}"
    report = brought(crew.support, tmp_path, f"{code},球閥,100", f"{code.swapcase()},球閥,100")
    assert (report.made, report.skipped, report.refused) == (1, 1, 0)
    again = brought(crew.support, tmp_path, f"{code.lower()},球閥,120")
    assert (again.made, again.changed, again.refused) == (0, 1, 0)
    found = Product.objects.get(code__iexact=code)
    assert (found.code, found.list_price) == (code, 120), "the file names it, and renames nothing"


def test_lines_name_it_in_whatever_case_all_at_once(crew: Crew) -> None:
    code = f"Ab-{unique('x')}"
    ball = a_product(code=code)
    order = an_order(crew, [{"product": one, "quantity": "1"} for one in (code, code.lower(), code.upper())])
    assert {line.product_id for line in Line.objects.filter(order=order)} == {ball.pk}


def test_codes_that_were_let_in_before_are_told_apart_when_the_house_is_brought_up_to_date() -> None:
    migration = importlib.import_module("shangwu.chapters.sales.migrations.0009_codes_rests_replacements")
    code = f"Ab-{unique('x')}"
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX product_code_once_in_any_case")
        first, second = a_product(code=code), a_product(code=code.upper())
        cursor.execute(migration.TOLD_APART)
    assert (first.fresh.code, second.fresh.code) == (code, f"{code.upper()}~2")
