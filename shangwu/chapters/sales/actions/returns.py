"""Clause 2.6.3: goods come back, for a reason, never more than went out; the stock grows by what is fit to be sold.

What came back is credited, or replaced: ordered less shipped and more by what is to be shipped again.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import ships_orders, takes_orders
from shangwu.chapters.sales.actions.production import PRODUCTION, ask_replacement
from shangwu.chapters.sales.models import (
    Contract,
    ContractOrder,
    Line,
    Movement,
    Order,
    ProductionRequest,
    Return,
    ReturnLine,
    Warehouse,
)
from shangwu.chapters.sales.settling import reopen
from shangwu.chapters.sales.shares import share_of
from shangwu.chapters.sales.stock import Shelves, find_place, lots_moved, moved, shelves
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, classify, newborn
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import filled

RETURNS = Series("return", "RT%Y%m%d-{n:04d}", _("Return of goods"), Reset.DAY)
State = Order.State
BINDING = (Contract.State.SIGNED, Contract.State.IN_FORCE, Contract.State.FULFILLED, Contract.State.EXPIRED)
IN_QUALITY_OR_QUANTITY = (
    Return.Reason.DEFECT, Return.Reason.WRONG, Return.Reason.DAMAGED, Return.Reason.SURPLUS,
)  # fmt: skip

classify(Return, may=nobody, shown=False)


class Back(TypedDict):
    """So much of the order's line at this position comes back."""

    position: Annotated[int, Ask(_("Line"))]
    quantity: Annotated[Decimal, Ask(_("Quantity"))]


def inspection_periods(orders: Sequence[Order], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Order -> days that its contract leaves for complaints after delivery: one query."""
    rows = ContractOrder.objects.filter(
        order__in=[one.pk for one in orders], contract__state__in=BINDING, contract__inspection_days__isnull=False
    )
    found = rows.values_list("order_id", "contract__inspection_days")
    return {order: days for order, days in found if days is not None}


def _complain_until(order: Order, periods: Mapping[int, int]) -> datetime.date | None:
    """The last day for complaints about quality and quantity; None where nothing is agreed, or not all is there."""
    days = periods.get(order.pk)
    if days is None or order.delivered_on is None or order.delivered_quantity < order.shipped_quantity:
        return None
    return order.delivered_on + datetime.timedelta(days=days)


def _require_in_time(made: Return, today: datetime.date) -> None:
    """Raises Refusal("inspection") when the goods count as agreed by now."""
    assert made.complain_until is not None
    if today > made.complain_until and made.reason in IN_QUALITY_OR_QUANTITY:
        said = _("Complaints were agreed until %(day)s; the goods count as agreed. Say why they are taken back.")
        params = {"day": made.complain_until}
        raise Refusal("inspection", said, params, fields={"words": [filled(said, params)]})


@action(
    Order, "take_goods_back", clause="2.6.3", label=_("Take goods back"), may=takes_orders | ships_orders,
    source=[State.PART_SHIPPED, State.SHIPPED, State.DELIVERED, State.INVOICED, State.PAID],
    numbers={Return: RETURNS}, prepare=inspection_periods, icon="arrow-back", event="sales.order.goods_taken_back",
)  # fmt: skip
def take_goods_back(
    order: Order,
    by: Actor,
    periods: Mapping[int, int],
    *,
    lines: Annotated[list[Back], Ask(_("Lines"))],
    reason: Annotated[Return.Reason, Ask(_("Reason"))],
    words: Annotated[str, Ask(_("In words"), most=500)] = "",
) -> Iterable[models.Model]:
    """2.6.3: a customer sends goods back. What was announced can't be announced again.

    Refuses `over_returned` beyond what went out and has not come back, `empty`, `invalid`, `imported` for another
    ledger's order, and `inspection` without words once the days agreed for complaints are over.
    """
    if order.imported:
        raise Refusal("imported", _("This order is another ledger's. Take the goods back there."))
    made: Return = newborn(Return, by, order.changed_at)
    made.order, made.customer_name, made.currency = order, order.customer_name, order.currency
    made.entity_id, made.owner_id, made.department_id = order.entity_id, order.owner_id, order.department_id
    made.secrecy, made.reason, made.words, made.state = order.secrecy, reason, words, Return.State.ANNOUNCED
    made.complain_until = _complain_until(order, periods)
    if made.complain_until is not None and not words.strip():
        _require_in_time(made, order.changed_at.astimezone(by.zone).date())
    found = [_line(made, order, place, given) for place, given in enumerate(lines) if given["quantity"]]
    if not found:
        raise Refusal("empty", _("Say how much of which line comes back."), fields={"lines": [_("Enter a quantity.")]})
    return [made, *found]


def _line(made: Return, order: Order, place: int, given: Back) -> ReturnLine:
    line = next((one for one in order.lines.all() if one.position == given["position"]), None)
    if line is None:
        raise Refusal(
            "invalid", _("The order has no such line."), fields={f"lines.{place}.position": [_("Unknown line.")]}
        )
    quantity, left = given["quantity"], line.shipped - line.returned
    if not 0 < quantity <= left:
        said, params = _("At most %(left)s of this line can still come back."), {"left": left}
        raise Refusal("over_returned", said, params, fields={f"lines.{place}.quantity": [filled(said, params)]})
    before = share_of(line, line.returned)
    line.returned += quantity
    # In parts or at once, a whole line that comes back is credited to the last coin.
    made.amount += share_of(line, line.returned) - before
    return ReturnLine(back=made, position=line.position, line=line, product_id=line.product_id, quantity=quantity)


@action(
    Return, "receive", clause="2.6.3", label=_("Goods are back"), may=ships_orders, source=Return.State.ANNOUNCED,
    target=Return.State.RECEIVED, locks=["order", "lines.line", "lines.product"], prepare=shelves, sweeps=lots_moved,
    numbers={ProductionRequest: PRODUCTION}, primary=True, icon="package-import",
)  # fmt: skip
def receive(
    back: Return,
    by: Actor,
    known: Shelves,
    *,
    fit: Annotated[bool, Ask(_("Fit to be sold again"))],
    warehouse: Annotated[Warehouse | None, Ask(_("Warehouse"))] = None,
    batch: Annotated[str, Ask(_("Batch"), most=40)] = "",
    replace: Annotated[
        bool, Ask(_("Replaced by new goods"), _("The order is open again by so much; nothing is credited."))
    ] = False,
    due_on: Annotated[
        datetime.date | None, Ask(_("Needed by"), _("Where they are made to order; else the promised day, or today."))
    ] = None,
) -> Iterable[models.Model]:
    """2.6.3: the warehouse has the goods; those fit to be sold are in stock again. They are credited, or replaced: then
    the order still has to ship as much, out of free stock, or made once more by the day given. Refuses `warehouse` for
    a batch without one, and for what is replaced `stock`, `past` and `closed`."""
    made: list[models.Model] = []
    back.received_on, back.restocked = back.changed_at.astimezone(by.zone).date(), fit
    back.replaced = replace
    for one in back.lines.all():
        if fit and one.product is not None and one.product.stocked:
            lot, new = find_place(one.product, by, back.changed_at, known, warehouse, batch)
            one.product.on_hand += one.quantity
            movement = moved(one.product, by, back.changed_at, lot, Movement.Kind.RETURNED, one.quantity)
            movement.back = back
            made += [*new, movement]
    return [*made, *(_replace(back, by, due_on) if replace else ())]


def _replace(back: Return, by: Actor, due_on: datetime.date | None) -> list[models.Model]:
    """So much of the order is to be shipped again; the goods for it are put aside now, or made once more."""
    order = back.order
    if order.state == State.CLOSED:
        raise Refusal("closed", _("The order is closed. Credit the goods, or take a new order."))
    order.changed_at, order.changed_by_id = back.changed_at, by.person_id
    to_make: list[tuple[Line, Decimal]] = []
    for one in back.lines.all():
        line, goods = one.line, one.product
        line.returned -= one.quantity
        line.shipped -= one.quantity
        order.shipped_quantity -= one.quantity
        undone = max(line.delivered - line.shipped, Decimal(0))
        line.delivered -= undone
        order.delivered_quantity -= undone
        if goods is not None and goods.made:
            line.unreleased += one.quantity
            to_make.append((line, one.quantity))
        elif goods is not None and goods.stocked:
            if goods.on_hand - goods.reserved < one.quantity:
                said = _("There is not enough of %(product)s to replace it. Credit it, or wait for the next delivery.")
                raise Refusal("stock", said, {"product": goods})
            goods.reserved += one.quantity
            line.reserved += one.quantity
    reopen(order, by, all_made=len(to_make) == len(back.lines.all()))
    return ask_replacement(order, by, to_make, due_on)


@action(
    Return, "cancel", clause="2.6.3", label=_("Cancel"), may=ships_orders, source=Return.State.ANNOUNCED,
    target=Return.State.CANCELLED, locks=["order", "lines.line"], needs_reason=True, icon="x",
)  # fmt: skip
def cancel(back: Return, by: Actor) -> None:
    """2.6.3: the goods stay with the customer after all."""
    for one in back.lines.all():
        one.line.returned -= one.quantity
