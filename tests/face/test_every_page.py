"""Every page that the house has, in one visit each: axe finds nothing serious, and no phone scrolls it sideways.

The list comes from the resolver and the registries (`places`), so that a new page is among them by itself.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from shangwu.foundation.pages.tests.walk.served import SETTLED, House, serving
from tests.face.told import LETTERS

pytestmark = [pytest.mark.browser, pytest.mark.alone]

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SERIOUS = ("serious", "critical")
IN_THE_DARK = 7
"""Every so many pages are looked at in the dark, and by axe on a phone, too: all dresses share their markup."""
WITH_ITS_FRAME = 5
"""Every so many pages are looked at with the frame around them, which is the same around all, and with the contrast of
each text, which comes from one style sheet; at full count all of them."""
FRAME = [[".sw-rail"], [".sw-bar"]]

OFF_THE_PHONE = """() => {
    const wide = document.documentElement.scrollWidth;
    const heads = [...document.querySelectorAll('.sw-head .sw-actions .sw-button')];
    const verbs = heads.filter(one => !one.closest('.sw-menu'));
    const away = verbs.filter(one => {
        const box = one.getBoundingClientRect();
        return box.width === 0 || box.left < 0 || box.right > innerWidth;
    });
    return [...(wide > innerWidth ? [`scrolls sideways: ${wide}`] : []),
        ...away.map(one => `out of reach: ${one.textContent.trim()}`)];
}"""

NOT_OPENED = {
    "evidence.bundle.download", "exchange.import.detail", "exchange.import.download", "job.download",
    "notices.calendar",
}  # fmt: skip
"""Routes whose samples name nothing that is there. Verbs that no row of the house is ready for are not among them."""


class Looker:
    """One browser with a window for each visitor, light at 1440; a window takes other dresses without a new visit."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.windows: dict[str, Page] = {}

    def at(self, who: str, address: str) -> Page:
        """The window of a visitor at an address."""
        if who not in self.windows:
            self.windows[who] = page = self.house.page(who, "/accounts/login/", ready=False)
            page.context.add_init_script(path=AXE)
        page = self.windows[who]
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(address, wait_until="load")
        page.wait_for_function(SETTLED)
        return page


def violations(page: Page, *, whole: bool = True) -> list[str]:
    """What axe calls serious or critical. The script is brought by the debugger, which no policy forbids.

    whole: with the frame and the contrast of texts.
    """
    options: dict[str, Any] = {"runOnly": RULES, "resultTypes": ["violations"], "elementRef": False}
    if not whole:
        options["rules"] = {"color-contrast": {"enabled": False}}
    looked_at = {"exclude": [] if whole else FRAME}
    found: dict[str, Any] = page.evaluate(f"axe.run({json.dumps(looked_at)}, {json.dumps(options)})")
    return [
        f"{each['impact']}: {each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@contextmanager
def in_the_dark(page: Page) -> Iterator[Page]:
    """The page in its dark theme: asked for anew, so that no colour is still fading over."""
    theme = {"name": "sw_theme", "url": page.url}
    page.context.add_cookies([{**theme, "value": "dark"}])
    page.reload(wait_until="load")
    page.wait_for_function(SETTLED)
    yield page
    page.context.add_cookies([{**theme, "value": "light"}])


def looks(place: int, page: Page, full_count: bool) -> Iterator[tuple[str, list[str]]]:
    """(dress, faults) of one visit."""
    yield "light", violations(page, whole=full_count or place % WITH_ITS_FRAME == 0)
    if full_count or place % IN_THE_DARK == 0:
        with in_the_dark(page):
            yield "dark", violations(page)
    page.set_viewport_size({"width": 390, "height": 844})
    yield "phone", page.evaluate(OFF_THE_PHONE)
    if full_count or place % IN_THE_DARK == 1:
        yield "phone", violations(page)


@pytest.fixture(scope="module")
def whole(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; run: python frontend/build.py")
    with serving("tests.face.whole_house", browser, tmp_path_factory.mktemp("whole")) as found:
        yield found


def test_every_page_is_usable_by_everyone_and_on_a_phone(whole: House, full_count: bool) -> None:
    looker = Looker(whole)
    found: dict[str, list[str]] = {}
    for place, (name, address, who) in enumerate(whole.facts["pages"]):
        page = looker.at(who, address)
        for dress, faults in looks(place, page, full_count):
            if faults:
                found[f"{name} ({who}, {dress}) {address}"] = faults
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def test_no_page_escapes(whole: House) -> None:
    """Each address is opened by somebody. A verb's form needs a record that is ready for it; nearly all have one."""
    pages = {name for name, _address, _who in whole.facts["pages"]}
    closed = set(whole.facts["closed"])
    verbs = {name for name in closed if name.startswith("do.")}
    assert closed - verbs - NOT_OPENED == set()
    assert len(verbs) <= len([name for name in pages if name.startswith("do.")]) // 2, sorted(verbs)
    assert {*LETTERS} - {"quotation.paper"} <= pages, "a letter leads to a page that opens without signing in"
    assert {"sales.order.list", "sales.order.detail", "board", "my_day", "analytics.analysis", "account_login"} <= pages


BROKEN: dict[str, Callable[[Page], Any]] = {
    "label": lambda page: page.evaluate("document.querySelector('main').append(document.createElement('input'))"),
    "link-name": lambda page: page.evaluate("document.querySelector('main').append(Object.assign("
                                            "document.createElement('a'), {href: '/x/'}))"),
}  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_what_is_wrong_is_found(whole: House, rule: str) -> None:
    """The control: of both ways of looking."""
    page = Looker(whole).at("head", "/sales/orders/")
    BROKEN[rule](page)
    assert all(any(rule in one for one in violations(page, whole=each)) for each in (True, False))
