"""Forms keep what was typed, lines behave like a sheet, the picker asks the server."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import expect_trouble, open_page

pytestmark = pytest.mark.browser


def line(page: Page, row: int, column: str):  # type: ignore[no-untyped-def]
    return page.locator(f"[name=lines-{row}-{column}]")


def test_a_draft_is_sent_shortly_after_typing(page: Page) -> None:
    open_page(page, "/form")
    page.locator("#id_place").fill("新址")
    with page.expect_request("**/draft") as sent:
        pass
    assert "place=%E6%96%B0%E5%9D%80" in (sent.value.post_data or "")
    expect(page.locator("[data-sw-draft-state]")).not_to_be_empty()


def test_a_draft_waits_in_the_tab_while_the_server_is_away(page: Page) -> None:
    expect_trouble(page, "Failed to load resource")
    open_page(page, "/form")
    page.route("**/draft", lambda route: route.abort())
    page.locator("#id_place").fill("離線時寫的")
    page.wait_for_function("() => sessionStorage.getItem('sw-draft:/draft')")
    page.unroute("**/draft")
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_request("**/draft"):
        open_page(page, "/form")
    expect(page.locator("#id_place")).to_have_value("離線時寫的")


def test_leaving_with_unsaved_changes_asks(page: Page) -> None:
    expect_trouble(page, "Failed to load resource")
    open_page(page, "/form")
    page.route("**/draft", lambda route: route.abort())
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#id_place").click()
    page.keyboard.type("x")
    page.goto("/empty")
    assert asked == ["beforeunload"]


def test_leaving_after_the_draft_was_kept_does_not_ask(page: Page) -> None:
    open_page(page, "/form")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#id_place").click()
    with page.expect_response("**/draft"):
        page.keyboard.type("x")
    expect(page.locator("[data-sw-draft-state]")).not_to_be_empty()
    page.goto("/empty")
    assert asked == []


def test_enter_goes_down_and_adds_a_line_at_the_end(page: Page) -> None:
    open_page(page, "/form")
    line(page, 1, "quantity").click()
    page.keyboard.press("Enter")
    expect(line(page, 2, "quantity")).to_be_focused()
    page.keyboard.press("Enter")
    expect(line(page, 3, "quantity")).to_be_focused()
    expect(page.locator("[name=lines-TOTAL_FORMS]")).to_have_value("4")


PASTE = """text => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
    return !document.activeElement.dispatchEvent(event);
}"""


def test_a_block_from_excel_fills_rows(page: Page) -> None:
    open_page(page, "/form")
    line(page, 2, "quantity").click()
    assert page.evaluate(PASTE, "7\t1,250.50\t3\n8\t900\t0\n")
    expect(line(page, 2, "quantity")).to_have_value("7")
    expect(line(page, 2, "price")).to_have_value("1250.50")
    expect(line(page, 3, "quantity")).to_have_value("8")
    expect(line(page, 3, "discount")).to_have_value("0")
    expect(page.locator("[name=lines-TOTAL_FORMS]")).to_have_value("4")


def test_one_pasted_word_stays_an_ordinary_paste(page: Page) -> None:
    open_page(page, "/form")
    line(page, 0, "quantity").click()
    assert not page.evaluate(PASTE, "42\n")


def test_control_d_repeats_the_field_above_and_control_backspace_removes(page: Page) -> None:
    open_page(page, "/form")
    line(page, 1, "price").click()
    page.keyboard.press("Control+d")
    expect(line(page, 1, "price")).to_have_value("6,850")
    page.keyboard.press("Control+Backspace")
    expect(page.locator("[data-sw-line]")).to_have_count(2)
    expect(page.locator("[data-sw-line-number]").last).to_have_text("2")


def test_sums_come_from_the_server(page: Page) -> None:
    open_page(page, "/form")
    line(page, 0, "quantity").fill("21")
    expect(page.locator("#amount-0 [data-sums]")).to_have_text("9,999")
    expect(line(page, 0, "quantity")).to_have_value("21")


def test_the_picker_asks_and_fills_name_and_identity(page: Page) -> None:
    open_page(page, "/form")
    field = line(page, 2, "product_text")
    field.click()
    field.fill("")
    page.keyboard.type("PA")
    expect(page.locator("#id_lines-2-product_list [role=option]")).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(line(page, 2, "product")).to_have_value("2")
    expect(field).to_have_value("PA-DA-083　雙作用氣動執行器 83 系")
    expect(field).to_be_focused()


def test_typing_over_a_choice_forgets_the_identity(page: Page) -> None:
    open_page(page, "/form")
    page.evaluate("document.querySelector('[name=lines-0-product]').value = '1'")
    line(page, 0, "product_text").click()
    page.keyboard.type("x")
    expect(line(page, 0, "product")).to_have_value("")


def test_escape_closes_the_picker_only(page: Page) -> None:
    open_page(page, "/form")
    field = line(page, 2, "product_text")
    field.fill("")
    page.keyboard.type("BV")
    expect(page.locator("#id_lines-2-product_list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#id_lines-2-product_list")).to_be_hidden()
    expect(field).to_have_value("BV")


def test_a_dialog_does_not_throw_typed_text_away_unasked(page: Page) -> None:
    open_page(page, "/detail")
    page.keyboard.press("s")
    page.locator("#sw-dialog textarea").fill("理由")
    page.keyboard.press("Escape")
    expect(page.locator("#sw-confirm")).to_be_visible()
    page.locator("#sw-confirm button").first.click()
    expect(page.locator("#sw-dialog textarea")).to_have_value("理由")
    page.locator("#sw-dialog [data-sw-close]").first.click()
    page.locator("#sw-confirm [data-sw-confirm-yes]").click()
    expect(page.locator("#sw-dialog")).to_be_hidden()


def test_sums_that_come_into_a_dialog_leave_the_field_in_which_somebody_types(page: Page) -> None:
    open_page(page, "/detail")
    page.keyboard.press("s")
    page.locator("#sw-dialog .is-primary").last.focus()
    told = "new CustomEvent('htmx:after:swap', {bubbles: true, detail: {ctx: {target: '#sums'}}})"
    page.evaluate(f"document.querySelector('#sw-dialog form').dispatchEvent({told})")
    expect(page.locator("#sw-dialog .is-primary").last).to_be_focused()


def test_a_plain_dialog_closes_with_escape(page: Page) -> None:
    open_page(page, "/detail")
    page.keyboard.press("s")
    expect(page.locator("#sw-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sw-dialog")).to_be_hidden()


def test_a_destructive_button_names_what_is_lost_and_waits(page: Page) -> None:
    open_page(page, "/form")
    page.get_by_role("button", name="捨棄").click()
    expect(page.locator("#sw-confirm")).to_contain_text("捨棄這份草稿")
    page.keyboard.press("Escape")
    expect(page.locator("#sw-confirm")).to_be_hidden()
    assert page.url.endswith("/form")


def test_dropped_files_are_named(page: Page) -> None:
    open_page(page, "/parts")
    page.locator("[data-sw-drop] input").set_input_files(
        {"name": "訂單.xlsx", "mimeType": "application/octet-stream", "buffer": b"x" * 2500}
    )
    expect(page.locator(".sw-drop-names")).to_contain_text("訂單.xlsx")
