"""Who sees complaints and who may do what with them (2.5.3). Nobody in sales decides about a complaint."""

import uuid

from django.db import models
from django.db.models import Q
from rules.predicates import Predicate

from shangwu.chapters.customers.access import SELLERS
from shangwu.chapters.customers.models import (
    Cause,
    Complaint,
    ComplaintReport,
    Customer,
    Letter,
    Pause,
    Remedy,
    Why,
)
from shangwu.foundation.access import scoping
from shangwu.foundation.access.predicates import holds, predicate
from shangwu.foundation.access.scoping import Reach, scope, shown_by_link, shown_to_link
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, ActorKind
from shangwu.foundation.records.scopes import Arm, declare, declare_part, one_of

OVERSEERS = (Role.EXECUTIVE, Role.VICE_EXECUTIVE)
READERS = (
    Role.SERVICE, Role.HEAD, Role.SALES_SUPPORT, Role.BUSINESS, Role.LEGAL, Role.PLANNING, Role.QUALITY, Role.LOGISTICS,
    Role.ENGINEERING, Role.PURCHASING, Role.FINANCE,
)  # fmt: skip
"""Who sees the department's complaints: those who may have to find a cause or carry a solution out."""

_COMPLAINT = "complaint"


def by_link(entity: Entity, department_id: int | None, about: uuid.UUID | None = None) -> Actor:
    """Somebody outside who came by a link of ours; `about`: the one complaint that the link is for."""
    return scoping.by_link(entity, *([(_COMPLAINT, about)] if about else []), department_id=department_id)


def _complaints(actor: Actor) -> list[Arm]:
    """The department's for those who work on them; sellers their own customers'; whoever is on the team, that one."""
    if actor.kind is ActorKind.LINK:
        return shown_to_link(actor, Complaint)
    if actor.holds_any(OVERSEERS):
        return [Arm("all", Q())]
    arms: list[Arm] = []
    wide = [role for role in READERS if role in actor.roles]
    if wide:
        departments = actor.departments_of(wide)
        if departments is None:
            return [Arm("all", Q())]
        arms.append(Arm("department", Q(department_id__in=sorted(departments)), ("department",)))
    selling = [grant for grant in actor.grants if grant.role in SELLERS]
    if selling:
        arms.append(Arm("with", one_of("customer_id", _own_customers(actor)), ("customer",), in_facts=False))
    if actor.person_id is not None and (wide or selling):
        selves = sorted({actor.person_id, *(one.acting_for for one in actor.grants if one.acting_for)})
        arms.append(Arm("own", Q(owner_id__in=selves), ("owner",)))
    if actor.person_id is not None:
        arms.append(Arm("team", Q(team__contains=[actor.person_id]), in_facts=False))
    return arms


def _own_customers(actor: Actor) -> "models.QuerySet[Customer]":
    """A seller's own customers, their team's, and those shared with them; not what lies in the pool."""
    mine = Q(owner__isnull=False) | Q(collaborators__contains=[actor.person_id])
    return Customer.objects.visible_to(actor, archived=True).filter(mine)


declare(Complaint, _complaints)
shown_by_link(Complaint, _COMPLAINT)
for part in (Why, Cause, Remedy, Pause, Letter):
    declare_part(part, "complaint")
scope(ComplaintReport, dict.fromkeys(READERS, Reach.DEPARTMENT) | dict.fromkeys(OVERSEERS, Reach.ALL))


def counts_complaints(by: Actor) -> bool:
    """Figures are for those who see a department's complaints whole: a part of them would mislead."""
    return by.is_system or by.holds_any((*READERS, *OVERSEERS))


@predicate
def registers_complaints(by: Actor, complaint: Complaint | None) -> bool:
    """Whoever deals with customers writes down what they complain of."""
    hears = (
        *SELLERS, *OVERSEERS, Role.HEAD, Role.SALES_SUPPORT, Role.BUSINESS, Role.SERVICE, Role.FINANCE,
    )  # fmt: skip
    return by.is_system or by.holds_any(hears)


@predicate
def comes_by_link(by: Actor, complaint: Complaint | None) -> bool:
    """Only somebody outside, by a signed link or the public form."""
    return by.kind is ActorKind.LINK


@predicate
def is_house(by: Actor, complaint: Complaint | None) -> bool:
    """Only the house itself."""
    return by.is_system


@predicate
def works_on(by: Actor, complaint: Complaint | None) -> bool:
    """Whoever sees it may report: the body asks whether the measure is theirs."""
    return by.is_system or by.person_id is not None


@predicate
def is_on_team(by: Actor, complaint: Complaint | None) -> bool:
    """Whoever has something to do in it."""
    return complaint is None or by.person_id in complaint.team


handles_complaints: Predicate = holds(Role.SERVICE, Role.HEAD)
investigates_complaints: Predicate = holds(Role.SERVICE, Role.QUALITY, Role.HEAD)
declines_complaints: Predicate = holds(Role.HEAD, Role.EXECUTIVE)
analyses_complaints: Predicate = holds(Role.SERVICE, Role.HEAD)
