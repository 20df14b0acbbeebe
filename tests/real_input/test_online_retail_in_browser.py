"""The web shop's file in a real Chromium: by hand, the refused rows fetched, mended and sent again.

In short form its first two days, in the soak all 240,007 lines, which have a published total.
"""

import csv
import gzip
import os
from decimal import Decimal
from pathlib import Path

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Product
from tests.real_input.answers import answers
from tests.real_input.desk import Desk, number
from tests.real_input.house import orders, sums
from tests.real_input.test_online_retail import ORDERS, amount, mended_from, read
from tests.support import real_data

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.soak]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """All lines in the soak, else the first two days; with a column of names, as a person adds it who needs one."""
    lines = read(real_data("uci_online_retail_h1/online_retail_2010-12_2011-06.csv.gz"))
    if os.environ.get("SHANGWU_SOAK") != "1":
        lines = [line for line in lines if line["InvoiceDate"].startswith(("12/1/", "12/2/"))]
    path = tmp_path / "with_names.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*lines[0], "Buyer"])
        writer.writeheader()
        writer.writerows({**line, "Buyer": line["CustomerID"] and f"Buyer {line['CustomerID']}"} for line in lines)
    return path


def test_the_shops_invoices_go_in_by_hand(desk: Desk, file: Path, tmp_path: Path) -> None:
    lines, known = read(file), answers("uci_online_retail_h1")
    total = known["amount_all"] if len(lines) == known["rows"] else sum(amount(line) for line in lines)
    desk.send("customers/customers", file)
    desk.fill(CustomerID="number", Buyer="name")
    desk.fix(kind="person")
    desk.run()
    assert set(Customer.objects.values_list("number", flat=True)) == {line["CustomerID"] for line in lines} - {""}

    desk.send("sales/products", file)
    desk.fill(StockCode="code", Description="name")
    assert number(desk.run()["Refused"]) > 0
    desk.send("sales/products", mended_from(desk.refused(tmp_path)))
    desk.fill(StockCode="code", Description="name")
    assert number(desk.run()["Refused"]) == 0
    codes = {line["StockCode"].upper() for line in lines}  # 85123A and 85123a are one article
    assert sorted(code.upper() for code in Product.objects.values_list("code", flat=True)) == sorted(codes)

    desk.send("sales/orders", file)
    desk.fill(**ORDERS)
    result = desk.run()
    if number(result["Refused"]):
        desk.send("sales/orders", mended_from(desk.refused(tmp_path)))
        desk.fill(**ORDERS)
        assert number(desk.run()["Refused"]) == 0
    assert (orders(), sums()["lines"]) == (len({line["InvoiceNo"] for line in lines}), len(lines))
    assert abs(sums()["sales"] - total) <= Decimal("0.005")
