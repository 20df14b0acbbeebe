"""AdventureWorks: products and prices in one file, orders of two years in others, days as 1/31/2017."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order
from tests.real_input.answers import answers
from tests.real_input.house import House, orders, sums
from tests.support import real_data

CUSTOMERS: dict[str, Any] = {
    "columns": {"CustomerKey": "number", "FirstName": "name", "LastName": "name", "Occupation": "industry"},
    "fixed": {"kind": "person"},
}
PRODUCTS = {"ProductKey": "code", "ProductName": "name", "ProductPrice": "list_price", "ProductCost": "cost"}
ORDERS = {
    "OrderNumber": "number", "OrderDate": "ordered_on", "CustomerKey": "customer", "TerritoryKey": "region",
    "ProductKey": "lines.product", "OrderQuantity": "lines.quantity",
}  # fmt: skip
YEARS = {2017: "AdventureWorks_Sales_2017.xlsx", 2018: "AdventureWorks_Sales_2018.csv"}


@pytest.fixture(scope="module")
def folder() -> Path:
    return real_data("adventureworks_sales")


@pytest.fixture(scope="module")
def told(house: House, folder: Path) -> dict[Any, dict[str, Any]]:
    """What the command said of each file: 2017 as a workbook, 2018 as csv."""
    found: dict[Any, dict[str, Any]] = {
        "customers": house.command(folder / "AdventureWorks_Customers.csv", "customers.customer", CUSTOMERS),
        "products": house.command(folder / "AdventureWorks_Products.csv", "sales.product", PRODUCTS),
    }
    return found | {year: house.command(folder / name, "sales.order", ORDERS) for year, name in YEARS.items()}


def test_every_row_goes_in(told: dict[Any, dict[str, Any]]) -> None:
    assert {name: (one["rows"], one["made"], one["refused"]) for name, one in told.items()} == {
        "customers": (18_148, 18_148, 0),
        "products": (293, 293, 0),
        **{
            year: (answers(f"adventureworks_{year}")["rows"], answers(f"adventureworks_{year}")["orders"], 0)
            for year in YEARS
        },
    }
    assert Customer.objects.get(number="11000").name == "JON YANG"


def test_the_ledger_holds_the_known_totals_of_both_years(told: dict[Any, dict[str, Any]]) -> None:
    for year in YEARS:
        known, held = answers(f"adventureworks_{year}"), sums(order__ordered_on__year=year)
        assert (held["lines"], held["sales"], held["profit"]) == (known["rows"], known["revenue"], known["profit"])
        assert Order.objects.filter(ordered_on__year=year).count() == known["orders"]
    assert not Order.objects.filter(customer=None).exists()


def test_the_analysis_page_shows_them(house: House, told: dict[Any, dict[str, Any]]) -> None:
    for year in YEARS:
        known, page = answers(f"adventureworks_{year}"), house.analysis(f"since={year}-01-01&until={year}-12-31")
        assert (page.figure("Revenue"), page.figure("Profit")) == (known["revenue"], known["profit"])
        assert page.figure("Orders") == known["orders"]
        assert set(page.charts["Trend"]["Revenue"]) <= {f"{year}-{month:02}" for month in range(1, 13)}


def test_the_same_orders_from_another_kind_of_file_make_no_doubles(
    house: House, told: dict[Any, dict[str, Any]], folder: Path
) -> None:
    before = orders()
    again = house.command(folder / "AdventureWorks_Sales_2017.csv", "sales.order", ORDERS)
    assert (again["made"], again["skipped"]) == (0, answers("adventureworks_2017")["rows"])
    assert orders() == before


def test_the_unclean_products_are_taken_with_their_amounts(house: House, folder: Path) -> None:
    """The same goods under other keys: amounts such as " $34.99 " and blanks are read, or refused with the column."""
    said = house.command(folder / "AdventureWorks_Products (unclean).csv", "sales.product", PRODUCTS, "--dry-run")
    assert said["rows"] == 293
    assert said["refused"] == len(said["reasons"])
    assert all(any(title in one["sentence"] for title in PRODUCTS) for one in said["reasons"])
    assert Decimal(said["skipped"] + said["refused"] + said["made"]) == 293
