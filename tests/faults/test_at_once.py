"""Every POST from two sides at once, with one form token or key: one effect, whichever is faster."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from shangwu.foundation.api import routes as api_routes
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.pages.registry import Route
from tests.builders import unique
from tests.faults.offices import Office
from tests.faults.test_repeats import BULK, FORMS, NOT_THEIRS, OTHERS, SINGLE, effects, post_api, post_page, sent_by

pytestmark = [pytest.mark.soak, pytest.mark.alone]

SIDES = 2
EVERY = 1 if os.environ.get("SHANGWU_SOAK") == "1" else 8
"""The short form takes every eighth address of each kind."""

Post = Callable[[], Any]
Sent = tuple[str, Callable[[Office], Post]]


def at_once(send: Post) -> list[Any]:
    """The answers of two sides that start together, each with its own connection to the database."""
    barrier, answers = threading.Barrier(SIDES), [None] * SIDES

    def side(place: int) -> None:
        try:
            barrier.wait()
            answers[place] = send()
        finally:
            connection.close()

    threads = [threading.Thread(target=side, args=(place,)) for place in range(SIDES)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def of_page(route: Route) -> Callable[[Office], Post]:
    """What a browser sends to a page's address."""

    def prepare(office: Office) -> Post:
        record, entries = sent_by(office, route)
        token = unique()
        return lambda: post_page(office, route, record, entries, token)

    return prepare


def of_api(route: api_routes.Route) -> Callable[[Office], Post]:
    """What a program sends to an operation."""

    def prepare(office: Office) -> Post:
        one = route.action
        assert one is not None
        record = None if one.makes else office.row_for(one)
        body: dict[str, Any] = office.entries(one.inputs)
        if route.is_bulk:
            row = {"inputs": body} | ({} if record is None else {"public_id": str(record.public_id)})
            body = {"rows": [row], "reason": "試"}
        elif one.needs_reason and "reason" not in body:
            body["reason"] = "試"
        key, where = unique(), route.address(record)
        return lambda: post_api(office, where, body, key)

    return prepare


def everything() -> Iterator[Sent]:
    """Every address that is posted to; those that end a sign-in come last, because all share one."""
    pages = [*FORMS[::EVERY], *sorted(OTHERS[::EVERY], key=lambda one: "session" in one.name or "sign" in one.name)]
    for operation in [*SINGLE[::EVERY], *BULK[1::EVERY]]:
        yield f"api {operation.name} {operation.verb}", of_api(operation)
    for route in pages:
        yield route.name, of_page(route)


def doubled(since: int) -> list[str]:
    """Verbs that were logged more than once after an entry."""
    counts = Counter(Entry.objects.filter(pk__gt=since).values_list("verb", flat=True))
    return [verb for verb, times in counts.items() if times > 1]


def judged(office: Office, name: str, send: Post) -> tuple[list[str], bool]:
    """(what is wrong, whether there was any effect) of one address, asked from two sides and then once more."""
    since = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    answers = at_once(send)
    statuses = sorted(one.status_code for one in answers)
    wrong = [f"{name}: answered {one}" for one in statuses if one >= 500 and one != 503]
    after, again = effects(), send()
    has_effect = Entry.objects.filter(pk__gt=since).exists()
    if verbs := doubled(since):
        wrong.append(f"{name}: done twice: {', '.join(verbs)}")
    if 503 not in statuses and effects() != after:
        wrong.append(f"{name}: the repeat had an effect of its own, after {statuses} now {again.status_code}")
    return wrong, has_effect


def test_every_address_asked_from_two_sides_at_once_has_one_effect(committing: None, no_limits: None) -> None:
    office = Office()
    wrong, effective, asked = [], 0, 0  # asked: without what only looks ahead, and pins, of which nothing is logged
    for name, prepare in everything():
        found, has_effect = judged(office, name, prepare(office))
        wrong += found
        verb = name.removeprefix("api ").replace(" ", ".").removeprefix("do.")
        asked += verb not in NOT_THEIRS and not verb.startswith(("preview.", "paste.")) and not verb.endswith(".pin")
        effective += has_effect
    assert wrong == []
    assert effective > asked * 0.4, f"{effective} of {asked} had an effect: the others tell nothing"
    # The control: with a token for each side, both have their effect, and that is found.
    post = next(one for one in FORMS if one.verb == "people.post.create")
    found, _has_effect = judged(office, "control", lambda: post_page(office, post, None, {"name": unique()}, unique()))
    assert any("done twice: people.post.create" in said for said in found)
