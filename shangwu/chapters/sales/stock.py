"""Promising, giving back, picking and taking out goods. The product is locked by whoever calls (2.6.1, 2.6.3).

How much of a product there is and how much of it is promised stands on the product; where it lies, in its batches,
which only the ledger moves. Goods may lie in no particular place, as all did before there were warehouses.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import (
    Line,
    Lot,
    Movement,
    Product,
    ProductionLine,
    ProductionRequest,
    Shipment,
    ShipmentLine,
    Warehouse,
)
from shangwu.chapters.sales.outlook import Outlook
from shangwu.foundation.actions.door import newborn
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, Sentence

ZERO = Decimal(0)
Kind = Movement.Kind


def lacking(lines: Iterable[Line]) -> list[Line]:
    """Lines for which the free stock does not suffice, the lines before them counted."""
    wanted: dict[int, Decimal] = {}
    short = []
    for line in lines:
        if line.product is not None and line.product.stocked:
            wanted[line.product.pk] = wanted.get(line.product.pk, Decimal(0)) + line.to_leave
            if wanted[line.product.pk] > line.product.on_hand - line.product.reserved:
                short.append(line)
    return short


def reserve(lines: Iterable[Line], day: datetime.date, outlook: Outlook) -> None:
    """Promise the goods for a day: what is free is put aside, what comes by then is awaited. What is made to order
    waits for its release. Raises Refusal("stock") with the lines for which stock and arrivals do not suffice."""
    lines = list(lines)
    _require_covered([(line, line.to_leave) for line in lines], day, outlook)
    for line in lines:
        goods = line.product
        if goods is not None and goods.stocked:
            line.reserved = min(line.to_leave, outlook.free_for(goods, day))
            line.awaited = line.to_leave - line.reserved
            goods.reserved += line.reserved
            if line.awaited:
                outlook.promise(goods, line.awaited, day)
        line.unreleased = line.to_leave if goods is not None and goods.made else ZERO


def promise_anew(lines: Iterable[Line], former: datetime.date | None, day: datetime.date, outlook: Outlook) -> None:
    """What the lines wait for is promised for another day, as it was for the first: what is free by then is put aside,
    the rest is still awaited. What was put aside before stays. Raises Refusal("stock") as `reserve` does."""
    waiting = [(line, line.awaited) for line in lines if line.product is not None and line.awaited]
    for line, awaited in waiting:
        assert line.product is not None
        outlook.forget(line.product, awaited, former)
    _require_covered(waiting, day, outlook)
    for line, awaited in waiting:
        assert line.product is not None
        there = min(awaited, outlook.free_for(line.product, day))
        line.product.reserved += there
        line.reserved += there
        line.awaited = awaited - there
        if line.awaited:
            outlook.promise(line.product, line.awaited, day)


def _require_covered(asked: Iterable[tuple[Line, Decimal]], day: datetime.date, outlook: Outlook) -> None:
    wanted: dict[Product, Decimal] = {}
    short: list[Product] = []
    fields: dict[str, list[Sentence]] = {}
    for line, quantity in asked:
        goods = line.product
        if goods is None or not goods.stocked:
            continue
        wanted[goods] = wanted.get(goods, ZERO) + quantity
        left = outlook.left_for(goods, day)
        if wanted[goods] > left:
            short.append(goods)
            said = _("For that day at most %(left)s can be promised.") % {"left": f"{max(left, ZERO):f}"}
            fields[f"lines.{line.position - 1}.quantity"] = [said]
    if short:
        raise _too_much({goods: outlook.first_day(goods, wanted[goods]) for goods in short}, fields)


def _too_much(days: Mapping[Product, datetime.date | None], fields: dict[str, list[Sentence]]) -> Refusal:
    """More is wanted of these products than there is by the day: what can be promised instead, and from when."""
    goods, last = max(days.items(), key=lambda one: (one[1] is None, one[1] or datetime.date.min))
    if last is None:
        said = _("Stock and expected goods do not cover %(product)s. Promise less, or have the next delivery entered.")
        return Refusal("stock", said, {"product": goods}, fields=fields)
    said = _("There is not enough of %(product)s by that day. Promise %(day)s or a later day, or less.")
    params = {"product": goods, "day": last}
    return Refusal("stock", said, params, fields=fields | {"promised_on": [str(said) % params]})


def put_aside_awaited(line: Line) -> Decimal:
    """What the line was promised before it had come is there: it is put aside, as far as it is free. How much."""
    before = line.reserved
    if line.product is not None and line.awaited:
        hold(line, line.product, line.awaited)
        line.awaited -= line.reserved - before
    return line.reserved - before


def give_back(line: Line) -> None:
    """Let go of what the line holds and has not shipped, of what it waits for, and of what was to be made for it."""
    line.unreleased = line.awaited = ZERO
    if line.product is not None and line.reserved:
        line.product.reserved -= line.reserved
        line.reserved = ZERO


def let_go(line: Line, quantity: Decimal) -> None:
    """So much of what has not left is wanted no more: what was to be made or awaited isn't, what was held is free."""
    line.unreleased -= min(line.unreleased, quantity)
    awaited = min(line.awaited, quantity)
    line.awaited -= awaited
    held = min(line.reserved, quantity - awaited)
    if line.product is not None and held:
        line.product.reserved -= held
        line.reserved -= held


def hold(line: Line, goods: Product, quantity: Decimal) -> None:
    """So much is wanted again: it is put aside for the line as far as there is free stock."""
    held = min(max(goods.on_hand - goods.reserved, ZERO), quantity)
    goods.reserved += held
    line.reserved += held


def take_out(line: Line, quantity: Decimal) -> None:
    """The goods leave: less on hand, less reserved. What was not held for the line comes out of free stock."""
    line.shipped += quantity
    if line.product is not None and line.product.stocked:
        held = min(line.reserved, quantity)
        line.product.on_hand -= quantity
        line.product.reserved -= held
        line.reserved -= held


@dataclass(slots=True)
class Shelves:
    """What lies where of the goods of one run, the oldest first. What the run has taken is taken off `free`.

    made: order line -> batches that were made and released for it, with what of each has not left.
    """

    lots: dict[int, list[Lot]] = field(default_factory=dict)
    free: dict[int, Decimal] = field(default_factory=dict)
    made: dict[int, dict[str, Decimal]] = field(default_factory=dict)

    def pick(
        self, goods: Product | None, quantity: Decimal, warehouse: Warehouse | None = None, batch: str = ""
    ) -> list[tuple[Lot | None, Decimal]]:
        """From where so much of it is taken: the oldest batches, of one warehouse or one batch where these are named,
        and what lies in no particular place last. Raises Refusal("stock") where the named ones hold too little."""
        if goods is None or not goods.stocked:
            return [(None, quantity)]
        found: list[tuple[Lot | None, Decimal]] = []
        left = quantity
        for lot in self.lots.get(goods.pk, ()):
            fits = (warehouse is None or lot.warehouse_id == warehouse.pk) and batch in ("", lot.batch)
            taken = min(left, self.free[lot.pk]) if fits else ZERO
            if taken > 0:
                found.append((lot, taken))
                left -= taken
        if left and (warehouse is not None or batch or goods.in_lots):
            said = _("Only %(free)s of %(product)s lie there. Take less, or leave warehouse and batch open.")
            raise Refusal("stock", said, {"free": quantity - left, "product": goods})
        for each, taken in found:
            assert each is not None
            self.free[each.pk] -= taken
        return [*found, (None, left)] if left else found

    def pick_made(self, line: Line, quantity: Decimal, batch: str = "") -> list[tuple[str, Decimal]]:
        """The batches in which so much was made for an order line: those released first, or the one that is named.
        Raises Refusal("stock") where that one holds too little."""
        released, left = self.made.get(line.pk, {}), quantity
        found: list[tuple[str, Decimal]] = []
        for name, free in released.items():
            taken = min(left, free) if batch in ("", name) else ZERO
            if taken > 0:
                released[name] -= taken
                found.append((name, taken))
                left -= taken
        if left and batch:
            said = _("Only %(free)s were made in this batch and have not left. Take less, or leave the batch open.")
            raise Refusal("stock", said, {"free": quantity - left})
        return [*found, ("", left)] if left else found

    def lot(self, goods: Product, warehouse: Warehouse, batch: str) -> Lot | None:
        """The batch in that warehouse, if it was ever there."""
        lots = self.lots.get(goods.pk, ())
        return next((one for one in lots if (one.warehouse_id, one.batch) == (warehouse.pk, batch)), None)

    def unplaced(self, goods: Product) -> Decimal:
        """How much of it lies in no particular place."""
        return goods.on_hand - sum((one.on_hand for one in self.lots.get(goods.pk, ())), ZERO)


def shelves_of(products: Iterable[int | None]) -> Shelves:
    """Where these products lie: one query, none for no products."""
    wanted = sorted({key for key in products if key is not None})
    if not wanted:
        return Shelves()
    lots: dict[int, list[Lot]] = defaultdict(list)
    for one in Lot.objects.filter(product__in=wanted).order_by("received_on", "warehouse__rank", "pk"):
        lots[one.product_id].append(one)
    return Shelves(lots, {one.pk: one.on_hand - one.picked for found in lots.values() for one in found})


def shelves(records: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Shelves:
    """The `prepare` of what moves goods: where the products lie, those of the lines where the records have lines."""
    if records and isinstance(records[0], Product):
        return shelves_of(one.pk for one in records)
    lines = [line for one in records for line in one.lines.all() if line.product is not None]
    found = shelves_of(line.product.pk for line in lines if line.product.stocked)
    found.made = made_for(
        line.pk for line in lines if isinstance(line, Line) and line.product is not None and line.product.made
    )
    return found


def made_for(lines: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Order line -> its released batches with what of each has not left: two queries, none for no lines."""
    wanted = sorted(lines)
    if not wanted:
        return {}
    found: dict[int, dict[str, Decimal]] = {key: {} for key in wanted}
    released = ProductionLine.objects.filter(line__in=wanted, request__state=ProductionRequest.State.RELEASED)
    for key, batch, quantity in released.order_by("request_id").values_list("line_id", "batch", "quantity"):
        found[key][batch] = found[key].get(batch, ZERO) + quantity
    here = Q(shipment__state=Shipment.State.CANCELLED) | Q(shipment__came_back=True)
    gone = ShipmentLine.objects.filter(line__in=wanted).exclude(here)
    for key, batch, quantity in gone.order_by("pk").values_list("line_id", "batch", "quantity"):
        if batch in found[key]:
            found[key][batch] -= quantity
    return found


def moved(goods: Product, by: Actor, at: datetime.datetime, lot: Lot | None, kind: str, quantity: Decimal) -> Movement:
    """A row of the ledger: so much of it came, or went where the quantity is below zero."""
    made: Movement = newborn(Movement, by, at)
    made.product, made.lot, made.kind, made.quantity = goods, lot, kind, quantity
    return made


def find_place(
    goods: Product, by: Actor, at: datetime.datetime, known: Shelves, warehouse: Warehouse | None, batch: str
) -> tuple[Lot | None, list[models.Model]]:
    """The batch in a warehouse, and the row to be written where it was never there; None without a warehouse.

    Raises Refusal("warehouse") for a batch that is said to lie nowhere, and for goods of which all lies somewhere.
    """
    batch = batch.strip()
    if warehouse is None:
        if goods.in_lots:
            said = _("All of this product lies in warehouses. Say in which.")
            raise Refusal("warehouse", said, fields={"warehouse": [said]})
        if batch:
            said = _("A batch lies in a warehouse. Say in which.")
            raise Refusal("warehouse", said, fields={"warehouse": [said]})
        return None, []
    if found := known.lot(goods, warehouse, batch):
        return found, []
    made: Lot = newborn(Lot, by, at)
    made.product, made.warehouse, made.batch = goods, warehouse, batch
    made.received_on = at.astimezone(by.zone).date()
    known.lots.setdefault(goods.pk, []).append(made)
    return made, [made]


def leave(shipment: Shipment, packed: ShipmentLine, by: Actor, *, picked: bool) -> list[Movement]:
    """What the ledger says when goods of a shipment leave; nothing of what is not stocked. picked: they were put aside
    before."""
    if packed.product is None or not packed.product.stocked:
        return []
    aside = -packed.quantity if picked and packed.lot_id is not None else ZERO
    return [_of_shipment(shipment, packed, by, Kind.SHIPPED, -packed.quantity, aside)]


def put_aside(shipment: Shipment, packed: ShipmentLine, by: Actor) -> list[Movement]:
    """What the ledger says when goods are put aside for a shipment; nothing of those in no particular place."""
    return [_of_shipment(shipment, packed, by, Kind.PICKED, ZERO, packed.quantity)] if packed.lot_id else []


def put_back(shipment: Shipment, packed: ShipmentLine, by: Actor) -> list[Movement]:
    """The same when they are unpacked."""
    return [_of_shipment(shipment, packed, by, Kind.PUT_BACK, ZERO, -packed.quantity)] if packed.lot_id else []


def come_home(shipment: Shipment, packed: ShipmentLine, by: Actor) -> list[Movement]:
    """Goods that left and did not arrive lie where they came from, and what the ledger says of it."""
    assert packed.product is not None
    packed.product.on_hand += packed.quantity
    return [_of_shipment(shipment, packed, by, Kind.RETURNED, packed.quantity, ZERO)]


def _of_shipment(
    shipment: Shipment, packed: ShipmentLine, by: Actor, kind: str, quantity: Decimal, picked: Decimal
) -> Movement:
    made: Movement = newborn(Movement, by, shipment.changed_at)
    assert packed.product_id is not None
    made.product_id, made.lot_id, made.shipment = packed.product_id, packed.lot_id, shipment
    made.kind, made.quantity, made.picked = kind, quantity, picked
    made.entity_id, made.department_id = shipment.entity_id, shipment.department_id
    return made


def lots_moved(records: Sequence[Any], made: Sequence[models.Model], by: Actor) -> list[type[models.Model]]:
    """The `sweeps` of what writes the ledger: the rows that the ledger itself moves belong to the same log entry."""
    return [Lot] if any(isinstance(one, Movement) and one.lot_id is not None for one in made) else []
