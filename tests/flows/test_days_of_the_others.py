"""The days of the head, the channel manager, the auditor and the administrator, and a salesperson's customers."""

import pytest
from playwright.sync_api import expect

from shangwu.foundation.pages.tests.walk.served import House
from tests.flows.hands import do, expect_state, pick

pytestmark = [pytest.mark.browser, pytest.mark.alone]


def test_a_salesperson_logs_a_call_and_finds_the_next_step_in_the_day(house: House) -> None:
    page = house.page("sales", "/customers/communications/new/")
    pick(page, "customer", "澤川")
    page.locator("[name=at]").fill("2026-11-23T09:30")
    page.locator("[name=summary]").fill("同意十二月中交貨")
    page.locator("[name=next_step]").fill("寄出 DN80 報價")
    page.locator("[name=next_on]").fill("2036-11-30")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    logged = page.url
    house.open(page, "/")
    expect(page.locator("main")).to_contain_text("寄出 DN80 報價")
    house.open(page, logged)
    do(page, "customers.communication.finish")
    house.open(page, "/")
    expect(page.locator("main")).not_to_contain_text("寄出 DN80 報價")


def test_the_head_reviews_what_was_submitted(house: House) -> None:
    url, number = house.an_order()
    sales = house.page("sales", url)
    sales.keyboard.press("s")
    expect_state(sales, "In review")
    page = house.page("head", "/")
    page.get_by_role("link", name=number).first.click()
    page.wait_for_url("**/orders/**")
    do(page, "approvals.request.approve", opinion="可接")
    expect_state(page, "Accepted")


def test_a_channel_is_led_from_the_first_talk_to_its_papers(house: House) -> None:
    page = house.page("chm", "/channels/channels/")
    page.keyboard.press("n")
    page.wait_for_url("**/new/")
    page.locator("[name=name]").fill("南臺流體控制經銷")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    do(page, "channels.channel.approach")
    do(page, "channels.channel.vet")
    address = page.url
    head = house.page("head", address)
    do(head, "channels.channel.pass", _reason="證照齊全")
    expect(head.locator("main")).to_contain_text("證照齊全")


def test_the_auditor_reads_who_holds_which_role_and_is_offered_nothing_to_change(house: House) -> None:
    page = house.page("aud", "/people/roleassignments/")
    expect(page.locator("tr[data-sw-row]").first).to_be_visible()
    expect(page.locator("[data-sw-key=n]")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/roleassignments/*-*/**")
    page.locator(".sw-tabs a", has_text="History").click()
    expect(page.locator("#sw-tabbed")).to_contain_text("The system")
    expect(page.locator(".sw-actions .is-primary, [data-sw-edit]")).to_have_count(0)


def test_the_administrator_takes_on_a_person_and_reads_no_orders(house: House) -> None:
    page = house.page("adm", "/people/persons/new/")
    page.locator("[name=name]").fill("林新人")
    page.locator("[name=staff_number]").fill("Y900")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda address: "/new" not in address)
    expect(page.locator(".sw-head h1")).to_contain_text("林新人")
    url, _number = house.an_order()
    assert page.goto(url).status == 404  # type: ignore[union-attr]
