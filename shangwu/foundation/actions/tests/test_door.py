"""The door: every change is a named action, with its rights, states, version, inputs and trace."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, Row, act, act_many, subscribe
from shangwu.foundation.actions.models import Answer
from shangwu.foundation.audit.models import Entry, EntryRecord
from shangwu.foundation.people.models import Department
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.history import history_models
from tests.builders import HOUSE, a_department, a_person, an_actor, unique

pytestmark = pytest.mark.django_db


def refusal(attempt: Callable[[], Any]) -> Refusal:
    """What the door answered when it would not."""
    with pytest.raises(Refusal) as caught:
        attempt()
    return caught.value


def test_a_record_is_born_with_version_owner_and_one_log_entry() -> None:
    by = an_actor(Role.ADMINISTRATOR)
    done = act(by, "people.department.create", None, {"code": unique(), "name": "商務一部"})
    department = Department.objects.get(public_id=done.public_id)
    assert (department.version, department.owner_id, department.created_by_id) == (1, by.person_id, by.person_id)
    entry = Entry.objects.get(pk=done.entry_id)
    assert (entry.verb, entry.record_id, entry.person_id, entry.count) == (
        "people.department.create", department.pk, by.person_id, 1,
    )  # fmt: skip
    assert entry.changes["name"] == [None, "商務一部"]


def test_saving_round_the_door_is_refused() -> None:
    department = a_department()
    for attempt in (
        department.save,
        department.delete,
        Department.objects.all().delete,
        lambda: Department.objects.update(name="x"),
        lambda: Department.objects.bulk_create([Department(code="x", name="x")]),
    ):
        with pytest.raises(gate.WriteOutsideTheDoor):
            attempt()


def test_who_has_no_right_is_refused_and_nothing_is_written() -> None:
    by = an_actor(Role.SALES)
    before = Entry.objects.count()
    said = refusal(lambda: act(by, "people.department.create", None, {"code": unique(), "name": "x"}))
    assert (said.code, said.status) == ("forbidden", 403)
    assert Entry.objects.count() == before


def test_a_refusal_leaves_what_the_body_had_touched_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that a body locks are shared; they are written with its record, and never without it."""
    department = a_department()
    people = [a_person(department=department), a_person(department=department)]
    edit = registry.actions["people.person.edit"]
    refuses = True

    def body(person: Any, by: Any, *known: Any) -> None:
        person.department.name = "改動"
        if refuses:
            raise Refusal("no", "No.")

    monkeypatch.setitem(registry.actions, edit.name, replace(edit, locks=("department",), body=body))
    assert refusal(lambda: act(HOUSE, edit.name, people[0], {"name": "王"})).code == "no"
    assert department.fresh.name == department.name
    assert not act_many(HOUSE, edit.name, [Row({"name": "王"}, one) for one in people]).done
    assert department.fresh.name == department.name
    refuses = False
    act(HOUSE, edit.name, people[0], {"name": "王"})
    assert department.fresh.name == "改動", "the control: what is not refused is written"


def test_wrong_entries_are_named_one_by_one() -> None:
    said = refusal(lambda: act(HOUSE, "people.department.create", None, {"code": "x" * 30, "nam": "y", "parent": "zz"}))
    assert said.code == "invalid"
    assert set(said.fields) == {"code", "nam", "name"}
    said = refusal(lambda: act(HOUSE, "people.department.create", None, {"code": "a", "name": "b", "parent": "zz"}))
    assert set(said.fields) == {"parent"}


@pytest.mark.parametrize("name", [field.name for field in Department._meta.concrete_fields])
def test_no_column_can_be_slipped_in_beside_the_declared_inputs(name: str) -> None:
    declared = registry.get("people.department.edit").input_names
    if name in declared:
        pytest.skip("a declared input")
    department = a_department()
    said = refusal(lambda: act(HOUSE, "people.department.edit", department, {name: 7}))
    assert said.code == "invalid"
    assert Department.objects.get(pk=department.pk).version == 1


def test_a_stale_form_gets_both_versions_to_merge() -> None:
    department = a_department(name="甲")
    act(HOUSE, "people.department.edit", department, {"name": "乙"}, version=1)
    said = refusal(lambda: act(HOUSE, "people.department.edit", department, {"name": "丙"}, version=1))
    assert (said.code, said.status) == ("stale", 409)
    assert said.details["fields"]["name"] == {"base": "甲", "theirs": "乙", "yours": "丙"}


def test_the_state_decides_which_verbs_fit() -> None:
    person = a_person()
    act(HOUSE, "people.person.leave", person, {"left_on": datetime.date(2026, 1, 31)})
    assert refusal(lambda: act(HOUSE, "people.person.leave", person, {"left_on": "2026-02-01"})).code == "already_left"
    department = a_department()
    assert refusal(lambda: act(HOUSE, "people.department.unarchive", department)).code == "state"
    act(HOUSE, "people.department.archive", department)
    assert refusal(lambda: act(HOUSE, "people.department.edit", department, {"name": "x"})).code == "state"


def test_a_repeat_with_the_same_key_has_one_effect() -> None:
    given = {"code": unique(), "name": "商務部"}
    first = act(HOUSE, "people.department.create", None, given, key="k1")
    again = act(HOUSE, "people.department.create", None, given, key="k1")
    assert again.repeated
    assert (again.public_id, again.entry_id) == (first.public_id, first.entry_id)
    assert Department.objects.filter(code=given["code"]).count() == 1
    other = refusal(lambda: act(HOUSE, "people.department.create", None, given | {"name": "z"}, key="k1"))
    assert (other.code, other.status) == ("repeat", 409)


def test_a_refused_request_may_be_sent_again_with_the_same_key() -> None:
    code = unique()
    refusal(lambda: act(HOUSE, "people.department.create", None, {"code": code, "name": ""}, key="k2"))
    assert not Answer.objects.filter(key="k2").exists()
    act(HOUSE, "people.department.create", None, {"code": code, "name": "ok"}, key="k2")


def test_personal_values_stand_in_the_log_as_commitments_only() -> None:
    person = a_person(mobile="0912345678")
    entry = Entry.objects.get(record_type="people.person", record_id=person.pk, verb="people.person.join")
    assert "mobile" in entry.commitments
    assert "0912345678" not in str(entry.changes) + str(entry.commitments)


def test_rows_of_a_set_are_refused_one_by_one_and_the_rest_goes_in() -> None:
    code = unique()
    rows = [Row({"code": f"{code}{n}", "name": "x"}) for n in range(60)]
    rows += [Row({"code": f"{code}5", "name": "double"}), Row({"code": f"{code}x"})]
    outcome = act_many(HOUSE, "people.department.create", rows)
    assert [(place, said.code) for place, said in outcome.refused] == [(60, "taken"), (61, "invalid")]
    assert Department.objects.filter(code__startswith=code).count() == 60
    entry = Entry.objects.get(pk=outcome.entry_id)
    assert (entry.count, EntryRecord.objects.filter(entry=entry).count()) == (60, 60)


def test_a_whole_set_stands_or_falls_together() -> None:
    code = unique()
    rows = [Row({"code": f"{code}{n}", "name": "x"}) for n in range(3)] + [Row({"code": f"{code}x"})]
    refusal(lambda: act_many(HOUSE, "people.department.create", rows, whole=True))
    assert not Department.objects.filter(code__startswith=code).exists()


def test_one_and_many_leave_the_same_rows() -> None:
    one, other = a_department(name="甲"), a_department(name="甲")
    act(HOUSE, "people.department.edit", one, {"name": "乙"})
    act_many(HOUSE, "people.department.edit", [Row({"name": "乙"}, other), Row({"name": "丙"}, a_department())])
    for department in (one.fresh, other.fresh):
        assert (department.name, department.version) == ("乙", 2)


def test_every_history_row_names_its_action() -> None:
    code = unique()
    act_many(HOUSE, "people.department.create", [Row({"code": f"{code}{n}", "name": "x"}) for n in range(50)])
    a_person()
    for model, history in history_models.items():
        rows: Any = history
        assert not rows.objects.filter(pgh_context_id__isnull=True).exists(), model


def test_subscribers_hear_the_whole_batch_once() -> None:
    heard = []
    subscribe(heard.append)
    try:
        act_many(HOUSE, "people.department.create", [Row({"code": unique(), "name": "x"}) for _n in range(3)])
    finally:
        from shangwu.foundation.actions import events

        events._everything.remove(heard.append)
    (acted,) = heard
    assert (acted.action.event, len(acted.records)) == ("people.department.created", 3)


def test_time_and_number_are_set_by_the_house_alone() -> None:
    by = an_actor(Role.ADMINISTRATOR)
    long_ago = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    said = refusal(
        lambda: act(by, "people.department.create", None, {"code": unique(), "name": "x"}, occurred_at=long_ago)
    )
    assert said.code == "forbidden"
    done = act(HOUSE, "people.department.create", None, {"code": unique(), "name": "x"}, occurred_at=long_ago)
    entry = Entry.objects.get(pk=done.entry_id)
    assert entry.occurred_at == long_ago
    assert entry.at > long_ago


def test_the_statements_of_an_action_are_counted() -> None:
    department = a_department()
    act(HOUSE, "people.department.edit", department, {"name": "warm"})
    with CaptureQueriesContext(connection) as seen:
        act(HOUSE, "people.department.edit", department, {"name": "new"}, key=unique())
    assert len(seen) <= 9, [one["sql"][:80] for one in seen]


def test_a_record_is_done_once_in_a_set() -> None:
    department = a_department()
    outcome = act_many(
        HOUSE, "people.department.edit", [Row({"name": "a"}, department), Row({"name": "b"}, department)]
    )
    assert [said.code for _place, said in outcome.refused] == ["missing"]
