"""The same files in a real Chromium: upload, columns, a look at what would happen, the run, its result, taking back."""

import re

import pytest
from playwright.sync_api import expect

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.measures.exporting import export_all
from tests.real_input.answers import answers
from tests.real_input.desk import Desk, number
from tests.real_input.house import orders, sums
from tests.support import real_data

pytestmark = [pytest.mark.browser, pytest.mark.alone]


def test_superstore_goes_in_by_its_columns_names(desk: Desk) -> None:
    """Three passes of one file; the page finds nearly every column by itself."""
    known, file = answers("superstore_us"), real_data("superstore_us/superstore.csv")
    desk.send("customers/customers", file)
    assert desk.filled() == {"Customer ID": "number", "Customer Name": "name", "Region": "region"}
    assert re.search(r"\d+ would go in, \d+ would be passed over, 0 would be refused", desk.look())
    assert (number(desk.run()["Records made"]), Customer.objects.count()) == (known["customers"], known["customers"])

    desk.send("sales/products", file)
    assert desk.filled() == {"Product ID": "code", "Product Name": "name", "Category": "category"}
    assert number(desk.run()["Records made"]) == 1862

    desk.send("sales/orders", file)
    assert desk.filled()["Sales"] == "lines.gross"
    desk.fill(Sales="lines.net")
    assert "0 would be refused" in desk.look()
    expect(desk.page.locator("#preview tbody tr").first).to_contain_text("fit")
    result = desk.run()
    assert {name: number(count) for name, count in result.items()} == {
        "Rows": known["rows"], "Accepted": known["rows"], "Passed over": 0, "Refused": 0,
        "Records made": known["orders"], "Records changed": 0,
    }  # fmt: skip
    assert sums() == {"lines": known["rows"], "sales": known["sales"], "profit": known["profit"]}
    assert orders() == known["orders"]


def test_the_analysis_page_shows_what_went_in(desk: Desk) -> None:
    known = answers("superstore_us")
    export_all()
    desk.page.goto("/analytics/?period=all")
    figures = desk.page.locator(".sw-figures").first
    expect(figures).to_contain_text(f"{known['sales']:,}")
    expect(figures).to_contain_text(f"{known['profit']:,}")
    region = desk.page.locator("figure[aria-label=Region]")
    region.locator("[data-sw-chart-as=table]").click()
    for name in known["sales_by_region"]:
        expect(region.locator("table")).to_contain_text(name)


def test_a_known_kind_of_file_finds_its_columns_as_they_were_last_chosen(desk: Desk) -> None:
    desk.send("sales/orders", real_data("superstore_us/superstore.csv"))
    assert desk.filled()["Sales"] == "lines.net"
    result = desk.run()
    assert (result["Passed over"], result["Records made"]) == ("9,994", "0")
    assert sums()["sales"] == answers("superstore_us")["sales"]


def test_adventureworks_goes_in_and_is_taken_back(desk: Desk) -> None:
    known, before = answers("adventureworks_2017"), sums()
    desk.send("sales/products", real_data("adventureworks_sales/AdventureWorks_Products.csv"))
    desk.fill(ProductSubcategoryKey="category")
    assert number(desk.run()["Records made"]) == 293
    desk.send("sales/orders", real_data("adventureworks_sales/AdventureWorks_Sales_2017.xlsx"))
    desk.fill(CustomerKey="po_number")
    assert "0 would be refused" in desk.look()
    assert number(desk.run()["Records made"]) == known["orders"]
    held = sums(order__ordered_on__year=2017, order__number__startswith="SO")
    assert (held["sales"], held["profit"]) == (known["revenue"], known["profit"])

    desk.page.click("#sw-course button:has-text('Take back')")
    desk.page.click("#sw-confirm [data-sw-confirm-yes]")
    desk.page.wait_for_selector("#sw-course[hx-trigger]")
    assert Job.objects.filter(state__in=Job.OPEN).count() == 1
    desk.work()
    expect(desk.page.locator("#sw-course")).to_contain_text("This import was taken back.")
    assert sums(order__archived_at=None) == before
