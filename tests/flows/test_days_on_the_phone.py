"""The days of a salesperson, a service clerk and the head, at 390 px."""

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import do, expect_state, pick

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("2.5.1", "2.5.2", "2.5.3")]

PHONE = 390


def save(page: Page) -> str:
    """Keep the form; the address of what came of it."""
    fits(page)
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    fits(page)
    return page.url


def fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_a_salesperson_writes_a_visit_down_and_keeps_the_promise(house: House) -> None:
    page = house.page("sales", f"/customers/customers/{house.facts['customer']}/", width=PHONE)
    fits(page)
    house.open(page, f"/customers/communications/new/?customer={house.facts['customer']}")
    page.locator("[name=at]").fill("2026-11-23T09:30")
    page.locator("[name=summary]").fill("現場確認閥位，約定寄樣")
    page.locator("[name=next_step]").fill("寄出球閥樣品")
    page.locator("[name=next_on]").fill("2036-11-30")
    logged = save(page)
    house.open(page, "/")
    fits(page)
    expect(page.locator("main")).to_contain_text("寄出球閥樣品")
    house.open(page, logged)
    do(page, "customers.communication.finish")
    house.open(page, "/")
    expect(page.locator("main")).not_to_contain_text("寄出球閥樣品")


def test_a_service_clerk_takes_a_complaint_up(house: House) -> None:
    page = house.page("cs", "/customers/complaints/new/", width=PHONE)
    pick(page, "customer", "澤川")
    page.locator("[name=category]").select_option("quality")
    page.locator("[name=description]").fill("球閥關閉後仍滲漏")
    page.locator("[name=claim]").select_option("exchange")
    save(page)
    expect_state(page, "Registered")
    do(page, "customers.complaint.accept")
    expect_state(page, "Taken up")
    do(page, "customers.complaint.contain", containment="同批庫存暫停出貨")
    expect(page.locator("main")).to_contain_text("同批庫存暫停出貨")
    fits(page)


def test_the_head_decides_what_waits(house: House) -> None:
    url, number = house.an_order()
    sales = house.page("sales", url, width=PHONE)
    do(sales, "sales.order.submit")
    expect_state(sales, "In review")
    page = house.page("head", "/", width=PHONE)
    fits(page)
    page.get_by_role("link", name=number).first.click()
    page.wait_for_url("**/orders/**")
    do(page, "approvals.request.approve", opinion="可接")
    expect_state(page, "Accepted")
    fits(page)


def first_of(page: Page, name: str) -> None:
    """Take the first person that a field of an open dialog finds."""
    field = page.locator(f"#sw-dialog-body input[name='{name}_text']")
    field.focus()
    page.keyboard.type("王小明", delay=20)
    field.locator("xpath=..").locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")


def open_dialog(page: Page, verb: str) -> None:
    control = page.locator(f"a[href*='/act/{verb}/'], form[action*='/act/{verb}/'] button").first
    if not control.is_visible():
        page.locator(".sw-actions .is-more").click()
    control.click()
    page.locator("#sw-dialog-body button.is-primary").last.wait_for()
    fits(page)


def send_dialog(page: Page) -> None:
    with page.expect_event("load"):
        page.locator("#sw-dialog-body").locator("button.is-primary, footer button[type=submit]").last.click()
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    fits(page)


def test_a_service_clerk_brings_a_complaint_to_its_last_check(house: House) -> None:
    """From the first word to the customer's consent, each step found on the complaint's own page."""
    page = house.page("cs", "/customers/complaints/new/", width=PHONE)
    pick(page, "customer", "澤川")
    page.locator("[name=category]").select_option("quality")
    page.locator("[name=description]").fill("球閥關閉後仍滲漏")
    page.locator("[name=product]").fill("三片式不鏽鋼球閥 DN50")
    save(page)
    expect(page.locator("main")).to_contain_text("Product on file")
    do(page, "customers.complaint.accept")
    open_dialog(page, "customers.complaint.investigate")
    first_of(page, "team")
    send_dialog(page)
    expect_state(page, "Under investigation")
    do(
        page, "customers.complaint.analyse", root_cause="密封圈材質不符", **{"whys-0-text": "密封圈老化"},
    )  # fmt: skip
    open_dialog(page, "customers.complaint.plan")
    body = page.locator("#sw-dialog-body")
    body.locator("[name='remedies-0-kind']").select_option("correction")
    body.locator("[name='remedies-0-what']").fill("全批更換密封圈")
    first_of(page, "remedies-0-person")
    body.locator("[name='remedies-0-due_on']").fill("2036-11-30")
    send_dialog(page)
    do(page, "customers.complaint.propose", solution="換貨並改用氟橡膠")
    expect_state(page, "Solution laid out")
    do(page, "customers.complaint.carry_out")
    do(page, "customers.complaint.reply", answer="已換貨", proof="<20261123.1@yan.example>")
    do(page, "customers.complaint.confirm", proof="<20261124.1@yan.example>")
    expect_state(page, "Effect watched")
    fits(page)


def test_a_salesperson_goes_to_see_a_customer_and_reports_it(house: House) -> None:
    page = house.page("sales", f"/customers/visits/new/?customer={house.facts['customer']}", width=PHONE)
    page.locator("[name=planned_at]").fill("2036-11-30T09:30")
    page.locator("[name=purpose]").fill("看閥位")
    planned = save(page)
    expect_state(page, "Planned")
    do(page, "customers.visit.put_off", until="2036-12-01T09:30", because="客戶改期")
    house.open(page, f"/customers/customers/{house.facts['customer']}/")
    page.get_by_role("link", name="Record a visit").first.click()
    page.locator("[name=content]").wait_for()
    fits(page)
    page.locator("[name=content]").fill("閥位確認，要一份報價")
    page.locator("[name=attitude]").select_option(index=1)
    assert planned


def test_the_head_reads_the_month_and_finishes_it(house: House) -> None:
    page = house.page("head", "/customers/complaintreports/new/", width=PHONE)
    fits(page)
    page.locator("[name=month]").fill("2026-01-01")
    save(page)
    fits(page)
    do(page, "customers.complaintreport.edit", findings="無特別之處", measures="照舊")
    do(page, "customers.complaintreport.finish")
    expect_state(page, "Finished")
