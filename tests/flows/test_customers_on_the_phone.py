"""2.5 at 390 px: a customer is met and complains, is answered, and the head decides how it is kept in touch with. Each
step is done by the role whose work it is, from My day or from the page that it has open."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import do, expect_state, pick
from tests.flows.test_days_on_the_phone import PHONE, fits

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("2.5.1", "2.5.2", "2.5.3")]

CUSTOMER = "沁源精密過濾設備有限公司"
"""Whose days these are: other tests of the same department leave their own customers' work under way."""
CONTACT = "顧沁"


def saved(page: Page) -> str:
    """Keep the form by its button; the address of what came of it."""
    fits(page)
    was = page.url
    page.keyboard.press("Control+s")
    try:
        page.wait_for_url(lambda address: address != was)
    except TimeoutError as error:
        raise AssertionError(page.locator("main").inner_text()[:1500]) from error
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    fits(page)
    return page.url


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """A link on the page, and the page behind it."""
    with page.expect_event("load"):
        page.locator("main").get_by_role("link", name=name).first.click()
    page.wait_for_selector("html[data-sw-ready]", state="attached")


def named(page: Page, field: str, typed: str) -> None:
    """Name one of several persons in the dialog that is open."""
    _tapped(page, field, typed)
    expect(page.locator(f"#sw-dialog-body input[type=checkbox][name='{field}']")).to_be_checked()


def named_one(page: Page, field: str, typed: str) -> None:
    """Name a person in the dialog that is open."""
    _tapped(page, field, typed)
    expect(page.locator(f"#sw-dialog-body input[type=hidden][name='{field}']")).not_to_have_value("")


def _tapped(page: Page, field: str, typed: str) -> None:
    """Type, and tap the first that is offered, as one does on a phone."""
    box = page.locator(f"#sw-dialog-body input[name='{field}_text']")
    box.focus()
    page.keyboard.type(typed, delay=20)
    box.locator("xpath=..").locator("[role=option]").first.click()


def press(page: Page, verb: str) -> None:
    """Open the dialog of a verb."""
    control = page.locator(f"a[href*='/act/{verb}/']").first
    if not control.is_visible():
        page.locator(".sw-actions .is-more").click()
    control.click()
    page.locator("#sw-dialog-body form").wait_for()


def sent(page: Page) -> None:
    """Send the dialog that is open."""
    with page.expect_event("load"):
        page.locator("#sw-dialog-body").locator("button.is-primary").last.click()
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    fits(page)


def test_a_customer_is_met_complains_is_answered_and_the_head_decides(house: House, tmp_path: Path) -> None:
    customer = _sales_writes_down_whom_they_met(house)
    complaint = _service_takes_the_complaint_up(house, customer)
    _service_answers_it(house, complaint, tmp_path)
    _sales_plans_and_the_head_approves(house, customer)


def _sales_writes_down_whom_they_met(house: House) -> str:
    page = house.page("sales", "/customers/customers/", width=PHONE)
    fits(page)
    follow(page, "New customer")
    page.locator("[name=name]").fill(CUSTOMER)
    customer = saved(page)
    follow(page, "Enter a contact")
    page.locator("[name=name]").fill(CONTACT)
    page.locator("[name=phone]").fill("0955000137")
    saved(page)
    house.open(page, customer)
    follow(page, "Record a visit")
    page.locator("[name=content]").fill("看過過濾站，三號機濾芯滲漏")
    page.locator("[name=next_step]").fill("送三號機濾芯檢測報告")
    page.locator("[name=next_on]").fill("2036-11-30")
    saved(page)
    house.open(page, customer)
    follow(page, "Log a contact")
    pick(page, "contact", CONTACT)
    page.locator("[name=at]").fill("2026-11-23T09:30")
    page.locator("[name=summary]").fill("電話確認濾芯批號")
    saved(page)
    house.open(page, "/")
    fits(page)
    expect(page.locator("main")).to_contain_text("送三號機濾芯檢測報告")
    house.open(page, customer)
    for tab, said in (("Contacts", CONTACT), ("Communications", "電話確認濾芯批號"), ("Visits", "Took place")):
        page.locator(".sw-tabs a", has_text=tab).first.click()
        expect(page.locator("#sw-tabbed")).to_contain_text(said)
        fits(page)
    return customer


def _service_takes_the_complaint_up(house: House, customer: str) -> str:
    page = house.page("cs", customer, width=PHONE)
    follow(page, "Register a complaint")
    page.locator("[name=category]").select_option("quality")
    page.locator("[name=description]").fill("三號機濾芯滲漏，停機兩小時")
    page.locator("[name=claim]").select_option("exchange")
    complaint = saved(page)
    expect_state(page, "Registered")
    do(page, "customers.complaint.accept")
    expect_state(page, "Taken up")
    house.open(page, "/")
    fits(page)
    expect(page.locator("main")).to_contain_text(CUSTOMER)
    return complaint


def _service_answers_it(house: House, complaint: str, folder: Path) -> None:
    page = house.page("cs", complaint, width=PHONE)
    press(page, "customers.complaint.investigate")
    named(page, "team", "王小明")
    sent(page)
    expect_state(page, "Under investigation")
    press(page, "customers.complaint.analyse")
    body = page.locator("#sw-dialog-body")
    body.locator("[name='whys-0-text']").fill("密封圈材質不耐溶劑")
    body.locator("[name=root_cause]").fill("選型時未問介質")
    sent(page)
    press(page, "customers.complaint.plan")
    body.locator("[name='remedies-0-kind']").select_option("correction")
    body.locator("[name='remedies-0-what']").fill("更換氟橡膠密封圈")
    named_one(page, "remedies-0-person", "王小明")
    body.locator("[name='remedies-0-due_on']").fill("2036-12-10")
    sent(page)
    do(page, "customers.complaint.propose", solution="更換密封圈並複測")
    do(page, "customers.complaint.carry_out")
    receipt = folder / "寄件回執.txt"
    receipt.write_text("已寄送 2036-12-08 顧沁", encoding="utf-8")
    house.open(page, f"{complaint}files/")
    page.locator("input[type=file]").set_input_files(receipt)
    with page.expect_event("load"):
        page.get_by_role("button", name="Attach").first.click()
    house.open(page, complaint)
    do(page, "customers.complaint.reply", answer="已更換密封圈，複測合格", proof=receipt.name)
    expect_state(page, "Answered")
    expect(page.locator("main")).to_contain_text("已更換密封圈，複測合格")
    fits(page)


def _sales_plans_and_the_head_approves(house: House, customer: str) -> None:
    page = house.page("sales", customer, width=PHONE)
    follow(page, "Draw up a contact plan")
    page.locator("[name=year]").fill("2026")
    page.locator("[name=traits]").fill("重視停機時間，濾芯每季更換")
    page.locator("[name=way]").select_option("phone")
    page.locator("[name=every_days]").fill("30")
    page.locator("[name=reason]").fill("現場人員接電話最快")
    plan = saved(page)
    do(page, "customers.contactplan.submit")
    head = house.page("head", "/", width=PHONE)
    fits(head)
    follow(head, re.compile(CUSTOMER))
    do(head, "approvals.request.approve", opinion="可行")
    expect_state(head, "Approved")
    fits(head)
    house.open(page, plan)
    expect_state(page, "In force")
