"""Selecting, acting on many, editing in place, columns, panels."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import expect_trouble, open_page

pytestmark = pytest.mark.browser


def box(page: Page, index: int):  # type: ignore[no-untyped-def]
    return page.locator("input[name=row]").nth(index)


def test_the_bar_counts_and_sums_exactly(page: Page) -> None:
    open_page(page, "/list")
    for index in (1, 2, 6):
        box(page, index).click()
    expect(page.locator("[data-sw-bulk-sum]")).to_have_text("NT$\u00a01,312,350")
    expect(page.locator("[data-sw-bulk-count]")).to_contain_text("3")


def test_decimals_are_added_without_floating_point(page: Page) -> None:
    open_page(page, "/list")
    page.evaluate(
        "['0.1', '0.2'].forEach((one, at) => document.querySelectorAll('[data-sw-row]')[at].dataset.swAmount = one)"
    )
    box(page, 0).click()
    box(page, 1).click()
    expect(page.locator("[data-sw-bulk-sum]")).to_have_text("NT$\u00a00.3")


def test_currencies_are_never_added_together(page: Page) -> None:
    open_page(page, "/list")
    page.evaluate("document.querySelectorAll('[data-sw-row]')[1].dataset.swCurrency = 'US$'")
    box(page, 0).click()
    box(page, 1).click()
    expect(page.locator("[data-sw-bulk-sum]")).to_have_text("NT$\u00a01,292,760　US$\u00a0436,800")


def test_an_action_tells_how_many_it_fits(page: Page) -> None:
    open_page(page, "/list")
    for index in (1, 2, 6):
        box(page, index).click()
    expect(page.locator("button[data-sw-fits=submit] .sw-bulk-fits")).to_have_text("1 / 3")
    box(page, 1).click()
    expect(page.locator("button[data-sw-fits=submit]")).to_be_disabled()


def test_shift_selects_a_range(page: Page) -> None:
    open_page(page, "/list")
    box(page, 2).click()
    box(page, 6).click(modifiers=["Shift"])
    expect(page.locator("tr[aria-selected=true]")).to_have_count(5)


def test_all_of_the_page_then_the_whole_filter(page: Page) -> None:
    open_page(page, "/list")
    page.locator("[data-sw-select-all]").click()
    expect(page.locator("tr[aria-selected=true]")).to_have_count(20)
    page.locator("[data-sw-bulk-all]").click()
    expect(page.locator("[data-sw-bulk-count]")).to_contain_text("187")
    assert page.locator("#sw-bulk input[name=all]").input_value() == "1"
    box(page, 0).click()
    assert page.locator("#sw-bulk input[name=all]").input_value() == ""


def due(page: Page, row: int = 0):  # type: ignore[no-untyped-def]
    return page.locator("[data-sw-row]").nth(row).locator("[data-sw-edit]")


def test_a_field_is_edited_in_its_row_and_blinks_once_saved(page: Page) -> None:
    open_page(page, "/list")
    due(page).dblclick()
    field = due(page).locator("input[name=value]")
    expect(field).to_be_focused()
    field.fill("12/20")
    page.keyboard.press("Enter")
    expect(due(page)).to_have_text("12/20")
    expect(due(page).locator("form")).to_have_count(0)


def test_e_edits_from_the_keyboard_and_escape_restores(page: Page) -> None:
    open_page(page, "/list")
    page.keyboard.press("j")
    page.keyboard.press("e")
    due(page).locator("input[name=value]").fill("nonsense")
    page.keyboard.press("Escape")
    expect(due(page)).to_have_text("12/18")
    assert page.evaluate("document.activeElement.id") == "row-SO-2611-0187"


def test_a_refused_edit_rolls_back_and_says_why(page: Page) -> None:
    expect_trouble(page, "409", "htmx:")
    open_page(page, "/list")
    due(page).dblclick()
    due(page).locator("input[name=value]").fill("bad")
    page.keyboard.press("Enter")
    expect(page.locator("#sw-refusal [role=alert]")).to_contain_text("客戶信用餘額不足")
    expect(due(page)).to_have_text("12/18")


def test_leaving_an_unchanged_field_sends_nothing(page: Page) -> None:
    open_page(page, "/list")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    due(page).dblclick()
    expect(due(page).locator("input[name=value]")).to_be_focused()
    page.locator("h1").click()
    expect(due(page)).to_have_text("12/18")
    assert sent == []


def test_a_fact_is_edited_with_enter(page: Page) -> None:
    open_page(page, "/detail")
    fact = page.locator("dd[data-sw-edit]")
    fact.focus()
    page.keyboard.press("Enter")
    fact.locator("input[name=value]").fill("PO-1")
    page.keyboard.press("Enter")
    expect(fact).to_have_text("PO-1")
    expect(fact).to_be_focused()


def test_columns_move_with_alt_and_arrows(page: Page) -> None:
    open_page(page, "/list")
    page.locator("[popovertarget=sw-columns]").click()
    page.locator(".sw-column-grip").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    names = page.locator(".sw-column-list input").evaluate_all("boxes => boxes.map(box => box.value)")
    assert names[:2] == ["客戶", "單號"]


def test_the_library_for_dragging_comes_only_with_the_column_menu(page: Page) -> None:
    open_page(page, "/list")
    assert not page.evaluate("performance.getEntriesByType('resource').some(each => each.name.includes('sort.'))")
    page.locator("[popovertarget=sw-columns]").click()
    page.locator(".sw-column-list").hover()
    page.wait_for_function("() => window.shangwu?.sort")


def test_a_clause_chip_opens_beside_and_a_second_click_closes(page: Page) -> None:
    open_page(page, "/detail")
    chip = page.locator(".sw-bar a.sw-clause")
    chip.click()
    expect(chip).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#sw-panel h2")).to_have_text("銷售訂單處理")
    chip.click()
    expect(page.locator("#sw-panel")).to_be_hidden()
    expect(chip).to_be_focused()


def test_a_menu_walks_with_arrows_and_closes_with_escape(page: Page) -> None:
    open_page(page, "/detail")
    more = page.locator("[popovertarget=sw-more]")
    more.click()
    expect(page.locator("#sw-more a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#sw-more a").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#sw-more")).to_be_hidden()
    expect(more).to_be_focused()


def test_a_menu_stays_inside_the_window(page: Page) -> None:
    open_page(page, "/list")
    page.locator("[popovertarget=sw-me]").click()
    frame = page.locator("#sw-me").bounding_box()
    assert frame is not None
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= 1440
