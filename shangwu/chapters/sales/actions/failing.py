"""Clause 2.6.3: goods that left and did not arrive are here again, or lost; so much of the order is open again."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.access import ships_orders
from shangwu.chapters.sales.actions.production import PRODUCTION, ask_replacement
from shangwu.chapters.sales.models import Line, Order, ProductionRequest, Shipment, ShipmentLine
from shangwu.chapters.sales.settling import reopen
from shangwu.chapters.sales.stock import come_home, hold, lots_moved
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.records.actors import Actor

State = Shipment.State


@action(
    Shipment, "fail", clause="2.6.3", label=pgettext_lazy("shipping", "Goods did not arrive"), may=ships_orders,
    source=State.SHIPPED, target=State.FAILED, locks=["order", "lines.line", "lines.product"], sweeps=lots_moved,
    numbers={ProductionRequest: PRODUCTION}, needs_reason=True, icon="arrow-back", event="sales.shipment.failed",
    danger=_("So much of the order is to be shipped again, or given up by the head."),
)  # fmt: skip
def fail(
    shipment: Shipment,
    by: Actor,
    *,
    came_back: Annotated[bool, Ask(_("They are here again, fit to be sold"), _("Else they are lost to us."))],
    due_on: Annotated[
        datetime.date | None, Ask(_("Needed by"), _("Where they are made to order; else the promised day, or today."))
    ] = None,
) -> Iterable[models.Model]:
    """2.6.3: nobody will sign for them: the recipient refused them, or the carrier lost them; the reason says which.

    What came back lies where it came from. The order has so much to ship again: out of free stock as far as it goes, or
    made once more by the day given. Refuses `closed`, `returned` where a return of these goods is announced, `past`.
    """
    order = shipment.order
    if order.state == Order.State.CLOSED:
        raise Refusal("closed", _("The order is closed. Its accounts stand."))
    order.changed_at, order.changed_by_id = shipment.changed_at, by.person_id
    packed, ledger = list(shipment.lines.all()), list[models.Model]()
    to_make: dict[Line, Decimal] = {}
    for one in packed:
        _take_off(one, order)
        if one.product is not None and one.product.made and not came_back:
            one.line.unreleased += one.quantity
            to_make[one.line] = to_make.get(one.line, Decimal(0)) + one.quantity
        if one.product is not None and one.product.stocked:
            ledger += come_home(shipment, one, by) if came_back else ()
            hold(one.line, one.product, one.quantity)
    shipment.came_back = came_back
    if shipment.trouble:
        shipment.trouble, shipment.trouble_taken_at = "", shipment.trouble_taken_at or shipment.changed_at
        shipment.trouble_taken_by_id = shipment.trouble_taken_by_id or by.person_id
    reopen(order, by, all_made=all(one.line in to_make for one in packed))
    return [*ledger, *ask_replacement(order, by, list(to_make.items()), due_on)]


def _take_off(packed: ShipmentLine, order: Order) -> None:
    """So much has not left after all."""
    packed.line.shipped -= packed.quantity
    order.shipped_quantity -= packed.quantity
    if packed.line.returned > packed.line.shipped:
        raise Refusal("returned", _("A return of these goods is announced. Cancel it, or enter the delivery."))
