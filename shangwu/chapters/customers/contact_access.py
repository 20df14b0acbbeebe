"""Who sees and does what in following customers up (2.5.2): needs and feedback, promises, visits, contact plans."""

from typing import Any

from django.db import models
from django.db.models import Q

from shangwu.chapters.customers.access import CLERKS, LEADERS, SELLERS
from shangwu.chapters.customers.models import ContactPlan, Customer, Met, Promise, Ticket, Visit
from shangwu.foundation.access.predicates import predicate
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm, declare, declare_part, with_seen

SPEAKERS = (*SELLERS, *CLERKS, Role.SERVICE, Role.BUSINESS, Role.FINANCE)
"""Who deals with customers, and so keeps what is agreed with them."""


def follow(model: type[models.Model]) -> None:
    """Let rows be seen with their customer, and by who deals with customers and has the row."""

    def arms_of(actor: Actor) -> list[Arm]:
        arms = [Arm("with", with_seen("customer_id", Customer, actor), ("customer",), in_facts=False)]
        if actor.person_id is not None and actor.holds_any(SPEAKERS):
            arms.append(Arm("own", Q(owner_id__in=sorted(_selves(actor))), ("owner",)))
        return arms

    declare(model, arms_of)


def _selves(by: Actor) -> set[int]:
    """The actor, and those in whose place they stand."""
    return {one for one in (by.person_id, *(grant.acting_for for grant in by.grants)) if one is not None}


def _has(by: Actor, record: Any) -> bool:
    """Whether it is the actor's, or of somebody who reports to them or in whose place they stand."""
    return record.owner_id is not None and record.owner_id in {*_selves(by), *by.team}


for followed in (Ticket, Promise, Visit, ContactPlan):
    follow(followed)
declare_part(Met, "visit")


def counts_contacts(by: Actor) -> bool:
    """Talks and visits are counted by who deals with customers, of the customers that they see."""
    return by.is_system or by.holds_any(SPEAKERS)


@predicate
def holds_ticket(by: Actor, ticket: Ticket | None) -> bool:
    """2.5.2: who has it, and customer service, sales support and the head of the department."""
    if by.is_system:
        return True
    if ticket is None:
        return by.holds_any(SPEAKERS)
    if by.holds_for((*CLERKS, Role.SERVICE), ticket.department_id):
        return True
    return by.holds_any(SPEAKERS) and _has(by, ticket)


def _keeps(by: Actor, record: Any) -> bool:
    """Whether it is theirs, or they lead the department whose it is."""
    if by.is_system or record is None:
        return by.is_system or by.holds_any(SPEAKERS)
    return by.holds_for(LEADERS, record.department_id) or (by.holds_any(SPEAKERS) and _has(by, record))


@predicate
def keeps_promise(by: Actor, promise: Promise | None) -> bool:
    """2.5.2: who has given it or taken it over, who stands in for them, their superior, and the head."""
    return _keeps(by, promise)


@predicate
def goes(by: Actor, visit: Visit | None) -> bool:
    """2.5.2: who goes, who stands in for them, their superior, and the head."""
    return _keeps(by, visit)


@predicate
def goes_oneself(by: Actor, visit: Visit | None) -> bool:
    """2.5.2: nobody says for another where they are."""
    return by.person_id is not None and (visit is None or visit.owner_id == by.person_id)


@predicate
def plans_contact(by: Actor, plan: ContactPlan | None) -> bool:
    """2.5.2: who sells to the customer, sales support and the head draw plans up."""
    if by.is_system or plan is None:
        return by.is_system or by.holds_any((*SELLERS, *CLERKS))
    return by.holds_for(CLERKS, plan.department_id) or (by.holds_any(SELLERS) and _has(by, plan))


keeps_plan = plans_contact
