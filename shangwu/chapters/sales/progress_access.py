"""Who lets customers follow their orders, and what such a link opens (2.6.1)."""

import uuid
import zoneinfo

from shangwu.chapters.sales.access import SEEN, takes_orders
from shangwu.chapters.sales.models import Order, ProgressPage, Shipment
from shangwu.foundation.access.scoping import scope, shown_by_link
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor, ActorKind, Grant, Source

PAGE, ORDER = "progress-page", "progress"
"""What the grants of a link begin with: that of the page itself, and that of the one order which it shows."""

scope(ProgressPage, SEEN)
shown_by_link(ProgressPage, PAGE)
shown_by_link(Order, ORDER, "id")
shown_by_link(Shipment, ORDER, "order")

shows_progress = takes_orders
"""2.6.1: who has the order tells the customer how it stands."""


def by_link(entity: Entity, page: uuid.UUID, order_id: int | None = None) -> Actor:
    """Somebody outside who came by the link of one page; with `order_id`, once the page is found open."""
    grants = [Grant(f"{PAGE}:{page}"), *([Grant(f"{ORDER}:{order_id}")] if order_id is not None else [])]
    return Actor(
        kind=ActorKind.LINK, name="link", entity_id=entity.pk, source=Source.PAGE,
        zone=zoneinfo.ZoneInfo(entity.zone), currency=entity.currency, grants=tuple(grants),
    )  # fmt: skip
