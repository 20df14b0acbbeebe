"""2.6 and 2.7: one order from the salesperson's form to the analysis, each step by the role whose work it is."""

import zoneinfo

import pytest
from playwright.sync_api import expect

from shangwu.foundation.pages.tests.walk.served import House
from shangwu.foundation.records import clock
from tests.flows.hands import do, expect_state, number_of, pick

pytestmark = [pytest.mark.browser, pytest.mark.alone]


def today() -> str:
    """The business day of the department's legal entity."""
    return clock.today(zoneinfo.ZoneInfo("Asia/Taipei")).isoformat()


def test_an_order_goes_from_hand_to_hand_and_ends_in_the_analysis(house: House) -> None:
    house.deed("export")
    before = house.page("head", "/analytics/?period=all").locator("main").inner_text()
    url = _sales_takes_it(house)
    _support_confirms_it(house, url)
    _logistics_ships_it_in_two_parts(house, url)
    _finance_bills_it_and_takes_the_money(house, url)
    support = house.page("support", url)
    do(support, "sales.order.close")
    expect_state(support, "Closed")
    house.deed("export")
    analysis = house.page("head", "/analytics/?period=all")
    expect(analysis.locator(".sw-chart svg").first).to_be_visible()
    assert analysis.locator(".sw-figures").inner_text() not in before


def _sales_takes_it(house: House) -> str:
    page = house.page("sales", "/sales/orders/")
    page.keyboard.press("n")
    page.wait_for_url("**/new/")
    pick(page, "customer", "澤川")
    pick(page, "lines-0-product", "球閥")
    page.locator("input[name='lines-0-quantity']").fill("10")
    expect(page.locator("#sum_gross")).to_contain_text("71,925")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    expect_state(page, "Received")
    address = page.url.split("?")[0]
    number = number_of(page)
    house.open(page, "/sales/orders/")
    expect(page.locator("tr[data-sw-row]").first).to_contain_text(number)
    return address


def _support_confirms_it(house: House, url: str) -> None:
    page = house.page("support", url)
    page.locator("header .sw-clause").first.click()
    expect(page.locator("#sw-panel")).to_contain_text("2.6.1")
    page.keyboard.press("Escape")
    do(page, "sales.order.confirm", promised_on="2036-12-18")
    expect_state(page, "Confirmed")


def _logistics_ships_it_in_two_parts(house: House, url: str) -> None:
    page = house.page("logistics", url)
    do(page, "sales.order.make_ready")
    expect_state(page, "Ready to ship")
    do(page, "sales.order.pack", **{"lines-0-position": "1", "lines-0-to_ship": "4"})
    house.open(page, f"{url}?tab=shipments")
    page.locator("#sw-tabbed a.sw-table-key").first.click()
    page.wait_for_url("**/shipments/**")
    do(page, "sales.shipment.send", tracking_number="T-1")
    do(page, "sales.shipment.deliver", delivered_on=today())
    expect_state(page, "Delivered")
    house.open(page, url)
    expect_state(page, "Partly shipped")
    do(page, "sales.order.ship", carrier="順豐")
    expect_state(page, "Shipped")


def _finance_bills_it_and_takes_the_money(house: House, url: str) -> None:
    page = house.page("finance", url)
    do(page, "sales.order.invoice", invoice_number="AB12345678", invoiced_on=today())
    expect_state(page, "Invoiced")
    number = number_of(page)
    for amount in ("21925", "50000"):
        house.open(page, "/sales/payments/new/")
        pick(page, "order", number)
        page.locator("input[name=amount]").fill(amount)
        page.locator("input[name=received_on]").fill(today())
        page.keyboard.press("Control+s")
        page.wait_for_url(lambda address: "/new" not in address)
    house.open(page, url)
    expect_state(page, "Paid")
