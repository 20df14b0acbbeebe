"""Clause 2.6.3: a part of an order is prepared for shipping: its goods are picked out of the batches in stock."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.access import ships_orders
from shangwu.chapters.sales.actions.carriers import Carriers, carriers, choose
from shangwu.chapters.sales.actions.orders import require_welcome
from shangwu.chapters.sales.credit import Debts
from shangwu.chapters.sales.models import Carrier, Line, Order, Shipment, ShipmentLine, Warehouse
from shangwu.chapters.sales.stock import Shelves, lots_moved, put_aside, shelves
from shangwu.foundation.actions.door import Ask, Refusal, action, newborn
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import filled

SHIPMENTS = Series("shipment", "DN%Y%m%d-{n:04d}", _("Shipment"), Reset.DAY)

CARRIER, BY_NAME = pgettext_lazy("shipping", "Carrier"), _("Carrier by name")
FROM, OLDEST_FIRST = _("Out of the warehouse"), _("Without one the oldest goods leave first.")
SHIPPABLE = [Order.State.READY, Order.State.PART_SHIPPED]


class _Packed(TypedDict):
    position: Annotated[int, Ask(_("Line"))]
    to_ship: Annotated[Decimal, Ask(_("Quantity"))]


class Packed(_Packed, total=False):
    """So much of the order's line at this position goes into a shipment; of one batch, unless that is left empty."""

    batch: Annotated[str | None, Ask(_("Batch"), most=40)]
    serials: Annotated[str | None, Ask(_("Serial numbers"), most=500)]


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is known where goods are made to leave: who carries, what lies where, and what the customers owe; None where
    nobody is asked."""

    carriers: Carriers
    shelves: Shelves = field(default_factory=Shelves)
    debts: Debts | None = None


def leaving(orders: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Leaving:
    """The `prepare` of packing: nothing has left yet, so nobody is asked what they owe."""
    return Leaving(carriers(orders, by, inputs), shelves(orders, by, inputs))


def shipment_for(order: Order, by: Actor) -> Shipment:
    """A shipment to where the order goes."""
    made: Shipment = newborn(Shipment, by, order.changed_at)
    made.order = order
    made.entity_id, made.owner_id, made.department_id = order.entity_id, order.owner_id, order.department_id
    made.secrecy, made.customer_name = order.secrecy, order.customer_name
    made.recipient, made.phone, made.address = order.ship_to_name, order.ship_to_phone, order.ship_to_address
    return made


@action(
    Order, "pack", clause="2.6.3", label=_("Prepare a shipment"), may=ships_orders, source=SHIPPABLE,
    locks=["lines.product"], reads=["customer"], numbers={Shipment: SHIPMENTS}, prepare=leaving, sweeps=lots_moved,
    icon="package", primary=True,
)  # fmt: skip
def pack(
    order: Order,
    by: Actor,
    known: Leaving,
    *,
    lines: Annotated[list[Packed], Ask(_("Lines"))],
    carried_by: Annotated[Carrier | None, Ask(CARRIER)] = None,
    carrier: Annotated[str, Ask(BY_NAME)] = "",
    expected_on: Annotated[datetime.date | None, Ask(_("Expected on"))] = None,
    warehouse: Annotated[Warehouse | None, Ask(FROM, OLDEST_FIRST)] = None,
) -> Iterable[models.Model]:
    """2.6.3: prepare a part of the order, or what is left of it, for shipping; its goods are picked.

    lines: quantities by the order line's position; a line left out or at zero stays. Goods come out of the oldest
    batches unless warehouse or batch are named. Serial numbers are one for each piece, with spaces between. Refuses
    `overshipped`, `unreleased`, `empty`, `blacklisted`, `stock`, `serials`.
    """
    assert order.customer is not None
    require_welcome(order.customer)
    shipment = shipment_for(order, by)
    shipment.expected_on = expected_on
    hand_to(shipment, known.carriers, carried_by, carrier)
    wanted = [(_allot(order, place, given), place, given) for place, given in enumerate(lines) if given["to_ship"]]
    if not wanted:
        raise Refusal("empty", _("Say how much of which line goes."), fields={"lines": [_("Enter a quantity.")]})
    packed = [
        one
        for line, place, given in wanted
        for one in shipment_lines(
            shipment, line, given["to_ship"], known.shelves, warehouse, (given.get("batch") or "").strip(),
            serials_in(given.get("serials") or "", given["to_ship"], place),
        )
    ]  # fmt: skip
    return [shipment, *packed, *(row for one in packed for row in put_aside(shipment, one, by))]


def _allot(order: Order, place: int, given: Packed) -> Line:
    """The line of which so much is put into a shipment."""
    quantity = given["to_ship"]
    line: Line | None = next((one for one in order.lines.all() if one.position == given["position"]), None)
    if line is None:
        raise Refusal(
            "invalid", _("The order has no such line."), fields={f"lines.{place}.position": [_("Unknown line.")]}
        )
    if quantity < 0 or quantity > line.to_ship:
        is_awaited = 0 < quantity <= line.to_ship + line.awaited
        is_held = 0 < quantity <= line.to_ship + line.unreleased
        said = (
            _("The rest is still to come: at most %(left)s of this line can be shipped now.")
            if is_awaited
            else _("Quality has not released so much yet: at most %(left)s of this line can be shipped now.")
            if is_held
            else _("At most %(left)s of this line can still be shipped.")
        )
        params = {"left": line.to_ship}
        code = "stock" if is_awaited else "unreleased" if is_held else "overshipped"
        raise Refusal(code, said, params, fields={f"lines.{place}.to_ship": [filled(said, params)]})
    line.allotted += quantity
    order.allotted_quantity += quantity
    return line


def serials_in(text: str, quantity: Decimal, place: int) -> list[str]:
    """The serial numbers of so many pieces. Raises Refusal("serials") for more or fewer, or one twice."""
    found = text.replace(",", " ").split()
    if found and (len(found) != quantity or len(set(found)) < len(found)):
        said = _("%(count)s different serial numbers for %(quantity)s pieces. Enter one for each, or none.")
        params = {"count": len(set(found)), "quantity": quantity}
        raise Refusal("serials", said, params, fields={f"lines.{place}.serials": [filled(said, params)]})
    return found


def shipment_lines(
    shipment: Shipment, line: Line, quantity: Decimal, known: Shelves, warehouse: Warehouse | None, batch: str = "",
    serials: Sequence[str] = (),
) -> list[ShipmentLine]:  # fmt: skip
    """The line's goods in the shipment, one row for each batch that they come out of, or were made in. serials: of each
    piece; where they come out of several batches, the oldest batch has the first of them."""
    rows, left = _rows_of(shipment, line, quantity, known, warehouse, batch), list(serials)
    for row in rows if left else ():
        count = int(row.quantity)
        row.serials, left = " ".join(left[:count]), left[count:]
    return rows


def _rows_of(
    shipment: Shipment, line: Line, quantity: Decimal, known: Shelves, warehouse: Warehouse | None, batch: str
) -> list[ShipmentLine]:
    if line.product is not None and line.product.made:
        return [
            ShipmentLine(
                shipment=shipment, position=line.position, line=line, product=line.product, quantity=taken, batch=name
            )
            for name, taken in known.pick_made(line, quantity, batch)
        ]
    return [
        ShipmentLine(
            shipment=shipment, position=line.position, line=line, product=line.product, quantity=taken, lot=lot,
            batch=batch if lot is None else lot.batch,
        )
        for lot, taken in known.pick(line.product, quantity, warehouse, batch)
    ]  # fmt: skip


def hand_to(
    shipment: Shipment, known: Carriers, carried_by: Carrier | None, carrier: str = "", number: str = ""
) -> None:
    """What was said of the carrier and the number; what was not said stays."""
    if carried_by is not None:
        shipment.carried_by_id = carried_by.pk
    shipment.carrier = carrier[:60] or shipment.carrier
    shipment.tracking_number = number[:40] or shipment.tracking_number
    choose(shipment, known)
