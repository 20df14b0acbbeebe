"""What is worked out once for the same rights holds for these rights only, and for their day."""

import datetime
from dataclasses import replace

from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, ActorKind, Grant

SELLS = Actor(kind=ActorKind.PERSON, person_id=7, grants=(Grant(Role.SALES),))


def test_two_requests_of_one_person_have_the_same_rights() -> None:
    again = Actor(kind=ActorKind.PERSON, person_id=7, grants=(Grant(Role.SALES),), address="127.0.0.1", language="en")
    assert again.rights == SELLS.rights
    assert hash(again.rights) == hash(SELLS.rights)


def test_a_role_a_department_a_team_or_a_clearance_makes_other_rights() -> None:
    others = [
        replace(SELLS, person_id=8),
        replace(SELLS, grants=()),
        replace(SELLS, grants=(Grant(Role.SALES, frozenset({1})),)),
        replace(SELLS, team=frozenset({9})),
        replace(SELLS, clearance=2),
        replace(SELLS, allowed=frozenset()),
        replace(SELLS, department_id=3),
    ]
    assert len({SELLS.rights, *(one.rights for one in others)}) == len(others) + 1


def test_rights_are_of_a_day() -> None:
    today = SELLS.rights
    former = clock.replace_source(lambda: datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1))
    try:
        assert SELLS.rights != today
    finally:
        clock.replace_source(former)


def test_what_was_worked_out_for_one_is_not_handed_on() -> None:
    SELLS.worked_out["scope"] = "wide"
    assert replace(SELLS, grants=()).worked_out == {}
    SELLS.worked_out.clear()
