"""The OpenAPI document: it is drawn, promises are kept, every operation says what it needs to say, and it is true."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from shangwu.foundation.actions import registry
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.api import schemas
from shangwu.foundation.api.compatibility import broken_promises
from shangwu.foundation.api.document import refusal_codes
from shangwu.foundation.api.readings import readings
from shangwu.foundation.api.reference import snapshot, snapshot_text, with_index
from shangwu.foundation.api.routes import routes, served_actions
from shangwu.foundation.api.tests.support import a_caller, a_signed_in_caller
from shangwu.foundation.api.vocabulary import record_types
from shangwu.foundation.people.roles import Role
from tests.builders import a_person

DOCUMENTS = Path(__file__).parents[4] / "docs" / "reference"


def test_the_reference_is_drawn_as_things_are() -> None:
    """When this fails: python manage.py write_api_reference."""
    assert (DOCUMENTS / "openapi.json").read_text(encoding="utf-8") == snapshot_text()
    page = (DOCUMENTS / "api.md").read_text(encoding="utf-8")
    assert page == with_index(page)


def test_no_promise_is_broken() -> None:
    """Fields, inputs, actions and refusals are only added."""
    assert broken_promises(json.loads((DOCUMENTS / "openapi.json").read_text(encoding="utf-8")), snapshot()) == []


ORDER = "/api/v1/people/department/{public_id}/edit/"
LIST = "/api/v1/people/department/"


def _drop(document: Any, *path: str) -> None:
    for step in path[:-1]:
        document = document[step]
    del document[path[-1]]


BODY = ("post", "requestBody", "content", "application/json", "schema")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: _drop(d, "paths", ORDER), "is gone"),
        (lambda d: _drop(d, "components", "schemas", "people.person"), "people.person is gone"),
        (lambda d: _drop(d, "components", "schemas", "people.person", "properties", "name"), "field name is gone"),
        (lambda d: _drop(d, "paths", ORDER, *BODY, "properties", "parent"), "input parent is gone"),
        (lambda d: d["paths"][LIST]["post"]["requestBody"]["content"]["application/json"]["schema"]["required"].append(
            "parent"), "parent is now required"),
        (lambda d: d["paths"][LIST]["get"]["parameters"].pop(0), "parameter sort is gone"),
        (lambda d: d["components"]["schemas"]["people.person"]["properties"]["name"].update(type="integer"), "integer"),
        (lambda d: d["components"]["schemas"]["people.person"]["properties"]["name"].update(
            type=["string", "null"]), "null"),
        (lambda d: d["paths"][LIST]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]["name"
            ].update(type="integer"), "integer"),
        (lambda d: d["paths"][ORDER]["post"].update({"x-event": "people.department.changed"}), "event"),
        (lambda d: _drop(d, "paths", LIST, "get", "responses", "422"), "422 is gone"),
    ],
    ids=range(11),
)  # fmt: skip
def test_control_each_broken_promise_is_seen(change: Any, said: str) -> None:
    former = snapshot()
    present = copy.deepcopy(former)
    change(present)
    found = broken_promises(former, present)
    assert found
    assert any(said in one for one in found), found


def test_what_is_added_breaks_nothing() -> None:
    former = snapshot()
    present = copy.deepcopy(former)
    present["paths"]["/api/v1/new/"] = {"get": {"responses": {}}}
    present["components"]["schemas"]["people.person"]["properties"]["shoe"] = {"type": "string"}
    body = present["paths"][ORDER]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body["properties"]["shoe"] = {"type": "string"}
    present["paths"][LIST]["get"]["parameters"].append({"in": "query", "name": "shoe"})
    present["paths"][ORDER]["post"]["x-refusals"].append("shoe")
    assert broken_promises(former, present) == []


def test_each_operation_says_what_it_needs_to_say() -> None:
    operations = {one["operationId"]: one for methods in snapshot()["paths"].values() for one in methods.values()}
    assert len(operations) == len(routes()) + len(readings())
    for route in routes():
        one = operations[f"{registry.record_name(route.model)}.{route.verb.replace('/', '.')}"]
        assert {"400", "401", "403", "404", "422", "429", "503"} <= set(one["responses"])
        if route.action is not None:
            assert one["x-clause"] in one["description"]
            assert one["x-event"] in one["description"]
            assert set(one["x-refusals"]) == set(refusal_codes(route.action))
            assert "example" in one["requestBody"]["content"]["application/json"]
            assert {"409", "413", "415"} <= set(one["responses"])
    for reading in readings():
        one = operations[reading.name]
        assert {"200", "401", "403", "404", "422"} <= set(one["responses"])
        assert reading.scope in one["description"]
        assert {*reading.asks, *reading.names} == {each["name"] for each in one["parameters"]}


def test_each_example_is_valid() -> None:
    for model in record_types():
        for action in served_actions(model):
            validated(action.inputs, action.name, schemas.example(action.inputs))


@pytest.mark.django_db
def test_the_document_is_served_in_the_callers_language() -> None:
    caller = a_caller(a_person(Role.SALES), scopes="read")
    english = caller.get("/api/v1/openapi.json")
    chinese = caller.get("/api/v1/openapi.json", {"Accept-Language": "zh-TW"})
    assert english.data == snapshot()
    assert list(chinese.data["paths"]) == list(english.data["paths"])
    assert a_signed_in_caller(a_person(Role.SALES)).get("/api/v1/openapi.json").status_code == 200
