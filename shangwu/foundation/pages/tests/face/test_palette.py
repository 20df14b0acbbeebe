"""The command palette finds records, actions and clauses, and what this page can do."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import open_page

pytestmark = pytest.mark.browser


def opened(page: Page, path: str = "/list") -> Page:
    open_page(page, path)
    with page.expect_response("**/find*"):
        page.keyboard.press("Control+k")
    expect(page.locator(".sw-palette-item").first).to_be_visible()
    return page


def test_control_k_opens_and_closes_it(page: Page) -> None:
    opened(page)
    expect(page.locator("#sw-palette input")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator("#sw-palette")).to_be_hidden()


def test_it_opens_from_inside_a_field(page: Page) -> None:
    open_page(page, "/form")
    page.locator("#id_place").click()
    page.keyboard.press("Control+k")
    expect(page.locator("#sw-palette")).to_be_visible()


def test_escape_closes_it_and_gives_the_focus_back(page: Page) -> None:
    opened(page)
    page.keyboard.press("Escape")
    expect(page.locator("#sw-palette")).to_be_hidden()


def test_arrows_choose_and_enter_opens(page: Page) -> None:
    opened(page)
    expect(page.locator("[aria-selected=true].sw-palette-item")).to_have_attribute("href", "#")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true].sw-palette-item")).to_have_attribute("href", "/detail")
    page.keyboard.press("Enter")
    page.wait_for_url("**/detail")


def test_typing_asks_the_server_once_the_typist_pauses(page: Page) -> None:
    """By the page's own clock, which stands still between two letters however busy the machine is."""
    page.clock.install(time=0)
    opened(page)
    page.clock.pause_at(3600)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/find" in request.url else None)
    for letter in "abcd":
        page.keyboard.press(letter)
        page.clock.run_for(100)
    assert asked == []
    with page.expect_request("**/find*"):
        page.clock.run_for(100)
    page.clock.run_for(1000)
    assert [address.rpartition("?")[2] for address in asked] == ["q=abcd"]


def test_the_page_offers_its_own_keys(page: Page) -> None:
    opened(page)
    page.keyboard.type(">")
    item = page.locator(".sw-palette-item", has_text="新訂單")
    expect(item).to_be_visible()
    item.click()
    page.wait_for_url("**/form")


def test_nothing_found_says_so(page: Page) -> None:
    opened(page, "/empty")
    page.keyboard.type("zzz")
    expect(page.locator(".sw-palette-none")).to_be_visible()


def test_a_clause_opens_beside_the_page(page: Page) -> None:
    opened(page)
    page.locator(".sw-palette-item", has_text="在制度全文中找").click()
    expect(page.locator("#sw-panel h2")).to_be_visible()
    assert page.url.endswith("/list")
