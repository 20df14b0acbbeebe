"""Clause 2.6.3: goods go out in one or more shipments, arrive, and the order follows."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.access import ships_orders
from shangwu.chapters.sales.actions.carriers import Carriers, carriers, choose, mark_numbered
from shangwu.chapters.sales.actions.orders import require_welcome
from shangwu.chapters.sales.actions.packing import (
    BY_NAME,
    CARRIER,
    FROM,
    OLDEST_FIRST,
    SHIPMENTS,
    SHIPPABLE,
    Leaving,
    hand_to,
    shipment_for,
    shipment_lines,
)
from shangwu.chapters.sales.bounds import bounded
from shangwu.chapters.sales.credit import debts_of
from shangwu.chapters.sales.models import Carrier, Order, Shipment, ShipmentLine, Warehouse
from shangwu.chapters.sales.settling import settle
from shangwu.chapters.sales.stock import leave, lots_moved, put_back, shelves, take_out
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, classify, edit, enter_state
from shangwu.foundation.records.actors import Actor

classify(Shipment, may=nobody, shown=False)


def going(orders: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Leaving:
    """The `prepare` of shipping whole orders."""
    return Leaving(carriers(orders, by, inputs), shelves(orders, by, inputs), debts_of(orders, by))


def sending(shipments: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Leaving:
    """The `prepare` of what was packed before: where its goods come from is settled; no path leads to the customers."""
    files = Customer.objects.in_bulk({one.order.customer_id for one in shipments})
    for one in shipments:
        one.order.customer = files.get(one.order.customer_id)
    debts = debts_of([one.order for one in shipments], by)
    return Leaving(carriers(shipments, by, inputs), debts=debts)


@action(
    Order, "ship", clause="2.6.3", label=_("Ship all that is left"), may=ships_orders, source=SHIPPABLE,
    locks=["lines.product"], reads=["customer"], numbers={Shipment: SHIPMENTS}, prepare=going, sweeps=lots_moved,
    icon="truck", bulk=True,
)  # fmt: skip
def ship(
    order: Order,
    by: Actor,
    known: Leaving,
    *,
    carried_by: Annotated[Carrier | None, Ask(CARRIER)] = None,
    carrier: Annotated[str, Ask(BY_NAME)] = "",
    tracking_number: Annotated[str, Ask(_("Tracking number"))] = "",
    warehouse: Annotated[Warehouse | None, Ask(FROM, OLDEST_FIRST)] = None,
) -> Iterable[models.Model]:
    """2.6.3: everything that is released and not yet shipped leaves today in one shipment. Refuses `empty`,
    `unreleased`, `blacklisted`, `credit_hold`, `rate`, `stock`, and `number` for one that the carrier does not have."""
    assert order.customer is not None
    assert known.debts is not None
    require_welcome(order.customer)
    known.debts.require(order, order.changed_at.astimezone(by.zone).date())
    lines = list(order.lines.all())
    going = [(line, line.to_ship) for line in lines if line.to_ship > 0]
    if not going and any(line.unreleased for line in lines):
        raise Refusal("unreleased", _("Quality has not released these goods yet. Ship them when it has."))
    if not going and any(line.awaited for line in lines):
        raise Refusal("stock", _("Nothing of what is left has come yet. Ship it when the expected goods are in."))
    if not going:
        raise Refusal("empty", _("All of it has left or is being prepared."))
    shipment = shipment_for(order, by)
    hand_to(shipment, known.carriers, carried_by, carrier, tracking_number)
    _leave(shipment, order, by)
    mark_numbered(shipment, known.carriers)
    packed: list[ShipmentLine] = []
    ledger: list[models.Model] = []
    for line, quantity in going:
        packed += shipment_lines(shipment, line, quantity, known.shelves, warehouse)
        take_out(line, quantity)
        order.shipped_quantity += quantity
    for one in packed:
        ledger += leave(shipment, one, by, picked=False)
    follow(order, by)
    return [shipment, *packed, *ledger]


def _leave(shipment: Shipment, order: Order, by: Actor) -> None:
    """The shipment is on its way."""
    shipment.changed_at = order.changed_at if shipment._state.adding else shipment.changed_at
    shipment.shipped_on = shipment.changed_at.astimezone(by.zone).date()
    order.shipped_on = shipment.shipped_on
    enter_state(shipment, Shipment.State.SHIPPED, shipment.changed_at, by.person_id)


def follow(order: Order, by: Actor) -> None:
    """The order's state after goods have left or arrived."""
    state = Order.State.SHIPPED if order.shipped_quantity == order.quantity else Order.State.PART_SHIPPED
    if order.state in SHIPPABLE and order.state != state:
        enter_state(order, state, order.changed_at, by.person_id)
    if order.delivered_quantity == order.quantity and order.state == Order.State.SHIPPED:
        enter_state(order, Order.State.DELIVERED, order.changed_at, by.person_id)
        if order.invoiced_on is not None:  # before goods were replaced
            enter_state(order, Order.State.INVOICED, order.changed_at, by.person_id)
    settle(order, by)


def correct(shipment: Shipment, by: Actor, known: Carriers) -> None:
    """2.6.3: carrier, number and recipient may be put right until the goods are there. Refuses `number`."""
    choose(shipment, known)


edit(
    Shipment, clause="2.6.3", may=ships_orders, source=[Shipment.State.PREPARED, Shipment.State.SHIPPED],
    prepare=carriers, body=correct,
    fields=bounded(
        Shipment,
        [
            "carried_by", "carrier", "tracking_number", "recipient", "phone", "address", "packages", "weight",
            "freight", "insured", "expected_on", "note",
        ],
    ),
)  # fmt: skip


@action(
    Shipment, "send", clause="2.6.3", label=_("Goods out"), may=ships_orders, source=Shipment.State.PREPARED,
    locks=["order", "lines.line", "lines.product"], prepare=sending, sweeps=lots_moved, primary=True, icon="truck",
    bulk=True, event="sales.shipment.shipped",
)  # fmt: skip
def send(
    shipment: Shipment,
    by: Actor,
    known: Leaving,
    *,
    carried_by: Annotated[Carrier | None, Ask(CARRIER)] = None,
    tracking_number: Annotated[str, Ask(_("Tracking number"))] = "",
) -> Iterable[models.Model]:
    """2.6.3: the prepared goods leave the warehouse; stock and reservation go down, the order moves on.

    Refuses `blacklisted`, `credit_hold`, `rate`, and `number` for one that the carrier does not have.
    """
    order = shipment.order
    assert order.customer is not None
    assert known.debts is not None
    require_welcome(order.customer)
    known.debts.require(order, shipment.changed_at.astimezone(by.zone).date())
    hand_to(shipment, known.carriers, carried_by, number=tracking_number)
    _keep_time(order, shipment, by)
    for packed in shipment.lines.all():
        packed.line.product = packed.product
        packed.line.allotted -= packed.quantity
        order.allotted_quantity -= packed.quantity
        take_out(packed.line, packed.quantity)
        order.shipped_quantity += packed.quantity
    _leave(shipment, order, by)
    mark_numbered(shipment, known.carriers)
    follow(order, by)
    return [row for packed in shipment.lines.all() for row in leave(shipment, packed, by, picked=True)]


def _keep_time(order: Order, shipment: Shipment, by: Actor) -> None:
    """What happens to the order happens at the shipment's time."""
    order.changed_at, order.changed_by_id = shipment.changed_at, by.person_id


@action(
    Shipment, "deliver", clause="2.6.3", label=_("Delivered"), may=ships_orders, source=Shipment.State.SHIPPED,
    target=Shipment.State.DELIVERED, locks=["order", "lines.line"], primary=True, icon="home-check", bulk=True,
)  # fmt: skip
def deliver(
    shipment: Shipment,
    by: Actor,
    *,
    delivered_on: Annotated[datetime.date, Ask(_("Delivered on"))],
    signed_by: Annotated[str, Ask(_("Signed for by"))] = "",
) -> None:
    """2.6.3: the customer has the goods. Refuses `order_of_days`: before they left, or in the future."""
    today = shipment.changed_at.astimezone(by.zone).date()
    if shipment.shipped_on is None or not shipment.shipped_on <= delivered_on <= today:
        said = _("Goods arrive after they left (%(left)s) and not after today.")
        params = {"left": shipment.shipped_on}
        raise Refusal("order_of_days", said, params, fields={"delivered_on": [str(said) % params]})
    order = shipment.order
    _keep_time(order, shipment, by)
    shipment.delivered_on, shipment.signed_by = delivered_on, signed_by[:60]
    order.delivered_on = max(order.delivered_on or delivered_on, delivered_on)
    for packed in shipment.lines.all():
        packed.line.delivered += packed.quantity
        order.delivered_quantity += packed.quantity
    if shipment.trouble == Shipment.Trouble.STALLED and shipment.trouble_taken_at is None:
        # Nobody knew where they were; now they are there.
        shipment.trouble, shipment.trouble_taken_at = "", shipment.changed_at
        shipment.trouble_taken_by_id = by.person_id
    follow(order, by)


@action(
    Shipment, "cancel", clause="2.6.3", label=_("Cancel"), may=ships_orders, source=Shipment.State.PREPARED,
    target=Shipment.State.CANCELLED, locks=["order", "lines.line", "lines.product"], sweeps=lots_moved,
    needs_reason=True, icon="x",
)  # fmt: skip
def cancel(shipment: Shipment, by: Actor) -> Iterable[models.Model]:
    """2.6.3: unpack what was being prepared; the order's lines are open again."""
    _keep_time(shipment.order, shipment, by)
    for packed in shipment.lines.all():
        packed.line.allotted -= packed.quantity
        shipment.order.allotted_quantity -= packed.quantity
    return [row for packed in shipment.lines.all() for row in put_back(shipment, packed, by)]
