"""Who sees sales reports, and who may do what with them (2.7.2). Profit on a page is a gate of its own (`may_see`)."""

from typing import Any

from django.db.models import Q
from rules.predicates import Predicate

from shangwu.chapters.analytics.reports.models import LanguageModel, Proposal, ReportFinding, SalesReport
from shangwu.chapters.analytics.reports.rules import hidden_from
from shangwu.foundation.access.predicates import holds, owns, predicate
from shangwu.foundation.access.scoping import Reach, hide, scope
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm, declare

OVERSEERS = (Role.EXECUTIVE, Role.VICE_EXECUTIVE)
READERS = (Role.HEAD, Role.BUSINESS, Role.SALES_SUPPORT, Role.FINANCE)
"""Who sees a department's sales whole: a part of them would mislead."""

SEEN = dict.fromkeys(READERS, Reach.DEPARTMENT) | dict.fromkeys(OVERSEERS, Reach.ALL)


def _untold(actor: Actor) -> Q | None:
    """Sentences, and what is proposed about them, whose numbers are not the reader's to see."""
    hidden = hidden_from(actor)
    return Q(rule__in=hidden) if hidden else None


scope(SalesReport, SEEN)
scope(ReportFinding, SEEN)
scope(Proposal, dict.fromkeys(Role, Reach.OWN) | SEEN)
for _told in (ReportFinding, Proposal):
    hide(_told, _untold)

KEEPERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.SECRECY_OFFICER)
"""Who knows which language model is asked: who names it, and who watches what leaves the house."""


def _known(actor: Actor) -> list[Arm]:
    return [Arm("all", Q())] if actor.holds_any(KEEPERS) else []


declare(LanguageModel, _known)
names_models: Predicate = holds(Role.ADMINISTRATOR)
drafts_reports: Predicate = holds(Role.BUSINESS, Role.HEAD)
issues_reports: Predicate = holds(Role.BUSINESS, Role.HEAD, *OVERSEERS)
leads: Predicate = holds(Role.HEAD, *OVERSEERS)


@predicate
def is_not_done_by_oneself(by: Actor, proposal: Any) -> bool:
    """Who carries a proposal out does not confirm it, nor one who stands in for them."""
    return proposal is None or proposal.owner_id is None or proposal.owner_id not in by.selves


carries_out: Predicate = owns
confirms: Predicate = leads & is_not_done_by_oneself
