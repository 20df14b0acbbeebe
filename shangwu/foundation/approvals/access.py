"""Who sees requests and routes; who may do what to a request."""

from typing import Any

from django.db.models import Q
from rules.predicates import Predicate

from shangwu.foundation.access.predicates import holds, predicate
from shangwu.foundation.access.scoping import open_to_all
from shangwu.foundation.approvals.carrying_out import is_carrying_out
from shangwu.foundation.approvals.models import Request, Route, RouteCondition, RouteEdition, RouteStep, Step, Ticket
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm, declare, declare_part

EXECUTIVES = (Role.EXECUTIVE, Role.VICE_EXECUTIVE)
OVERSEERS = (*EXECUTIVES, Role.AUDITOR)


def voices(by: Actor, request: Request) -> set[int]:
    """The actor, and the absent persons in whose place they decide requests of its kind today."""
    return {*by.decides_for(request.kind), *([by.person_id] if by.person_id is not None else [])}


def _requests(actor: Actor) -> list[Arm]:
    """Own requests, those that one is or was asked about, the department's for its head, all for who oversees."""
    if actor.holds_any(OVERSEERS):
        return [Arm("all", Q())]
    if actor.person_id is None:
        return []
    persons = sorted({actor.person_id, *actor.stood_in_for})
    arms = [
        Arm("own", Q(owner__in=persons), ("owner",)),
        Arm("asked", Q(involved__overlap=persons), ("involved",)),
    ]
    for one in actor.absent:
        if one.only_for:
            arms.append(Arm("asked", Q(involved__overlap=[one.person], kind=one.only_for), ("involved",)))
    if actor.holds(Role.HEAD):
        departments = actor.departments_of([Role.HEAD])
        if departments is None:
            return [Arm("all", Q())]
        arms.append(Arm("department", Q(department__in=sorted(departments)), ("department",)))
    return arms


declare(Request, _requests)
declare_part(Step, "request")
declare_part(Ticket, "request")
open_to_all(Route)
open_to_all(RouteEdition)
declare_part(RouteStep, "edition")
declare_part(RouteCondition, "edition")


@predicate
def requests(by: Actor, request: Request | None) -> bool:
    """The requester, or who stands in for them."""
    return request is None or request.owner_id in {by.person_id, *by.stood_in_for}


@predicate
def is_not_its_own(by: Actor, request: Request | None) -> bool:
    """Nobody decides what concerns them, or one in whose place they act."""
    return request is None or by.selves.isdisjoint(request.concerned)


@predicate
def is_asked(by: Actor, request: Request | None) -> bool:
    """Whoever is asked now, a deputy of theirs, and those above who may decide too."""
    if request is None or voices(by, request) & set(request.waiting):
        return True
    return by.holds_any(request.above, department=request.department_id)


@predicate
def is_consulted(by: Actor, request: Request | None) -> bool:
    """Whoever has been asked for an opinion without a vote."""
    return request is None or bool(voices(by, request) & set(request.consulted))


@predicate
def has_decided(by: Actor, request: Request | None) -> bool:
    """Whoever takes part, and the executives: of these, those who decide may declare a request void."""
    return request is None or bool(voices(by, request) & set(request.involved)) or by.holds_any(EXECUTIVES)


@predicate
def by_decision(by: Actor, subject: Any) -> bool:
    """The `may` of an action that only a decision does: nobody else, whatever roles they hold."""
    return is_carrying_out()


draws_routes: Predicate = holds(Role.ADMINISTRATOR, Role.EXECUTIVE, Role.VICE_EXECUTIVE)
puts_routes_in_force: Predicate = holds(Role.EXECUTIVE, Role.VICE_EXECUTIVE)
