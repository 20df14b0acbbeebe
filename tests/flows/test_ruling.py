"""A new head reads a clause, sees who is late under it, changes its deadline, and hands the executive the report."""

import datetime
import zoneinfo

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House
from shangwu.foundation.records import clock
from tests.flows.hands import do, expect_state

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("1", "2.6.1")]


def test_a_new_head_reads_a_clause_changes_its_deadline_and_hands_up_the_report(house: House) -> None:
    late = house.deed("order taken two weeks ago")
    assert late["days"] == 1
    page = house.page("head", "/regulation/")
    page.locator("main a.sw-clause[href*='/clause/2.6.1/']").click()
    expect(page.locator("#sw-panel")).to_contain_text(late["number"])
    house.open(page, "/clause/2.6.1/")
    expect(page.locator("main")).to_contain_text(late["number"])
    _proposes_two_days(page)
    proposal = page.url
    executive = house.page("executive", "/")
    number = page.locator(".sw-head h1").inner_text().split()[0]
    executive.locator("main a", has_text=number).first.click()
    executive.wait_for_selector("#sw-panel, .sw-actions")
    house.open(executive, proposal)
    do(executive, "approvals.request.approve", opinion="同意")
    house.open(page, proposal)
    expect_state(page, "Adopted")
    _the_day_after_follows_and_the_past_stays(house, page, late)
    _the_report_is_on_paper(house)


def _proposes_two_days(page: Page) -> None:
    page.locator("main a[href$='/regulation/parameters/#order.std']").first.click()
    page.wait_for_url("**/regulation/parameters/**")
    page.locator("[id='order.std'] a", has_text="Propose a change").click()
    page.wait_for_url("**/new/**")
    tomorrow = clock.today(zoneinfo.ZoneInfo("Asia/Taipei")) + datetime.timedelta(days=1)
    page.locator("[name=written]").fill("2")
    page.locator("[name=effective_from]").fill(tomorrow.isoformat())
    page.locator("[name=reason]").fill("訂單增多，一日不足")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    do(page, "regulation.proposal.propose")
    expect_state(page, "Proposed")
    expect(page.locator("main")).to_contain_text("What it would have changed in the last twelve months")


def _the_day_after_follows_and_the_past_stays(house: House, page: Page, late: dict[str, str]) -> None:
    next_one = house.deed("order taken tomorrow")
    assert next_one["days"] == 2
    house.open(page, next_one["url"])
    expect(page.locator(".sw-record-duties")).to_contain_text(next_one["due"])
    house.open(page, late["url"])
    expect(page.locator(".sw-record-duties")).to_contain_text(late["due"])


def _the_report_is_on_paper(house: House) -> None:
    page = house.page("head", "/board/report/", ready=False)
    expect(page.locator("body")).to_contain_text("2.6.1")
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
