"""Clause 2.5.2: cards of the board are moved by mouse, by keyboard and by touch; what is refused goes back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import Locator, Page, Playwright, expect

from shangwu.chapters.customers.models import Opportunity, Stage
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.customers.tests.test_opportunities import FIRST, NEEDS, OFFER, TALKS, an_opportunity
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.lists.test_list_page import client_of
from tests.chromium import chromium_or_skip

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("2.5.2")]

BOARD = "/customers/opportunities/?state=open&group=stage&look=board"
REFUSED = re.compile(r"the server responded with a status of 4\d\d")


@dataclass
class Wall:
    """A seller before the board, with one card in the first lane, and what the page complained about."""

    crew: Crew
    one: Opportunity
    browser: Any
    address: str
    cookie: str
    complaints: list[str]

    def page(self, **context: Any) -> Page:
        context.setdefault("viewport", {"width": 2000, "height": 900})
        made = self.browser.new_context(base_url=self.address, reduced_motion="reduce", **context)
        made.add_cookies([{"name": "shangwu_session", "value": self.cookie, "url": self.address}])
        page: Page = made.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: said.type == "error" and not REFUSED.search(said.text) and self.complaints.append(said.text),
        )
        page.goto(BOARD)
        page.wait_for_selector("html[data-sw-ready]", state="attached")
        page.wait_for_function("Boolean(window.shangwu?.sort)")
        return page

    def stage(self) -> str:
        return str(Stage.objects.get(pk=self.one.fresh.stage_id).name)


@pytest.fixture
def wall(committing: None, playwright: Playwright, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wall]:
    executable = chromium_or_skip()
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    crew = Crew()
    one = an_opportunity(crew.sales, name="新廠管線備品")
    an_opportunity(crew.sales, name="軸承年約", stage=OFFER)
    cookie = client_of(crew.sales).cookies["shangwu_session"].value
    server = LiveServerThread("localhost", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
    here = Wall(crew, one, browser, f"http://localhost:{server.port}", cookie, [])
    yield here
    browser.close()
    server.terminate()
    assert here.complaints == []


def lane(page: Page, name: str) -> Locator:
    english = Stage.objects.get(name=name).name_en
    return page.locator(f"[data-sw-lane-label='{english}']")


def card(wall: Wall, page: Page) -> Locator:
    return page.locator(f"[data-sw-row='{wall.one.public_id}']")


def middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 60)


def drag(page: Page, moved: Locator, to: Locator) -> None:
    start, end = middle(moved), middle(to)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 12, start[1] + 4, steps=3)
    page.mouse.move(*end, steps=12)
    page.mouse.up()


def test_by_mouse_a_card_is_drawn_to_another_lane_and_taken_back(wall: Wall) -> None:
    page = wall.page()
    drag(page, card(wall, page), lane(page, TALKS))
    expect(page.locator(".sw-toast")).to_contain_text("Move to a stage")
    expect(lane(page, TALKS).locator("[data-sw-row]")).to_contain_text("新廠管線備品")
    assert wall.stage() == TALKS
    assert page.url.endswith(BOARD), "the card was moved, not opened"
    page.click(".sw-toast button:has-text('Undo')")
    expect(lane(page, FIRST).locator("[data-sw-row]")).to_contain_text("新廠管線備品")
    assert wall.stage() == FIRST


def test_a_card_that_is_thrown_quickly_lands_where_it_was_let_go(wall: Wall) -> None:
    """From press to release in one script, faster than any clock of the page ticks."""
    page = wall.page()
    start, end = middle(card(wall, page)), middle(lane(page, TALKS))
    page.evaluate(
        """async ([start, end]) => {
            const at = ([clientX, clientY]) => ({ clientX, clientY, bubbles: true, cancelable: true, composed: true,
                pointerId: 1, pointerType: "mouse", isPrimary: true, button: 0, buttons: 1 });
            const fire = (kind, point) =>
                document.elementFromPoint(...point).dispatchEvent(new PointerEvent(kind, at(point)));
            fire("pointerdown", start);
            fire("pointermove", [start[0] + 12, start[1] + 4]);
            await new Promise((ready) => setTimeout(ready, 5));
            fire("pointermove", end);
            fire("pointerup", end);
        }""",
        [start, end],
    )
    expect(lane(page, TALKS).locator("[data-sw-row]")).to_contain_text("新廠管線備品")
    expect(page.locator(".sw-toast")).to_contain_text("Move to a stage")
    assert wall.stage() == TALKS


def test_by_keyboard_a_card_is_moved_and_keeps_the_focus(wall: Wall) -> None:
    page = wall.page()
    card(wall, page).locator("a.sw-table-key").focus()
    page.keyboard.press("m")
    expect(page.locator("#sw-lane-menu [role=menuitem]").first).to_be_focused()
    expect(page.locator("#sw-lane-menu [role=menuitem]")).to_have_text(
        ["Needs confirmed", "Offer made", "Negotiation", "Won", "Lost"]
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".sw-toast")).to_contain_text("Move to a stage")
    expect(lane(page, OFFER).locator("[data-sw-row]")).to_have_count(2)
    expect(card(wall, page).locator("a.sw-table-key")).to_be_focused()
    assert wall.stage() == OFFER
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    expect(page.locator("#sw-lane-menu")).to_be_hidden()
    assert wall.stage() == OFFER


@pytest.mark.parametrize("width", [390, 1024])
def test_by_touch_a_tap_on_its_button_moves_a_card(wall: Wall, width: int) -> None:
    page = wall.page(has_touch=True, viewport={"width": width, "height": 844})
    card(wall, page).locator("[data-sw-move]").tap()
    page.locator("#sw-lane-menu [role=menuitem]:has-text('Needs confirmed')").tap()
    expect(page.locator(".sw-toast")).to_contain_text("Move to a stage")
    expect(lane(page, NEEDS).locator("[data-sw-row]")).to_contain_text("新廠管線備品")
    assert wall.stage() == NEEDS
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_by_touch_a_card_is_drawn_after_a_long_press(wall: Wall) -> None:
    page = wall.page(has_touch=True, viewport={"width": 1024, "height": 844})
    start, end = middle(card(wall, page)), middle(lane(page, NEEDS))
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start)
    page.wait_for_timeout(400)
    for step in range(1, 11):
        touch("touchMove", (start[0] + (end[0] - start[0]) * step / 10, start[1] + (end[1] - start[1]) * step / 10))
        page.wait_for_timeout(20)
    touch("touchEnd")
    expect(page.locator(".sw-toast")).to_contain_text("Move to a stage")
    expect(lane(page, NEEDS).locator("[data-sw-row]")).to_contain_text("新廠管線備品")
    assert wall.stage() == NEEDS


def test_a_lane_that_asks_opens_its_dialog_and_the_card_waits_where_it_was(wall: Wall) -> None:
    page = wall.page()
    drag(page, card(wall, page), lane(page, "輸單"))
    expect(page.locator("#sw-dialog")).to_contain_text("Reason of the outcome")
    expect(lane(page, FIRST).locator("[data-sw-row]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#sw-dialog")).to_be_hidden()
    assert wall.stage() == FIRST
    drag(page, card(wall, page), lane(page, "贏單"))
    page.fill("#sw-dialog input[name=order_reference]", "SO-1")
    page.click("#sw-dialog button.is-primary")
    expect(card(wall, page)).to_have_count(0)
    assert (wall.one.fresh.state, wall.one.fresh.order_reference) == ("won", "SO-1")


def test_what_somebody_has_changed_meanwhile_goes_back_with_a_word(wall: Wall) -> None:
    page = wall.page()
    act(wall.crew.sales, "customers.opportunity.move", wall.one.fresh, {"stage": OFFER})
    drag(page, card(wall, page), lane(page, TALKS))
    expect(page.locator("#sw-dialog")).to_contain_text("Somebody else changed this")
    expect(lane(page, FIRST).locator("[data-sw-row]")).to_have_count(1)
    assert wall.stage() == OFFER, "the other's move stands"


def test_a_card_dropped_where_it_was_or_beside_the_lanes_stays(wall: Wall) -> None:
    page = wall.page()
    drag(page, card(wall, page), lane(page, FIRST))
    drag(page, card(wall, page), page.locator("h1"))
    expect(lane(page, FIRST).locator("[data-sw-row]")).to_have_count(1)
    expect(page.locator(".sw-toast")).to_have_count(0)
    assert wall.one.fresh.version == wall.one.version
