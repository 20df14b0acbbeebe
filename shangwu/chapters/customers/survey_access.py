"""Who sees what customers say of us, and who asks them (2.5.2). Sellers see it of their own, and ask nobody."""

import uuid

from django.db.models import Q
from rules.predicates import Predicate

from shangwu.chapters.customers.access import SELLERS
from shangwu.chapters.customers.models import SatisfactionReport, Survey
from shangwu.foundation.access import scoping
from shangwu.foundation.access.predicates import holds, predicate
from shangwu.foundation.access.scoping import Reach, scope, shown_by_link, shown_to_link
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, ActorKind
from shangwu.foundation.records.scopes import Arm, declare

READERS = (Role.SERVICE, Role.HEAD, Role.SALES_SUPPORT, Role.BUSINESS, Role.MARKETING, Role.QUALITY)
OVERSEERS = (Role.EXECUTIVE, Role.VICE_EXECUTIVE)

_SURVEY = "survey"


def by_link(entity: Entity, survey: uuid.UUID) -> Actor:
    """Somebody outside who came by the link of one survey."""
    return scoping.by_link(entity, (_SURVEY, survey))


def _surveys(actor: Actor) -> list[Arm]:
    """The department's for those who answer for it; sellers those of the customers that were theirs."""
    if actor.kind is ActorKind.LINK:
        return shown_to_link(actor, Survey)
    if actor.holds_any(OVERSEERS):
        return [Arm("all", Q())]
    arms: list[Arm] = []
    if actor.holds_any(READERS):
        departments = actor.departments_of(READERS)
        if departments is None:
            return [Arm("all", Q())]
        arms.append(Arm("department", Q(department_id__in=sorted(departments)), ("department",)))
    selling = [grant for grant in actor.grants if grant.role in SELLERS]
    if selling and actor.person_id is not None:
        stood_in_for = {one.acting_for for one in selling if one.acting_for}
        arms.append(Arm("own", Q(owner_id__in=sorted({actor.person_id, *stood_in_for, *actor.team})), ("owner",)))
    return arms


declare(Survey, _surveys)
shown_by_link(Survey, _SURVEY)
scope(SatisfactionReport, dict.fromkeys(READERS, Reach.DEPARTMENT) | dict.fromkeys(OVERSEERS, Reach.ALL))


def counts_surveys(by: Actor) -> bool:
    """Figures are for those who see a department's surveys whole: a part of them would mislead."""
    return by.is_system or by.holds_any((*READERS, *OVERSEERS))


@predicate
def comes_by_survey(by: Actor, survey: Survey | None) -> bool:
    """Only the person who was asked, by their link."""
    return by.kind is ActorKind.LINK


asks_customers: Predicate = holds(Role.SERVICE, Role.HEAD)
