"""A list at work in a real Chromium: search, edit, select, save, find, by keyboard, and no complaint of the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import ConsoleMessage, Page, Playwright, expect

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.foundation.pages.tests.lists.test_list_page import LIST, client_of
from tests.chromium import chromium_or_skip

pytestmark = [pytest.mark.browser, pytest.mark.alone]

NAMES = ["澤川水務工程", "瀚海半導體設備", "盛鴻流體控制", "晉洋化工", "北辰能源科技"]


@dataclass
class Desk:
    """A seller's browser at the list of customers, and what it complained about."""

    page: Page
    numbers: list[str]
    complaints: list[str]

    def open(self, address: str = LIST) -> None:
        self.page.goto(address)
        self.page.wait_for_selector("#view-all:not(:empty)", state="attached")


@pytest.fixture
def desk(committing: None, playwright: Playwright, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    executable = chromium_or_skip()
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    crew = Crew()
    numbers = [a_customer(crew.sales, name=name, region="北").number for name in NAMES]
    cookie = client_of(crew.sales).cookies["shangwu_session"].value
    server = LiveServerThread("localhost", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
    context = browser.new_context(base_url=f"http://localhost:{server.port}", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "shangwu_session", "value": cookie, "url": f"http://localhost:{server.port}"}])
    page = context.new_page()
    here = Desk(page, [number or "" for number in numbers], [])
    page.on("console", lambda said: _note(here, said))
    page.on("pageerror", lambda error: here.complaints.append(str(error)))
    yield here
    browser.close()
    server.terminate()
    assert here.complaints == []


def _note(here: Desk, said: ConsoleMessage) -> None:
    if said.type in ("error", "warning"):
        here.complaints.append(said.text)


def row(desk: Desk, place: int) -> str:
    """The row of a customer; the newest stands first."""
    return f"tr[data-sw-row]:has-text('{desk.numbers[place]}')"


def test_search_and_filter_stand_in_the_address_and_become_a_view(desk: Desk) -> None:
    desk.open()
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("水務")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("tr[data-sw-row]")).to_have_count(1)
    desk.page.click("text=Add a condition")
    desk.page.click("#sw-filter-add summary:has-text('State')")
    desk.page.check("#sw-filter-add input[name=state][value=lead]")
    desk.page.click("#sw-filter-add details[open] .sw-menu-foot button")
    expect(desk.page).to_have_url(re.compile(r"\?q=.*&state=lead$"))
    expect(desk.page.locator(".sw-filter.is-set")).to_have_text(re.compile("State.*Lead"))
    desk.page.click("text=Save as view")
    desk.page.fill("#sw-view-name", "水務線索")
    desk.page.click("#sw-dialog button[value=create]")
    expect(desk.page.locator(".sw-views a[aria-current=page]")).to_contain_text("水務線索")
    desk.page.reload()
    expect(desk.page.locator("tr[data-sw-row]")).to_have_count(1)
    desk.page.go_back()


def test_a_cell_is_edited_by_keyboard_and_taken_back(desk: Desk) -> None:
    desk.open()
    cell = desk.page.locator(f"{row(desk, 1)} td[data-sw-edit*='/cell/region/']")
    cell.focus()
    desk.page.keyboard.press("F2")
    expect(cell.locator("input[name=region]")).to_be_focused()
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("南")
    desk.page.keyboard.press("Enter")
    expect(cell).to_have_text("南")
    desk.page.click(".sw-toast button:has-text('Undo')")
    expect(cell).to_have_text("北")


def test_a_selection_is_changed_in_one_go_and_taken_back(desk: Desk) -> None:
    desk.open()
    for key in ("j", "x", "j", "x"):
        desk.page.keyboard.press(key)
    expect(desk.page.locator("[data-sw-bulk-count]")).to_contain_text("2")
    desk.page.click("#sw-bulk [data-sw-fits=edit]")
    desk.page.select_option("#sw-bulk-field", "region")
    desk.page.fill("#sw-dialog-body input[name=region]", "東")
    desk.page.click("#sw-dialog-body button[value=preview]")
    expect(desk.page.locator("#sw-dialog-body table")).to_contain_text("北 → 東")
    desk.page.click("#sw-dialog-body button[value=go]")
    expect(desk.page.locator("td[data-sw-edit*='/cell/region/']:has-text('東')")).to_have_count(2)
    desk.page.click(".sw-toast button:has-text('Undo')")
    expect(desk.page.locator("td[data-sw-edit*='/cell/region/']:has-text('東')")).to_have_count(0)


def test_columns_are_chosen_in_their_menu(desk: Desk) -> None:
    desk.open()
    desk.page.click("[popovertarget=sw-columns]")
    desk.page.uncheck("#sw-columns input[value=grade]")
    desk.page.click("#sw-columns button:has-text('Show these')")
    expect(desk.page.locator("thead")).not_to_contain_text("Grade")
    desk.page.reload()
    expect(desk.page.locator("thead")).not_to_contain_text("Grade")


def test_the_palette_leads_to_a_record(desk: Desk) -> None:
    desk.open()
    desk.page.keyboard.press("Control+k")
    desk.page.keyboard.type("水務")
    expect(desk.page.locator("#sw-palette-results [role=option] mark").first).to_have_text("水務")
    desk.page.keyboard.press("Enter")
    expect(desk.page).to_have_url(re.compile("/customers/customers/[0-9a-f-]{36}/"))


def test_a_row_opens_beside_the_list_and_as_a_page(desk: Desk) -> None:
    desk.open()
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("Space")
    expect(desk.page.locator("#sw-panel")).to_contain_text(NAMES[-1])
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#sw-panel")).to_be_empty()
    desk.page.keyboard.press("Enter")
    expect(desk.page).to_have_url(re.compile(r"/customers/customers/[0-9a-f-]{36}/\?from="))


def test_the_clause_is_one_click_away(desk: Desk) -> None:
    desk.open()
    desk.page.click("header .sw-clause")
    expect(desk.page.locator("#sw-panel")).to_contain_text("2.5.1")


def test_nothing_stands_beyond_the_edge_of_a_phone(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.open()
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
