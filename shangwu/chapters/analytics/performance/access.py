"""Who sees targets, scores, splits and rewards, and who may do what with them (2.7.3).

Scores and what follows from them are for duty roles, not for the hierarchy: a superior without the role sees nothing,
nor does whoever stands in for a colleague.
"""

from typing import Any

from django.db.models import Q
from rules.predicates import Predicate

from shangwu.chapters.analytics.performance.models import (
    KpiLine,
    KpiSheet,
    KpiTemplate,
    KpiTemplateLine,
    Objection,
    Reward,
    Split,
    SplitShare,
    TargetChange,
)
from shangwu.chapters.sales.access import sees_cost
from shangwu.foundation.access.predicates import holds, predicate
from shangwu.foundation.access.scoping import Reach, open_to_all, scope
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm, declare, declare_fields, declare_part

EXECUTIVES = (Role.EXECUTIVE, Role.VICE_EXECUTIVE)
LEADERS = (Role.HEAD, *EXECUTIVES)
KEEPERS = (*LEADERS, Role.HUMAN_RESOURCES)
"""Who sees sheets besides one's own: who sets them and judges, and who carries out what follows."""


def _sheets(actor: Actor) -> list[Arm]:
    """One's own; the department's for who leads it or keeps its personnel matters; all for the executives."""
    arms = _of_departments(actor, KEEPERS)
    if arms is None:
        return [Arm("all", Q())]
    if actor.person_id is not None:
        arms.append(Arm("own", Q(owner_id=actor.person_id), ("owner",)))
    return arms


def _of_departments(actor: Actor, roles: tuple[Role, ...]) -> list[Arm] | None:
    """What `roles` reach; None where one of them reaches the whole company."""
    departments = actor.departments_of(roles)
    if departments is None:
        return None
    return [Arm("department", Q(department_id__in=sorted(departments)), ("department",))] if departments else []


DECIDED = (Reward.State.APPROVED, Reward.State.APPLIED)


def _rewards(actor: Actor) -> list[Arm]:
    """What was decided for oneself; others' for who proposes, decides and carries it out, never a proposal about
    oneself."""
    own = Q(owner_id=actor.person_id)
    arms = _of_departments(actor, KEEPERS)
    found = [Arm("others", ~own)] if arms is None else [Arm(one.name, one.condition & ~own) for one in arms]
    if actor.person_id is not None:
        found.append(Arm("own", own & Q(state__in=DECIDED), ("owner",)))
    return found


declare(KpiSheet, _sheets)
declare(Reward, _rewards)
scope(
    Split,
    dict.fromkeys(Role, Reach.OWN)
    | {Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.HEAD: Reach.DEPARTMENT}
    | dict.fromkeys(EXECUTIVES, Reach.ALL),
    collaborators="collaborators",
)
open_to_all(KpiTemplate)
for part, parent in (
    (KpiLine, "sheet"), (TargetChange, "sheet"), (Objection, "sheet"), (SplitShare, "split"),
    (KpiTemplateLine, "template"),
):  # fmt: skip
    declare_part(part, parent)
declare_fields(KpiLine, {f"closed_{name}": sees_cost for name in KpiLine.CLOSED})
declare_fields(TargetChange, {"closed_target": sees_cost})
declare_fields(Objection, {"closed_adjustment": sees_cost})

leads: Predicate = holds(*LEADERS)
_keeps: Predicate = holds(*KEEPERS)


@predicate
def is_of_another(by: Actor, record: Any) -> bool:
    """Nobody sets, judges or rewards themselves, or one in whose place they stand."""
    return by.is_system or record is None or record.owner_id is None or record.owner_id not in by.selves


@predicate
def is_ones_own(by: Actor, record: Any) -> bool:
    """The person whose sheet it is, in person: nobody signs or objects in another's place."""
    return by.person_id is not None and (record is None or record.owner_id == by.person_id)


@predicate
def sets_for_company(by: Actor, sheet: Any) -> bool:
    """The company's own targets are set by an executive, who answers for them."""
    return sheet is None or (sheet.level == KpiSheet.Level.COMPANY and by.holds_any(EXECUTIVES))


sets_targets: Predicate = leads & (is_of_another | sets_for_company)
judges: Predicate = leads & is_of_another
answers_objections: Predicate = _keeps & is_of_another
proposes_rewards: Predicate = leads & is_of_another
carries_out: Predicate = holds(Role.HUMAN_RESOURCES) & is_of_another


@predicate
def keeps_library(by: Actor, template: Any) -> bool:
    """Who leads a department says what its posts are usually judged by; what is no department's, an executive."""
    if by.is_system:
        return True
    return by.holds_any(LEADERS) if template is None else by.holds_for(LEADERS, template.department_id)


SPLITTERS = (Role.SALES, Role.CHANNELS, *LEADERS)


@predicate
def proposes_splits(by: Actor, split: Split | None) -> bool:
    """The order's salesperson, and who leads the department."""
    if split is None:
        return by.holds_any(SPLITTERS)
    return by.holds_for(LEADERS, split.department_id) or (
        by.holds_any(SPLITTERS) and split.owner_id is not None and split.owner_id == by.person_id
    )


@predicate
def is_named(by: Actor, split: Split | None) -> bool:
    """Whoever gets a share agrees in person."""
    return by.person_id is not None and (split is None or by.person_id in split.collaborators)
