"""Who takes audit bundles, and who sees which were taken; who prepares, signs and notes the month's report.

A bundle holds what its owner may see: only they get it.
"""

from django.db.models import Q

from shangwu.foundation.access.predicates import holds, owns, predicate
from shangwu.foundation.evidence.models import Bundle, Report
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.scopes import Arm

OVERSEERS = (Role.EXECUTIVE, Role.VICE_EXECUTIVE, Role.AUDITOR)
TAKERS = (Role.HEAD, *OVERSEERS)

takes_bundles = holds(*TAKERS)


def _arms(actor: Actor) -> list[Arm]:
    """One's own; all for who oversees: that a bundle was taken, not what it holds."""
    if actor.holds_any(OVERSEERS):
        return [Arm("all", Q())]
    return [Arm("own", Q(owner=actor.person_id), ("owner",))] if actor.person_id is not None else []


scopes.declare(Bundle, _arms)


@predicate
def is_at_work(by: Actor, record: object) -> bool:
    """Only the work itself tells how a bundle has ended."""
    return by.source is Source.JOB


ends_own = owns & is_at_work

prepares_reports = holds(Role.HEAD)
signs_reports = owns & prepares_reports
notes_reports = holds(Role.EXECUTIVE, Role.VICE_EXECUTIVE)


def _reports(actor: Actor) -> list[Arm]:
    """The head's own department's; all for who oversees."""
    if actor.holds_any(OVERSEERS):
        return [Arm("all", Q())]
    departments = actor.departments_of([Role.HEAD]) if actor.holds(Role.HEAD) else frozenset()
    if departments is None:
        return [Arm("all", Q())]
    return [Arm("department", Q(department_id__in=sorted(departments)), ("department",))] if departments else []


scopes.declare(Report, _reports)
