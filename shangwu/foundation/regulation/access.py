"""The regulation, its blanks and every proposal to change them are open to all who work here (3.1.3: published).

Who has signed for an edition, everybody sees of themselves, heads of their department, human resources and those above
of all.
"""

from typing import Any

from django.db.models import Q

from shangwu.foundation.access.predicates import holds, predicate
from shangwu.foundation.access.scoping import open_to_all
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm, declare, declare_part
from shangwu.foundation.regulation.models import Edition, Passage, Procedure, Proof, Proposal, SignOff

open_to_all(Proposal)
declare_part(Proof, "proposal")
open_to_all(Edition)
open_to_all(Passage)
declare_part(Procedure, "edition")

OVERSEERS = (Role.HUMAN_RESOURCES, Role.EXECUTIVE, Role.VICE_EXECUTIVE, Role.AUDITOR)


def _sign_offs(actor: Actor) -> list[Arm]:
    """One's own, also of whoever holds no role; the department's for its head, all for who oversees."""
    if actor.holds_any(OVERSEERS):
        return [Arm("all", Q())]
    arms = [Arm("own", Q(owner_id=actor.person_id), ("owner",))] if actor.person_id is not None else []
    if actor.holds(Role.HEAD):
        departments = actor.departments_of([Role.HEAD])
        if departments is None:
            return [Arm("all", Q())]
        arms.append(Arm("department", Q(department_id__in=sorted(departments)), ("department",)))
    return arms


declare(SignOff, _sign_offs)

draws_up = holds(Role.HEAD, Role.BUSINESS)
"""3.1.3: who drafts editions."""
publishes = holds(Role.HEAD, Role.HUMAN_RESOURCES, Role.VICE_EXECUTIVE, Role.EXECUTIVE)
"""Who publishes what has been approved, and reminds those who have not signed."""


@predicate
def is_oneself(by: Actor, record: Any) -> bool:
    """The owner in person: nobody signs in another's place."""
    return by.person_id is not None and (record is None or record.owner_id == by.person_id)
