"""My day shows what is to be done; a list with nothing in it takes a word, not a card."""

import re

import pytest
from django.test import Client

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


@pytest.mark.parametrize("role", [Role.ARCHIVIST, Role.LOGISTICS, Role.SALES_SUPPORT, Role.AUDITOR])
def test_who_has_nothing_waiting_is_told_so_and_where_their_work_is(role: Role) -> None:
    client = a_client(a_person(role))
    later = later_of(client)
    assert "Nothing waits for you" in later
    places = places_of(later)
    assert 1 <= len(places) <= 3
    for address, label in places:
        assert label.strip()
        assert client.get(address).status_code == 200


def test_the_archivist_is_led_to_the_clauses_of_the_archive() -> None:
    places = places_of(later_of(a_client(a_person(Role.ARCHIVIST))))
    assert re.fullmatch(r"/clause/3\.3\.\d/", places[0][0])


def test_who_has_something_waiting_is_not_told_that_nothing_does() -> None:
    assert "Nothing waits for you" not in a_client(a_person(Role.SALES)).get("/my-day/later/").content.decode()


def later_of(client: Client) -> str:
    """The fragment that the page asks for."""
    address = re.findall(r'id="my-day-side" hx-get="([^"]*)"', client.get("/").content.decode())[0]
    return client.get(address.replace("&amp;", "&")).content.decode()


def places_of(html: str) -> list[tuple[str, str]]:
    """The places that an empty day names, with their addresses."""
    return re.findall(r'<a class="sw-button" href="([^"]*)">([^<]+)</a>', html)
