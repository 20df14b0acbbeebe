"""Every page that the house has, in one visit each: axe finds nothing serious, and no phone scrolls it sideways.

The list comes from the resolver and the registries (`places`), so that a new page is among them by itself. Every other
page is visited by test_every_page_between: two browsers share the way.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from shangwu.foundation.pages.tests.walk.served import House
from tests.face.looking import Looker, faults_of_a_share, violations
from tests.face.told import LETTERS

pytestmark = [pytest.mark.browser, pytest.mark.alone]

NOT_OPENED = {
    "evidence.bundle.download", "exchange.import.detail", "exchange.import.download", "job.download",
    "notices.calendar",
}  # fmt: skip
"""Routes whose samples name nothing that is there. Verbs that no row of the house is ready for are not among them."""


def test_every_page_is_usable_by_everyone_and_on_a_phone(whole: House, full_count: bool) -> None:
    found = faults_of_a_share(whole, 0, 2, full_count=full_count)
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def test_no_page_escapes(whole: House) -> None:
    """Each address is opened by somebody. A verb's form needs a record that is ready for it; nearly all have one."""
    pages = {name for name, _address, _who in whole.facts["pages"]}
    closed = set(whole.facts["closed"])
    verbs = {name for name in closed if name.startswith("do.")}
    assert closed - verbs - NOT_OPENED == set()
    assert len(verbs) <= len([name for name in pages if name.startswith("do.")]) // 2, sorted(verbs)
    assert {*LETTERS} - {"quotation.paper"} <= pages, "a letter leads to a page that opens without signing in"
    assert {"sales.order.list", "sales.order.detail", "board", "my_day", "analytics.analysis", "account_login"} <= pages


BROKEN: dict[str, Callable[[Page], Any]] = {
    "label": lambda page: page.evaluate("document.querySelector('main').append(document.createElement('input'))"),
    "link-name": lambda page: page.evaluate("document.querySelector('main').append(Object.assign("
                                            "document.createElement('a'), {href: '/x/'}))"),
}  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_what_is_wrong_is_found(whole: House, rule: str) -> None:
    """The control: of both ways of looking."""
    page = Looker(whole).at("head", "/sales/orders/")
    BROKEN[rule](page)
    assert all(any(rule in one for one in violations(page, whole=each)) for each in (True, False))
