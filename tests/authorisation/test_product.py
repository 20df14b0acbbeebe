"""The full product: every record type x role x relation x verb, on scopes and predicates, against the verdicts."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Q

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.actions.registry import Action, actions_of, record_name
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import compiled, gate, scopes
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.scopes import Arm
from tests.authorisation.relations import World, relations_of
from tests.authorisation.verdicts import verdicts

pytestmark = pytest.mark.django_db

RECORDS = sorted((model for model in apps.get_models() if issubclass(model, Record)), key=record_name)


@pytest.fixture
def world() -> World:
    return World()


def seen(world: World, model: Any, role: Role) -> dict[str, bool]:
    """Whether the row of each relation answers, the archive opened."""
    rows = {relation: world.row(model, relation).pk for relation in relations_of(model)}
    answers = {}
    for place in ("", "deputy"):
        with gate.request_code():
            visible = model.objects.visible_to(world.person_with(role, place), archived=True)
            answers[place] = set(visible.filter(pk__in=rows.values()).values_list("pk", flat=True))
    return {relation: row in answers["deputy" if relation == "deputy" else ""] for relation, row in rows.items()}


HOLDING_MORE = frozenset(
    {
        "sales.order.give_up_rest", "sales.contract.cover", "sales.contract.resume", "people.person.reset_password",
        "people.person.lock_account", "people.person.unlock_account", "people.person.end_sign_ins",
        "people.person.reset_factors", "people.person.rejoin",
    }
)  # fmt: skip
"""Verbs for records that are more than our plain rows (goods shipped, a frame, an account, a leaver): right alone."""


def may(world: World, action: Action, state: str | None, role: Role, relation: str) -> bool:
    """Whether rights and archive allow a verb on a row that is seen; in general for one that makes."""
    actor = world.person_with(role, relation)
    if action.makes:
        return bool(action.may(actor, None))
    row = world.row(action.model, relation)
    if state is not None:
        row.state = state
    if action.name in HOLDING_MORE:
        action = replace(action, offered_when=None)
    return action.offered_to(actor, row)


def judged(model: Any) -> list[Action]:
    """The verbs to be judged. Undo has the right of the verb that it takes back (actions/tests/test_undo)."""
    return [one for one in actions_of(model) if one.verb != "undo"]


def questions(model: Any) -> Iterator[tuple[Role, str, Action | None, str | None]]:
    """(role, relation, action, state) of everything that is judged, role by role; the action None means seeing."""
    for role in Role:
        for relation in relations_of(model):
            yield role, relation, None, None
        for action in judged(model):
            for state in sorted(action.source) if action.source else [None]:
                for relation in ["own"] if action.makes else relations_of(model):
                    yield role, relation, action, state


def differences(world: World, model: Any) -> Iterator[str]:
    """Where the house answers otherwise than the table."""
    record, table = record_name(model), verdicts()
    visible = {role: seen(world, model, role) for role in Role}
    for role, relation, action, state in questions(model):
        expected, is_seen = table.allows(record, action, state, role, relation), visible[role][relation]
        if action is None:
            if is_seen != expected:
                yield f"{record} see {role.value} {relation}: {'seen' if is_seen else 'hidden'}"
            continue
        is_allowed = (action.makes or is_seen) and may(world, action, state, role, relation)
        if (action.verb == "unarchive") != (relation == "archived") and not action.makes:
            expected = False
        if is_allowed != expected:
            where = f"@{state}" if state else ""
            yield f"{record} {action.verb}{where} {role.value} {relation}: {is_allowed}"


@pytest.mark.parametrize("model", RECORDS, ids=record_name)
def test_the_house_agrees_with_the_verdicts(world: World, model: Any) -> None:
    found = list(differences(world, model))
    assert not found, "\n".join(found)


def test_every_verdict_is_asked_for() -> None:
    """A row about a verb that is gone would be trusted by its readers."""
    table = verdicts()
    for model in RECORDS:
        for role, relation, action, state in questions(model):
            table.allows(record_name(model), action, state, role, relation)
    real = {(record_name(model), verb) for model in RECORDS for verb in ("see",)}
    records = {record for record, _verb in table.cells}
    assert records == {record for record, _verb in real}
    verbs = {verb for _record, verb in table.cells}
    assert verbs - {verb for _record, verb in table.asked} == set()


def test_a_scope_that_lets_all_through_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: without the scope of customers the comparison fails."""
    monkeypatch.setattr(compiled, "_known", {})
    monkeypatch.setitem(scopes._arms, Customer, lambda actor: [Arm("all", Q())])
    found = list(differences(world, Customer))
    assert any("see SALES elsewhere: seen" in one for one in found)
    assert any("see ENG own: seen" in one for one in found)


def test_a_predicate_that_lets_all_through_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from shangwu.foundation.access.predicates import anyone
    from shangwu.foundation.actions.registry import actions

    freed = replace(actions["customers.customer.transfer"], may=anyone)
    monkeypatch.setitem(actions, "customers.customer.transfer", freed)
    assert any("transfer SALES own: True" in one for one in differences(world, Customer))


def test_a_clamp_that_is_gone_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "clamp", lambda model, actor, *, archived=False: Q())
    assert any("secret: seen" in one for one in differences(world, Customer))
