"""Predicates for verbs: `may(by, record)`; record is None when asked in general (is the button ever shown?)."""

from collections.abc import Callable
from typing import Any

from rules.predicates import Predicate

from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor


def predicate(function: Callable[[Actor, Any], bool]) -> Predicate:
    """Make a named, combinable predicate (`&`, `|`, `~`) of a function of actor and record."""
    return Predicate(function, name=function.__name__)


def holds(*roles: Role) -> Predicate:
    """A predicate: the actor holds one of `roles` for the record's department; in general, for any.

    A record without a department is for those alone whose role reaches the whole company.
    """

    def check(by: Actor, record: Any) -> bool:
        if by.is_system:
            return True
        return by.holds_any(roles) if record is None else by.holds_for(roles, record.department_id)

    return Predicate(check, name="holds_" + "_".join(role.value for role in roles))


@predicate
def anyone(by: Actor, record: Any) -> bool:
    """Whoever may see the record."""
    return by.is_system or by.person_id is not None


@predicate
def owns(by: Actor, record: Any) -> bool:
    """The owner, or one who stands in for the owner; in general: anyone with a person."""
    if by.is_system or record is None:
        return by.is_system or by.person_id is not None
    return record.owner_id is not None and (record.owner_id == by.person_id or record.owner_id in by.stood_in_for)


@predicate
def is_not_concerned(by: Actor, record: Any) -> bool:
    """Maker and checker are two people: nobody approves what they or those they stand in for have made or own."""
    if by.is_system:
        return False
    if record is None or by.person_id is None:
        return True
    return not {record.created_by_id, record.owner_id} & by.selves


@predicate
def nobody(by: Actor, record: Any) -> bool:
    """Only the house itself."""
    return by.is_system
