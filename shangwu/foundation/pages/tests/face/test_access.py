"""Everyone can use it: axe in both themes and widths, no sideways scroll, strict policy, a small first visit."""

import gzip
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from shangwu.foundation.pages.tests.walk.served import SETTLED

from .conftest import ROOT, open_page

pytestmark = pytest.mark.browser
PAGES = ("/", "/list", "/detail?panel", "/form", "/analysis", "/empty", "/parts", "/accounts/login/")
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
FIRST_VISIT = 200_000
FIRST_REQUESTS = 12


def axe(page: Page) -> list[str]:
    """Violations of WCAG 2.2 A and AA. The script is evaluated by the debugger, which no policy forbids."""
    page.evaluate(AXE.read_text())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found: dict[str, Any] = page.evaluate(f"axe.run({{runOnly: {json.dumps(rules)}}})")
    return [
        f"{each['impact']}: {each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed; run: python frontend/build.py")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser: Browser, gallery: str, path: str, width: int, theme: str) -> None:
    context = browser.new_context(
        base_url=gallery, viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
    )
    try:
        context.add_cookies([{"name": "sw_theme", "value": theme, "url": gallery}])
        page = context.new_page()
        page.goto(path)
        page.wait_for_function(SETTLED)
        assert axe(page) == []
    finally:
        context.close()


@pytest.mark.parametrize("opened", ["Control+k", "?", "s"])
@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed; run: python frontend/build.py")
def test_axe_finds_nothing_in_what_floats(page: Page, opened: str) -> None:
    open_page(page, "/detail")
    page.keyboard.press(opened)
    expect(page.locator("dialog[open]")).to_be_visible()
    page.wait_for_timeout(300)
    assert axe(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(browser: Browser, gallery: str, path: str) -> None:
    context = browser.new_context(base_url=gallery, viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        page.goto(path)
        page.wait_for_function(SETTLED)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    finally:
        context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_larger_text_scrolls_no_page_sideways(browser: Browser, gallery: str, width: int) -> None:
    context = browser.new_context(base_url=gallery, viewport={"width": width, "height": 844})
    try:
        context.add_cookies([{"name": "sw_text", "value": "large", "url": gallery}])
        page = context.new_page()
        for path in ("/list", "/detail", "/form"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    finally:
        context.close()


def test_the_whole_of_a_list_row_opens_on_a_phone(browser: Browser, gallery: str) -> None:
    context = browser.new_context(base_url=gallery, viewport={"width": 390, "height": 844}, has_touch=True)
    try:
        page = context.new_page()
        page.goto("/list")
        page.locator("[data-sw-row]").nth(2).tap(position={"x": 200, "y": 20})
        page.wait_for_url("**/detail")
    finally:
        context.close()


def test_the_theme_is_right_from_the_first_paint_and_switches_at_once(page: Page) -> None:
    open_page(page, "/list")
    page.locator("[data-sw-theme=toggle]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload(wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_system_decides_when_asked(browser: Browser, gallery: str) -> None:
    context = browser.new_context(base_url=gallery, color_scheme="dark")
    try:
        context.add_cookies([{"name": "sw_theme", "value": "auto", "url": gallery}])
        page = context.new_page()
        page.goto("/list")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 21, 19)"
    finally:
        context.close()


def test_a_chart_is_also_a_table_with_the_same_numbers(page: Page) -> None:
    open_page(page, "/analysis")
    expect(page.locator(".sw-chart svg").first).to_be_visible()
    frame = page.locator(".sw-chart").nth(1)
    frame.locator("[data-sw-chart-as=table]").click()
    expect(frame.locator("table tbody tr")).to_have_count(6)
    expect(frame.locator("table tbody tr").first).to_contain_text("98.4")


def test_the_table_has_what_the_drawing_leaves_out(page: Page) -> None:
    open_page(page, "/analysis")
    frame = page.locator(".sw-chart").first
    expect(frame.locator("svg").first).to_be_visible()
    frame.locator("[data-sw-chart-as=table]").click()
    expect(frame.locator("table tbody tr")).to_have_count(3)
    expect(frame.locator("table tbody tr").last).to_contain_text("不在圖上")


def test_charts_stand_still_for_those_who_want_it(browser: Browser, gallery: str) -> None:
    context = browser.new_context(base_url=gallery, reduced_motion="reduce")
    try:
        page = context.new_page()
        page.goto("/analysis")
        expect(page.locator(".sw-chart svg").first).to_be_visible()
        before = page.locator(".sw-chart-plot").first.inner_html()
        page.wait_for_timeout(200)
        assert page.locator(".sw-chart-plot").first.inner_html() == before
    finally:
        context.close()


def test_print_leaves_only_the_document(page: Page) -> None:
    open_page(page, "/detail")
    page.emulate_media(media="print")
    for gone in (".sw-rail", ".sw-bar", ".sw-actions", ".sw-compose"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".sw-facts").first).to_be_visible()


def test_the_first_visit_is_small(page: Page) -> None:
    answers: list[tuple[str, int]] = []
    page.on("response", lambda answer: answers.append((answer.url, len(gzip.compress(answer.body())))))
    page.goto("/list")
    page.wait_for_load_state("networkidle")
    assert len(answers) <= FIRST_REQUESTS
    assert sum(size for _, size in answers) <= FIRST_VISIT


ICON_IN_TEMPLATE = re.compile(r"icon(?:\|default:| )\"([\w-]+)\"")
ICON_IN_PYTHON = re.compile(r"\bicon(?:=|\": )\"([\w-]+)\"")


def test_every_icon_that_the_house_names_is_in_the_sprite() -> None:
    drawn = {path.stem for path in (ROOT / "frontend/icons").glob("*.svg")}
    named: dict[str, str] = {}
    for pattern, expression in (("**/templates/**/*.html", ICON_IN_TEMPLATE), ("**/*.py", ICON_IN_PYTHON)):
        for path in (ROOT / "shangwu").glob(pattern):
            if "tests" not in path.parts:
                named |= dict.fromkeys(expression.findall(path.read_text()), path.name)
    named.pop("small", None)  # a size, after a variable's filter
    assert len(named) > 50
    assert {name: path for name, path in named.items() if name not in drawn} == {}
