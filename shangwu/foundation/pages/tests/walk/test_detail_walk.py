"""A record's page by hand: keys, dialogs, undo, remarks, the side panel, a phone."""

import re

import pytest
from playwright.sync_api import expect

from shangwu.foundation.pages.tests.walk.served import House

pytestmark = [pytest.mark.browser, pytest.mark.alone]


def test_a_salesperson_submits_with_one_key_and_the_page_shows_the_new_state(house: House) -> None:
    url, number = house.an_order()
    page = house.page("sales", url)
    expect(page.locator(".sw-head h1")).to_contain_text(number)
    page.keyboard.press("s")
    expect(page.locator(".sw-head .sw-state")).to_have_text("In review")
    expect(page.locator(".sw-toast")).to_contain_text(number)


def test_a_dialog_asks_keeps_what_is_wrong_and_then_does_it(house: House) -> None:
    url, _number = house.an_order()
    page = house.page("support", url)
    page.locator("a[data-sw-dialog][href*='order.confirm']").click()
    dialog = page.locator("#sw-dialog")
    expect(dialog.locator("input[name=promised_on]")).not_to_have_value("")  # the first day by which all is there
    dialog.locator("input[name=promised_on]").fill("")
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog.locator(".sw-field-error")).to_have_text("This is needed.")
    dialog.locator("input[name=promised_on]").fill("2036-12-18")
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator(".sw-head .sw-state")).to_have_text("Confirmed")


def test_escape_closes_the_dialog_and_nothing_has_happened(house: House) -> None:
    url, _number = house.an_order()
    page = house.page("support", url)
    page.locator("a[data-sw-dialog][href*='order.confirm']").click()
    expect(page.locator("#sw-dialog input[name=promised_on]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#sw-dialog")).to_be_hidden()
    house.open(page, url)
    expect(page.locator(".sw-head .sw-state")).to_have_text("Received")


def test_an_edit_is_taken_back_by_its_toast(house: House) -> None:
    url, _number = house.an_order()
    page = house.page("sales", url)
    page.keyboard.press("e")
    page.wait_for_url("**/edit/")
    page.locator("input[name=po_number]").fill("PO-2")
    page.keyboard.press("Control+s")
    expect(page.locator(".sw-facts")).to_contain_text(["PO-2"])
    page.keyboard.press("Control+z")
    expect(page.locator(".sw-toast")).to_contain_text("Taken back")
    expect(page.locator(".sw-facts")).to_contain_text(["PO-1"])


def test_remarks_are_written_one_after_the_other(house: House) -> None:
    url, _number = house.an_order()
    page = house.page("sales", url)
    for text in ("第一則", "第二則"):
        page.locator(".sw-compose textarea").fill(text)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#sw-timeline li").first).to_contain_text(text)
        expect(page.locator(".sw-compose textarea")).to_have_value("")


def test_tabs_change_in_place_and_stand_in_the_address(house: House) -> None:
    url, _number = house.an_order()
    page = house.page("sales", url)
    page.locator(".sw-tabs a", has_text="History").click()
    expect(page.locator("#sw-tab")).to_contain_text("Made")
    assert "tab=history" in page.url


def test_the_record_opens_beside_its_list_and_keeps_the_place(house: House) -> None:
    page = house.page("sales", "/sales/orders/")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(page.locator("#sw-panel h2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sw-panel h2")).to_be_hidden()
    expect(page.locator("[data-sw-row]").first).to_be_visible()


def test_next_and_previous_walk_the_list_one_came_from(house: House) -> None:
    (older, older_number), (newer, newer_number) = house.an_order(), house.an_order()
    page = house.page("sales", f"{newer}?from=q%3DPO-1")
    page.locator("a[rel=next]").wait_for()
    page.keyboard.press("n")
    expect(page.locator(".sw-head h1")).to_contain_text(older_number)
    page.locator("a[rel=prev]").wait_for()
    page.keyboard.press("p")
    expect(page.locator(".sw-head h1")).to_contain_text(newer_number)
    assert older != newer


def test_why_opens_in_the_side_panel(house: House) -> None:
    url, _number = house.an_order()
    page = house.page("sales", url)
    page.get_by_text("Why do I see this?").click()
    expect(page.locator("#sw-panel")).to_contain_text("belongs to this person")


@pytest.mark.parametrize("tail", ["", "edit/", "?tab=history"])
def test_nothing_runs_off_a_phone(house: House, tail: str) -> None:
    url, _number = house.an_order()
    page = house.page("sales", url + tail, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator(".sw-actions.is-docked .is-primary")).to_be_visible()


def test_every_verb_of_the_head_is_reached_on_a_phone(house: House) -> None:
    url, _number = house.an_order()
    page = house.page("sales", url, width=390)
    expect(page.locator(".sw-actions.is-docked a[href*='/edit/']")).to_be_in_viewport(ratio=1)
    page = house.page("sales", "/customers/customers/new/", width=390)
    expect(page.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)
    page = house.page("head", "/customers/customers/", width=390)
    expect(page.get_by_role("link", name="Import")).to_be_in_viewport(ratio=1)


def test_two_people_change_one_record_and_choose_field_by_field(house: House) -> None:
    url, _number = house.an_order()
    first, second = house.page("sales", f"{url}edit/"), house.page("support", f"{url}edit/")
    second.locator("input[name=po_number]").fill("THEIRS")
    second.keyboard.press("Control+s")
    second.wait_for_url(re.compile(r"/orders/[0-9a-f-]+/$"))
    first.locator("input[name=po_number]").fill("YOURS")
    first.keyboard.press("Control+s")
    dialog = first.locator("#sw-dialog")
    expect(dialog.locator(".sw-conflict")).to_contain_text("THEIRS")
    dialog.locator("input[value=THEIRS]").check()
    dialog.get_by_role("button", name="Save this").click()
    first.wait_for_url(re.compile(r"/orders/[0-9a-f-]+/$"))
    expect(first.locator(".sw-facts")).to_contain_text(["THEIRS"])
