"""Clause 2.6.3: goods come back, for a reason, never more than went out; the stock grows by what is fit to be sold."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import ships_orders, takes_orders
from shangwu.chapters.sales.models import Movement, Order, Return, ReturnLine, Warehouse
from shangwu.chapters.sales.shares import share_of
from shangwu.chapters.sales.stock import Shelves, find_place, lots_moved, moved, shelves
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, classify, newborn
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor

RETURNS = Series("return", "RT%Y%m%d-{n:04d}", _("Return of goods"), Reset.DAY)
State = Order.State

classify(Return, may=nobody, shown=False)


class Back(TypedDict):
    """So much of the order's line at this position comes back."""

    position: Annotated[int, Ask(_("Line"))]
    quantity: Annotated[Decimal, Ask(_("Quantity"))]


@action(
    Order, "take_goods_back", clause="2.6.3", label=_("Take goods back"), may=takes_orders | ships_orders,
    source=[State.PART_SHIPPED, State.SHIPPED, State.DELIVERED, State.INVOICED, State.PAID],
    numbers={Return: RETURNS}, icon="arrow-back", event="sales.order.goods_taken_back",
)  # fmt: skip
def take_goods_back(
    order: Order,
    by: Actor,
    *,
    lines: Annotated[list[Back], Ask(_("Lines"))],
    reason: Annotated[Return.Reason, Ask(_("Reason"))],
    words: Annotated[str, Ask(_("In words"), most=500)] = "",
) -> Iterable[models.Model]:
    """2.6.3: a customer sends goods back. What was announced can't be announced again.

    Refuses `over_returned` beyond what went out and has not come back, `empty`, `invalid`, and `imported` for another
    ledger's order.
    """
    if order.imported:
        raise Refusal("imported", _("This order is another ledger's. Take the goods back there."))
    made: Return = newborn(Return, by, order.changed_at)
    made.order, made.customer_name, made.currency = order, order.customer_name, order.currency
    made.entity_id, made.owner_id, made.department_id = order.entity_id, order.owner_id, order.department_id
    made.secrecy, made.reason, made.words, made.state = order.secrecy, reason, words, Return.State.ANNOUNCED
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
        said, params = _("At most %(left)s of this line can still come back."), {"left": f"{left:f}"}
        raise Refusal("over_returned", said, params, fields={f"lines.{place}.quantity": [str(said) % params]})
    line.returned += quantity
    made.amount += share_of(line, quantity)
    return ReturnLine(back=made, position=line.position, line=line, product_id=line.product_id, quantity=quantity)


@action(
    Return, "receive", clause="2.6.3", label=_("Goods are back"), may=ships_orders, source=Return.State.ANNOUNCED,
    target=Return.State.RECEIVED, locks=["lines.product"], prepare=shelves, sweeps=lots_moved, primary=True,
    icon="package-import",
)  # fmt: skip
def receive(
    back: Return,
    by: Actor,
    known: Shelves,
    *,
    fit: Annotated[bool, Ask(_("Fit to be sold again"))],
    warehouse: Annotated[Warehouse | None, Ask(_("Warehouse"))] = None,
    batch: Annotated[str, Ask(_("Batch"), most=40)] = "",
) -> Iterable[models.Model]:
    """2.6.3: the warehouse has the goods; those fit to be sold are in stock again. Refuses `warehouse` for a batch
    without one."""
    made: list[models.Model] = []
    back.received_on, back.restocked = back.changed_at.astimezone(by.zone).date(), fit
    for one in back.lines.all():
        if fit and one.product is not None and one.product.stocked:
            lot, new = find_place(one.product, by, back.changed_at, known, warehouse, batch)
            one.product.on_hand += one.quantity
            movement = moved(one.product, by, back.changed_at, lot, Movement.Kind.RETURNED, one.quantity)
            movement.back = back
            made += [*new, movement]
    return made


@action(
    Return, "cancel", clause="2.6.3", label=_("Cancel"), may=ships_orders, source=Return.State.ANNOUNCED,
    target=Return.State.CANCELLED, locks=["order", "lines.line"], needs_reason=True, icon="x",
)  # fmt: skip
def cancel(back: Return, by: Actor) -> None:
    """2.6.3: the goods stay with the customer after all."""
    for one in back.lines.all():
        one.line.returned -= one.quantity
