"""Who sees which duties: one's own and those one stands in for, a head the department's, the executive all."""

from django.db import models
from django.db.models import Q

from shangwu.foundation.duties.models import Duty, Waiver
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm

EVERYWHERE = (Role.EXECUTIVE, Role.VICE_EXECUTIVE, Role.AUDITOR)
DEPARTMENTS = (Role.HEAD, Role.BUSINESS)


def _arms(actor: Actor) -> list[Arm]:
    if actor.holds_any(EVERYWHERE):
        return [Arm("all", Q())]
    found: list[Arm] = []
    if actor.holds_any(DEPARTMENTS):
        departments = actor.departments_of(DEPARTMENTS)
        if departments is None:
            return [Arm("all", Q())]
        found.append(Arm("department", Q(department_id__in=sorted(departments)), ("department",)))
    if actor.person_id is not None:
        people = sorted({actor.person_id, *actor.stood_in_for, *actor.team})
        found.append(Arm("own", Q(holder_id__in=people), ("holder",)))
        found.append(Arm("acting", Q(acting_id=actor.person_id), ("acting",)))
    return found


scopes.declare(Duty, _arms)


def _waivers(actor: Actor) -> list[Arm]:
    """Own ones, the department's for its head, all for the executives and the auditor."""
    if actor.holds_any(EVERYWHERE):
        return [Arm("all", Q())]
    if actor.person_id is None:
        return []
    found = [Arm("own", Q(owner__in=sorted({actor.person_id, *actor.stood_in_for})), ("owner",))]
    if actor.holds(Role.HEAD):
        departments = actor.departments_of([Role.HEAD])
        if departments is None:
            return [Arm("all", Q())]
        found.append(Arm("department", Q(department__in=sorted(departments)), ("department",)))
    return found


scopes.declare(Waiver, _waivers)


def seen_by(actor: Actor) -> "models.QuerySet[Duty]":
    """The duties that somebody may see; a secret record's only by those who may read it."""
    return Duty.objects.filter(scopes.visible(Duty, actor))
