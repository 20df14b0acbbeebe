"""The head prepares the report of the month, reads and signs it; what comes later changes no figure of it."""

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import do, expect_state

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("1")]

REMARK = "一張訂單審核逾期，已增派內勤"


def test_the_head_signs_the_months_report_and_its_figures_stay(house: House) -> None:
    late = house.deed("order taken last month")
    page = house.page("head", "/")
    expect(page.locator("main")).to_contain_text(f"The report of {late['month']} is not prepared yet")
    page.get_by_role("link", name="Prepare it").click()
    page.wait_for_url("**/new/**")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    report, before = page.url, _figures(page)
    assert any(row.startswith("2.6.1") and "Review the order" in row for row in before), before
    _is_not_signed_without_a_word(house, page, report)
    do(page, "evidence.report.sign", remark=REMARK)
    expect_state(page, "Signed")
    expect(page.locator("main")).to_contain_text(REMARK)
    _the_order_is_reviewed_at_last(house, late["url"])
    house.open(page, report)
    assert _figures(page) == before, "what was signed is what stood then"
    expect(
        page.locator("a[href*='/act/evidence.report.sign/'], a[href*='/act/evidence.report.discard/']")
    ).to_have_count(0)
    _it_is_noted_and_on_paper(house, page, report)
    house.open(page, "/")
    expect(page.locator("main")).not_to_contain_text("The report of")


def _figures(page: Page) -> list[str]:
    """Every row of the report's tables: the counts by clause, and what was late."""
    page.locator("main .sw-table.is-plain").first.wait_for()
    return [text.replace("\n", "\t") for text in page.locator("main .sw-table.is-plain tbody tr").all_inner_texts()]


def _is_not_signed_without_a_word(house: House, page: Page, report: str) -> None:
    page.locator("a[href*='/act/evidence.report.sign/']").first.click()
    body = page.locator("#sw-dialog-body")
    body.locator("[name=remark]").wait_for()
    body.locator("button.is-primary").last.click()
    expect(body.locator("[name=remark]")).to_be_visible()
    house.open(page, report)
    expect_state(page, "Prepared")


def _the_order_is_reviewed_at_last(house: House, order: str) -> None:
    support = house.page("support", order)
    do(support, "sales.order.confirm", promised_on="2036-12-18")
    expect_state(support, "Confirmed")


def _it_is_noted_and_on_paper(house: House, page: Page, report: str) -> None:
    executive = house.page("executive", report)
    do(executive, "evidence.report.note")
    expect_state(executive, "Noted")
    address = page.locator("main a[href$='/paper/']").first.get_attribute("href")
    assert address
    paper = page.request.get(f"{house.facts['address']}{address}")
    assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf")
    assert paper.body().startswith(b"%PDF")
