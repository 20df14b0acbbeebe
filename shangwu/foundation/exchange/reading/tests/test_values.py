"""Cells become exact amounts, days and yes or no, or a sentence."""

import contextlib
import datetime
import zoneinfo
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.exchange.reading.dates import Order, day, moment, order_of
from shangwu.foundation.exchange.reading.tables import table
from shangwu.foundation.exchange.reading.values import amount, decimal_mark, percentage, whole, yes_or_no
from tests.support import real_data

TAIPEI = zoneinfo.ZoneInfo("Asia/Taipei")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (" $656.96 ", "656.96"),
        ("$-70.08", "-70.08"),
        ("-$70.08", "-70.08"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("(1,234.50)", "-1234.50"),
        ("($5)", "-5"),
        ("70.08-", "-70.08"),
        ("\uff11\uff0c\uff12\uff13\uff14\uff0e\uff15", "1234.5"),
        ("NT$1,200", "1200"),
        ("人民幣 3,000元", "3000"),
        ("￥88.00", "88.00"),
        ("\u22125", "-5"),
        ("+5", "5"),
        (".5", "0.5"),
        ("1 234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("0.1", "0.1"),
        ("83", "83"),
        ("123456789012345678901234567890.12", "123456789012345678901234567890.12"),
    ],
)
def test_an_amount_is_read_exactly(cell: str, value: str) -> None:
    assert amount(cell) == Decimal(value)


@pytest.mark.parametrize("cell", ["", "  ", "-", "N/A", "NULL", "None", "無", "—"])
def test_a_cell_without_a_value_is_none(cell: str) -> None:
    assert (amount(cell), day(cell), moment(cell, TAIPEI)) == (None, None, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("abc", "amount"),
        ("1,23", "amount"),
        ("12,34.5", "amount"),
        ("1.2.3", "amount"),
        ("1,234 567", "amount"),
        ("5 pcs", "amount"),
        ("--5x", "amount"),
        ("1.23E+12", "shortened"),
        ("$", "amount"),
        ("٣", "amount"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(cell: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        amount(cell)
    assert caught.value.code == code
    assert cell.strip() in caught.value.messages[0]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**14), max_value=10**14))
def test_grouped_amounts_come_back_to_the_last_digit(number: Decimal) -> None:
    assert amount(f"{number:,.6f}") == number
    assert amount(f"{number:,.6f}".replace(",", "_").replace(".", ",").replace("_", "."), mark=",") == number


@given(st.text(max_size=20))
def test_no_cell_is_an_error(cell: str) -> None:
    """Whatever stands in a cell is a value, nothing, or a ValidationError."""
    for parse in (amount, whole, percentage, yes_or_no, day, lambda text: moment(text, TAIPEI)):
        with contextlib.suppress(ValidationError):
            parse(cell)


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1.234,50", "2,5"], ","),
        (["1,5", "2,75"], ","),
        (["1,234.50", "2.5"], "."),
        (["1,234", "5,678"], "."),
        (["1,5", "2.5"], "."),
        ([], "."),
    ],
)
def test_the_decimal_mark_is_the_columns(cells: list[str], mark: str) -> None:
    assert decimal_mark(cells) == mark


def test_whole_numbers_percentages_and_answers() -> None:
    assert (whole("83.0"), whole("1,200"), whole("")) == (83, 1200, None)
    with pytest.raises(ValidationError):
        whole("83.5")
    assert (percentage("25%"), percentage("12.5 ％"), percentage("0.25")) == (
        Decimal("0.25"),
        Decimal("0.125"),
        Decimal("0.25"),
    )
    assert [yes_or_no(cell) for cell in ["Y", "是", "√", "TRUE", "0", "否", "", "n/a"]] == [True] * 4 + [False] * 2 + [
        None
    ] * 2
    with pytest.raises(ValidationError):
        yes_or_no("maybe")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2024-01-02", "2024-01-02"),
        ("2024/1/2", "2024-01-02"),
        ("2024.01.02", "2024-01-02"),
        ("20240102", "2024-01-02"),
        ("113/01/02", "2024-01-02"),
        ("113.1.2", "2024-01-02"),
        ("1130102", "2024-01-02"),
        ("民國113年1月2日", "2024-01-02"),
        ("民國 99/1/2", "2010-01-02"),
        ("99年1月2日", "2010-01-02"),
        ("2024年1月2日", "2024-01-02"),
        ("２０２４年１月２日", "2024-01-02"),
        ("45293", "2024-01-02"),
        ("2-Jan-2024", "2024-01-02"),
        ("Jan 2, 2024", "2024-01-02"),
        ("02 January 2024", "2024-01-02"),
        ("2024-01-02 00:00:00", "2024-01-02"),
        ("1/2/2024", "2024-01-02"),
        ("12/1/10 8:26", "2010-12-01"),
    ],
)
def test_a_day_is_read(cell: str, value: str) -> None:
    assert day(cell) == datetime.date.fromisoformat(value)


@pytest.mark.parametrize(
    "cell", ["1971--10--29 -1:-49:-39", "13/13/2024", "2024-02-30", "soon", "12345", "1/2/333", "0000-00-00"]
)
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(ValidationError) as caught:
        day(cell)
    assert caught.value.code == "day"


@pytest.mark.parametrize(
    ("cells", "order", "is_sure"),
    [
        (["01/02/2024", "9/21/2001"], Order.MONTH_FIRST, True),
        (["01/02/2024", "21/9/2001"], Order.DAY_FIRST, True),
        (["01/02/2024", "03/04/2024"], Order.MONTH_FIRST, False),
        (["21/9/2001", "9/21/2001", "22/9/2001"], Order.DAY_FIRST, False),
        (["2024-01-02", "113/01/02"], Order.MONTH_FIRST, True),
        ([], Order.MONTH_FIRST, True),
    ],
)
def test_the_order_of_day_and_month_is_the_columns(cells: list[str], order: Order, is_sure: bool) -> None:
    assert order_of(cells) == (order, is_sure)


def test_the_american_dates_of_a_real_file_are_proved_by_it() -> None:
    sheet = table(real_data("adventureworks_sales/AdventureWorks_Sales_2018.csv"), "a.csv")
    days = [row.cells[1] for row in sheet.rows]
    assert order_of(days) == (Order.MONTH_FIRST, True)
    assert all(day(cell, Order.MONTH_FIRST) for cell in days)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2024-01-02 17:30", "2024-01-02T17:30+08:00"),
        ("2024-01-02T17:30:05Z", "2024-01-02T17:30:05+00:00"),
        ("2024/1/2 下午 5:30", "2024-01-02T17:30+08:00"),
        ("1/2/2024 12:05 AM", "2024-01-02T00:05+08:00"),
        ("12/1/10 8:26", "2010-12-01T08:26+08:00"),
        ("2024-01-02", "2024-01-02T00:00+08:00"),
        ("45293.5", "2024-01-02T12:00+08:00"),
    ],
)
def test_a_moment_is_read_in_its_zone(cell: str, value: str) -> None:
    assert moment(cell, TAIPEI) == datetime.datetime.fromisoformat(value)


@pytest.mark.parametrize("cell", ["2024-01-02 25:00", "2024-01-02 08:4520:07", "08:30"])
def test_what_is_no_moment_is_refused(cell: str) -> None:
    with pytest.raises(ValidationError):
        moment(cell, TAIPEI)
