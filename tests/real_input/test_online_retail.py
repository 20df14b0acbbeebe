"""A web shop's 240,007 invoice lines: returns, blank customers, lost characters, goods without a name.

In short form December 2010 (42,481 lines), in the soak all of it; both have a published total.
"""

import csv
import gzip
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order, Product
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from tests.real_input.answers import amounts, answers
from tests.real_input.house import House, cents, orders, sums
from tests.support import real_data

pytestmark = pytest.mark.soak

CURRENCY = "GBP"
CUSTOMERS = {"columns": {"CustomerID": ["number", "name"]}, "fixed": {"kind": "person"}}
PRODUCTS = {"StockCode": "code", "Description": "name"}
ORDERS = {
    "InvoiceNo": "number", "InvoiceDate": "ordered_on", "CustomerID": "customer", "Country": "region",
    "StockCode": "lines.product", "Description": "lines.description", "Quantity": "lines.quantity",
    "UnitPrice": "lines.unit_price",
}  # fmt: skip
LOST = "\N{REPLACEMENT CHARACTER}"
DECEMBER = "2010-12"

Line = dict[str, str]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole file in the soak, else its first month."""
    whole = real_data("uci_online_retail_h1/online_retail_2010-12_2011-06.csv.gz")
    if os.environ.get("SHANGWU_SOAK") == "1":
        return whole
    part = tmp_path_factory.mktemp("retail") / "december.csv.gz"
    lines = read(whole)
    with gzip.open(part, "wt", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(lines[0]))
        writer.writeheader()
        writer.writerows(line for line in lines if line["InvoiceDate"].startswith("12/"))
    return part


def read(path: Path) -> list[Line]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@pytest.fixture(scope="module")
def lines(file: Path) -> list[Line]:
    """The lines, read apart from our reader."""
    return read(file)


@pytest.fixture(scope="module")
def expected(lines: list[Line]) -> dict[str, Decimal]:
    """Month -> amount, as published."""
    known = answers("uci_online_retail_h1")
    by_month = amounts(known["amount_by_month"])
    return by_month if len(lines) == known["rows"] else {DECEMBER: by_month[DECEMBER]}


@pytest.fixture(scope="module")
def told(house: House, file: Path) -> Iterator[dict[str, dict[str, Any]]]:
    """What the command said of each pass; what it refused is mended as its owner would do it, and sent again."""
    found = {"customers": house.command(file, "customers.customer", CUSTOMERS)}
    found["products"] = house.command(file, "sales.product", PRODUCTS)
    found["products again"] = house.command(mended(house), "sales.product", PRODUCTS)
    found["orders"] = house.command(file, "sales.order", ORDERS)
    found["first total"] = sums()
    found["orders again"] = house.command(mended(house), "sales.order", ORDERS)
    yield found
    for name, seconds in house.took.items():
        print(f"{name}: {seconds:.1f} s")


def mended(house: House) -> Path:
    """The refused rows of the last command, mended."""
    return mended_from(house.var / "refused.csv")


def mended_from(refused: Path) -> Path:
    """Refused rows as their owner would mend them: goods without a name get their code, lost characters a "?"."""
    path = refused.with_name("mended.csv")
    with refused.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        for row in rows:
            row["Description"] = row["Description"].strip().replace(LOST, "?") or row["StockCode"]
            writer.writerow({name: value for name, value in row.items() if not name.startswith("\u26a0")})
    return path


def test_blank_customers_ask_for_no_file(told: dict[str, dict[str, Any]], lines: list[Line]) -> None:
    known = {line["CustomerID"] for line in lines} - {""}
    assert (told["customers"]["made"], told["customers"]["refused"]) == (len(known), 0)
    assert set(Customer.objects.values_list("number", flat=True)) == known


def test_goods_take_their_name_from_whichever_line_tells_it(told: dict[str, dict[str, Any]], lines: list[Line]) -> None:
    # The shop writes 85123A and 85123a for one article.
    codes = {line["StockCode"].upper() for line in lines}
    named = {line["StockCode"].upper() for line in lines if line["Description"].strip()}
    told_first = [line for line in reversed(lines) if line["Description"].strip()]
    first = {line["StockCode"].upper(): line["Description"].strip() for line in told_first}
    unfit = {code for code in named if LOST in first[code]} | (codes - named)
    assert (told["products"]["made"], told["products"]["refused"]) == (len(codes - unfit), len(unfit))
    assert told["products again"]["refused"] == 0
    assert sorted(code.upper() for code in Product.objects.values_list("code", flat=True)) == sorted(codes)


def test_an_invoice_with_lost_characters_waits_whole_and_goes_in_mended(
    told: dict[str, dict[str, Any]], lines: list[Line]
) -> None:
    damaged = {line["InvoiceNo"] for line in lines if LOST in line["Description"]}
    waiting = [line for line in lines if line["InvoiceNo"] in damaged]
    assert damaged
    assert (told["orders"]["refused"], told["orders"]["accepted"]) == (len(waiting), len(lines) - len(waiting))
    sound = sum(amount(line) for line in lines if line["InvoiceNo"] not in damaged)
    assert abs(told["first total"]["sales"] - sound) <= Decimal("0.005")
    assert (told["orders again"]["accepted"], told["orders again"]["refused"]) == (len(waiting), 0)


def amount(line: Line) -> Decimal:
    return Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])


def test_the_ledger_holds_the_published_total_returns_and_all(
    told: dict[str, dict[str, Any]], lines: list[Line], expected: dict[str, Decimal]
) -> None:
    assert orders() == len({line["InvoiceNo"] for line in lines})
    assert sums()["lines"] == len(lines)
    for month, total in expected.items():
        year, number = month.split("-")
        assert sums(order__ordered_on__year=year, order__ordered_on__month=number)["sales"] == total
    if len(expected) > 1:
        assert sums()["sales"] == answers("uci_online_retail_h1")["amount_all"]
    returned = Order.objects.filter(number__startswith="C")
    assert returned.count() == len({line["InvoiceNo"] for line in lines if line["InvoiceNo"].startswith("C")})
    assert all(order.net < 0 for order in returned[:100])


def test_the_analysis_page_shows_it(
    house: House, told: dict[str, dict[str, Any]], expected: dict[str, Decimal]
) -> None:
    page = house.analysis()
    assert page.charts["Trend"]["Revenue"] == expected
    assert abs(page.figure("Revenue") - sum(expected.values())) <= Decimal("0.04")
    assert page.figure("Revenue") == sums()["sales"]
    assert page.agrees


def test_what_known_customers_bought_is_measured_to_the_cent(
    house: House, told: dict[str, dict[str, Any]], lines: list[Line]
) -> None:
    """2.7.1: the clean set: lines with a customer, sold, not taken back and not for nothing."""
    clean = [line for line in lines if line["CustomerID"] and amount(line) > 0 and int(line["Quantity"]) > 0]
    export("sales.lines")
    answer = ask(actor_of(house.head), ["sales.revenue"], by=["customer"], where={"line_kind": ["sold"]})
    known = [row for row in answer.rows if row[0] is not None]
    assert len(known) == len({line["CustomerID"] for line in clean})
    assert cents(sum(row[1] for row in known)) == cents(sum(map(amount, clean)))
    published = answers("uci_online_retail_h1")
    if len(lines) == published["rows"]:
        assert (len(known), cents(sum(row[1] for row in known))) == (2931, published["clean"]["amount"])


def test_the_whole_file_again_makes_no_doubles(
    house: House, told: dict[str, dict[str, Any]], file: Path, lines: list[Line]
) -> None:
    before = (orders(), sums())
    again = house.command(file, "sales.order", ORDERS)
    assert (again["made"], again["skipped"]) == (0, len(lines))
    assert (orders(), sums()) == before
