"""Superstore: one row per order line becomes customers, products and orders, by the command."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order, Product
from tests.real_input.answers import amounts, answers
from tests.real_input.house import House, cents, orders, sums
from tests.support import real_data

CUSTOMERS: dict[str, Any] = {
    "columns": {"Customer ID": "number", "Customer Name": "name", "Segment": "tags", "Region": "region"},
    "fixed": {"kind": "person"},
}
PRODUCTS = {"Product ID": "code", "Product Name": "name", "Category": "category"}
ORDERS = {
    "Order ID": "number", "Order Date": "ordered_on", "Ship Date": "shipped_on", "Ship Mode": "ship_method",
    "Customer ID": "customer", "Region": "region", "Product ID": "lines.product", "Product Name": "lines.description",
    "Sales": "lines.net", "Quantity": "lines.quantity", "Discount": "lines.discount", "Profit": "lines.profit",
}  # fmt: skip
PASSES = (("customers.customer", CUSTOMERS), ("sales.product", PRODUCTS), ("sales.order", ORDERS))


@pytest.fixture(scope="module")
def file() -> Path:
    """The file as it lies there."""
    return real_data("superstore_us/superstore.csv")


@pytest.fixture(scope="module")
def told(house: House, file: Path) -> dict[str, dict[str, Any]]:
    """What the command said of each pass."""
    return {record: house.command(file, record, mapping) for record, mapping in PASSES}


def test_every_line_goes_in_once(told: dict[str, dict[str, Any]]) -> None:
    known = answers("superstore_us")
    counts = {record: (one["rows"], one["made"], one["refused"]) for record, one in told.items()}
    assert counts == {
        "customers.customer": (known["rows"], known["customers"], 0),
        "sales.product": (known["rows"], 1862, 0),
        "sales.order": (known["rows"], known["orders"], 0),
    }
    assert (Customer.objects.count(), Product.objects.count()) == (known["customers"], 1862)
    assert (orders(), told["sales.order"]["accepted"]) == (known["orders"], known["rows"])


def test_the_ledger_holds_the_published_totals(told: dict[str, dict[str, Any]]) -> None:
    known = answers("superstore_us")
    assert sums() == {"lines": known["rows"], "sales": known["sales"], "profit": known["profit"]}
    by_year = {year: sums(order__ordered_on__year=int(year))["sales"] for year in known["sales_by_year"]}
    assert by_year == amounts(known["sales_by_year"])
    by_region = {region: sums(order__region=region)["sales"] for region in known["sales_by_region"]}
    assert by_region == amounts(known["sales_by_region"])
    by_category = {one: sums(product__category=one)["profit"] for one in known["profit_by_category"]}
    assert by_category == amounts(known["profit_by_category"])
    by_segment = {one: sums(order__customer__tags=one)["sales"] for one in known["sales_by_segment"]}
    assert by_segment == amounts(known["sales_by_segment"])
    best = {name: sums(order__customer__name=name)["sales"] for name, _amount in known["top10_customers"]}
    assert best == amounts(dict(known["top10_customers"]))
    assert cents(sum(order.net for order in Order.objects.filter(imported=True))) == known["sales"]


def test_the_analysis_page_shows_the_published_totals(house: House, told: dict[str, dict[str, Any]]) -> None:
    known = answers("superstore_us")
    page = house.analysis()
    assert (page.figure("Revenue"), page.figure("Profit")) == (known["sales"], known["profit"])
    assert page.figure("Orders") == known["orders"]
    assert page.charts["Region"]["Revenue"] == amounts(known["sales_by_region"])
    assert page.charts["Category"]["Profit"] == amounts(known["profit_by_category"])
    assert page.agrees
    for year, amount in amounts(known["sales_by_year"]).items():
        assert house.analysis(f"since={year}-01-01&until={year}-12-31").figure("Revenue") == amount


def test_the_same_file_again_makes_no_doubles(house: House, told: dict[str, dict[str, Any]], file: Path) -> None:
    known = answers("superstore_us")
    for record, mapping in PASSES:
        again = house.command(file, record, mapping, "--dry-run") if record != "sales.order" else None
        again = again or house.command(file, record, mapping)
        assert (again["rows"], again["accepted"], again["refused"], again["made"]) == (known["rows"], 0, 0, 0)
    assert (orders(), sums()["sales"]) == (known["orders"], known["sales"])


def test_without_a_mapping_the_columns_are_found_by_their_names(
    house: House, told: dict[str, dict[str, Any]], file: Path, tmp_path: Path
) -> None:
    """The first orders under new numbers, so that they are new: number, customer and product of each are found."""
    head, *rows = list(csv.reader(file.read_text("utf-8").splitlines()))[:201]
    slim = tmp_path / "other.csv"
    with slim.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *([row[0], f"X{row[1]}", *row[2:]] for row in rows)])
    said = house.command(slim, "sales.order", None, "--dry-run")
    assert (said["rows"], said["accepted"], said["refused"]) == (200, 200, 0)
    assert said["made"] == len({row[1] for row in rows})


def test_wrong_rows_come_back_as_a_file_are_mended_and_go_in(
    house: House, told: dict[str, dict[str, Any]], file: Path, tmp_path: Path
) -> None:
    """A day that is none, an unknown product, an amount in words: their orders wait, the others go in."""
    head, *rows = list(csv.reader(io.StringIO(file.read_text("utf-8"))))[:120]
    slips = {3: ("Order Date", "2016-13-45"), 20: ("Product ID", "FUR-XX-0"), 50: ("Sales", "twelve")}
    damaged = [[row[0], f"M{row[1]}", *row[2:]] for row in rows]
    for at, (title, slip) in slips.items():
        damaged[at][head.index(title)] = slip
    path = tmp_path / "slips.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *damaged])
    concerned = {damaged[at][1] for at in slips}
    said = house.command(path, "sales.order", ORDERS)
    expected = sum(row[1] in concerned for row in damaged)
    assert said["refused"] == expected
    reasons = {one["row"]: one["sentence"] for one in said["reasons"]}
    assert "Order Date" in reasons[5]
    assert "FUR-XX-0" in reasons[22]
    assert "twelve" in reasons[52]

    refused = house.var / "refused.csv"
    title, *back = list(csv.reader(refused.read_text("utf-8-sig").splitlines()))
    assert title[: len(head)] == head
    assert [row[: len(head)] for row in back] == [row for row in damaged if row[1] in concerned]
    for row in back:
        at = next(place for place, one in enumerate(damaged) if one[0] == row[0])
        row[: len(head)] = [row[0], row[1], *rows[at][2:]]
    with refused.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([title, *back])
    mended = house.command(refused, "sales.order", ORDERS)
    assert (mended["accepted"], mended["refused"]) == (expected, 0)
