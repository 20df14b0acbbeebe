"""Northwind: orders with the day they were wanted for and the day they left; 37 of 809 late, 0.954265 on time."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.sales.models import Order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from tests.builders import a_person
from tests.real_input.answers import amounts, answers
from tests.real_input.house import House, cents, orders, sums
from tests.real_input.northwind_files import SELLER, northwind_files

CUSTOMERS = {
    "customer_id": "number", "company_name": "name", "country": "region", "phone": "phone",
    "address": "ship_to_address",
}  # fmt: skip
PRODUCTS = {"product_id": "code", "product_name": "name", "category_name": "category", "list_price": "list_price"}
ORDERS = {
    "order_id": "number", "customer_id": "customer", "order_date": "ordered_on", "required_date": "requested_on",
    "shipped_date": "shipped_on", "ship_via": "ship_method", "ship_country": "region", "employee": "owner",
    "freight": "freight", "product_id": "lines.product", "unit_price": "lines.unit_price", "quantity": "lines.quantity",
    "discount": "lines.discount",
}  # fmt: skip


@pytest.fixture(scope="module")
def files(house: House) -> dict[str, Path]:
    return northwind_files(house.var)


@pytest.fixture(scope="module")
def told(house: House, files: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """What the command said of each file; the nine salespeople are at work before."""
    for number in answers("northwind")["revenue_by_employee"]:
        a_person(Role.SALES, name=SELLER.format(number), department=house.department)
    return {
        "too early": house.command(files["orders"], "sales.order", ORDERS, "--dry-run", fails=True),
        "customers": house.command(files["customers"], "customers.customer", CUSTOMERS),
        "products": house.command(files["products"], "sales.product", PRODUCTS),
        "orders": house.command(files["orders"], "sales.order", ORDERS),
    }


def test_before_its_customers_are_there_an_order_is_refused_with_the_reason(told: dict[str, dict[str, Any]]) -> None:
    """A dry run came first, when nothing was there: each row says what it looked for."""
    early = told["too early"]
    assert (early["made"], early["import"], early["refused"]) == (0, "", early["rows"])
    assert "VINET" in " ".join(one["sentence"] for one in early["reasons"])


def test_every_order_goes_in(told: dict[str, dict[str, Any]]) -> None:
    known = answers("northwind")
    counts = {name: (one["made"], one["refused"]) for name, one in told.items() if name != "too early"}
    assert counts == {"customers": (91, 0), "products": (77, 0), "orders": (known["orders"], 0)}
    assert (orders(), told["orders"]["rows"]) == (known["orders"], known["lines"])


def test_the_ledger_holds_the_published_totals(told: dict[str, dict[str, Any]]) -> None:
    known = answers("northwind")
    assert sums()["sales"] == known["revenue_after_discount"]
    by_year = {year: sums(order__ordered_on__year=int(year))["sales"] for year in known["revenue_by_year"]}
    assert by_year == amounts(known["revenue_by_year"])
    by_seller = {
        number: sums(order__owner__name=SELLER.format(number))["sales"] for number in known["revenue_by_employee"]
    }
    assert agree(by_seller, amounts(known["revenue_by_employee"]))
    best = {name: sums(order__customer__number=name)["sales"] for name, _amount in known["top10_customers"]}
    assert agree(best, amounts(dict(known["top10_customers"])))
    assert cents(sum(order.freight for order in Order.objects.all())) == known["freight"]
    by_shipper = {one: Order.objects.filter(ship_method=one).count() for one in known["orders_by_shipper"]}
    assert by_shipper == known["orders_by_shipper"]


def agree(ours: dict[str, Decimal], known: dict[str, Decimal]) -> bool:
    """To the cent, but for one: an exact 124,568.235 or 27,363.605, which floats bring below the half."""
    differing = [ours[name] - amount for name, amount in known.items() if ours.get(name) != amount]
    return ours.keys() == known.keys() and differing in ([], [Decimal("0.01")])


def test_lateness_is_the_published_one(house: House, told: dict[str, dict[str, Any]]) -> None:
    known = answers("northwind")
    page = house.analysis()
    head = actor_of(Person.objects.get(pk=house.head.pk))
    shipped, late, on_time, at_first = ask(
        head, ["sales.shipped", "sales.late", "sales.on_time", "sales.on_first_time"]
    ).rows[0]
    assert (shipped, late) == (known["orders"] - known["not_shipped"], known["late(shipped>required)"])
    assert round(Decimal(on_time), 6) == round(Decimal(at_first), 6) == known["on_time_rate"]
    assert page.figure("Shipped on time") == round(known["on_time_rate"] * 100, 2)
    assert "37 of 809 late" in page.html
    by_shipper = ask(head, ["sales.shipped", "sales.late"], by=["ship_method"]).rows
    assert sum(row[2] for row in by_shipper) == known["late(shipped>required)"]


def test_the_analysis_page_shows_the_published_totals(house: House, told: dict[str, dict[str, Any]]) -> None:
    known = answers("northwind")
    page = house.analysis()
    assert page.figure("Revenue") == known["revenue_after_discount"]
    months: dict[str, Decimal] = defaultdict(Decimal)
    for month, amount in page.charts["Trend"]["Revenue"].items():
        months[month[:4]] += amount
    for year, total in amounts(known["revenue_by_year"]).items():
        assert house.analysis(f"since={year}-01-01&until={year}-12-31").figure("Revenue") == total
        assert abs(months[year] - total) < Decimal("0.06")
    by_seller = page.charts["Salesperson"]["Revenue"]
    expected = {SELLER.format(number): amount for number, amount in amounts(known["revenue_by_employee"]).items()}
    assert agree(by_seller, expected)
    assert page.agrees


def test_the_same_files_again_make_no_doubles(
    house: House, told: dict[str, dict[str, Any]], files: dict[str, Path]
) -> None:
    again = house.command(files["orders"], "sales.order", ORDERS)
    assert (again["made"], again["skipped"]) == (0, answers("northwind")["lines"])
    assert sums()["sales"] == answers("northwind")["revenue_after_discount"]
