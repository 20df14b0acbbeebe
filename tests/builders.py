"""People and departments for tests, made through the door like everything else."""

import datetime
import itertools
import uuid
from typing import Any

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Department, Entity, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Actor, Source

_numbers = itertools.count(1)

HOUSE = actors.system(Source.DEMO)


def unique(prefix: str = "T") -> str:
    """A code that no other test has."""
    return f"{prefix}{next(_numbers)}{uuid.uuid4().hex[:5]}"


def an_entity(**values: Any) -> Entity:
    """A legal entity, Taiwanese unless said otherwise."""
    given = {"code": unique()[:10], "name": "岳澄精密股份有限公司", "short_name": "岳澄", "jurisdiction": "TW"} | values
    return act(HOUSE, "people.entity.create", None, given).record


def a_department(parent: Department | None = None, **values: Any) -> Department:
    """A department, at the root unless a parent is given."""
    given: dict[str, Any] = {"code": unique(), "name": "商務部"} | values
    if parent is not None:
        given["parent"] = parent
    return act(HOUSE, "people.department.create", None, given).record


def a_person(*roles: Role, department: Department | None = None, whole_company: bool = False, **values: Any) -> Person:
    """A person at work, with roles from long ago; roles reach the department, or the whole company."""
    clearance = values.pop("clearance", 3)
    given: dict[str, Any] = {
        "name": "王小明",
        "staff_number": unique("S"),
        "confidentiality_signed_on": datetime.date(2020, 1, 2),
    } | values
    if department is not None:
        given["department"] = department
    person = act(HOUSE, "people.person.join", None, given).record
    if clearance != person.clearance:
        person = act(HOUSE, "people.person.set_clearance", person, {"clearance": clearance}, reason="post").record
    for role in roles:
        assignment: dict[str, Any] = {"person": person, "role": role, "starts_on": datetime.date(2020, 1, 1)}
        if department is not None and not whole_company:
            assignment["reaches"] = department
        act(HOUSE, "people.roleassignment.create", None, assignment)
    return person


def an_actor(*roles: Role, **values: Any) -> Actor:
    """Someone at work, as the one who acts."""
    return actor_of(a_person(*roles, **values))
