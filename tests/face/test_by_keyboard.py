"""Without a mouse: from the sign-in page to a confirmed order, and through the frame."""

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import expect_state

pytestmark = [pytest.mark.browser, pytest.mark.alone]

MOST_STOPS = 60


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus stands on it. Fails when it can't be reached."""
    for _ in range(MOST_STOPS):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} can't be reached by Tab")


def choose(page: Page, name: str, typed: str) -> None:
    """Tab to a reference field, type, take the first offer by Enter."""
    tab_to(page, f"input[name='{name}_text']")
    page.keyboard.type(typed, delay=20)
    page.locator(f"input[name='{name}_text']").locator("xpath=..").locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(f"input[type=hidden][name='{name}']")).not_to_have_value("")


def test_an_order_is_taken_from_sign_in_to_confirmation_by_keyboard_alone(house: House) -> None:
    page = house.page("", "/accounts/login/", ready=False)
    tab_to(page, "input[name=login]")
    page.keyboard.type(house.facts["sign_in"]["name"])
    tab_to(page, "input[name=password]")
    page.keyboard.type(house.facts["sign_in"]["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.wait_for_selector("html[data-sw-ready]", state="attached")

    page.keyboard.press("Control+k")
    page.keyboard.type("> order")
    page.locator("#sw-palette-results [role=option]").first.wait_for()
    page.keyboard.press("Escape")
    page.goto("/sales/orders/")
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    page.keyboard.press("n")
    page.wait_for_url("**/new/")
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    choose(page, "customer", "瀚海")
    choose(page, "lines-0-product", "球閥")
    tab_to(page, "input[name='lines-0-quantity']")
    page.keyboard.type("2")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda url: "/new" not in url)
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    expect_state(page, "Received")
    _confirm(house, page.url.split("?")[0])


def _confirm(house: House, url: str) -> None:
    page = house.page("support", url)
    tab_to(page, "a[href*='order.confirm']")
    page.keyboard.press("Enter")
    expect(page.locator("#sw-dialog input[name=promised_on]")).to_be_focused()
    page.keyboard.type("12122036")  # the same in every order of day and month
    page.keyboard.press("Control+Enter")
    expect_state(page, "Confirmed")


def test_the_frame_is_walked_by_keys(house: House) -> None:
    page = house.page("sales", "/sales/orders/")
    page.keyboard.press("Tab")
    expect(page.locator(".sw-skip")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url(lambda url: url.endswith(":" + url.rsplit(":", 1)[1]) and url.endswith("/"))
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    page.keyboard.press("?")
    expect(page.locator("#sw-keys")).to_contain_text("My day")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("2.6.1")
    expect(page.locator("#sw-palette-results")).to_contain_text("2.6.1")
