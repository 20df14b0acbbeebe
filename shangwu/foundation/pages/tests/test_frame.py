"""The frame is drawn once for the same reader, rights and place, and never shown to anybody else."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client

import shangwu
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.frame import Frame
from shangwu.foundation.pages.registry import plain_routes
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_person

pytestmark = pytest.mark.django_db

LIST = "/people/departments/"
PACKAGE = Path(shangwu.__file__).parent


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    caches["frame"].clear()
    yield
    caches["frame"].clear()


def frame_of(client: Client, address: str = LIST) -> str:
    """Rail, menu of what may be made and tab bar, as a page brings them."""
    html = client.get(address).content.decode()
    found = re.findall(
        r'<nav class="sw-(?:rail|tabbar)".*?</nav>|<div class="sw-menu" popover id="sw-create">.*?</div>',
        html,
        re.DOTALL,
    )
    assert found
    return "".join(found)


def administrator() -> Person:
    return a_person(Role.ADMINISTRATOR, whole_company=True)


def test_what_is_kept_is_what_would_be_drawn() -> None:
    client = a_client(administrator())
    first = frame_of(client)
    assert frame_of(client) == first
    caches["frame"].clear()
    assert frame_of(client) == first


def others_see_their_own() -> bool:
    known, unknown = a_client(administrator()), a_client(a_person())
    return LIST + "new/" in frame_of(known, "/") and LIST + "new/" not in frame_of(unknown, "/")


def test_each_reader_has_their_own() -> None:
    assert others_see_their_own()


def test_one_frame_for_all_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Frame, "alike", "all")
    assert not others_see_their_own()


def test_a_right_given_shows_on_the_next_page() -> None:
    person = a_person()
    client = a_client(person)
    assert LIST + "new/" not in frame_of(client, "/")
    given = {"person": person, "role": Role.ADMINISTRATOR, "starts_on": datetime.date(2020, 1, 1)}
    act(HOUSE, "people.roleassignment.create", None, given)
    assert LIST + "new/" in frame_of(client, "/")


def test_the_place_and_the_language_are_those_of_the_page() -> None:
    person = administrator()
    client = a_client(person)
    assert re.search(r'href="/" aria-current="page"', frame_of(client, "/"))
    assert not re.search(r'href="/" aria-current="page"', frame_of(client))
    assert "Board" in frame_of(client, "/")
    Account.objects.filter(person=person).update(language="zh-hant")
    assert "Board" not in frame_of(client, "/")


def test_the_bar_of_a_phone_leads_to_the_day_the_approvals_and_the_lists_that_are_open_most() -> None:
    """Design 04: the approvals stand second on a phone."""
    html = a_client(a_person(Role.SALES)).get("/").content.decode()
    bar = re.search(r'<nav class="sw-tabbar".*?</nav>', html, re.DOTALL)
    assert bar is not None
    addresses = re.findall(r'<a href="([^"]+)"', bar[0])
    assert addresses == ["/", "/approvals/requests/", "/customers/customers/", "/sales/orders/"]


def test_every_page_has_a_way_in() -> None:
    """A page that needs no record has a label, so that rail, chapter and palette lead to it, or something names it."""
    code = [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts]
    sources = [path.read_text() for path in [*code, *PACKAGE.rglob("*.html")]]
    for route in plain_routes():
        if route.label or not route.signed_in or "GET" not in route.methods or "<" in route.path:
            continue
        named = sum(len(re.findall(rf"""["']{re.escape(route.name)}["']""", text)) for text in sources)
        assert named > 1, f"nothing leads to {route.path}: give its Route a label, or a link on a page"


def test_of_addresses_within_each_other_one_is_here() -> None:
    """The analysis of sales lies at /analytics/, and other pages below that address."""
    client = a_client(a_person(Role.HEAD, whole_company=True))
    for address in ("/analytics/", "/analytics/explorer/"):
        (here,) = re.findall(r'<a[^>]*href="(/analytics/[^"]*)"[^>]*aria-current="page"', frame_of(client, address))
        assert here == address
