"""My day shows what is to be done; a list with nothing in it takes a word, not a card."""

import re

import pytest

from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.roles import Role
from tests.builders import a_person

pytestmark = pytest.mark.django_db


def cards(html: str) -> list[str]:
    """The titles of the cards."""
    return re.findall(r'<section class="sw-card"><header><h2>(.*?)</h2>', html)


def quiet(html: str) -> list[str]:
    """The lists that are only named."""
    return re.findall(r"<li><a href=[^>]*>(.*?)</a></li>", html)


def test_lists_without_rows_are_named_together_and_lead_to_their_pages() -> None:
    client = a_client(a_person(Role.SALES))
    first, later = (client.get(address).content.decode() for address in ("/", "/my-day/later/"))
    assert "Approvals waiting" in quiet(first)
    assert "Promises to keep" in quiet(later)
    assert not {*quiet(first), *quiet(later)} & {*cards(first), *cards(later)}
    for address in re.findall(r'<li><a href="([^"]*)">', later.split("my-day-quiet")[1]):
        assert client.get(address.replace("&amp;", "&")).status_code == 200
