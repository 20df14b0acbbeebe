"""An administrator adds a field to customers; a salesperson fills it in, filters by it and takes it out as a file."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from shangwu.foundation.pages.tests.walk.served import House

pytestmark = [pytest.mark.browser, pytest.mark.alone]


def test_a_field_that_was_added_by_hand_is_filled_in_and_taken_out(house: House) -> None:
    page = house.page("adm", "/own_fields/ownfields/new/")
    for name, value in (("record_type", "customers.customer"), ("kind", "choice")):
        page.locator(f"select[name={name}]").select_option(value)
    said = {"key": "visit_rhythm", "label": "拜訪頻率", "label_en": "Visit rhythm", "heading": "Visits"}
    for name, text in said.items():
        page.locator(f"[name={name}]").fill(text)
    for name, text in (("key", "weekly"), ("label", "每週"), ("label_en", "Every week")):
        page.locator(f"[name=options-0-{name}]").fill(text)
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    expect(page.locator("main")).to_contain_text("visit_rhythm")

    customer = f"/customers/customers/{house.facts['customer']}/"
    page = house.page("sales", customer)
    page.locator("[data-sw-edit$='/cell/own_visit_rhythm/']").focus()
    page.keyboard.press("Enter")
    page.locator("select[name=own_visit_rhythm]").select_option("weekly")
    page.keyboard.press("Enter")
    expect(page.locator("select[name=own_visit_rhythm]")).to_have_count(0)  # saved, and shown as text again
    expect(page.locator("main")).to_contain_text("Every week")

    house.open(page, "/customers/customers/?view=all&own_visit_rhythm=weekly")
    expect(page.locator("tr[data-sw-row]")).to_have_count(1)
    page.goto("/customers/customers/export/?own_visit_rhythm=weekly&column=name&column=own_visit_rhythm")
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(saved.value.path()).read_text("utf-8-sig"))))
    assert [row["Visit rhythm"] for row in rows] == ["Every week"]
