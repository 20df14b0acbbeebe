"""Forms by hand: the line grid, live sums, a block from Excel, a draft that waits, errors beside their fields."""

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House

pytestmark = [pytest.mark.browser, pytest.mark.alone]

NEW = "/sales/orders/new/"

PASTE = """text => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
}"""


def pick(page: Page, name: str, typed: str) -> None:
    """Type into a picker, wait for its list, take the first."""
    field = page.locator(f"input[name='{name}_text']")
    field.click()
    field.press_sequentially(typed, delay=30)
    field.locator("xpath=..").locator("[role=option]").first.wait_for()
    field.press("Enter")
    expect(page.locator(f"input[type=hidden][name='{name}']")).not_to_have_value("")


def test_an_order_is_taken_by_keyboard_with_sums_while_typing(house: House) -> None:
    page = house.page("sales", NEW)
    pick(page, "customer", "澤川")
    pick(page, "lines-0-product", "球閥")
    page.locator("input[name='lines-0-quantity']").fill("48")
    expect(page.locator("#sum_gross")).to_contain_text("345,240")
    page.locator("input[name='lines-0-quantity']").press("Enter")
    pick(page, "lines-1-product", "限位")
    page.locator("input[name='lines-1-quantity']").fill("12")
    expect(page.locator("#sum_gross")).to_contain_text("374,220")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda url: "/new" not in url and "/orders/" in url)
    expect(page.locator(".sw-totals dd.is-total")).to_contain_text("374,220")


def test_a_block_from_excel_fills_the_grid(house: House) -> None:
    page = house.page("sales", NEW)
    pick(page, "customer", "澤川")
    page.locator("input[name='lines-0-product_text']").focus()
    page.evaluate(PASTE, "三片式不鏽鋼球閥 DN50\t48\n限位開關箱\t12\n")
    expect(page.locator("input[type=hidden][name='lines-1-product']")).not_to_have_value("")
    expect(page.locator("#sum_gross")).to_contain_text("374,220")


def test_what_was_typed_waits_for_its_person(house: House) -> None:
    page = house.page("sales", NEW)
    page.locator("input[name=po_number]").fill("HALF")
    expect(page.locator("[data-sw-draft-state]")).to_contain_text("Saved as draft")
    house.open(page, "/sales/orders/")
    page.go_back()
    expect(page.locator("input[name=po_number]")).to_have_value("HALF")
    house.open(page, NEW)
    expect(page.locator("input[name=po_number]")).to_have_value("HALF")
    expect(page.locator("[data-sw-draft-state]")).to_contain_text("Restored")
    page.get_by_role("button", name="Throw away").click()
    page.locator("[data-sw-confirm-yes]").click()
    page.wait_for_url("**/sales/orders/")
    house.open(page, NEW)
    expect(page.locator("input[name=po_number]")).to_have_value("")


def test_an_error_stands_beside_its_field_and_the_rest_is_kept(house: House) -> None:
    page = house.page("sales", NEW)
    page.locator("input[name=po_number]").fill("KEPT")
    page.locator("input[name='lines-0-quantity']").fill("drei")
    page.keyboard.press("Control+s")
    expect(page.locator(".sw-refusal").first).to_contain_text("Quantity")
    expect(page.locator("[id='id_lines-0-quantity_error']")).to_be_visible()
    expect(page.locator("input[name=po_number]")).to_have_value("KEPT")
    expect(page.locator("input[name='lines-0-quantity']")).to_have_value("drei")
    assert page.url.endswith(NEW)


def test_lines_are_removed_and_sums_follow(house: House) -> None:
    url, _number = house.an_order()
    page = house.page("sales", f"{url}edit/")
    expect(page.locator("#sum_gross")).to_contain_text("96,075")
    page.locator("[data-sw-line-remove]").first.click()
    expect(page.locator("#sum_gross")).to_contain_text("24,150")
