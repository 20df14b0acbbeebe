"""Who is let in at all: tokens within their scopes, and only persons where only persons decide."""

from dataclasses import replace

import pytest

from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, Row, act, act_many
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, ActorKind
from tests.builders import HOUSE, a_department, a_person, an_actor, unique

pytestmark = pytest.mark.django_db

VERB = "people.department.edit"


def a_token_of(by: Actor, *allowed: str) -> Actor:
    return replace(by, kind=ActorKind.TOKEN, allowed=frozenset(allowed))


@pytest.mark.parametrize("scope", ["write", "people.department:write", VERB])
def test_a_token_acts_within_its_scopes(scope: str) -> None:
    by = a_token_of(an_actor(Role.ADMINISTRATOR), scope)
    assert act(by, VERB, a_department(), {"name": "甲"}).version == 2


@pytest.mark.parametrize("scope", ["read", "people.department:read", "people.post:write", "people.department.create"])
def test_a_token_does_nothing_beyond_its_scopes(scope: str) -> None:
    by = a_token_of(an_actor(Role.ADMINISTRATOR), scope)
    with pytest.raises(Refusal) as caught:
        act(by, VERB, a_department(), {"name": "甲"})
    assert caught.value.code == "forbidden"


def test_a_token_never_gets_more_than_its_person() -> None:
    with pytest.raises(Refusal) as caught:
        act(a_token_of(an_actor(Role.SALES), "write"), VERB, a_department(), {"name": "甲"})
    assert caught.value.code == "forbidden"


def test_what_only_persons_do_is_refused_to_tokens_devices_and_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.actions, VERB, replace(registry.actions[VERB], persons_only=True))
    person, department = an_actor(Role.ADMINISTRATOR), a_department()
    for by in (a_token_of(person, "write"), replace(person, kind=ActorKind.DEVICE), HOUSE):
        assert not registry.actions[VERB].offered_to(by, department)
        with pytest.raises(Refusal) as caught:
            act(by, VERB, department, {"name": "甲"})
        assert caught.value.code == "forbidden"
    assert act(person, VERB, department, {"name": "甲"}).version == 2


def test_a_set_sent_twice_with_one_key_has_one_effect_and_one_answer() -> None:
    first, second, third, key = a_department(), a_department(), a_department(), unique()
    rows = [Row({"name": "甲"}, first), Row({"name": ""}, second), Row({"name": "乙"}, third)]
    done = act_many(HOUSE, VERB, rows, key=key)
    again = act_many(HOUSE, VERB, rows, key=key)
    assert [one.version for one in done.done] == [one.version for one in again.done] == [2, 2]
    assert all(one.repeated for one in again.done)
    assert [(place, said.code) for place, said in again.refused] == [(1, "invalid")]
    assert again.entry_id == done.entry_id
    assert [one.fresh.version for one in (first, second, third)] == [2, 1, 2]
    with pytest.raises(Refusal) as caught:
        act_many(HOUSE, VERB, [Row({"name": "丙"}, first)], key=key)
    assert caught.value.code == "repeat"


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_an_edit_leaves_out_but_never_blanks_what_a_creation_asks_for(blank: str | None) -> None:
    department = a_department()
    with pytest.raises(Refusal) as caught:
        act(HOUSE, VERB, department, {"name": blank})
    assert set(caught.value.fields) == {"name"}
    assert act(HOUSE, VERB, department, {"parent": None}).record.name == department.name


@pytest.mark.parametrize("blank", ["", None])
def test_a_text_that_may_be_missing_is_missing_when_left_blank(blank: str | None) -> None:
    """Two persons without a staff number don't clash."""
    first, second = a_person(staff_number=blank), a_person(staff_number=blank)
    assert (first.staff_number, second.staff_number) == (None, None)
    third = a_person()
    assert act(HOUSE, "people.person.edit", third, {"staff_number": blank}).record.staff_number is None
