"""One page in one dress: its picture, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from shangwu.demo.accounts import PASSWORD
from tests.shots.places import Place, Visitors

FAULTS = (Path(__file__).parent / "faults.js").read_text()
HEIGHTS = {390: 844}
TALLEST = 2600
"""Longer pages are cut there in their pictures."""


@dataclass(frozen=True, slots=True)
class Dress:
    """How a page is looked at."""

    language: str
    width: int
    theme: str

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{self.theme}"


class Looker:
    """A browser in one dress, with a window for each visitor."""

    def __init__(self, browser: Browser, address: str, visitors: Visitors, dress: Dress) -> None:
        self.browser, self.address, self.visitors, self.dress = browser, address, visitors, dress
        self._windows: dict[str, BrowserContext] = {}

    def look(self, place: Place, picture: Path | None) -> list[str]:
        """Visit a page, take its picture, and say what is wrong with it."""
        page = self._window(place.who).new_page()
        try:
            with _listening(page) as troubles:
                answer = page.goto(f"{self.address}{place.address}", wait_until="networkidle")
                if "/reauthenticate/" in page.url and place.name != "account_reauthenticate":
                    answer = _say_the_password_again(page)
                page.wait_for_timeout(150)
                status = answer.status if answer else 0
                if status != place.status:
                    troubles.append(f"answers {status} instead of {place.status}")
                found: list[str] = page.evaluate(FAULTS, {"language": self.dress.language, "width": self.dress.width})
                if picture is not None:
                    _take(page, picture, self.dress)
            expected = f"status of {place.status}" if place.status >= 400 else "\0"
            return [one for one in troubles if expected not in one] + found
        finally:
            page.close()

    def close(self) -> None:
        """Close all windows."""
        for one in self._windows.values():
            one.close()

    def _window(self, who: str) -> BrowserContext:
        if who not in self._windows:
            self._windows[who] = window(self.browser, self.address, self.visitors, who, self.dress)
        return self._windows[who]


def window(browser: Browser, address: str, visitors: Visitors, who: str, dress: Dress) -> BrowserContext:
    """A browser of `who` ("": of nobody), dressed."""
    made = browser.new_context(
        viewport={"width": dress.width, "height": HEIGHTS.get(dress.width, 900)},
        color_scheme="dark" if dress.theme == "dark" else "light",
        reduced_motion="reduce",
        locale={"zh-hant": "zh-TW", "zh-hans": "zh-CN"}.get(dress.language, "en-GB"),
    )
    cookies = {"sw_theme": dress.theme, settings.LANGUAGE_COOKIE_NAME: dress.language}
    if who:
        cookies[settings.SESSION_COOKIE_NAME] = visitors.session(who)
    made.add_cookies([{"name": name, "value": text, "url": address} for name, text in cookies.items()])
    return made


def _say_the_password_again(page: Page) -> Response:
    with page.expect_navigation(wait_until="networkidle") as found:
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
    answer = found.value
    assert answer is not None
    return answer


def _take(page: Page, picture: Path, dress: Dress) -> None:
    height = min(max(page.evaluate("document.documentElement.scrollHeight"), HEIGHTS.get(dress.width, 900)), TALLEST)
    page.set_viewport_size({"width": dress.width, "height": height})
    page.screenshot(path=picture, animations="disabled")


@contextmanager
def _listening(page: Page) -> Iterator[list[str]]:
    """Everything that the browser complains of: errors of scripts, the policy, files that do not come."""
    troubles: list[str] = []

    def on_console(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            troubles.append(f"console: {said.text[:160]}")

    def on_response(answer: Response) -> None:
        if answer.status >= 400 and not answer.request.is_navigation_request():
            troubles.append(f"{answer.status} for {answer.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on("response", on_response)
    yield troubles
