"""What hands do on a page: start a verb, fill its dialog, pick a record, read the state."""

import re

from playwright.sync_api import Page, TimeoutError, expect


def do(page: Page, verb: str, **typed: str) -> None:
    """Start a verb from the head of a record's page, fill in what its dialog asks, and wait for the new page."""
    control = page.locator(f"a[href*='/act/{verb}/'], form[action*='/act/{verb}/'] button").first
    if not control.is_visible():
        page.locator(".sw-actions .is-more").click()
    if not typed:
        with page.expect_event("load"):
            control.click()
    else:
        control.click()
        body = page.locator("#sw-dialog-body")
        for name, text in typed.items():
            field = body.locator(f"[name='{name}']:not([type=hidden])")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(text)
            elif field.get_attribute("type") == "checkbox":
                field.check()
            else:
                field.fill(text)
        try:
            with page.expect_event("load"):
                body.locator("button.is-primary, button.is-danger, footer button[type=submit]").last.click()
        except TimeoutError as error:
            raise AssertionError(f"{verb} was refused: {body.inner_text()}") from error
    page.wait_for_selector("html[data-sw-ready]", state="attached")


def pick(page: Page, name: str, typed: str) -> None:
    """Type into a reference field, wait for its list, take the first by Enter."""
    page.locator(f"input[name='{name}_text']").focus()
    page.keyboard.type(typed, delay=20)
    page.locator(f"input[name='{name}_text']").locator("xpath=..").locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(f"input[type=hidden][name='{name}']")).not_to_have_value("")


def expect_state(page: Page, word: str) -> None:
    """The state pill beside the record's name."""
    expect(page.locator(".sw-head .sw-state").first).to_have_text(word)


def number_of(page: Page) -> str:
    """The number of the record that is shown."""
    found = re.search(r"[A-Z]+\d{8}-\d{4}", page.locator(".sw-head h1").inner_text())
    assert found
    return found.group()
