"""Trash: for drafts that nothing refers to; after 30 days they go, through the door, with their parts."""

import datetime
from collections.abc import Iterator

import pytest

from shangwu.foundation.access.predicates import anyone
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, act, trash, undo
from shangwu.foundation.actions.trash import KEPT, purge
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.people.models import Department
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.history import history_models
from tests.builders import HOUSE, a_department, an_actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _departments_have_a_trash() -> Iterator[None]:
    made = trash(Department, clause="3.1.1", may=anyone)
    yield
    for one in made:
        del registry.actions[one.name]


@pytest.fixture
def later() -> Iterator[None]:
    """It is 30 days later."""
    moment = clock.now() + KEPT + datetime.timedelta(minutes=1)
    former = clock.replace_source(lambda: moment)
    yield
    clock.replace_source(former)


def code(attempt: object) -> str:
    """How the door refused it."""
    with pytest.raises(Refusal) as caught:
        attempt()  # type: ignore[operator]
    return caught.value.code


def test_a_draft_leaves_the_lists_and_comes_back() -> None:
    department = a_department()
    done = act(HOUSE, "people.department.trash", department)
    assert not Department.objects.visible_to(an_actor(Role.ADMINISTRATOR)).filter(pk=department.pk).exists()
    undo(HOUSE, done.entry_id)
    assert department.fresh.archived_at is None


def test_what_others_refer_to_is_not_thrown_away() -> None:
    parent = a_department()
    a_department(parent)
    assert code(lambda: act(HOUSE, "people.department.trash", parent)) == "in_use"


def test_a_numbered_document_is_not_thrown_away() -> None:
    done = act_numbered()
    assert code(lambda: act(HOUSE, "people.department.trash", done)) == "numbered"


def act_numbered() -> Department:
    """A department that carries a document number, as an import may give."""
    from shangwu.foundation.actions.door import Row, act_many

    row = Row({"code": "N-1", "name": "n"}, number="NO-1")
    return act_many(HOUSE, "people.department.create", [row]).done[0].record


def test_the_purge_waits_thirty_days_for_everybody() -> None:
    department = a_department()
    act(HOUSE, "people.department.trash", department)
    assert purge() == 0
    assert code(lambda: act(HOUSE, "people.department.purge", department)) == "too_early"


@pytest.mark.usefixtures("later")
def test_archived_is_not_trashed() -> None:
    department = a_department()
    former = clock.replace_source(lambda: datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    act(HOUSE, "people.department.archive", department)
    clock.replace_source(former)
    assert purge() == 0
    assert Department.objects.filter(pk=department.pk).exists()


def test_after_thirty_days_it_is_gone_with_an_entry_and_its_history_stays() -> None:
    department = a_department()
    act(HOUSE, "people.department.trash", department)
    moment = clock.now() + KEPT + datetime.timedelta(minutes=1)
    former = clock.replace_source(lambda: moment)
    try:
        assert purge() == 1
        assert purge() == 0
    finally:
        clock.replace_source(former)
    assert not Department.objects.filter(pk=department.pk).exists()
    assert Entry.objects.filter(verb="people.department.purge", record_id=department.pk).exists()
    assert history_models[Department]._default_manager.filter(pgh_obj_id=department.pk, pgh_label="delete").exists()


def test_nobody_purges_by_hand() -> None:
    department = a_department()
    act(HOUSE, "people.department.trash", department)
    assert code(lambda: act(an_actor(Role.ADMINISTRATOR), "people.department.purge", department)) == "forbidden"
