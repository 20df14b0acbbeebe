"""A delegation hands over rights, so it is given by who has them or answers for who has them: never taken."""

import datetime

import pytest

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from tests.builders import a_department, a_person, an_actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.SALES, Role.HEAD])
def test_nobody_makes_themselves_deputy_of_one_above_them(role: Role) -> None:
    executive = a_person(Role.EXECUTIVE, department=a_department())
    climber = an_actor(role, department=a_department())
    days = {"starts_on": datetime.date(2026, 1, 1), "ends_on": datetime.date(2027, 1, 1)}
    with pytest.raises(Refusal):
        act(
            climber,
            "people.delegation.create",
            None,
            {"absent": executive, "deputy": Person.objects.get(pk=climber.person_id)} | days,
        )


def test_the_head_gives_the_work_of_an_absent_member_to_another() -> None:
    """The control: what a head is there for still goes, and the row is the absent person's."""
    department = a_department()
    absent, deputy = a_person(department=department), a_person(department=department)
    days = {"starts_on": datetime.date(2026, 1, 1), "ends_on": datetime.date(2027, 1, 1)}
    made = act(
        an_actor(Role.HEAD, department=department), "people.delegation.create", None,
        {"absent": absent, "deputy": deputy} | days,
    ).record  # fmt: skip
    assert (made.owner_id, made.department_id) == (absent.pk, department.pk)


def test_an_existing_delegation_is_not_turned_towards_oneself() -> None:
    department = a_department()
    absent, deputy = a_person(department=department), a_person(department=department)
    head = an_actor(Role.HEAD, department=department)
    days = {"starts_on": datetime.date(2026, 1, 1), "ends_on": datetime.date(2027, 1, 1)}
    made = act(head, "people.delegation.create", None, {"absent": absent, "deputy": deputy} | days).record
    for changed in ({"deputy": Person.objects.get(pk=head.person_id)}, {"absent": a_person(Role.EXECUTIVE)}):
        with pytest.raises(Refusal):
            act(head, "people.delegation.edit", made, changed)
