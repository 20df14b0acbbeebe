"""How a page is looked at: by axe, in the dark, on a phone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from shangwu.foundation.pages.tests.walk.served import SETTLED, House

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

    whole: with the frame, the contrast of texts and the size of what is pressed, which cost most of the time.
    """
    options: dict[str, Any] = {"runOnly": RULES, "resultTypes": ["violations"], "elementRef": False}
    if not whole:
        options["rules"] = {name: {"enabled": False} for name in ("color-contrast", "target-size")}
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


def faults_of_a_share(whole: House, share: int, shares: int, *, full_count: bool) -> dict[str, list[str]]:
    """What is wrong with every so many pages of the house, from the one at `share`, by page, visitor and dress."""
    looker = Looker(whole)
    found: dict[str, list[str]] = {}
    for place, (name, address, who) in enumerate(whole.facts["pages"][share::shares]):
        page = looker.at(who, address)
        for dress, faults in looks(place, page, full_count):
            if faults:
                found[f"{name} ({who}, {dress}) {address}"] = faults
    return found
