"""A passkey is set up and opens the door without a password, in a Chromium with an authenticator made for the test."""

import pytest
from playwright.sync_api import Page, expect

from shangwu.foundation.pages.tests.walk.served import House

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.clause("3.4.2")]

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def with_authenticator(page: Page) -> Page:
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def sign_in(page: Page, house: House) -> None:
    page.fill("input[name=login]", house.facts["sign_in"]["name"])
    page.fill("input[name=password]", house.facts["sign_in"]["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def test_a_passkey_is_made_and_opens_the_door_without_a_password(house: House) -> None:
    page = with_authenticator(house.page("", "/accounts/login/", ready=False))
    sign_in(page, house)
    page.goto("/accounts/2fa/webauthn/add/")
    if "/reauthenticate/" in page.url:
        page.fill("input[name=password]", house.facts["sign_in"]["password"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/webauthn/add/**")
    page.fill("input[name=name]", "Desk")
    page.check("input[name=passwordless]")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Desk")

    page.context.clear_cookies()
    page.goto("/sales/orders/")
    assert "/accounts/login/" in page.url
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    expect(page.locator("h1")).to_contain_text("rders")
