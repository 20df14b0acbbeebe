"""2.5 at 390 px: a salesperson opens a file, enters whom they met, and finds all of it again from the pages at hand."""

import re

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import pick
from tests.flows.test_days_on_the_phone import PHONE, fits

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("2.5.1", "2.5.2")]

CUSTOMER = "沁源精密過濾設備有限公司"
"""Whose days these are: other tests of the same department leave their own customers' work under way."""
CONTACT = "顧沁"


def saved(page: Page) -> str:
    """Keep the form by its button; the address of what came of it."""
    fits(page)
    was = page.url
    page.keyboard.press("Control+s")
    try:
        page.wait_for_url(lambda address: address != was)
    except TimeoutError as error:
        raise AssertionError(page.locator("main").inner_text()[:1500]) from error
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    fits(page)
    return page.url


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """A link on the page, and the page behind it."""
    with page.expect_event("load"):
        page.locator("main").get_by_role("link", name=name).first.click()
    page.wait_for_selector("html[data-sw-ready]", state="attached")


def test_a_salesperson_writes_down_whom_they_met(house: House) -> None:
    page = house.page("sales", "/customers/customers/", width=PHONE)
    fits(page)
    follow(page, "New customer")
    page.locator("[name=name]").fill(CUSTOMER)
    customer = saved(page)
    follow(page, "Enter a contact")
    page.locator("[name=name]").fill(CONTACT)
    page.locator("[name=phone]").fill("0955000137")
    saved(page)
    house.open(page, customer)
    follow(page, "Record a visit")
    page.locator("[name=content]").fill("看過過濾站，三號機濾芯滲漏")
    page.locator("[name=next_step]").fill("送三號機濾芯檢測報告")
    page.locator("[name=next_on]").fill("2036-11-30")
    saved(page)
    house.open(page, customer)
    follow(page, "Log a contact")
    pick(page, "contact", CONTACT)
    page.locator("[name=at]").fill("2026-11-23T09:30")
    page.locator("[name=summary]").fill("電話確認濾芯批號")
    saved(page)
    house.open(page, "/")
    fits(page)
    expect(page.locator("main")).to_contain_text("送三號機濾芯檢測報告")
    house.open(page, customer)
    for tab, said in (("Contacts", CONTACT), ("Communications", "電話確認濾芯批號"), ("Visits", "Took place")):
        page.locator(".sw-tabs a", has_text=tab).first.click()
        expect(page.locator("#sw-tabbed")).to_contain_text(said)
        fits(page)
