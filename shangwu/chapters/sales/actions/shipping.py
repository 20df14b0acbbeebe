"""Clause 2.6.3: goods go out in one or more shipments, arrive, and the order follows."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.access import ships_orders
from shangwu.chapters.sales.actions.carriers import Carriers, carriers, choose, mark_numbered
from shangwu.chapters.sales.actions.orders import require_welcome
from shangwu.chapters.sales.models import Carrier, Line, Order, Shipment, ShipmentLine
from shangwu.chapters.sales.settling import settle
from shangwu.chapters.sales.stock import take_out
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, classify, edit, enter_state, newborn
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor

SHIPMENTS = Series("shipment", "DN%Y%m%d-{n:04d}", _("Shipment"), Reset.DAY)

ZERO = Decimal(0)
CARRIER, BY_NAME = pgettext_lazy("shipping", "Carrier"), _("Carrier by name")
SHIPPABLE = [Order.State.READY, Order.State.PART_SHIPPED]

classify(Shipment, may=nobody, shown=False)


class Packed(TypedDict):
    """So much of the order's line at this position goes into a shipment."""

    position: Annotated[int, Ask(_("Line"))]
    to_ship: Annotated[Decimal, Ask(_("Quantity"))]


def _shipment(order: Order, by: Actor) -> Shipment:
    """A shipment to where the order goes."""
    made: Shipment = newborn(Shipment, by, order.changed_at)
    made.order = order
    made.entity_id, made.owner_id, made.department_id = order.entity_id, order.owner_id, order.department_id
    made.secrecy, made.customer_name = order.secrecy, order.customer_name
    made.recipient, made.phone, made.address = order.ship_to_name, order.ship_to_phone, order.ship_to_address
    return made


@action(
    Order, "pack", clause="2.6.3", label=_("Prepare a shipment"), may=ships_orders, source=SHIPPABLE,
    reads=["customer"], numbers={Shipment: SHIPMENTS}, prepare=carriers, icon="package", primary=True,
)  # fmt: skip
def pack(
    order: Order,
    by: Actor,
    known: Carriers,
    *,
    lines: Annotated[list[Packed], Ask(_("Lines"))],
    carried_by: Annotated[Carrier | None, Ask(CARRIER)] = None,
    carrier: Annotated[str, Ask(BY_NAME)] = "",
    expected_on: Annotated[datetime.date | None, Ask(_("Expected on"))] = None,
) -> Iterable[models.Model]:
    """2.6.3: prepare a part of the order, or what is left of it, for shipping.

    lines: quantities by the order line's position; a line left out or at zero stays. Refuses `overshipped`, `empty`,
    `blacklisted`.
    """
    assert order.customer is not None
    require_welcome(order.customer)
    shipment = _shipment(order, by)
    shipment.expected_on = expected_on
    _hand_to(shipment, known, carried_by, carrier)
    packed = [
        _put_in(shipment, order, place, given["position"], given["to_ship"])
        for place, given in enumerate(lines)
        if given["to_ship"]
    ]
    if not packed:
        raise Refusal("empty", _("Say how much of which line goes."), fields={"lines": [_("Enter a quantity.")]})
    return [shipment, *packed]


def _put_in(shipment: Shipment, order: Order, place: int, position: int, quantity: Decimal) -> ShipmentLine:
    line = next((one for one in order.lines.all() if one.position == position), None)
    if line is None:
        raise Refusal(
            "invalid", _("The order has no such line."), fields={f"lines.{place}.position": [_("Unknown line.")]}
        )
    if quantity < 0 or quantity > line.to_ship:
        said = _("At most %(left)s of this line can still be shipped.")
        params = {"left": f"{line.to_ship:f}"}
        raise Refusal("overshipped", said, params, fields={f"lines.{place}.to_ship": [str(said) % params]})
    line.allotted += quantity
    order.allotted_quantity += quantity
    return _shipment_line(shipment, line, position, quantity)


def _shipment_line(shipment: Shipment, line: Line, position: int, quantity: Decimal) -> ShipmentLine:
    return ShipmentLine(shipment=shipment, position=position, line=line, product_id=line.product_id, quantity=quantity)


@action(
    Order, "ship", clause="2.6.3", label=_("Ship all that is left"), may=ships_orders, source=SHIPPABLE,
    locks=["lines.product"], reads=["customer"], numbers={Shipment: SHIPMENTS}, prepare=carriers, icon="truck",
    bulk=True,
)  # fmt: skip
def ship(
    order: Order,
    by: Actor,
    known: Carriers,
    *,
    carried_by: Annotated[Carrier | None, Ask(CARRIER)] = None,
    carrier: Annotated[str, Ask(BY_NAME)] = "",
    tracking_number: Annotated[str, Ask(_("Tracking number"))] = "",
) -> Iterable[models.Model]:
    """2.6.3: everything not yet shipped leaves today in one shipment. Refuses `empty`, `blacklisted`, and `number` for
    one that the carrier does not have."""
    assert order.customer is not None
    require_welcome(order.customer)
    going = [(line, line.to_ship) for line in order.lines.all() if line.to_ship > 0]
    if not going:
        raise Refusal("empty", _("All of it has left or is being prepared."))
    shipment = _shipment(order, by)
    _hand_to(shipment, known, carried_by, carrier, tracking_number)
    _leave(shipment, order, by)
    mark_numbered(shipment, known)
    made: list[models.Model] = [shipment]
    for line, quantity in going:
        take_out(line, quantity)
        order.shipped_quantity += quantity
        made.append(_shipment_line(shipment, line, line.position, quantity))
    _follow(order, by)
    return made


def _hand_to(
    shipment: Shipment, known: Carriers, carried_by: Carrier | None, carrier: str = "", number: str = ""
) -> None:
    """What was said of the carrier and the number; what was not said stays."""
    if carried_by is not None:
        shipment.carried_by_id = carried_by.pk
    shipment.carrier = carrier[:60] or shipment.carrier
    shipment.tracking_number = number[:40] or shipment.tracking_number
    choose(shipment, known)


def _leave(shipment: Shipment, order: Order, by: Actor) -> None:
    """The shipment is on its way."""
    shipment.changed_at = order.changed_at if shipment._state.adding else shipment.changed_at
    shipment.shipped_on = shipment.changed_at.astimezone(by.zone).date()
    order.shipped_on = shipment.shipped_on
    enter_state(shipment, Shipment.State.SHIPPED, shipment.changed_at, by.person_id)


def _follow(order: Order, by: Actor) -> None:
    """The order's state after goods have left or arrived."""
    state = Order.State.SHIPPED if order.shipped_quantity == order.quantity else Order.State.PART_SHIPPED
    if order.state in SHIPPABLE and order.state != state:
        enter_state(order, state, order.changed_at, by.person_id)
    if order.delivered_quantity == order.quantity and order.state == Order.State.SHIPPED:
        enter_state(order, Order.State.DELIVERED, order.changed_at, by.person_id)
    settle(order, by)


def correct(shipment: Shipment, by: Actor, known: Carriers) -> None:
    """2.6.3: carrier, number and recipient may be put right until the goods are there. Refuses `number`."""
    choose(shipment, known)


edit(
    Shipment, clause="2.6.3", may=ships_orders, source=[Shipment.State.PREPARED, Shipment.State.SHIPPED],
    prepare=carriers, body=correct,
    fields=[
        "carried_by", "carrier", "tracking_number", "recipient", "phone", "address", "packages", "weight", "freight",
        "expected_on", "note",
    ],
)  # fmt: skip


@action(
    Shipment, "send", clause="2.6.3", label=_("Goods out"), may=ships_orders, source=Shipment.State.PREPARED,
    locks=["order", "lines.line", "lines.product"], prepare=carriers, primary=True, icon="truck", bulk=True,
    event="sales.shipment.shipped",
)  # fmt: skip
def send(
    shipment: Shipment,
    by: Actor,
    known: Carriers,
    *,
    carried_by: Annotated[Carrier | None, Ask(CARRIER)] = None,
    tracking_number: Annotated[str, Ask(_("Tracking number"))] = "",
) -> None:
    """2.6.3: the prepared goods leave the warehouse; stock and reservation go down, the order moves on.

    Refuses `number` for one that the carrier does not have.
    """
    order = shipment.order
    _hand_to(shipment, known, carried_by, number=tracking_number)
    _keep_time(order, shipment, by)
    for packed in shipment.lines.all():
        packed.line.product = packed.product
        packed.line.allotted -= packed.quantity
        order.allotted_quantity -= packed.quantity
        take_out(packed.line, packed.quantity)
        order.shipped_quantity += packed.quantity
    _leave(shipment, order, by)
    mark_numbered(shipment, known)
    _follow(order, by)


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
    _follow(order, by)


@action(
    Shipment, "cancel", clause="2.6.3", label=_("Cancel"), may=ships_orders, source=Shipment.State.PREPARED,
    target=Shipment.State.CANCELLED, locks=["order", "lines.line"], needs_reason=True, icon="x",
)  # fmt: skip
def cancel(shipment: Shipment, by: Actor) -> None:
    """2.6.3: unpack what was being prepared; the order's lines are open again."""
    _keep_time(shipment.order, shipment, by)
    for packed in shipment.lines.all():
        packed.line.allotted -= packed.quantity
        shipment.order.allotted_quantity -= packed.quantity
