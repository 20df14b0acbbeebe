"""Each key does what the list of keys says, and nothing fires while a person types."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import open_page

pytestmark = pytest.mark.browser


def active_row(page: Page) -> str | None:
    return page.evaluate("document.activeElement.closest('[data-sw-row]')?.dataset.swRow ?? null")


def test_j_and_k_walk_through_the_rows(page: Page) -> None:
    open_page(page, "/list")
    page.keyboard.press("j")
    assert active_row(page) == "SO-2611-0187"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert active_row(page) == "SO-2611-0185"
    page.keyboard.press("k")
    assert active_row(page) == "SO-2611-0186"


def test_arrows_walk_once_a_row_has_the_focus(page: Page) -> None:
    open_page(page, "/list")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert active_row(page) == "SO-2611-0186"
    page.keyboard.press("ArrowUp")
    assert active_row(page) == "SO-2611-0187"


def test_x_selects_the_row_and_escape_clears(page: Page) -> None:
    open_page(page, "/list")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tr[aria-selected=true]")).to_have_count(1)
    expect(page.locator("#sw-bulk")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("tr[aria-selected=true]")).to_have_count(0)
    expect(page.locator("#sw-bulk")).to_be_hidden()


def test_enter_opens_the_record(page: Page) -> None:
    open_page(page, "/list")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/detail")


def test_space_opens_beside_the_list_and_keeps_the_place(page: Page) -> None:
    open_page(page, "/list")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(page.locator("#sw-panel h2")).to_be_visible()
    assert active_row(page) == "SO-2611-0187"
    with page.expect_response("**/panel"):
        page.keyboard.press("j")
    assert active_row(page) == "SO-2611-0186"
    page.keyboard.press("Escape")
    expect(page.locator("#sw-panel")).to_be_hidden()


def test_slash_goes_to_the_search_of_the_list(page: Page) -> None:
    open_page(page, "/list")
    page.keyboard.press("/")
    expect(page.locator("[data-sw-list-search]")).to_be_focused()


def test_slash_opens_the_palette_where_there_is_no_list(page: Page) -> None:
    open_page(page, "/detail")
    page.keyboard.press("/")
    expect(page.locator("#sw-palette")).to_be_visible()


@pytest.mark.parametrize("key", ["n", "c"])
def test_n_and_c_create(page: Page, key: str) -> None:
    open_page(page, "/list")
    page.keyboard.press(key)
    page.wait_for_url("**/form")


def test_e_edits_the_record(page: Page) -> None:
    open_page(page, "/detail")
    page.keyboard.press("e")
    page.wait_for_url("**/form")


def test_s_starts_the_next_action(page: Page) -> None:
    open_page(page, "/detail")
    page.keyboard.press("s")
    expect(page.locator("#sw-dialog")).to_be_visible()


def test_g_and_a_letter_go(page: Page) -> None:
    open_page(page, "/list")
    page.evaluate("document.querySelector('[data-sw-go=d]').href = '/empty'")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/empty")


def test_question_mark_lists_the_keys_that_work_here(page: Page) -> None:
    open_page(page, "/list")
    page.keyboard.press("?")
    keys = page.locator("#sw-keys")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("新訂單")
    expect(keys).to_contain_text("我的工作台")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_the_list_of_keys_names_only_what_works_here(page: Page) -> None:
    open_page(page, "/empty")
    page.keyboard.press("?")
    expect(page.locator("#sw-keys")).not_to_contain_text("新訂單")


def test_nothing_fires_while_typing(page: Page) -> None:
    open_page(page, "/list")
    page.locator("[data-sw-list-search]").click()
    page.keyboard.type("njxe?")
    expect(page.locator("[data-sw-list-search]")).to_have_value("njxe?")
    assert page.url.endswith("/list")


def test_nothing_fires_while_an_input_method_composes(page: Page) -> None:
    open_page(page, "/list")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', bubbles: true, isComposing: true}))"
    )
    page.wait_for_timeout(100)
    assert page.url.endswith("/list")


def test_nothing_fires_behind_a_dialog(page: Page) -> None:
    open_page(page, "/detail")
    page.keyboard.press("s")
    expect(page.locator("#sw-dialog")).to_be_visible()
    page.locator("#sw-dialog button.is-primary").focus()
    page.keyboard.press("e")
    page.wait_for_timeout(100)
    assert page.url.endswith("/detail")


def test_control_s_saves_from_inside_a_field(page: Page) -> None:
    open_page(page, "/form")
    page.locator("#id_place").fill("redirect")
    with page.expect_response("**/save"):
        page.keyboard.press("Control+s")
    page.wait_for_url("**/detail")


def test_control_enter_sends_the_form(page: Page) -> None:
    open_page(page, "/form")
    page.locator("#id_place").fill("redirect")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/detail")


def test_the_skip_link_is_the_first_stop(page: Page) -> None:
    open_page(page, "/list")
    page.keyboard.press("Tab")
    expect(page.locator(".sw-skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_coming_back_to_a_list_finds_the_row_that_was_left(page: Page) -> None:
    open_page(page, "/list")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/detail")
    page.go_back()
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    expect(page.locator("tr.is-active")).to_have_attribute("data-sw-row", "SO-2611-0185")
