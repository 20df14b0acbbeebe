"""Who holds which rights today, and what that lets them see."""

import datetime

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from shangwu.foundation.access.actors import UNSIGNED_CLEARANCE, actor_of
from shangwu.foundation.access.labels import CONCEALED, labels
from shangwu.foundation.access.predicates import holds
from shangwu.foundation.actions.door import Refusal, Row, act, act_many, undo
from shangwu.foundation.people.models import Delegation, Person
from shangwu.foundation.people.roles import SEPARATE, Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor, ActorKind, Grant
from shangwu.foundation.records.scopes import clamp, hidden_fields
from tests.builders import HOUSE, a_department, a_person, an_actor, unique

pytestmark = pytest.mark.django_db


def assign(person: Person, role: Role, starts: str, ends: str | None = None) -> None:
    act(
        HOUSE,
        "people.roleassignment.create",
        None,
        {"person": person, "role": role, "starts_on": starts, "ends_on": ends},
    )


def test_a_role_counts_from_its_first_day_to_its_last() -> None:
    person = a_person()
    assign(person, Role.SALES, "2026-03-01", "2026-03-31")
    held = []
    for day in (28, 29, 30, 31, 32, 33):
        moment = datetime.datetime(2026, 3, 1, 4, tzinfo=datetime.UTC) + datetime.timedelta(days=day)
        former = clock.replace_source(lambda moment=moment: moment)
        try:
            held.append(actor_of(person).holds(Role.SALES))
        finally:
            clock.replace_source(former)
    assert held == [True, True, True, False, False, False]


def test_the_day_is_the_legal_entitys_not_the_servers() -> None:
    person = a_person()
    assign(person, Role.SALES, "2026-03-01")
    late_in_february_utc = datetime.datetime(2026, 2, 28, 17, tzinfo=datetime.UTC)
    former = clock.replace_source(lambda: late_in_february_utc)
    try:
        assert actor_of(person).holds(Role.SALES), "in Taipei it is already March"
    finally:
        clock.replace_source(former)


def test_a_role_reaches_the_whole_subtree_and_nothing_beside_it() -> None:
    top = a_department()
    team, beside = a_department(parent=top), a_department()
    head = an_actor(Role.HEAD, department=top)
    assert head.holds(Role.HEAD, department=top.pk)
    assert head.holds(Role.HEAD, department=team.pk)
    assert not head.holds(Role.HEAD, department=beside.pk)


def test_departments_never_stand_in_a_circle() -> None:
    """A department may come under any other, but not under one that stands below it already."""
    top = a_department()
    middle = a_department(parent=top)
    lowest = a_department(parent=middle)
    with pytest.raises(Refusal) as said:
        act(HOUSE, "people.department.edit", top, {"parent": lowest})
    assert (said.value.code, list(said.value.fields)) == ("circle", ["parent"])
    assert top.fresh.parent is None
    beside = a_department()
    rows = [Row({"parent": beside}, target=top), Row({"parent": top}, target=beside)]
    assert [isinstance(one, Refusal) for one in act_many(HOUSE, "people.department.edit", rows).results] == [True, True]
    assert act(HOUSE, "people.department.edit", beside, {"parent": lowest}).record.parent == lowest


def test_taking_an_edit_back_closes_no_circle() -> None:
    top = a_department()
    below = a_department(parent=top)
    parted = act(HOUSE, "people.department.edit", below, {"parent": None})
    act(HOUSE, "people.department.edit", top, {"parent": below})
    with pytest.raises(Refusal, match="circle"):
        undo(HOUSE, parted.entry_id)


def test_nobody_is_above_their_own_superior() -> None:
    chief, clerk, place = a_person(), a_person(), a_department()
    act(HOUSE, "people.person.edit", clerk, {"superior": chief})
    with pytest.raises(Refusal, match="circle"):
        act(HOUSE, "people.person.edit", chief, {"superior": clerk})
    given = {"department": place, "superior": clerk, "moved_on": clock.today(HOUSE.zone)}
    with pytest.raises(Refusal, match="circle"):
        act(HOUSE, "people.person.move", chief, given)
    assert actor_of(clerk.fresh).team == frozenset()


def test_a_circle_from_former_days_stops_nobody_from_working() -> None:
    """Two departments that stand below each other, as an old copy may hold them: each reaches both, once."""
    first = a_department()
    second = a_department(parent=first)
    head = a_person()
    act(HOUSE, "people.roleassignment.create", None, {
        "person": head, "role": Role.HEAD, "reaches": first, "starts_on": "2020-01-01",
    })  # fmt: skip
    with gate.door(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_department SET parent_id = %s WHERE id = %s", [second.pk, first.pk])
    (grant,) = actor_of(head).grants
    assert grant.departments == frozenset({first.pk, second.pk})


def test_a_deputy_holds_the_absent_persons_roles_for_the_agreed_days() -> None:
    absent, deputy = a_person(Role.HEAD), a_person(Role.SALES)
    today = clock.today(datetime.UTC)
    given_days = {"starts_on": today, "ends_on": today + datetime.timedelta(days=2)}
    act(HOUSE, "people.delegation.create", None, {"absent": absent, "deputy": deputy, **given_days})
    actor = actor_of(deputy)
    assert actor.holds(Role.HEAD)
    assert {grant.acting_for for grant in actor.grants if grant.role == Role.HEAD} == {absent.pk}
    act(HOUSE, "people.delegation.archive", Delegation.objects.get())
    assert not actor_of(deputy).holds(Role.HEAD)


def test_what_was_delegated_is_not_passed_on() -> None:
    first, second, third = a_person(Role.HEAD), a_person(), a_person()
    today = clock.today(datetime.UTC)
    for absent, deputy in ((first, second), (second, third)):
        given_days = {"starts_on": today, "ends_on": today + datetime.timedelta(days=2)}
        act(HOUSE, "people.delegation.create", None, {"absent": absent, "deputy": deputy, **given_days})
    assert actor_of(second).holds(Role.HEAD)
    assert not actor_of(third).holds(Role.HEAD)


def test_who_has_left_holds_nothing() -> None:
    person = a_person(Role.EXECUTIVE)
    act(HOUSE, "people.person.leave", person, {"left_on": "2026-01-31"})
    assert actor_of(person.fresh).grants == ()


def test_who_has_not_signed_reads_internal_matters_at_most() -> None:
    assert actor_of(a_person(clearance=3)).clearance == 3
    assert actor_of(a_person(clearance=3, confidentiality_signed_on=None)).clearance == UNSIGNED_CLEARANCE


@pytest.mark.parametrize(
    ("first", "second"), [(one, other) for one in sorted(SEPARATE) for other in sorted(SEPARATE) if one < other]
)
def test_the_three_officers_are_three_people(first: Role, second: Role) -> None:
    person = a_person()
    assign(person, first, "2026-01-01")
    with pytest.raises(Refusal, match=r"three people|三人"):
        assign(person, second, "2026-01-01")


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        (("2026-01-01", "2026-06-30"), ("2026-06-30", None), False),
        (("2026-01-01", "2026-06-30"), ("2026-03-01", "2026-03-02"), False),
        (("2026-01-01", None), ("2027-01-01", "2027-02-01"), False),
        (("2026-01-01", "2026-06-30"), ("2026-07-01", None), True),
    ],
)
def test_nobody_holds_two_of_the_three_on_one_day_whenever_they_end(
    first: tuple[str, str | None], second: tuple[str, str | None], fits: bool
) -> None:
    person = a_person()
    assign(person, Role.ADMINISTRATOR, *first)
    if fits:
        assign(person, Role.AUDITOR, *second)
    else:
        with pytest.raises(Refusal, match=r"three people|三人"):
            assign(person, Role.AUDITOR, *second)


def test_an_officer_stands_in_for_another_as_anything_but_that() -> None:
    """The auditor's work does not come to the administrator by a holiday."""
    auditor, administrator, colleague = a_person(Role.AUDITOR, Role.LEGAL), a_person(Role.ADMINISTRATOR), a_person()
    today = clock.today(datetime.UTC)
    for deputy in (administrator, colleague):
        days = {"starts_on": today, "ends_on": today + datetime.timedelta(days=2)}
        act(HOUSE, "people.delegation.create", None, {"absent": auditor, "deputy": deputy, **days})
    assert actor_of(administrator).roles == {Role.ADMINISTRATOR, Role.LEGAL}
    assert actor_of(colleague).roles == {Role.AUDITOR, Role.LEGAL}


def test_nobody_gives_a_role_to_themselves() -> None:
    administrator = a_person(Role.ADMINISTRATOR)
    given_role = {"person": administrator, "role": Role.EXECUTIVE, "starts_on": "2026-01-01"}
    with pytest.raises(Refusal) as said:
        act(actor_of(administrator), "people.roleassignment.create", None, given_role)
    assert said.value.code == "own_role"


def test_private_numbers_are_for_those_who_need_them() -> None:
    assert "mobile" in hidden_fields(Person, an_actor(Role.SALES))
    assert "mobile" not in hidden_fields(Person, an_actor(Role.HUMAN_RESOURCES))


def test_a_name_that_one_may_not_see_looks_like_one_that_is_not_there() -> None:
    nobody = Actor(kind=ActorKind.LINK)
    person = a_person()
    assert labels(nobody, Person, [person.pk, 10**9]) == {person.pk: CONCEALED, 10**9: CONCEALED}


@settings(max_examples=50, deadline=None)
@given(st.sets(st.sampled_from(list(Role))), st.sampled_from(list(Role)), st.integers(0, 3))
def test_another_role_never_lifts_the_clearance(roles: set[Role], more: Role, clearance: int) -> None:
    """The secrecy clamp is AND-ed last: no role widens it."""
    one = Actor(kind=ActorKind.PERSON, person_id=1, grants=tuple(map(Grant, roles)), clearance=clearance)
    both = Actor(kind=ActorKind.PERSON, person_id=1, grants=tuple(map(Grant, roles | {more})), clearance=clearance)
    assert clamp(Person, one) == clamp(Person, both)


def test_what_belongs_to_no_department_is_no_departments_own() -> None:
    """A role for a department counts neither for another's records nor for those of none; one for all counts."""
    ours, theirs = a_department(), a_department()
    head, chief = an_actor(Role.HEAD, department=ours), an_actor(Role.HEAD, department=ours, whole_company=True)
    leads = holds(Role.HEAD)
    records = {one: act(HOUSE, "people.post.create", None, {"name": unique()}).record for one in "abc"}
    for record, department in zip(records.values(), (ours.pk, theirs.pk, None), strict=True):
        record.department_id = department
    assert [bool(leads(head, one)) for one in records.values()] == [True, False, False]
    assert [bool(leads(chief, one)) for one in records.values()] == [True, True, True]
    assert leads(head, None), "asked in general: is the button ever shown?"
