"""The head shares out targets, the employee signs; the month is locked, scored, objected to, answered, confirmed."""

import re

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import do, expect_state

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("2.7.3")]


def test_targets_are_shared_out_signed_scored_objected_to_and_confirmed(house: House) -> None:
    targets = house.deed("targets of last month")
    head = house.page("head", targets["url"])
    _share_out(head, targets["seller"])
    house.open(head, "/analytics/kpisheets/?level=person&state=draft")
    address = head.locator("main tbody a[href*='/analytics/kpisheets/']").first.get_attribute("href")
    assert address
    house.open(head, address)
    sheet = head.url
    do(head, "analytics.kpisheet.submit")
    expect_state(head, "In approval")
    executive = house.page("executive", sheet)
    do(executive, "approvals.request.approve", opinion="同意")
    seller = house.page("sales", sheet, width=390)
    assert seller.evaluate("document.documentElement.scrollWidth") <= 390
    do(seller, "analytics.kpisheet.sign", unseen="on")
    expect_state(seller, "Signed")
    _score(house, head, sheet)
    _object(house, seller, head, sheet)


def _share_out(head: Page, seller: str) -> None:
    head.locator("a[href*='/act/analytics.kpisheet.cascade/']").first.click()
    field = head.locator("#sw-dialog-body input[name='persons_text']")
    field.focus()
    head.keyboard.type(seller, delay=20)
    field.locator("xpath=..").locator("[role=option]").first.wait_for()
    head.keyboard.press("Enter")
    expect(head.locator("#sw-dialog-body input[type=checkbox][name='persons']")).to_be_checked()
    with head.expect_event("load"):
        head.locator("#sw-dialog-body").locator("button.is-primary, footer button[type=submit]").last.click()
    head.wait_for_selector("html[data-sw-ready]", state="attached")
    expect(head.locator("main")).to_contain_text("Parts together")


def _score(house: House, head: Page, sheet: str) -> None:
    house.open(head, sheet)
    head.locator(
        "a[href*='/act/analytics.kpisheet.score/'], form[action*='/act/analytics.kpisheet.score/'] button"
    ).first.click()
    expect(head.locator("body")).to_contain_text("Not yet locked")
    house.deed("last month locked")
    house.open(head, sheet)
    do(head, "analytics.kpisheet.score")
    expect_state(head, "Scored")
    # What other flows have sold in the same house counts too.
    formula = re.compile(r"[\d,]+ ÷ 1,000 = \d+%, × weight 100 = \d+\.00")
    expect(head.locator("main")).to_contain_text(formula)


def _object(house: House, seller: Page, head: Page, sheet: str) -> None:
    house.open(seller, sheet)
    do(seller, "analytics.kpisheet.object", line="1", words="漏計一張訂單")
    expect(seller.locator("main")).to_contain_text("objected to: the clock stands")
    house.open(head, sheet)
    personnel = house.page("hr", sheet)
    do(personnel, "analytics.kpisheet.answer", line="1", verdict="kept", words="該單本月才確認")
    house.open(seller, sheet)
    do(seller, "analytics.kpisheet.confirm")
    expect_state(seller, "Confirmed")
