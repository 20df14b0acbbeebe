"""The days of a salesperson, a service clerk and the head, at 390 px."""

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import do, expect_state, pick

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("2.5.1", "2.5.2", "2.5.3")]

PHONE = 390


def save(page: Page) -> str:
    """Keep the form; the address of what came of it."""
    fits(page)
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    fits(page)
    return page.url


def fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_a_salesperson_writes_a_visit_down_and_keeps_the_promise(house: House) -> None:
    page = house.page("sales", f"/customers/customers/{house.facts['customer']}/", width=PHONE)
    fits(page)
    house.open(page, f"/customers/communications/new/?customer={house.facts['customer']}")
    page.locator("[name=at]").fill("2026-11-23T09:30")
    page.locator("[name=summary]").fill("現場確認閥位，約定寄樣")
    page.locator("[name=next_step]").fill("寄出球閥樣品")
    page.locator("[name=next_on]").fill("2036-11-30")
    logged = save(page)
    house.open(page, "/")
    fits(page)
    expect(page.locator("main")).to_contain_text("寄出球閥樣品")
    house.open(page, logged)
    do(page, "customers.communication.finish")
    house.open(page, "/")
    expect(page.locator("main")).not_to_contain_text("寄出球閥樣品")


def test_a_service_clerk_takes_a_complaint_up(house: House) -> None:
    page = house.page("cs", "/customers/complaints/new/", width=PHONE)
    pick(page, "customer", "澤川")
    page.locator("[name=category]").select_option("quality")
    page.locator("[name=description]").fill("球閥關閉後仍滲漏")
    page.locator("[name=claim]").select_option("exchange")
    save(page)
    expect_state(page, "Registered")
    do(page, "customers.complaint.accept")
    expect_state(page, "Taken up")
    do(page, "customers.complaint.contain", containment="同批庫存暫停出貨")
    expect(page.locator("main")).to_contain_text("同批庫存暫停出貨")
    fits(page)


def test_the_head_decides_what_waits(house: House) -> None:
    url, number = house.an_order()
    sales = house.page("sales", url, width=PHONE)
    do(sales, "sales.order.submit")
    expect_state(sales, "In review")
    page = house.page("head", "/", width=PHONE)
    fits(page)
    page.get_by_role("link", name=number).first.click()
    page.wait_for_url("**/orders/**")
    do(page, "approvals.request.approve", opinion="可接")
    expect_state(page, "Accepted")
    fits(page)
