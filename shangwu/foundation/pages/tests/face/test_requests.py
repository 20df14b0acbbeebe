"""Answers that are no success: each is said where the person looks, and nothing typed is lost."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import expect_trouble, open_page

pytestmark = pytest.mark.browser


def send(page: Page, answer: str) -> None:
    expect_trouble(page, "Failed to load resource", "htmx:")
    open_page(page, "/form")
    page.locator("#id_place").fill(answer)
    page.locator("button.is-primary[form=order]").click()


def test_a_refusal_stands_on_top_and_the_form_keeps_its_text(page: Page) -> None:
    send(page, "anything")
    refusal = page.locator("#sw-refusal [role=alert]")
    expect(refusal).to_contain_text("尚缺 NT$ 182,000")
    expect(refusal).to_be_focused()
    expect(page.locator("#id_place")).to_have_value("anything")


def test_a_server_error_is_said_and_never_swapped_in(page: Page) -> None:
    send(page, "broken")
    expect(page.locator("#sw-refusal [role=alert]")).to_be_visible()
    assert "Server error" not in page.locator("main").inner_text()


def test_a_busy_server_is_asked_again_with_the_same_token(page: Page) -> None:
    tokens: list[str] = []
    page.on("request", lambda request: tokens.append(request.post_data or "") if "/save" in request.url else None)
    send(page, "busy")
    with page.expect_request("**/save"):
        expect(page.locator("#sw-refusal button")).to_be_visible()
    assert len(tokens) >= 2
    assert all("form_token=sample" in body for body in tokens)


def test_a_stale_version_shows_both_versions(page: Page) -> None:
    send(page, "stale")
    dialog = page.locator("#sw-dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("大寮工地")
    expect(dialog).to_contain_text("大寮倉")


def test_success_goes_where_the_server_says(page: Page) -> None:
    send(page, "redirect")
    page.wait_for_url("**/detail")


def test_without_a_network_the_text_is_kept_and_a_retry_offered(page: Page) -> None:
    expect_trouble(page, "Failed to load resource", "htmx:")
    open_page(page, "/form")
    page.route("**/save", lambda route: route.abort())
    page.locator("#id_place").fill("redirect")
    page.locator("button.is-primary[form=order]").click()
    expect(page.locator("#sw-refusal [role=alert]")).to_be_visible()
    page.unroute("**/save")
    page.locator("#sw-refusal button").click()
    page.wait_for_url("**/detail")


def test_a_double_click_sends_once(page: Page) -> None:
    expect_trouble(page, "Failed to load resource", "htmx:")
    open_page(page, "/form")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/save" in request.url else None)
    page.locator("button.is-primary[form=order]").dblclick()
    expect(page.locator("#sw-refusal [role=alert]")).to_be_visible()
    page.wait_for_timeout(300)
    assert len(sent) == 1


def test_every_request_carries_the_csrf_token(page: Page) -> None:
    expect_trouble(page, "Failed to load resource", "htmx:")
    open_page(page, "/form")
    with page.expect_request("**/save") as sent:
        page.locator("button.is-primary[form=order]").click()
    assert sent.value.headers.get("x-csrftoken")


def test_a_refusal_inside_a_dialog_stays_in_the_dialog(page: Page) -> None:
    expect_trouble(page, "Failed to load resource", "htmx:")
    open_page(page, "/detail")
    page.keyboard.press("s")
    page.locator("#sw-dialog textarea").fill("理由")
    page.locator("#sw-dialog button.is-primary").click()
    expect(page.locator("#sw-dialog #sw-dialog-refusal [role=alert]")).to_be_visible()
    expect(page.locator("#sw-dialog textarea")).to_have_value("理由")


def test_a_whole_page_in_place_of_a_fragment_is_gone_to(page: Page) -> None:
    open_page(page, "/list")
    page.route("**/panel", lambda route: route.fulfill(status=302, headers={"Location": "/empty"}))
    page.locator(".sw-bar a.sw-clause").click()
    page.wait_for_url("**/empty")


def test_a_toast_goes_and_waits_while_pointed_at(page: Page) -> None:
    open_page(page, "/list")
    page.evaluate("document.dispatchEvent(new CustomEvent('sw:toast', {detail: {text: '已存'}}))")
    toast = page.locator(".sw-toast")
    expect(toast).to_have_text("已存")
    toast.hover()
    page.wait_for_timeout(2800)
    expect(toast).to_be_visible()
    page.mouse.move(0, 0)
    expect(toast).to_have_count(0)
