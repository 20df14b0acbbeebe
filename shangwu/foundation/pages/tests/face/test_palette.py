"""The command palette finds records, actions and clauses, and what this page can do."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

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


def slow(page: Page, *late: str) -> list[Route]:
    """Questions of the palette are answered by themselves; those for the `late` texts wait for the test."""
    waiting: list[Route] = []

    def answer(route: Route) -> None:
        (text,) = parse_qs(urlsplit(route.request.url).query).get("q", [""])
        if text in late:
            waiting.append(route)
        else:
            route.fulfill(content_type="text/html; charset=utf-8", body=hit(text))

    page.route("**/find*", answer)
    return waiting


def met(page: Page, waiting: list[Route]) -> Route:
    """The first question that waits: the browser may have asked before the test hears of it."""
    while not waiting:
        page.wait_for_timeout(20)
    return waiting[0]


def hit(text: str) -> str:
    return f'<a class="sw-palette-item" role="option" aria-selected="false" href="/form?{text}">{text}</a>'


def test_the_answer_to_what_was_typed_last_wins(page: Page) -> None:
    """A person types on while the server still looks for the first letter."""
    opened(page)
    waiting = slow(page, "v")
    page.keyboard.type("valve", delay=170)
    expect(page.locator(".sw-palette-item").first).to_have_text("valve")
    assert waiting, "the first letter has been asked for"
    met(page, waiting).fulfill(content_type="text/html; charset=utf-8", body=hit("v"))
    page.wait_for_timeout(100)
    expect(page.locator(".sw-palette-item").first).to_have_text("valve")


def test_enter_opens_what_was_typed_not_what_still_stands_there(page: Page) -> None:
    opened(page)
    waiting = slow(page, "valve")
    page.keyboard.type("v", delay=170)
    expect(page.locator(".sw-palette-item").first).to_have_text("v")
    with page.expect_request("**/find?q=valve"):
        page.keyboard.type("alve")
        page.keyboard.press("Enter")
    assert page.url.endswith("/list")
    met(page, waiting).fulfill(content_type="text/html; charset=utf-8", body=hit("valve"))
    page.wait_for_url("**/form?valve")


@pytest.mark.parametrize("words", [">取消", ">cancel", "cancel"])
def test_the_verbs_of_the_record_are_found_by_their_words_in_both_languages(page: Page, words: str) -> None:
    """Those behind the dots have no key, and are done from here all the same."""
    opened(page, "/detail")
    slow(page)
    page.keyboard.type(words)
    item = page.locator(".sw-palette-item", has_text="取消訂單")
    expect(item).to_be_visible()
    item.click()
    expect(page.locator("#sw-dialog")).to_be_visible()
    expect(page.locator("#sw-palette")).to_be_hidden()
