"""Northwind in a real Chromium: three files by hand, the columns that the page finds and those that a person says."""

import pytest

from shangwu.foundation.people.roles import Role
from tests.builders import a_person
from tests.real_input.answers import answers
from tests.real_input.desk import Desk, number
from tests.real_input.house import House, orders, sums
from tests.real_input.northwind_files import SELLER, northwind_files

pytestmark = [pytest.mark.browser, pytest.mark.alone]


def test_northwind_goes_in_by_hand(desk: Desk, house: House) -> None:
    known = answers("northwind")
    for seller in known["revenue_by_employee"]:
        a_person(Role.SALES, name=SELLER.format(seller), department=house.department)
    files = northwind_files(house.var)

    desk.send("customers/customers", files["customers"])
    found = desk.filled()
    desk.fill(customer_id="number", company_name="name", country="region")
    assert "0 would be refused" in desk.look(), found
    assert number(desk.run()["Records made"]) == 91

    desk.send("sales/products", files["products"])
    desk.fill(product_id="code", product_name="name", category_name="category", list_price="list_price")
    assert number(desk.run()["Records made"]) == 77

    desk.send("sales/orders", files["orders"])
    desk.fill(
        order_id="number", customer_id="customer", order_date="ordered_on", required_date="requested_on",
        shipped_date="shipped_on", ship_via="ship_method", employee="owner", freight="freight",
        product_id="lines.product", unit_price="lines.unit_price", quantity="lines.quantity", discount="lines.discount",
    )  # fmt: skip
    assert "0 would be refused" in desk.look()
    result = desk.run()
    assert (number(result["Records made"]), number(result["Refused"])) == (known["orders"], 0)
    assert (orders(), sums()["sales"]) == (known["orders"], known["revenue_after_discount"])

    figures = house.analysis()
    assert "37 of 809 late" in figures.html
