"""The few pictures of README: taken by `python -m tests.shots --readme`, small, of our own demo only."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from shangwu.chapters.sales.models import Order
from shangwu.foundation.access.actors import actor_of
from tests.shots.looking import Dress, window
from tests.shots.places import Visitors

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LARGEST, ALL = 150_000, 800_000
"""Bytes of one picture, and of all together."""


def take(browser: Browser, address: str, visitors: Visitors) -> list[Path]:
    """Take them anew. Raises ValueError when one is too large to be kept."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    desk, phone = Dress("zh-hant", 1440, "light"), Dress("zh-hant", 390, "light")
    order = _an_order(visitors)
    taken = [
        _shot(window(browser, address, visitors, "sales", desk), address, "/", "my-day"),
        _shot(window(browser, address, visitors, "head", desk), address, "/sales/orders/", "orders"),
        _shot(window(browser, address, visitors, "sup", desk), address, order, "order-and-clause", "header .sw-clause"),
        _shot(window(browser, address, visitors, "head", desk), address, "/analytics/", "analysis"),
        _shot(window(browser, address, visitors, "sup", phone), address, order, "order-on-a-phone"),
    ]
    if max(each.stat().st_size for each in taken) > LARGEST or sum(each.stat().st_size for each in taken) > ALL:
        raise ValueError(f"too large: {[(each.name, each.stat().st_size) for each in taken]}")
    return taken


def _an_order(visitors: Visitors) -> str:
    """The newest order that waits for sales support."""
    person = visitors.accounts["sup"].person
    assert person is not None
    found = Order.objects.visible_to(actor_of(person)).filter(state=Order.State.RECEIVED).order_by("-pk").first()
    assert found is not None
    return f"/sales/orders/{found.public_id}/"


def _shot(context: BrowserContext, address: str, path: str, name: str, click: str = "") -> Path:
    page = context.new_page()
    page.goto(f"{address}{path}", wait_until="networkidle")
    if click:
        page.locator(click).first.click()
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)
    target = FOLDER / f"{name}.webp"
    target.write_bytes(_webp(page))
    context.close()
    return target


def _webp(page: Page) -> bytes:
    """What the window shows, as the browser itself packs it."""
    session = page.context.new_cdp_session(page)
    found = session.send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    return base64.b64decode(found["data"])
