"""The head drafts an edition, others decide over it, it is published, and a salesperson reads it and signs."""

import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import do, expect_state

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("1", "3.1.3")]

SENTENCES = {
    "text": "訂單確認前，客戶得以書面撤回。",
    "text_zh_hans": "订单确认前，客户可以书面撤回。",
    "text_en": "Before an order is confirmed the customer may withdraw it in writing.",
}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF"


def test_an_edition_goes_from_draft_to_signature(house: House, tmp_path: Path) -> None:
    page = house.page("head", "/regulation/editions/new/")
    page.locator("[name=title]").fill("訂單撤回規定")
    page.locator("[name=reason]").fill("條文未載明能否撤回")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    edition = page.url.split("?")[0]

    _word(page)
    house.open(page, f"{edition}changes/")
    expect(page.locator("article .sw-changes ins")).to_contain_text(SENTENCES["text_en"])
    expect(page.locator("article .sw-changes del")).to_have_count(0)

    house.open(page, edition)
    _prove(house, page, edition, tmp_path)
    do(page, "regulation.edition.propose")
    expect_state(page, "Proposed")
    for who in ("gm", "hr", "legal", "gm"):
        decides = house.page(who, edition)
        if decides.locator("form[action*='approvals.request.approve'], a[href*='approvals.request.approve']").count():
            do(decides, "approvals.request.approve", opinion="同意")
    expect_state(house.open(page, edition), "Approved")

    day = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=9)).date().isoformat()
    publisher = house.page("gm", edition)
    do(publisher, "regulation.edition.publish", effective_from=day)
    expect_state(publisher, "Published")

    reader = house.page("sales", "/duties/")
    expect(reader.locator("main")).to_contain_text("Read the regulation and sign for it")
    house.open(reader, "/regulation/signoffs/")
    reader.locator("tr[data-sw-row] a").first.click()
    reader.wait_for_url("**/signoffs/*-*/**")
    expect(reader.locator("main")).not_to_contain_text(SENTENCES["text_en"])
    do(reader, "regulation.signoff.open")
    expect(reader.locator("main")).to_contain_text(SENTENCES["text_en"])
    do(reader, "regulation.signoff.confirm")
    expect_state(reader, "Signed for")

    house.open(reader, "/clause/2.6.1/")
    expect(reader.locator("main")).not_to_contain_text(SENTENCES["text_en"])
    reader.locator("input[name=on]").fill(day)
    reader.get_by_role("button", name="Show").click()
    expect(reader.locator("main")).to_contain_text(SENTENCES["text_en"])
    expect(reader.locator("[role=status]", has_text="Not today")).to_contain_text(day)


def _word(page: Page) -> None:
    """Add a sentence to clause 2.6.1 in three languages."""
    page.get_by_role("link", name="Sales orders").click()
    page.wait_for_url("**/passages/**")
    page.keyboard.press("e")
    page.wait_for_url("**/edit/**")
    for name, sentence in SENTENCES.items():
        field = page.locator(f"[name={name}]")
        field.fill(f"{field.input_value()}\n\n{sentence}")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/edit" not in address)
    expect(page.locator(".sw-changes ins").first).to_contain_text(SENTENCES["text_en"])


def _prove(house: House, page: Page, edition: str, folder: Path) -> None:
    """The first edition puts the rules on pay in force: consultation and publication, each with its file."""
    for kind in ("consultation", "publication"):
        path = folder / f"{kind}.pdf"
        path.write_bytes(PDF)
        house.open(page, f"{edition}files/")
        page.locator("input[type=file]").set_input_files(path)
        with page.expect_event("load"):
            page.get_by_role("button", name="Attach").first.click()
        house.open(page, edition)
        today = datetime.date.today().isoformat()  # noqa: DTZ011 -- typed by a hand
        do(
            page, "regulation.edition.record_procedure", kind=kind, held_on=today, with_whom="職工代表大會",
            outcome="採納二條", file=path.name,
        )  # fmt: skip
