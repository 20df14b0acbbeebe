"""2.6: one order from quotation to statement, each step by the role whose work it is, which finds it on My day or on
the page that it has open; nobody types an address."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from shangwu.chapters.sales.tests.contracting import a_pdf
from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import do, expect_state, pick

pytestmark = [pytest.mark.browser, pytest.mark.alone]

FAR = "2036-12-18"
CUSTOMER = "泓碩"
"""Whose order it is: other tests of the same department leave their own under way."""


def day_of(house: House, who: str, name: str, under: str = "") -> Page:
    """What somebody opens on My day, by (a pattern of) its name; under: of which group of what waits for them,
    and there of this customer.

    Of many the oldest stand there, and the others in the list behind them.
    """
    page = house.page(who, "/")
    if not under:
        found = page.locator("#my-day-main").get_by_role("link", name=re.compile(name))
        found.first.wait_for()
    else:
        group = page.locator("#my-day-main dl > div", has_text=under)
        found = group.locator("dd", has_text=CUSTOMER).get_by_role("link", name=re.compile(name))
        others = group.get_by_role("link", name="Show the whole list")
        found.or_(others).first.wait_for()
        if found.count() == 0:
            with page.expect_event("load"):
                others.click()
            page.wait_for_selector("html[data-sw-ready]", state="attached")
            found = page.locator("#sw-list tr", has_text=CUSTOMER).get_by_role("link", name=re.compile(name))
    with page.expect_event("load"):
        found.first.click()
    page.wait_for_selector("html[data-sw-ready]", state="attached")
    return page


def press(page: Page, verb: str) -> None:
    """A verb whose dialog is sent as it stands."""
    control = page.locator(f"a[href*='/act/{verb}/'], form[action*='/act/{verb}/'] button").first
    if not control.is_visible():
        page.locator(".sw-actions .is-more").click()
    control.click()
    sends = page.locator("#sw-dialog-body").locator("button.is-primary, footer button[type=submit]").last
    with page.expect_event("load"):
        sends.click()
    page.wait_for_selector("html[data-sw-ready]", state="attached")


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """A link on the page, and the page behind it."""
    with page.expect_event("load"):
        page.get_by_role("link", name=name).first.click()
    page.wait_for_selector("html[data-sw-ready]", state="attached")


def saved(page: Page) -> None:
    page.keyboard.press("Control+s")
    try:
        page.wait_for_url(lambda address: "/new" not in address)
    except TimeoutError as error:
        raise AssertionError(page.locator("main").inner_text()[:1500]) from error
    page.wait_for_selector("html[data-sw-ready]", state="attached")


def name_of(page: Page, pattern: str) -> str:
    """The number in the head of the page."""
    found = re.search(pattern, page.locator(".sw-head h1").inner_text())
    assert found, page.locator(".sw-head h1").inner_text()
    return found.group()


def test_no_role_meets_a_dead_end_from_quotation_to_statement(house: House, tmp_path: Path) -> None:
    known = house.deed("ready for six hands")
    number = _sales_offers_and_the_customer_accepts(house)
    _support_checks_it(house, number)
    _it_is_put_under_a_contract(house, number, known["today"], tmp_path)
    _it_is_made_and_released(house, number)
    _it_leaves_in_parts_and_arrives(house, number, known["today"], tmp_path)
    _finance_settles_it(house, number, known)


def _sales_offers_and_the_customer_accepts(house: House) -> str:
    page = house.page("sales", "/")
    with page.expect_event("load"):
        page.locator("a.sw-nav-item", has_text="2.6").first.click()
    follow(page, re.compile("Quotations$"))
    page.wait_for_url("**/quotations/**")
    page.keyboard.press("n")
    page.wait_for_url("**/new/")
    pick(page, "customer", "泓碩")
    pick(page, "contact", "溫采購")
    pick(page, "lines-0-product", "訂製閘板")
    page.locator("input[name='lines-0-quantity']").fill("2")
    saved(page)
    quotation = name_of(page, r"Q\w*[-\d]+")
    press(page, "sales.quotation.send")
    expect_state(page, "Sent")
    customer = house.page("", house.deed("link in the mail"), ready=False)
    customer.locator("button[value=accept]").click()
    customer.wait_for_load_state()
    page = day_of(house, "sales", quotation, "Accepted: make the order")
    do(page, "sales.quotation.order")
    follow(page, re.compile(r"^SO\d{8}"))
    expect_state(page, "Received")
    return name_of(page, r"SO\d{8}-\d{4}")


def _support_checks_it(house: House, number: str) -> None:
    page = day_of(house, "support", number, "To check and confirm")
    do(page, "sales.order.confirm", promised_on=FAR)
    expect_state(page, "Confirmed")


def _it_is_put_under_a_contract(house: House, number: str, today: str, folder: Path) -> None:
    page = day_of(house, "sales", number)
    follow(page, "Draft a contract")
    page.locator("[name=title]").fill("耐蝕控制閥供貨合同")
    page.locator("[name=tax_rate]").fill("5")
    page.locator("[name=starts_on]").fill("2026-01-01")
    page.locator("[name=ends_on]").fill("2036-12-31")
    page.locator("[name='instalments-0-purpose']").fill("全款")
    page.locator("[name='instalments-0-due_on']").fill(FAR)
    page.locator("[name='deliveries-0-what']").fill("全部")
    saved(page)
    do(page, "sales.contract.write_document")
    do(page, "sales.contract.submit")
    expect_state(page, "In approval")
    for who in ("head", "finance", "legal"):
        decides = day_of(house, who, "泓碩")
        do(decides, "approvals.request.approve", opinion="可簽")
    contract = name_of(page, r"HT[-\w]+\d")
    sealing = day_of(house, "doc", contract)
    _seals(sealing)
    scan = folder / "signed.pdf"
    scan.write_bytes(a_pdf(house.deed("pages of the contract")))
    page = day_of(house, "sales", contract)
    _signs(page, scan, today)


def _seals(page: Page) -> None:
    page.locator("a[href*='/act/sales.contract.seal/']").first.click()
    body = page.locator("#sw-dialog-body")
    body.locator("[name=seal]").select_option("contract")
    body.locator("[name=copies]").fill("2")
    body.locator("[name=across_pages][type=checkbox]").check()
    with page.expect_event("load"):
        body.locator("button.is-primary, footer button[type=submit]").last.click()
    expect_state(page, "Sealed by us")


def _signs(page: Page, scan: Path, today: str) -> None:
    page.locator("a[href*='/act/sales.contract.sign/']").first.click()
    body = page.locator("#sw-dialog-body")
    body.locator("input[type=file]").set_input_files(scan)
    body.locator("[name=signed_on]").fill(today)
    with page.expect_event("load"):
        body.locator("button.is-primary").last.click()


def _it_is_made_and_released(house: House, number: str) -> None:
    page = day_of(house, "plan", number, "Confirmed: to schedule")
    press(page, "sales.order.schedule")
    page = day_of(house, "plan", r"MO\d{8}", "To be made")
    do(page, "sales.productionrequest.finish", batch="M7")
    page = day_of(house, "qa", r"MO\d{8}", "Made: to be inspected")
    do(page, "sales.productionrequest.release", finding="合格")
    expect_state(page, "Released")


def _it_leaves_in_parts_and_arrives(house: House, number: str, today: str, folder: Path) -> None:
    page = day_of(house, "logistics", number, "In production: to make ready when released")
    do(page, "sales.order.make_ready")
    do(page, "sales.order.pack", **{"lines-0-position": "1", "lines-0-to_ship": "1"})
    page = day_of(house, "logistics", r"DN\d{8}", "Prepared: goods out")
    expect(page.locator("main")).to_contain_text("M7")
    do(page, "sales.shipment.send", tracking_number="T-1")
    page = day_of(house, "logistics", number, "Ready to ship")
    do(page, "sales.order.ship", carrier="公司派車")
    for _part in range(2):
        page = day_of(house, "logistics", r"DN\d{8}", "Under way: enter the delivery")
        do(page, "sales.shipment.deliver", delivered_on=today)
        expect_state(page, "Delivered")
        _proves(page, folder)


def _proves(page: Page, folder: Path) -> None:
    control = page.locator("a[href*='/receipt/']").first
    if not control.is_visible():
        page.locator(".sw-actions .is-more").click()
    control.click()
    page.wait_for_selector("#id_photo")
    photo = folder / "receipt.pdf"
    photo.write_bytes(a_pdf(1))
    page.locator("#id_photo").set_input_files(photo)
    page.locator("#id_signed_by").fill("收發室")
    page.locator("main button.is-primary").last.click()
    expect(page.locator("main")).to_contain_text("收發室")


def _finance_settles_it(house: House, number: str, known: dict[str, str]) -> None:
    page = day_of(house, "finance", number, "Delivered: to be invoiced")
    do(page, "sales.order.invoice", invoice_number="AB12345678", invoiced_on=known["quarter"])
    page = day_of(house, "finance", number, "Invoiced: enter the payment")
    follow(page, "Enter a payment")
    page.locator("input[name=received_on]").fill(known["today"])
    saved(page)
    follow(page, number)
    expect_state(page, "Paid")
    follow(page, "泓碩水處理工程")
    follow(page, "Draw up a statement")
    page.locator("[name=until]").fill(known["quarter"])
    saved(page)
    expect(page.locator("main")).to_contain_text("21,000")
    expect(page.locator("main")).to_contain_text(number)
    support = day_of(house, "support", number, "Paid: to be closed")
    do(support, "sales.order.close")
    expect_state(support, "Closed")
