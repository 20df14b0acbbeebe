"""The same request sent at once from several sides: one effect, whichever is faster."""

import datetime
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from shangwu.foundation.api.models import Rate
from shangwu.foundation.api.tests.support import a_key
from shangwu.foundation.people.models import Department
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import a_department, a_person, unique

pytestmark = pytest.mark.usefixtures("committing")

SIDES = 6


def at_once(send: Callable[[Client, int], Any]) -> list[Any]:
    """Call `send` from SIDES threads that start together; their answers."""
    barrier, answers = threading.Barrier(SIDES), [None] * SIDES

    def side(place: int) -> None:
        try:
            client = Client()
            barrier.wait()
            answers[place] = send(client, place)
        finally:
            connection.close()

    threads = [threading.Thread(target=side, args=(place,)) for place in range(SIDES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def post(client: Client, key: str, path: str, body: Any, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {key}", **headers}
    return client.post(f"/api/v1/{path}/", json.dumps(body), content_type="application/json", headers=sent)


def test_one_key_from_many_sides_has_one_effect() -> None:
    key = a_key(a_person(Role.ADMINISTRATOR))
    body, once = {"code": unique(), "name": "商務部"}, unique()
    before = Department.objects.count()
    answers = at_once(lambda client, _place: post(client, key, "people/department", body, **{"Idempotency-Key": once}))
    assert Department.objects.count() == before + 1
    assert {answer.status_code for answer in answers} <= {201, 503}
    done = [answer.json() for answer in answers if answer.status_code == 201]
    assert done
    assert all(one == done[0] for one in done)


def test_control_without_the_key_each_side_has_its_effect() -> None:
    key = a_key(a_person(Role.ADMINISTRATOR))
    before = Department.objects.count()
    answers = at_once(lambda client, _place: post(client, key, "people/department", {"code": unique(), "name": "x"}))
    assert [answer.status_code for answer in answers] == [201] * SIDES
    assert Department.objects.count() == before + SIDES


def test_one_version_is_changed_by_one_side_only() -> None:
    key, department = a_key(a_person(Role.ADMINISTRATOR)), a_department()
    path = f"people/department/{department.public_id}/edit"
    answers = at_once(lambda client, place: post(client, key, path, {"name": f"部{place}", "version": 1}))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses.count(200) == 1, statuses
    assert set(statuses) <= {200, 409, 503}
    assert department.fresh.version == 2


def test_a_set_from_many_sides_with_one_key_has_one_effect() -> None:
    key, once = a_key(a_person(Role.ADMINISTRATOR)), unique()
    rows = [{"inputs": {"code": unique(), "name": "x"}} for _row in range(50)]
    before = Department.objects.count()
    path = "people/department/bulk/create"
    answers = at_once(lambda client, _place: post(client, key, path, {"rows": rows}, **{"Idempotency-Key": once}))
    assert Department.objects.count() == before + 50
    done = [answer.json() for answer in answers if answer.status_code == 200]
    assert done
    assert all(one == done[0] for one in done)


def test_the_throttle_counts_exactly_over_many_sides() -> None:
    key = a_key(a_person(Role.SALES))
    moment = datetime.datetime(2026, 11, 23, 9, 30, tzinfo=datetime.UTC)
    former = clock.replace_source(lambda: moment)
    try:

        def ask(client: Client, _place: int) -> None:
            for _time in range(5):
                client.get("/api/v1/people/post/?limit=1", headers={"Authorization": f"Bearer {key}"})

        at_once(ask)
    finally:
        clock.replace_source(former)
    assert Rate.objects.get(key__startswith="token:").count == SIDES * 5
