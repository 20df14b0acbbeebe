"""Every POST twice with one form token or key, and every form stale (HAZARDS 24, 25)."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from shangwu.foundation.actions.registry import Action, actions, record_name
from shangwu.foundation.api import routes as api_routes
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.models import Request, RouteEdition
from shangwu.foundation.evidence.models import Report
from shangwu.foundation.notices.models import Robot
from shangwu.foundation.pages.registry import Route
from shangwu.foundation.records import gate
from shangwu.foundation.regulation.models import Passage, SignOff
from tests.authorisation.addresses import all_routes
from tests.builders import unique
from tests.faults.offices import Office, as_form
from tests.tables import kind_of, tables

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("no_limits")]
ACTED = [one for one in actions.values() if one.shown]
POSTED = sorted((one for one in all_routes() if "POST" in one.methods), key=lambda one: one.name)
FORMS = [one for one in POSTED if one.name.startswith("do.")]
OTHERS = [one for one in POSTED if not one.name.startswith("do.")]
API_POSTED = [one for one in api_routes.routes() if one.method == "POST"]
SINGLE, BULK = [one for one in API_POSTED if not one.is_bulk], [one for one in API_POSTED if one.is_bulk]
EVERY, EVERY_FORM = (1, 1) if os.environ.get("SHANGWU_SOAK") == "1" else (6, 2)
"""The short form sends every second action's form, and every sixth of the other addresses."""
NOTHING = SimpleNamespace(public_id=uuid.uuid4(), number="X-0000")
SHOWN_ONCE = frozenset({"api.token.create", "api.subscription.create", "api.subscription.renew", "notices.feed.create"})
"""Actions that answer with a secret, which the repeat has not."""


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@cache
def _counting() -> str:
    """One statement that counts the rows of every record, of their history, and of the log."""
    counted = [name for name in sorted(tables()) if kind_of(name) == "record" or name.endswith("history")]
    rows = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in [*counted, "audit_entry"])
    return f"SELECT jsonb_object_agg(name, rows)::text FROM ({rows}) AS counted(name, rows)"


def effects() -> str:
    """What has been done until now: no row of a record changes without one more in its history."""
    with connection.cursor() as cursor:
        # Planning a question of so many tables, or asking several processes, takes longer than the counting itself.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = 'effects'")
        if cursor.fetchone() == (0,):
            cursor.execute(f"PREPARE effects AS {_counting()}")
        cursor.execute("EXECUTE effects")
        return str(cursor.fetchone()[0])


def post_page(office: Office, route: Route, record: Any, entries: dict[str, Any], token: str, **more: Any) -> Any:
    """Send a form to a page's address."""
    where = reverse(route.name, kwargs=route.sample_arguments(record))
    return office.client.post(where, as_form(entries) | {"form_token": token, **more})


def post_api(office: Office, where: str, body: Any, key: str) -> Any:
    """Send a body to the API with an Idempotency-Key."""
    headers = {"Authorization": f"Bearer {office.key}", "Idempotency-Key": key, "Accept-Language": "en"}
    client = Client(raise_request_exception=False)
    return client.post(where, json.dumps(body), content_type="application/json", headers=headers)


def what_happened(answer: Any) -> tuple[int, str, str]:
    """An answer's meaning, apart from what differs at each asking."""
    return answer.status_code, answer.headers.get("Location", ""), answer.headers.get("HX-Redirect", "")


def sent_by(office: Office, route: Route) -> tuple[Any, dict[str, Any]]:
    """(record, entries) with which an address is asked to act."""
    if route.verb in actions:
        one = actions[route.verb]
        record = None if one.makes else office.row_for(one)
        return record, {**office.entries(one.inputs), "_reason": "試"}
    record = office.row(route.model) if route.model is not None else NOTHING
    return record, {"selected": str(getattr(record, "public_id", "")), "text": "請看", "_reason": "試"}


@pytest.mark.parametrize("route", [*FORMS[::EVERY_FORM], *OTHERS[::EVERY]], ids=lambda one: one.name)
def test_a_form_sent_twice_has_one_effect(office: Office, route: Route) -> None:
    with taken_back():
        record, entries = sent_by(office, route)
        token = unique()
        first = post_page(office, route, record, entries, token)
        after = effects()
        second = post_page(office, route, record, entries, token)
        assert first.status_code < 500
        assert second.status_code < 500
        if first.status_code < 400 and route.verb not in SHOWN_ONCE:
            assert what_happened(second) == what_happened(first)
        assert effects() == after


@pytest.mark.parametrize("route", [*SINGLE[::EVERY], *BULK[1::EVERY]], ids=lambda one: f"{one.name}-{one.verb}")
def test_a_request_sent_twice_has_one_effect(office: Office, route: api_routes.Route) -> None:
    one = route.action
    assert one is not None
    with taken_back():
        record = None if one.makes else office.row_for(one)
        inputs = office.entries(one.inputs)
        if route.is_bulk:
            row = {"inputs": inputs} | ({} if record is None else {"public_id": str(record.public_id)})
            body: dict[str, Any] = {"rows": [row], "reason": "試"}
        else:
            body = inputs | ({"reason": "試"} if one.needs_reason and "reason" not in inputs else {})
        key, where = unique(), route.address(record)
        first = post_api(office, where, body, key)
        after = effects()
        second = post_api(office, where, body, key)
        assert first.status_code < 500
        assert second.status_code < 500
        assert effects() == after
        if first.status_code < 400 and '"entry' not in first.content.decode():
            assert second.status_code == first.status_code
            if not route.is_bulk or first.json()["done"]:
                assert second.headers["Idempotency-Replayed"] == "true"
                assert told(second.json()) == told(first.json())


def told(answer: Any) -> Any:
    """An answer without what is shown only once."""
    if isinstance(answer, dict):
        return {name: told(value) for name, value in answer.items() if name != "disclosed"}
    return [told(one) for one in answer] if isinstance(answer, list) else answer


def test_most_actions_had_an_effect_to_repeat(office: Office) -> None:
    """The control: were all refused, sending twice would prove nothing. Of all forms: a part of them says little."""
    done, forms = 0, [one for one in FORMS if one.verb not in NOT_THEIRS]
    for one in forms:
        with taken_back():
            record, entries = sent_by(office, one)
            before = effects()
            post_page(office, one, record, entries, unique())
            done += effects() != before
    assert done >= 0.7 * len(forms), f"{done} of {len(forms)}"


def test_without_the_token_a_form_sent_twice_has_two_effects(office: Office) -> None:
    """The control of the first test."""
    with taken_back():
        route = next(one for one in POSTED if one.name == "do.customers.contact.create")
        _record, entries = sent_by(office, route)
        post_page(office, route, None, entries, "")
        after = effects()
        post_page(office, route, None, entries, "")
        assert effects() != after


OF_ONE = [one for one in ACTED if not one.makes]
ON_PAGES = frozenset(one.verb for one in FORMS)


OF_OTHERS = (Request, RouteEdition, Robot, Passage, SignOff, Report)
"""Whoever is asked decides; robots are the administrators', passages an open draft's, signatures each person's own."""
NOT_THEIRS = frozenset(
    {
        "sales.order.archive", "sales.order.unarchive",
        "exchange.import.stop", "exchange.import.take_back", "files.storedfile.archive", "files.storedfile.unarchive",
        "people.delegation.archive", "people.delegation.unarchive", "people.person.set_clearance", "sales.payment.void",
        "customers.handover.take", "customers.personalrequest.answer", "customers.personalrequest.copy",
        "customers.personalrequest.erase", "customers.personalrequest.put_right", "customers.personalrequest.refuse",
        "sales.contract.let_pass",
        "sales.contract.seal", "sales.contracttemplate.release", "sales.standardclause.release",
        "sales.quotation.meet_conditions",
        *(one.name for one in actions.values() if one.may is by_decision or one.model in OF_OTHERS),
    }
)  # fmt: skip
"""Verbs on records that only their own person, or another department, can see here; and what only a decision does, or
only who is asked for one."""


def grown_old(office: Office, one: Action) -> tuple[Any, int]:
    """(record, version that someone has seen) of a record that has been changed since."""
    record = office.row_for(one)
    seen = record.version
    with gate.door():
        type(record)._base_manager.filter(pk=record.pk).update(version=seen + 1)
    return record, seen


@pytest.mark.parametrize("one", OF_ONE[::EVERY_FORM], ids=lambda one: one.name)
def test_a_stale_form_is_answered_with_both_versions(office: Office, one: Action) -> None:
    with taken_back():
        record, seen = grown_old(office, one)
        manager: Any = type(record).objects
        if not (one.may(office.by, record) and manager.visible_to(office.by, archived=True).filter(pk=record.pk)):
            assert one.name in NOT_THEIRS, "this office should be able to do it"
            return
        entries = office.entries(one.inputs)
        before = effects()
        page = office.client.post(
            f"/act/{one.name}/{record.public_id}/", as_form(entries) | {"_reason": "試", "version": seen}
        )
        body = entries | {"version": seen} | ({"reason": "試"} if one.needs_reason else {})
        where = reverse(f"api-1:{record_name(one.model)}.{one.verb}", kwargs={"public_id": record.public_id})
        api = post_api(office, where, body, unique())
        assert page.status_code == (409 if one.name in ON_PAGES else 404)
        assert api.status_code == (403 if one.persons_only else 409)
        assert effects() == before
        if not one.persons_only:
            answer = api.json()
            assert (answer["code"], answer["details"]["version"]) == ("stale", seen + 1)
            for name in set(entries) & set(answer["details"]["fields"]):
                assert {"base", "theirs", "yours"} <= set(answer["details"]["fields"][name])
        if one.partial and one.name in ON_PAGES:
            assert f'name="version" value="{seen + 1}"' in page.content.decode()
