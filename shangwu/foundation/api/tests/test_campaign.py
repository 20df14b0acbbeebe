"""schemathesis over the whole API: whatever is sent, nothing breaks, and the document promises every answer."""

import random
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
)

from shangwu.foundation.access.actors import actor_of_account
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.api import authentication
from shangwu.foundation.api.reference import snapshot
from shangwu.foundation.api.tests.made import samples
from shangwu.foundation.api.tests.rows import an_employee_of_all_roles
from shangwu.foundation.api.tests.support import a_key
from shangwu.foundation.api.vocabulary import record_types
from tests.builders import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests must see the test's own transaction: keep Django from closing its connection after each."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, ignored_auth,
)  # fmt: skip
"""The last asks again without a token and with a wrong one, once an operation has answered: both must be refused."""


SETS_ALIKE, VERBS_ALIKE = 5, 3
"""All actions are taken by the same code, and so are their sets: in short form every third verb and every fifth set is
tried, from record to record another; what reads and what makes a record always."""


@pytest.mark.soak
@pytest.mark.parametrize("record", [record_name(model) for model in record_types()])
def test_nothing_breaks_whatever_is_sent(record: str, settings: Settings, full_count: bool) -> None:
    """Valid and invalid requests for every operation of a record type, half of them on a record that is there."""
    settings.API_LIMITS = (10**9, 10**9, 10**9)
    person = an_employee_of_all_roles(a_person, clearance=3)
    key = a_key(person)
    rows = samples(person)
    for operation in _operations()[record] if full_count else _some(_operations()[record]):
        _besiege(operation, str(rows[record].public_id) if record in rows else "", key, full_count)


def _some(operations: list[Any]) -> list[Any]:
    sets = [one for one in operations if "/bulk/" in one.path]
    verbs = [one for one in operations if "{public_id}" in one.path and one.method.upper() == "POST"]
    turn = len(operations)
    left_out = {id(one) for one in (*sets, *verbs)}
    left_out -= {id(one) for one in (*sets[turn % SETS_ALIKE :: SETS_ALIKE], *verbs[turn % VERBS_ALIKE :: VERBS_ALIKE])}
    return [one for one in operations if id(one) not in left_out]


@cache
def _operations() -> dict[str, list[Any]]:
    """The operations of the whole API by record type, read once: reading the document takes longer than a siege."""
    document = snapshot()
    for methods in document["paths"].values():
        for operation in methods.values():
            # A request with all hundred filters of a list is refused for one and tries no other.
            asked, chance = operation["parameters"], random.Random("".join(operation["tags"]))
            some = chance.sample(asked, min(10, len(asked)))
            operation["parameters"] = [one for one in asked if one.get("in") == "path" or one in some]
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    found = defaultdict(list)
    for each in schema.get_all_operations():
        operation = each.ok()
        found["".join(operation.definition.raw["tags"])].append(operation)
    return found


def _besiege(operation: Any, public_id: str, key: str, full_count: bool) -> None:
    cases = operation.as_strategy(generation_mode=GenerationMode.POSITIVE) | operation.as_strategy(
        generation_mode=GenerationMode.NEGATIVE
    )

    @settings(
        max_examples=200 if full_count else 3,
        derandomize=not full_count,
        phases=[Phase.explicit, Phase.generate] if not full_count else list(Phase),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, there=st.booleans())
    def send(case: Any, there: bool) -> None:
        if there and public_id and "public_id" in (case.path_parameters or {}):
            case.path_parameters["public_id"] = public_id
        # The campaign's transport asks for compressed answers and does not unpack them.
        sent = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
        case.validate_response(case.call(headers=sent), checks=CHECKS, headers=sent)

    send()


@pytest.mark.parametrize("guarded", [True, False])
def test_an_operation_that_asked_for_no_token_would_be_found(
    guarded: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the last check: the same operation with its door, and with the door left open."""
    settings.API_LIMITS = (10**9, 10**9, 10**9)
    person = an_employee_of_all_roles(a_person, clearance=3)
    key = a_key(person)
    known = actor_of_account(person.account)
    if not guarded:
        monkeypatch.setattr(authentication, "_by_token", lambda header, address: known)
        monkeypatch.setattr(authentication, "_by_session", lambda request, address: known)
    schema = schemathesis.openapi.from_dict(snapshot())
    schema.app = get_wsgi_application()
    case = schema["/api/v1/people/post/"]["GET"].Case()
    sent = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
    answer = case.call(headers=sent)
    assert answer.status_code == 200
    if guarded:
        case.validate_response(answer, checks=[ignored_auth], headers=sent)
        return
    with pytest.raises(FailureGroup):
        case.validate_response(answer, checks=[ignored_auth], headers=sent)
