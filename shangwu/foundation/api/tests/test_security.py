"""Every address of the API, whatever record type comes next: nobody gets at what is not theirs, by no way."""

import json
import re
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from django.test import Client
from pytest_django.fixtures import Settings

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.api import schemas
from shangwu.foundation.api.exposure import OPERATORS, fields_of, parts_of
from shangwu.foundation.api.routes import Route, routes
from shangwu.foundation.api.tests.rows import FAR, an_employee_of_all_roles, everything, far_keys, set_columns
from shangwu.foundation.api.tests.support import Caller, a_caller, a_signed_in_caller
from shangwu.foundation.api.vocabulary import record_types
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import scopes
from shangwu.foundation.records.models import Record
from tests.builders import a_department, a_person

pytestmark = pytest.mark.django_db


def send(caller: Caller, route: Route, target: uuid.UUID | str, body: Any = None) -> Any:
    """Call a route for a target, bodies of sets included."""
    address = re.sub(r"[0-9a-f-]{36}", str(target), route.address(_Named()))  # type: ignore[arg-type]
    if route.method == "GET":
        return caller.get(address)
    assert route.action is not None
    content = schemas.example(route.action.inputs) if body is None else body
    if route.is_bulk:
        row = {"inputs": content}
        content = {"rows": [row if route.action.makes else row | {"public_id": str(target)}]}
    if route.action.needs_reason:
        content = {"reason": "x", **content}
    return caller.post(address, content)


class _Named:
    public_id = uuid.UUID("5f3c2a9e-6b1d-4c8f-9a70-2d4e6f8a1b3c")


def verdict(response: Any) -> Any:
    """What an answer gives away: status, code, fields; of sets those of the row."""
    data = response.data
    if isinstance(data, dict) and "results" in data and data.get("results") and "refused" in data["results"][0]:
        data = data["results"][0]["refused"]
    if isinstance(data, dict) and "code" in data:
        return response.status_code, data["code"], data["fields"], data["sentence"], data["details"]
    return response.status_code, data


def test_there_is_a_route_for_every_record_type_and_shown_action() -> None:
    assert {route.model for route in routes()} == set(record_types())
    assert len({(route.method, route.address(_Named())) for route in routes()}) == len(routes())  # type: ignore[arg-type]


def test_nobody_is_answered_without_a_sign_in(settings: Settings) -> None:
    settings.API_LIMITS = (10_000, 10_000, 10_000)
    stranger = Caller(Client())
    for route in routes():
        response = send(stranger, route, uuid.uuid4())
        assert (response.status_code, response.data["code"]) == (401, "unauthenticated"), route


def test_no_sign_in_acts_without_the_form_token() -> None:
    caller = a_signed_in_caller(a_person(Role.SALES), csrf=False)
    for route in routes():
        response = send(caller, route, uuid.uuid4())
        if route.method == "GET":
            assert response.status_code in (200, 404), route
        else:
            assert (response.status_code, response.data["code"]) == (403, "csrf"), route


@pytest.fixture
def hidden_rows() -> dict[type[Record], Any]:
    """A core secret of every record type."""
    return {model: _secret(row) for model, row in everything().items()}


def _secret(row: Any) -> Any:
    set_columns(row, secrecy=3)
    return row


SETS_DRAWN_ALIKE = 4
"""Sets are taken by the same code for all actions: in short form every fourth is tried."""


@pytest.mark.soak
def test_a_record_above_clearance_answers_like_none(hidden_rows: dict[type[Record], Any], full_count: bool) -> None:
    """For one who holds every role: only secrecy stands between, and by no route is it told that there is something."""
    person = an_employee_of_all_roles(a_person, clearance=1)
    caller = a_caller(person)
    sets = [route for route in routes() if route.is_bulk and route.action and not route.action.makes]
    wanted = [route for route in routes() if route.needs_record] + sets[:: 1 if full_count else SETS_DRAWN_ALIKE]
    for route in wanted:
        there, nowhere = send(caller, route, hidden_rows[route.model].public_id), send(caller, route, uuid.uuid4())
        assert verdict(there) == verdict(nowhere), route.name
        assert there.status_code in (403, 404) or route.is_bulk, (route.name, there.data)
    assert all(row.fresh.version == 1 for row in hidden_rows.values())


def test_control_with_clearance_the_records_are_there(hidden_rows: dict[type[Record], Any]) -> None:
    person = an_employee_of_all_roles(a_person, clearance=3)
    caller, by = a_caller(person), actor_of(person)
    seen = [model for model, row in hidden_rows.items() if model.objects.visible_to(by).filter(pk=row.pk).exists()]
    assert len(seen) > len(hidden_rows) / 2
    for model, row in hidden_rows.items():
        response = caller.get(f"{_path(model)}/{row.public_id}")
        assert response.status_code == (200 if model in seen else 404), model


def test_lists_filters_and_references_do_not_tell_of_it(hidden_rows: dict[type[Record], Any]) -> None:
    caller = a_caller(an_employee_of_all_roles(a_person, clearance=1))
    for model, row in hidden_rows.items():
        shown = caller.get(_path(model), archived="all", limit=200).data["results"]
        assert str(row.public_id) not in json.dumps(shown), model
        assert caller.get(_path(model), public_id=str(row.public_id)).data["results"] == []
        for name, told in fields_of(model).items():
            if told.kind is Kind.REFERENCE and told.input.model in hidden_rows and name not in _hidden(model, caller):
                target = hidden_rows[told.input.model]  # type: ignore[index]
                there = caller.get(_path(model), **{name: str(target.public_id)}, archived="all")
                nowhere = caller.get(_path(model), **{name: str(uuid.uuid4())}, archived="all")
                assert verdict(there) == verdict(nowhere), (model, name)


def _hidden(model: type[models.Model], _caller: Caller) -> frozenset[str]:
    return scopes.gated_fields(model)


def _path(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}/{model._meta.model_name}"


SOAKED = [pytest.param(role, marks=pytest.mark.soak) for role in (Role.FINANCE, Role.LOGISTICS, Role.SALES_SUPPORT)]


@pytest.mark.parametrize("role", [Role.SALES, Role.HEAD, *SOAKED])
def test_another_departments_record_answers_like_none(role: Role, full_count: bool) -> None:
    """What a scope leaves out, for one who holds the role that acts on such records in general."""
    if role not in (Role.SALES, Role.HEAD) and not full_count:
        pytest.skip("make soak asks for further roles")
    person = a_person(role, department=a_department())
    stranger = a_person(Role.SALES, department=a_department())
    rows = everything(owner_id=stranger.pk, department_id=stranger.department_id, person_id=stranger.pk)
    caller, by = a_caller(person), actor_of(person)
    unseen = {model for model, row in rows.items() if not model.objects.visible_to(by).filter(pk=row.pk).exists()}
    assert {"customers.Customer", "sales.Order", "api.Token"} <= {model._meta.label for model in unseen}
    for route in routes():
        if route.model in unseen and route.needs_record:
            row = rows[route.model]
            there, nowhere = send(caller, route, row.public_id), send(caller, route, uuid.uuid4())
            assert verdict(there) == verdict(nowhere), route.name
            assert there.status_code in (403, 404), (route.name, there.data)


@pytest.fixture
def plain_person() -> Person:
    """One who sees rows but no gated field: an engineer of the department, where engineers see anything at all."""
    return a_person(Role.ENGINEERING, Role.SALES, Role.QUALITY, department=a_department())


def _canaries(rows: dict[type[Record], Any]) -> Iterator[tuple[type[models.Model], str, str]]:
    """Plant a value in every gated field of every record and part; (model, field, what it looks like in an answer)."""
    planted = 0
    for record, row in rows.items():
        for model in (record, *parts_of(record).values()):
            for name in sorted(scopes.gated_fields(model) & {one.name for one in model._meta.concrete_fields}):
                planted += 1
                one = model._meta.get_field(name)
                held = row if model is record else model.objects.get(**{f"{model.parent}_id": row.pk})  # type: ignore[attr-defined]
                if isinstance(one, models.DecimalField):
                    set_columns(held, **{name: Decimal(31337) + planted})
                    yield model, name, str(31337 + planted)
                elif isinstance(one, models.CharField) and not one.choices:
                    text = f"kanari{planted}"
                    set_columns(held, **{name: text[: one.max_length]})
                    yield model, name, text[: one.max_length]


def test_a_hidden_field_is_nowhere(plain_person: Person) -> None:
    """Not in lists, records, parts, filters, orders or choices of fields: it answers like a field that is not there."""
    stranger = plain_person
    rows = everything(owner_id=stranger.pk, department_id=stranger.department_id)
    by, caller = actor_of(plain_person), a_caller(plain_person)
    planted = list(_canaries(rows))
    assert planted, "nothing is gated: this test tests nothing"
    hidden = {model: scopes.hidden_fields(model, by) for model, _name, _text in planted}
    assert any(hidden.values())
    for model, name, text in planted:
        if name not in hidden[model]:
            continue
        record = model if issubclass(model, Record) else next(one for one in rows if model in parts_of(one).values())
        told = fields_of(model).get(name)
        whole = json.dumps(
            [
                caller.get(_path(record), archived="all").data,
                caller.get(f"{_path(record)}/{rows[record].public_id}").data,
            ]
        )
        assert text not in whole, (model, name)
        assert f'"{name}"' not in whole, (model, name)
        if not issubclass(model, Record) or told is None:
            continue
        for operator in {*OPERATORS[told.kind], "empty"}:
            there = f"{name}__{operator}" if operator else name
            nowhere = f"unheard__{operator}" if operator else "unheard"
            given = caller.get(_path(model), **{there: text}).data["fields"][there]
            assert given == caller.get(_path(model), **{nowhere: text}).data["fields"][nowhere]
        assert caller.get(_path(model), sort=name).status_code == 422
        assert caller.get(_path(model), fields=name).status_code == 422


def test_control_one_who_may_sees_the_hidden_fields() -> None:
    person = an_employee_of_all_roles(a_person, clearance=3)
    caller, rows = a_caller(person), everything()
    seen = 0
    for model, name, text in _canaries(rows):
        if name not in scopes.hidden_fields(model, actor_of(person)):
            record = (
                model if issubclass(model, Record) else next(one for one in rows if model in parts_of(one).values())
            )
            assert text in json.dumps(caller.get(f"{_path(record)}/{rows[record].public_id}").data), (model, name)
            seen += 1
    assert seen


def test_a_hidden_field_can_not_be_written() -> None:
    """An input that the caller may not see is refused like one that is not there."""
    caller = a_caller(a_person(Role.SALES_SUPPORT, department=a_department()))
    refused = caller.post("sales/product", {"code": "X1", "name": "x", "unit": "個", "cost": "1", "unheard": "1"})
    assert refused.status_code == 422
    assert refused.data["fields"]["cost"] == refused.data["fields"]["unheard"]


def test_no_primary_key_leaves_the_house() -> None:
    """Keys start at a number that nothing else looks like; no answer holds it, not even a stale one."""
    far_keys()
    person = an_employee_of_all_roles(a_person, clearance=3)
    caller = a_caller(person)
    rows = everything(owner_id=person.pk, created_by_id=person.pk)
    assert all(row.pk > FAR for row in rows.values())
    answers = []
    for route in routes():
        target = rows[route.model].public_id
        if route.action is not None and route.needs_record:
            # Stale on purpose: the rows are made from columns alone, and would not stand the bodies' own rules.
            answers.append(send(caller, route, target, {**schemas.example(route.action.inputs), "version": 99}))
            empty = {one.name: None for one in route.action.inputs if one.kind is Kind.REFERENCE}
            answers.append(send(caller, route, target, {"version": 99, **empty}))
        elif not route.is_bulk:
            answers.append(send(caller, route, target))
        if route.verb == "list":
            answers.append(caller.get(route.address(), limit=1))
    assert sum(answer.status_code == 409 for answer in answers) > 3
    for answer in answers:
        text = answer.content.decode() + str(dict(answer.headers))
        assert not re.search(r"(?<![0-9a-f-])77\d{7}(?![0-9a-f-])", text), text[:500]
        assert answer.status_code < 500
