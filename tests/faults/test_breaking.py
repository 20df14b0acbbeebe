"""Whatever breaks in the middle of a request, nobody gets in by it and nothing is half done (HAZARDS 49)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from shangwu.foundation.actions import runner
from shangwu.foundation.pages.registry import Route
from tests.authorisation.houses import House, for_a_module
from tests.authorisation.relations import OPEN
from tests.authorisation.test_routes import OF_ONE
from tests.builders import unique
from tests.faults.offices import Office
from tests.faults.test_repeats import EVERY, FORMS, effects, post_page, sent_by, taken_back

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("no_limits")]
GATED = [one for one in OF_ONE if "GET" in one.methods and one.model and one.model._meta.label not in OPEN]
BREAKS = 3
"""So many places of each form break in short form; at full count every one."""
_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Broken(Exception):
    """What a fault of ours, or of a library, is to a request."""


@contextmanager
def breaking_at(place: int) -> Iterator[list[int]]:
    """The statement of this place breaks, counted from 1, the end of transactions aside; 0: none. What was counted."""
    count = [0]

    def watch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if not sql.startswith(_OF_TRANSACTIONS):
            count[0] += 1
            if count[0] == place:
                raise Broken(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield count


# Writing


@pytest.mark.parametrize("route", FORMS[::EVERY], ids=lambda one: one.name)
def test_a_form_is_done_whole_or_not_at_all(office: Office, route: Route, full_count: bool) -> None:
    with taken_back():
        record, entries = sent_by(office, route)
        before = effects()
        with taken_back(), breaking_at(0) as counted:
            whole = post_page(office, route, record, entries, unique()).status_code
            after = effects()
        places = range(1, counted[0] + 1)
        for place in places if full_count else random.Random(route.name).sample(places, min(BREAKS, len(places))):
            status, found = broken_at(place, office, route, record, entries)
            assert found in (before, after), f"statement {place} broke, and the half of it is done"
            if status < 400:
                assert (status, found) == (whole, after), (
                    f"statement {place} broke, and the answer is as if all were well"
                )


def broken_at(place: int, office: Office, route: Route, record: Any, entries: dict[str, Any]) -> tuple[int, str]:
    """(status, what has been done) when one statement of the request breaks; nothing of it remains."""
    with taken_back():
        with breaking_at(place):
            answer = post_page(office, route, record, entries, unique())
        transaction.set_rollback(False)  # only this test goes on in the transaction of what broke
        return answer.status_code, effects()


def test_what_is_done_in_pieces_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the door's own transaction the half of a deed remains."""
    route = next(one for one in FORMS if one.verb == "sales.order.create")
    with taken_back():
        record, entries = sent_by(office, route)
        before = effects()
        with taken_back(), breaking_at(0) as counted:
            post_page(office, route, record, entries, unique())
            after = effects()
        monkeypatch.setattr(runner, "transaction", SimpleNamespace(atomic=nullcontext))
        found = {broken_at(place, office, route, record, entries)[1] for place in range(1, counted[0] + 1)}
        assert found - {before, after}


# Reading


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with for_a_module(django_db_blocker) as found:
        found.stranger.raise_request_exception = False
        yield found


def opened(house: House, route: Route) -> list[tuple[str, int, int]]:
    """(route, place, status) at which a question that breaks opens somebody else's record."""
    row = house.world.row(route.model, "elsewhere")
    where = reverse(route.name, kwargs=route.sample_arguments(row))
    with breaking_at(0) as counted:
        house.stranger.get(where)
    found = []
    for place in range(1, counted[0] + 1):
        with transaction.atomic():
            with breaking_at(place):
                status = house.stranger.get(where).status_code
            transaction.set_rollback(True)
        if status < 400 and status != 302:
            found.append((route.name, place, status))
    return found


@pytest.mark.parametrize("place", range(4))
def test_a_question_that_breaks_opens_no_foreign_record(house: House, place: int, full_count: bool) -> None:
    routes = GATED[place::4] if full_count else GATED[place::16]
    assert [one for route in routes for one in opened(house, route)] == []


def test_without_the_gate_the_record_would_open(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    from django.db.models import Q

    from shangwu.chapters.customers.models import Customer
    from shangwu.foundation.records import compiled, scopes

    route = next(one for one in GATED if one.name == "customers.customer.detail")
    monkeypatch.setattr(compiled, "_known", {})
    monkeypatch.setitem(scopes._arms, Customer, lambda actor: [scopes.Arm("all", Q())])
    assert opened(house, route)
