"""What a browser fetches and how soon it draws: a first visit, later pages, a cold page."""

import statistics
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.figures import Figures
from benchmarks.house import account_of
from benchmarks.web import Web
from shangwu.demo.accounts import offered
from shangwu.foundation.people.roles import Role
from tests.chromium import chromium

LATER = ("/customers/customers/", "/sales/orders/", "/sales/products/")
CHARTS = "/analytics/"
CHART = "/analytics/explorer/?m=sales.revenue&row=category&column=quarter&period=all&look=chart"


def measure(figures: Figures, web: Web) -> None:
    """Sizes as they went over the line, and the first paint of a page nothing of which was kept."""
    if chromium() is None:
        print("No Chromium here: what a browser fetches was not measured.")
        return
    # Beside an open Playwright Django's synchronous reading is refused.
    known = {one["account"]: one for one in offered()}
    head = known[account_of(Role.HEAD).username]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        state = _signed_in(browser, web, head)
        page, sent = _counted(browser, state)
        page.goto(f"{web.address}/", wait_until="networkidle")
        figures.at_most("first visit, compressed", sum(sent) / 1000, "kB", 200)
        figures.at_most("first visit, requests", len(sent), "", 12)
        for address in LATER:
            sent.clear()
            page.goto(web.address + address, wait_until="networkidle")
            figures.at_most(f"later page {address}", sum(sent) / 1000, "kB", 30)
        largest, worker = web.memory()
        sent.clear()
        page.goto(web.address + CHARTS, wait_until="networkidle")
        figures.at_most("first page with charts: their script, once", sum(sent) / 1000, "kB", 250)
        sent.clear()
        page.goto(web.address + CHARTS, wait_until="networkidle")
        figures.at_most(f"later page {CHARTS}", sum(sent) / 1000, "kB", 30)
        drawn = [_chart_drawn(page, web.address + CHART) for _n in range(5)]
        figures.at_most("a chart drawn, from its page's first byte", statistics.median(drawn), "ms", 500)
        cold = [_first_paint(browser, state, f"{web.address}/sales/orders/") for _n in range(7)]
        figures.at_most("cold page drawn (orders)", statistics.median(cold), "ms", 300)
        browser.close()
    figures.at_most("web process", largest, "MB", 110)
    figures.at_most("web process that has answered an analysis", web.memory()[0], "MB", 110)
    figures.at_most("idle job worker", worker, "MB", 110)


def _signed_in(browser: Browser, web: Web, one: Mapping[str, str]) -> Any:
    context = browser.new_context(locale="zh-TW")
    page = context.new_page()
    page.goto(f"{web.address}/accounts/login/")
    page.fill("input[name=login]", one["account"])
    page.fill("input[name=password]", one["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/")
    state = context.storage_state()
    context.close()
    return state


def _counted(browser: Browser, state: Any) -> tuple[Page, list[int]]:
    """A page with nothing kept, and the bytes of each answer from the server."""
    context = browser.new_context(storage_state=state, locale="zh-TW")
    page = context.new_page()
    sent: list[int] = []
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.on(
        "Network.loadingFinished",
        lambda said: sent.append(int(said["encodedDataLength"])) if said["encodedDataLength"] else None,
    )
    return page, sent


def _chart_drawn(page: Page, address: str) -> float:
    """Milliseconds from the answer's first byte to the drawn chart."""
    page.goto(address, wait_until="commit")
    page.wait_for_selector("[data-sw-chart] svg path", state="attached")
    found = page.evaluate("performance.now() - performance.getEntriesByType('navigation')[0].responseStart")
    return float(found)


def _first_paint(browser: Browser, state: Any, address: str) -> float:
    """Milliseconds from the click to the first contentful paint, in a context that has kept nothing."""
    context = browser.new_context(
        storage_state=state, locale="zh-TW", bypass_csp=True
    )  # which refuses the waiting below
    page = context.new_page()
    page.goto(address, wait_until="load")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    found = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return float(found)
