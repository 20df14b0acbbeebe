"""Who sees a month's close and its findings, and who closes (2.7.1). Who enters data doesn't accept its faults."""

from rules.predicates import Predicate

from shangwu.chapters.analytics.closing.models import Finding, FrozenFacts, MonthClose
from shangwu.foundation.access.predicates import holds, is_not_concerned
from shangwu.foundation.access.scoping import Reach, scope
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.scopes import declare_part

READERS = (Role.HEAD, Role.SALES_SUPPORT, Role.BUSINESS, Role.FINANCE)
OVERSEERS = (Role.EXECUTIVE, Role.VICE_EXECUTIVE)
MENDERS = (Role.SALES, Role.CHANNELS)

scope(MonthClose, dict.fromkeys(READERS, Reach.DEPARTMENT) | dict.fromkeys(OVERSEERS, Reach.ALL))
scope(
    Finding,
    dict.fromkeys(MENDERS, Reach.TEAM)
    | dict.fromkeys((*READERS, Role.SERVICE), Reach.DEPARTMENT)
    | dict.fromkeys(OVERSEERS, Reach.ALL),
)
declare_part(FrozenFacts, "close")

closes_months: Predicate = holds(Role.SALES_SUPPORT, Role.HEAD)
accepts_findings: Predicate = holds(Role.HEAD, *OVERSEERS) & is_not_concerned
