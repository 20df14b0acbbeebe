"""Scripts typed into text fields, opened in a real Chromium: no dialog, no report of the content policy (HAZARD 14)."""

from __future__ import annotations

import json
import time

import pytest
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import Page, Playwright

from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.pages.tests.lists.test_list_page import client_of
from tests.builders import unique
from tests.chromium import chromium_or_skip
from tests.support import real_data

pytestmark = [pytest.mark.browser, pytest.mark.alone]

OWN = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "'-alert(1)-'",
    "javascript:alert(1)", "{{ alert(1) }}", "<a href=javascript:alert(1)>x</a>", "${alert(1)}",
    "</textarea><script>alert(1)</script>", "<div x-data x-init=alert(1)>", "<b hx-get=/ hx-trigger=load>", "]]><x/>",
)  # fmt: skip


def payloads() -> list[str]:
    """Strings of the naughty list that hold markup, and those against the libraries of this page."""
    found = json.loads((real_data("csv_quirks") / "blns" / "blns.json").read_text(encoding="utf-8"))
    return [*OWN, *(text for text in found if "<" in text or "alert" in text)]


def fill_files(crew: Crew) -> list[str]:
    """Customers whose names, notes and contacts are payloads; their public ids."""
    texts, made = payloads(), []
    for place, name in enumerate(OWN):
        customer = a_customer(
            crew.sales, name=f"{name}{unique()}", region=name, note="\n".join(texts[place :: len(OWN)])
        )
        a_contact(crew.sales, customer, name=name, note=name)
        about = {"about": "customers.customer", "about_id": str(customer.public_id), "text": name}
        act(crew.sales, "pages.comment.create", None, about)
        made.append(str(customer.public_id))
    for text in texts:
        try:
            a_customer(crew.sales, name=f"{text[:90]}{unique()}", region="x")
        except Refusal:
            continue
    return made


def opened(page: Page, where: str) -> None:
    """Open a page; it must be there."""
    answer = page.goto(where)
    assert answer is not None
    assert answer.status == 200, where


def visit(page: Page, root: str, made: list[str]) -> None:
    """Every page on which the payloads stand."""
    opened(page, f"{root}/customers/customers/")
    page.wait_for_selector("#view-all:not(:empty)", state="attached")
    for public_id in made:
        opened(page, f"{root}/customers/customers/{public_id}/")
        page.wait_for_load_state("networkidle")
    for public_id in made[:4]:
        opened(page, f"{root}/customers/customers/{public_id}/edit/")
    opened(page, f"{root}/customers/contacts/")
    opened(page, f"{root}/find/?q=alert")
    opened(page, f"{root}/")


def test_no_script_of_a_text_runs(committing: None, playwright: Playwright, monkeypatch: pytest.MonkeyPatch) -> None:
    executable = chromium_or_skip()
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    crew = Crew()
    made = fill_files(crew)
    cookie = client_of(crew.sales).cookies["shangwu_session"].value
    server = LiveServerThread("localhost", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    root = f"http://localhost:{server.port}"
    dialogs: list[str] = []
    reports: list[str] = []
    browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
    context = browser.new_context(base_url=root)
    context.add_cookies([{"name": "shangwu_session", "value": cookie, "url": root}])
    page = context.new_page()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda said: reports.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: reports.append(str(error)))
    visit(page, root, made)
    assert (dialogs, reports) == ([], [])
    # The control: both ears are open.
    page.evaluate("alert('heard')")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    deadline = time.monotonic() + 20
    while not reports and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert dialogs == ["heard"]
    assert reports, "the content policy stopped the handler, and said so"
    browser.close()
    server.terminate()
