"""Rows are written whatever Python type their values have: a default 0 beside a Decimal, a choice beside its text."""

from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.sales.models import Order, Product
from shangwu.chapters.sales.tests.factories import Crew, a_product, an_order
from shangwu.foundation.actions import writing
from shangwu.foundation.records import gate

pytestmark = pytest.mark.django_db


def change(rows: list[Any], name: str, values: list[Any]) -> None:
    """Give each row a value of its own, and write them all at once."""
    for row, value in zip(rows, values, strict=True):
        setattr(row, name, value)
    with gate.door():
        writing.update([(row, frozenset({name})) for row in rows])


def test_numbers_of_several_types_are_updated_together() -> None:
    products = [a_product(stock=0) for _n in range(3)]
    change(products, "minimum_price", [0, Decimal("12.5"), None])
    assert [row.minimum_price for row in (one.fresh for one in products)] == [0, Decimal("12.5"), None]


def test_a_choice_and_its_text_are_updated_together() -> None:
    crew = Crew()
    orders = [an_order(crew) for _n in range(2)]
    change(orders, "state", [Order.State.REVIEW, "accepted"])
    assert [one.fresh.state for one in orders] == ["review", "accepted"]


def test_lists_and_documents_are_updated_together() -> None:
    crew = Crew()
    orders = [an_order(crew) for _n in range(3)]
    change(orders, "special_because", [["cost", "terms"], [], ["discount"]])
    change(orders, "extra", [{"a": 'x"y,{z'}, {}, {"b": None}])
    fresh = [one.fresh for one in orders]
    assert [one.special_because for one in fresh] == [["cost", "terms"], [], ["discount"]]
    assert [one.extra for one in fresh] == [{"a": 'x"y,{z'}, {}, {"b": None}]


@pytest.mark.parametrize("count", [3, writing.COPY_FROM + 1], ids=["INSERT", "COPY"])
def test_numbers_of_several_types_are_inserted_together(count: int) -> None:
    pattern = a_product(stock=0)
    rows = []
    for place in range(count):
        row = writing.blank(Product)
        row.__dict__.update(
            {one.attname: pattern.__dict__[one.attname] for one in writing.writable_fields(Product)},
            id=None, public_id=Product().public_id, number=None, code=f"{pattern.code}-{place}",
            minimum_price=[0, Decimal("1.5"), None][place % 3], unit=["台", "個"][place % 2],
        )  # fmt: skip
        rows.append(row)
    with gate.door():
        writing.insert(rows)
    assert [one.fresh.minimum_price for one in rows[:3]] == [0, Decimal("1.5"), None]
