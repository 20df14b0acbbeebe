"""A real Chromium before real records."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import chromium

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
ROOT = Path(__file__).parents[5]
BUILT = ROOT / "shangwu" / "static" / "built" / "app.js"

SETTLED = """() => !document.querySelector('script[src*="app."]')
    || (document.documentElement.hasAttribute('data-sw-ready') && !document.querySelector('.htmx-request'))"""
"""The scripts of a page, where it has any, have started, and nothing is being fetched."""

# How long a page takes depends on who else is at work on this machine; what never comes is still found.
expect.set_options(timeout=20_000)


@dataclass
class House:
    """The served department. Each test takes an order of its own."""

    facts: dict[str, Any]
    browser: Browser
    deed: Callable[[str], Any]
    taken: int = 0
    pages: list[Page] = field(default_factory=list)

    def an_order(self) -> tuple[str, str]:
        """(address, number) of an order that no other test uses: ten pieces each of two products, "PO-1"."""
        order = self.facts["orders"][self.taken]
        self.taken += 1
        return f"/sales/orders/{order['id']}/", order["number"]

    def page(self, who: str, path: str, *, width: int = 1440, theme: str = "light", ready: bool = True) -> Page:
        """A page of somebody who has signed in ("": of nobody); a script that fails fails the test.

        ready: wait for the frame's scripts, which printed sheets and error pages have not.
        """
        address = self.facts["address"]
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, base_url=address, reduced_motion="reduce", locale="en-GB"
        )
        cookies = {"sw_theme": theme} | ({self.facts["cookie"]: self.facts["sessions"][who]} if who else {})
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = context.new_page()
        page.troubles = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.troubles.append(str(error)))  # type: ignore[attr-defined]
        self.pages.append(page)
        if ready:
            return self.open(page, path)
        page.goto(path, wait_until="networkidle")
        return page

    def open(self, page: Page, path: str) -> Page:
        """Go there and wait until the scripts have started."""
        page.goto(path)
        page.wait_for_selector("html[data-sw-ready]", state="attached")
        return page


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium where it stands, else Playwright's own."""
    found = chromium()
    return {"args": list(QUIET), **({"executable_path": found} if found else {})}


@contextmanager
def serving(module: str, browser: Browser, folder: Path) -> Iterator[House]:
    """A house that the module serves in a process of its own, its files in `folder`."""
    if not BUILT.is_file():
        pytest.skip("The front end is not built; run: python frontend/build.py")
    command = [sys.executable, "-m", module, f"{module.rpartition('.')[2]}_{os.getpid()}"]
    environment = os.environ | {"SHANGWU_VAR": str(folder)}
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    told, says = process.stdin, process.stdout
    assert told is not None
    assert says is not None
    line = says.readline()
    assert line, "the house for browser tests did not start; its reason stands above"

    def deed(name: str) -> Any:
        """What came of a deed of the house (`deeds`)."""
        told.write(f"{name}\n")
        told.flush()
        return json.loads(says.readline())

    try:
        yield House(json.loads(line), browser, deed)
    finally:
        told.close()
        process.wait(timeout=60)


@pytest.fixture(scope="session")
def _served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with serving("shangwu.foundation.pages.tests.walk.house", browser, tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture
def house(_served: House) -> Iterator[House]:
    """The served department; no script may have failed when the test is over."""
    yield _served
    troubles = [trouble for page in _served.pages for trouble in page.troubles]  # type: ignore[attr-defined]
    for page in _served.pages:
        page.context.close()
    _served.pages.clear()
    assert troubles == []
