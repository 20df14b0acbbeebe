"""2.7.2 in Chromium: from a cell to its explanation, on to the orders behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import Page, Playwright, expect

from shangwu.chapters.analytics.explorer.tests.selling import Shop, own_facts, person
from shangwu.foundation.pages.tests.visiting import a_client
from tests.chromium import chromium_or_skip

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("2.7.2")]


@dataclass
class Desk:
    """The head before the explorer, and what the browser complained about."""

    shop: Shop
    browser: Any
    address: str
    cookie: str
    complaints: list[str]

    def page(self, path: str, width: int = 1280) -> Page:
        made = self.browser.new_context(
            base_url=self.address, reduced_motion="reduce", viewport={"width": width, "height": 900}
        )
        made.add_cookies([{"name": "shangwu_session", "value": self.cookie, "url": self.address}])
        page: Page = made.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.goto(path)
        page.wait_for_selector("html[data-sw-ready]", state="attached")
        return page


@pytest.fixture
def desk(
    committing: None, playwright: Playwright, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> Iterator[Desk]:
    executable = chromium_or_skip()
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    own_facts(settings, tmp_path)
    shop = Shop().export()
    cookie = a_client(person(shop.crew.head)).cookies["shangwu_session"].value
    server = LiveServerThread("localhost", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
    here = Desk(shop, browser, f"http://localhost:{server.port}", cookie, [])
    yield here
    browser.close()
    server.terminate()
    assert here.complaints == []


def test_a_figure_is_followed_down_to_an_order(desk: Desk) -> None:
    page = desk.page("/analytics/explorer/?m=sales.revenue&row=category&column=region&period=all&look=chart")
    page.wait_for_selector("[data-sw-chart] svg path", state="attached")
    page.locator("table.sw-table tbody tr", has_text="valves").locator("td a").first.click()
    panel = page.locator("#sw-panel")
    expect(panel).to_contain_text("Formula")
    panel.get_by_text("Work it out again").click()
    expect(panel).to_contain_text("It is the same")
    panel.locator("a.is-primary").click()
    expect(page.locator("#sw-list")).to_contain_text(desk.shop.first.name)
    assert page.locator("tr[data-sw-row]").count() == 2
    page.locator("tr[data-sw-row] a").first.click()
    expect(page.locator("h1")).to_contain_text(desk.shop.first.name)


def test_on_a_phone_only_tables_scroll_sideways(desk: Desk) -> None:
    for path in ("explorer/?row=category&column=region&period=all&look=chart", "trend/", "customers/", "products/"):
        page = desk.page(f"/analytics/{path}", width=390)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.context.close()
