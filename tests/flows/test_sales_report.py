"""The head mends last month's draft and puts it forward; the executive approves, issues and sends it, and follows one
of its figures down to an order.
"""

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import do, expect_state

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("2.7.2")]


def test_a_report_goes_from_the_draft_to_the_order_behind_its_figure(house: House) -> None:
    told = house.deed("report of last month")
    house.facts["sessions"] |= told["sessions"]
    head = house.page("reporting head", told["url"])
    for address, wording in zip(told["findings"], ("銷售 600，較上年 1,000 減少", "高雄只有 600"), strict=True):
        _mend(house, head, address, wording)
    house.open(head, told["url"])
    do(head, "analytics.salesreport.submit")
    expect_state(head, "Submitted")
    executive = house.page("reporting executive", told["url"])
    _approve(house, executive, told["url"])
    do(executive, "analytics.salesreport.issue")
    expect_state(executive, "Issued")
    expect(executive.locator(".sw-head h1")).to_contain_text("SW-BG-")
    _send(executive, told["reader"])
    house.open(executive, told["url"])
    _down_to_the_order(executive, told["orders"])


def _mend(house: House, page: Page, address: str, wording: str) -> None:
    house.open(page, f"{address}edit/")
    page.locator("textarea[name=wording]").fill(wording)
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda where: "/edit" not in where)
    house.open(page, address)
    do(page, "analytics.reportfinding.accept")
    expect_state(page, "Accepted")


def _approve(house: House, page: Page, report: str) -> None:
    """Once for each step that has come to the executive."""
    for _step in range(2):
        if page.locator("form[action*='approvals.request.approve'], a[href*='approvals.request.approve']").count():
            do(page, "approvals.request.approve", opinion="同意")
            house.open(page, report)
    expect_state(page, "Approved")


def _send(page: Page, reader: str) -> None:
    control = page.locator("a[href*='/act/analytics.salesreport.send/']").first
    if not control.is_visible():
        page.locator(".sw-actions .is-more").click()
    control.click()
    field = page.locator("#sw-dialog-body input[name='receivers_text']")
    field.wait_for()
    field.focus()
    page.keyboard.type(reader, delay=20)
    field.locator("xpath=..").locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#sw-dialog-body input[type=checkbox][name='receivers']")).to_have_count(1)
    with page.expect_event("load"):
        page.locator("#sw-dialog-body button.is-primary, #sw-dialog-body footer button[type=submit]").last.click()


def _down_to_the_order(page: Page, orders: list[str]) -> None:
    page.locator("main a", has_text="Read the report").click()
    page.wait_for_url("**/read/")
    page.locator("[data-sw-chart]").first.scroll_into_view_if_needed()
    expect(page.locator(".sw-chart-plot > *").first).to_be_visible()
    page.locator("td a[href*='/figures/regions/']").first.click()
    page.wait_for_url("**/figures/regions/**")
    page.locator("a", has_text="Recompute").click()
    expect(page.locator("main .sw-note")).to_contain_text("every number is the same")
    page.locator("main a", has_text="Records").first.click()
    page.wait_for_url("**/sales/orders/**")
    for number in orders:
        expect(page.locator("main")).to_contain_text(number)
    page.locator("main a", has_text=orders[0]).first.click()
    page.wait_for_url(lambda where: where.rstrip("/").count("/") >= 5)
