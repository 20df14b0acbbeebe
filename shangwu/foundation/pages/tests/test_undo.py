"""Undo is a new action with the inverse change, and only while nobody has gone on from there."""

import datetime

import pytest

from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, Row, act, act_many, undo
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.people.models import Department
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE, a_department, an_actor, unique

pytestmark = pytest.mark.django_db


def an_edit(name: str = "after") -> tuple[Department, int]:
    """A department whose name was changed from "before", and the log entry of that."""
    department = a_department(name="before")
    done = act(HOUSE, "people.department.edit", department, {"name": name})
    return department, done.entry_id


def refused(entry: int, by: object = HOUSE) -> str:
    """The code with which an undo is refused."""
    with pytest.raises(Refusal) as caught:
        undo(by, entry)  # type: ignore[arg-type]
    return caught.value.code


def test_an_edit_is_taken_back_by_a_new_action_with_its_own_entry() -> None:
    department, entry = an_edit()
    outcome = undo(HOUSE, entry)
    again = department.fresh
    assert (again.name, again.version) == ("before", 3)
    logged = Entry.objects.get(pk=outcome.entry_id)
    assert (logged.verb, logged.changes) == ("people.department.undo", {"name": ["after", "before"]})


def test_an_undo_can_itself_be_undone() -> None:
    department, entry = an_edit()
    first = undo(HOUSE, entry)
    assert first.entry_id is not None
    undo(HOUSE, first.entry_id)
    assert department.fresh.name == "after"


def test_a_record_that_went_on_keeps_its_later_change() -> None:
    department, entry = an_edit()
    act(HOUSE, "people.department.edit", department, {"name": "later"})
    assert refused(entry) == "changed_since"
    assert department.fresh.name == "later"


def test_the_same_undo_a_second_time_is_refused() -> None:
    _department, entry = an_edit()
    undo(HOUSE, entry)
    assert refused(entry) == "changed_since"


def test_a_bulk_edit_comes_back_whole() -> None:
    departments = [a_department(name=f"d{n}") for n in range(5)]
    outcome = act_many(HOUSE, "people.department.edit", [Row({"name": "same"}, one) for one in departments])
    assert outcome.entry_id is not None
    undo(HOUSE, outcome.entry_id)
    assert [one.fresh.name for one in departments] == [f"d{n}" for n in range(5)]


def test_a_bulk_edit_with_one_record_changed_since_comes_back_not_at_all() -> None:
    departments = [a_department(name=f"d{n}") for n in range(3)]
    outcome = act_many(HOUSE, "people.department.edit", [Row({"name": "same"}, one) for one in departments])
    act(HOUSE, "people.department.edit", departments[1], {"name": "later"})
    assert outcome.entry_id is not None
    assert refused(outcome.entry_id) == "changed_since"
    assert [one.fresh.name for one in departments] == ["same", "later", "same"]


@pytest.mark.parametrize(("verb", "archived"), [("archive", False), ("unarchive", True)])
def test_archive_and_its_way_back_undo_each_other(verb: str, archived: bool) -> None:
    department = a_department()
    done = act(HOUSE, "people.department.archive", department)
    if verb == "unarchive":
        done = act(HOUSE, "people.department.unarchive", department)
    undo(HOUSE, done.entry_id)
    assert (department.fresh.archived_at is not None) is archived


def test_a_new_record_is_taken_back_into_the_archive() -> None:
    done = act(HOUSE, "people.department.create", None, {"code": unique(), "name": "n"})
    undo(HOUSE, done.entry_id)
    assert Department.objects.get(public_id=done.public_id).archived_at is not None


def test_after_a_day_it_is_too_late() -> None:
    department, entry = an_edit()
    later = clock.now() + datetime.timedelta(days=1, seconds=1)
    former = clock.replace_source(lambda: later)
    try:
        assert refused(entry) == "too_late"
    finally:
        clock.replace_source(former)
    assert department.fresh.name == "after"


def test_who_may_not_edit_may_not_undo() -> None:
    department, entry = an_edit()
    assert refused(entry, an_actor(Role.SALES)) == "forbidden"
    assert department.fresh.name == "after"


def test_an_unknown_entry_is_missing() -> None:
    assert refused(0) == "missing"


def test_the_api_reaches_the_same_undo_by_name() -> None:
    department, entry = an_edit()
    act(HOUSE, "people.department.undo", department, {"entry": entry})
    assert department.fresh.name == "before"
    other = a_department()
    with pytest.raises(Refusal) as caught:
        act(HOUSE, "people.department.undo", other, {"entry": entry})
    assert caught.value.code == "missing"


def test_undo_stands_in_the_registry_beside_every_undoable_edit() -> None:
    for one in list(registry.actions.values()):
        if one.undo and one.verb == "edit":
            assert f"{registry.record_name(one.model)}.undo" in registry.actions
