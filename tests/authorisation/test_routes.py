"""Every address over HTTP: one allowed case, and each kind of refusal. What is not yours answers like what is not."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, path, reverse

from shangwu.foundation.actions.registry import actions
from shangwu.foundation.pages.registry import Route
from shangwu.foundation.records import compiled, scopes
from tests.authorisation.addresses import all_routes, patterns, unclassified, ungated
from tests.authorisation.houses import House, for_a_module
from tests.authorisation.relations import OPEN, PERSONAL

ROUTES = sorted(all_routes(), key=lambda route: route.name)
OF_RECORDS = [route for route in ROUTES if route.model is not None]
OF_ONE = [route for route in OF_RECORDS if any(not source.startswith("=") for source in route.sample.values())]


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with for_a_module(django_db_blocker) as found:
        yield found


def address(route: Route, record: Any, **instead: Any) -> str:
    """The sample address of a route for a record; `instead`: other values of the record's attributes."""
    if record is None:
        record = type("Nothing", (), {"public_id": uuid.uuid4(), "number": "X-0000", **instead})
    return reverse(route.name, kwargs=route.sample_arguments(record))


def call(client: Client, route: Route, where: str) -> HttpResponse:
    """The route by its first method."""
    return client.get(where) if "GET" in route.methods else client.post(where)  # type: ignore[return-value]


def told(answer: Any) -> tuple[int, str]:
    """What an answer gives away, apart from what the asker wrote and what differs at each asking."""
    text = answer.content.decode()
    text = re.sub(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", "ID", text)
    text = re.sub(r"(csrf[^>]*?)[A-Za-z0-9]{64}", r"\1TOKEN", text, flags=re.IGNORECASE)
    return answer.status_code, re.sub(r"T\d+[0-9a-f]{5}|X-0000", "NUMBER", text)


def test_every_address_is_classified() -> None:
    assert unclassified() == [], "name its record and verb in its registry, or its reason in ungated.toml"


def test_an_unclassified_address_is_found() -> None:
    found = get_resolver().url_patterns
    found.append(path("sidedoor/", lambda request: HttpResponse("in"), name="sidedoor"))
    try:
        assert unclassified() == ["sidedoor/"]
    finally:
        found.pop()


def test_the_reviewed_list_holds_nothing_that_is_gone() -> None:
    names = {pattern.name or where for where, pattern in patterns()}
    lists = ungated()
    assert {*lists["pages"], *lists["api"], *lists["open"]} - names == set()


def test_verbs_of_routes_are_known() -> None:
    """A cell is edited by its record's edit; where there is none, no cell is."""
    known = {"list", "detail", "bulk", *actions}
    assert {route.verb for route in OF_RECORDS if not route.name.endswith(".cell")} - known == set()


def test_nobody_is_sent_to_the_sign_in(house: House) -> None:
    wrong = []
    for route in ROUTES:
        if not route.signed_in:
            continue
        answer = call(house.nobody, route, address(route, None))
        if answer.status_code != 302 or not answer["Location"].startswith(reverse("account_login")):
            wrong.append((route.name, answer.status_code))
    assert wrong == []


def some(routes: list[Route], turn: int, full_count: bool) -> list[Route]:
    """All; in short form those of one record type only, and of the verbs' forms every other, in turn."""
    verbs = [route for route in routes if route.name.startswith("do.")]
    return [route for route in routes if route not in verbs] + (verbs if full_count else verbs[turn::2])


@pytest.mark.soak
def test_who_may_gets_an_answer(house: House, full_count: bool) -> None:
    """200; a number leads on; a verb that the state does not admit says so."""
    wrong = []
    for route in some(OF_RECORDS, 0, full_count):
        if "GET" not in route.methods:
            continue
        assert route.model is not None
        answer = call(house.trusted, route, address(route, house.world.row(route.model, "elsewhere")))
        strict = route.verb in ("list", "detail") and route.model._meta.label not in PERSONAL
        fine = {200, 302} if strict else {200, 204, 302, 403, 404, 409, 422}
        if answer.status_code not in fine:
            wrong.append((route.name, answer.status_code))
    assert wrong == []


def refused(house: House, client: Client, relation: str, routes: list[Route]) -> list[Any]:
    """Routes whose answer about a record differs from that about none, or is no 404."""
    wrong = []
    for route in routes:
        theirs = told(call(client, route, address(route, house.world.row(route.model, relation))))
        missing = told(call(client, route, address(route, None)))
        if theirs[0] != 404 or theirs != missing:
            wrong.append((route.name, theirs[0], missing[0]))
    return wrong


@pytest.mark.soak
def test_a_foreign_record_answers_like_none(house: House, full_count: bool) -> None:
    gated = [route for route in OF_ONE if route.model and route.model._meta.label not in OPEN]
    assert refused(house, house.stranger, "elsewhere", some(gated, 0, full_count)) == []


@pytest.mark.soak
def test_a_record_above_the_clearance_answers_like_none(house: House, full_count: bool) -> None:
    """Whatever roles one holds."""
    assert refused(house, house.trusted, "secret", some(OF_ONE, 1, full_count)) == []


def test_without_its_scope_a_foreign_record_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    from django.db.models import Q

    from shangwu.chapters.customers.models import Customer

    routes = [route for route in OF_ONE if route.name == "customers.customer.detail"]
    assert refused(house, house.stranger, "elsewhere", routes) == []
    monkeypatch.setattr(compiled, "_known", {})
    monkeypatch.setitem(scopes._arms, Customer, lambda actor: [scopes.Arm("all", Q())])
    assert refused(house, house.stranger, "elsewhere", routes) != []
