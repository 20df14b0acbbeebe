"""Who sees quotations, who draws them up, and who answers them (2.6.1)."""

import uuid
import zoneinfo

from shangwu.chapters.sales.access import sees_cost, takes_orders
from shangwu.chapters.sales.models import Quotation, QuotationLine, QuotationRevision
from shangwu.foundation.access.predicates import predicate
from shangwu.foundation.access.scoping import Reach, scope, shown_by_link
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, ActorKind, Grant, Source
from shangwu.foundation.records.scopes import declare_fields, declare_part

BY_LINK = "quotation"

scope(
    Quotation,
    {
        Role.SALES: Reach.TEAM, Role.CHANNELS: Reach.TEAM, Role.HEAD: Reach.DEPARTMENT,
        Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.BUSINESS: Reach.DEPARTMENT, Role.FINANCE: Reach.DEPARTMENT,
        Role.LEGAL: Reach.DEPARTMENT, Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL,
    },
)  # fmt: skip
shown_by_link(Quotation, BY_LINK)
declare_part(QuotationLine, "quotation")
declare_part(QuotationRevision, "quotation")
declare_fields(QuotationLine, {"cost": sees_cost})

quotes = takes_orders
"""2.6.1: sales for their own customers, sales support and the head for the department's: who takes orders, quotes."""


def by_link(entity: Entity, quotation: uuid.UUID) -> Actor:
    """Somebody outside who came by the link of one quotation."""
    return Actor(
        kind=ActorKind.LINK, name="link", entity_id=entity.pk, source=Source.PAGE,
        zone=zoneinfo.ZoneInfo(entity.zone), currency=entity.currency, grants=(Grant(f"{BY_LINK}:{quotation}"),),
    )  # fmt: skip


@predicate
def comes_by_quotation(by: Actor, quotation: Quotation | None) -> bool:
    """Only the customer, by the link that was sent."""
    return by.kind is ActorKind.LINK
