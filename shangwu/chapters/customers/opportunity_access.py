"""Who sees opportunities and who may do what with them (2.5.2): as with their customers, but nothing in the pool."""

from django.db.models import Q
from rules.predicates import Predicate

from shangwu.chapters.customers.access import CLERKS, SELLERS, keeps_customer
from shangwu.chapters.customers.models import Customer, Opportunity, OutcomeReason, ProductRange, Stage
from shangwu.foundation.access.predicates import holds, predicate
from shangwu.foundation.access.scoping import Reach, open_to_all, scope
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm, one_of


def _with_customers(actor: Actor) -> list[Arm]:
    """Those of customers that are shared with one; sellers also those that others have at one's own customers."""
    theirs = Q(collaborators__contains=[actor.person_id])
    if actor.holds_any(SELLERS):
        theirs |= Q(owner__isnull=False)
    customers = Customer.objects.visible_to(actor, archived=True).filter(theirs).values("pk")
    return [Arm("shared", one_of("customer_id", customers), ("customer",), in_facts=False)]


scope(
    Opportunity,
    {
        Role.SALES: Reach.TEAM, Role.CHANNELS: Reach.TEAM, Role.HEAD: Reach.DEPARTMENT,
        Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.BUSINESS: Reach.DEPARTMENT, Role.MARKETING: Reach.DEPARTMENT,
        Role.FINANCE: Reach.DEPARTMENT, Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL,
    },
    further=_with_customers,
)  # fmt: skip
open_to_all(Stage)
open_to_all(OutcomeReason)
open_to_all(ProductRange)


@predicate
def makes_opportunities(by: Actor, opportunity: Opportunity | None) -> bool:
    """Whoever sells, or keeps the customers of those who do."""
    return bool(keeps_customer(by, None))


@predicate
def keeps_opportunity(by: Actor, opportunity: Opportunity | None) -> bool:
    """2.5.2: sellers those that they see, which are theirs and their customers'; sales support and the heads those of
    their departments."""
    if by.is_system or opportunity is None:
        return bool(keeps_customer(by, None))
    return by.holds_any(SELLERS) or by.holds_for(CLERKS, opportunity.department_id)


hands_opportunities_over: Predicate = holds(Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)
