"""Clause 2.6.1: a part of the order has left, and what is left of it is given up: line by line, with its reason."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import leads_sales
from shangwu.chapters.sales.actions.shipping import follow
from shangwu.chapters.sales.cancelling import bears_too_much, note_cost
from shangwu.chapters.sales.differences import differences
from shangwu.chapters.sales.models import Line, Order, Revision
from shangwu.chapters.sales.pricing import add_up, amounts, former_of
from shangwu.chapters.sales.settling import settle
from shangwu.chapters.sales.stock import let_go
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.money.rounding import product, round_half_up, round_money
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import filled

ZERO = Decimal(0)
State = Order.State


class Left(TypedDict):
    """So much of the order's line at this position does not leave any more."""

    position: Annotated[int, Ask(_("Line"))]
    quantity: Annotated[Decimal, Ask(_("Quantity"))]


@action(
    Order, "give_up_rest", clause="2.6.1", label=_("Give up what is left"), may=leads_sales, needs_reason=True,
    source=[State.RECEIVED, State.SCHEDULED, State.READY, State.PART_SHIPPED], locks=["lines.product"],
    reads=["revisions"], icon="circle-off", event="sales.order.rest_given_up",
    offered_when=lambda order: order.shipped_on is not None,
    danger=_("What has not left is given up. The order comes to what has left, and ends with it."),
)  # fmt: skip
def give_up_rest(
    order: Order,
    by: Actor,
    *,
    lines: Annotated[list[Left], Ask(_("Lines"), _("Left empty: all that has not left."))] = [],  # noqa: B006 -- never changed
    cost: Annotated[Decimal | None, Ask(_("Cost of cancelling"), _("Left empty: what its state costs."))] = None,
    charged: Annotated[Decimal, Ask(_("Charged for cancelling"), _("What the customer bears of it."))] = ZERO,
) -> Iterable[models.Model]:
    """2.6.1: goods that have not left don't leave any more; what they would have cost is not owed. Each line keeps how
    much of it was given up, and a revision what differs. The order goes on with what has left; where all of it came
    back to be replaced and is not, it comes to nothing.

    cost: as for an order that is ready, by the net amount that is given up; what we bear beyond the head's limit is
    the executive's decision. Refuses `unshipped` before anything has left, `changing` for a
    part while a change of it is with sales, `empty`, `invalid`, `packed` beyond
    what is neither gone nor packed, `in_production` for a part of what is still being made, `stage`, `authority`.
    """
    if order.shipped_on is None:
        raise Refusal("unshipped", _("Nothing of it has left yet. Cancel the order."))
    if order.state == State.RECEIVED and lines:
        said = _("The change of this order was not accepted. Give up all that is left, or submit it for review again.")
        raise Refusal("changing", said)
    present = list(order.lines.all())
    former = former_of(order, present, None)
    given = _given_up(present, lines)
    net = order.net
    for line, quantity in given:
        _shorten(order, line, quantity)
    add_up(order, present)
    order.given_up += former.values["gross"] - order.gross
    _settle_cost(order, by, net - order.net, cost, charged)
    _go_on(order, by)
    return [
        Revision(
            order=order, position=len(order.revisions.all()) + 1, changes=differences(order, former),
            gross_before=former.values["gross"], gross_after=order.gross, made_by_id=by.person_id,
            made_at=order.changed_at,
        )
    ]  # fmt: skip


def _go_on(order: Order, by: Actor) -> None:
    """With what has left, if anything still has; else what is to be replaced is waited for, unless nothing is."""
    if order.quantity and not order.shipped_quantity:
        settle(order, by)
        return
    order.state = State.PART_SHIPPED.value
    follow(order, by)


def _given_up(present: Sequence[Line], asked: Sequence[Left]) -> list[tuple[Line, Decimal]]:
    """How much of which line; all that has neither left nor is packed where nothing is named."""
    wanted = {line.position: _rest_of(line) for line in present if _rest_of(line) > 0}
    if not wanted:
        raise Refusal("empty", _("All of it has left or is being prepared."))
    if not asked:
        return [(line, wanted[line.position]) for line in present if line.position in wanted]
    by_position = {line.position: line for line in present}
    found: list[tuple[Line, Decimal]] = []
    for place, one in enumerate(asked):
        line, most = by_position.get(one["position"]), wanted.pop(one["position"], ZERO)
        if line is None:
            said = _("The order has no such line.")
            raise Refusal("invalid", said, fields={f"lines.{place}.position": [_("Unknown line.")]})
        if not 0 < one["quantity"] <= most:
            said, params = _("At most %(left)s of this line can be given up."), {"left": most}
            raise Refusal("packed", said, params, fields={f"lines.{place}.quantity": [filled(said, params)]})
        found.append((line, one["quantity"]))
    _require_whole(present, found)
    return found


def _require_whole(present: Sequence[Line], found: Sequence[tuple[Line, Decimal]]) -> None:
    """Raises Refusal("in_production") for a part of what is being made: its request stands for all of it."""
    given = {line.pk: quantity for line, quantity in found}
    made = [line for line in present if line.unreleased]
    if any(line.pk in given for line in made) and any(given.get(line.pk, ZERO) < _rest_of(line) for line in made):
        said = _("A part of it is still being made. Give up all that is made, or wait until quality has released it.")
        raise Refusal("in_production", said, fields={"lines": [said]})


def _rest_of(line: Line) -> Decimal:
    """What has neither left nor is in a shipment that is being prepared."""
    return line.quantity - line.shipped - line.allotted


def _shorten(order: Order, line: Line, quantity: Decimal) -> None:
    """So much less of a line is wanted: its goods are free again, its price stays as it was agreed."""
    whole = line.quantity
    let_go(line, quantity)
    line.quantity -= quantity
    line.given_up += quantity
    if line.cost is not None:
        line.cost = round_half_up(product(line.cost, line.quantity) / whole, 6)
    amounts(line, order)


def _settle_cost(order: Order, by: Actor, net: Decimal, cost: Decimal | None, charged: Decimal) -> None:
    """What giving so much of it up has cost, beside what was noted before."""
    before = order.cancel_cost or ZERO, order.cancel_charged or ZERO
    usual = round_money(product(net, policy("cancel.ready")), order.currency)
    note_cost(order, by, cost, charged, usual)
    assert order.cancel_cost is not None
    assert order.cancel_charged is not None
    order.cancel_cost, order.cancel_charged = order.cancel_cost + before[0], order.cancel_charged + before[1]
    if bears_too_much(order, by):
        said = _("We would bear more than %(most)s %(currency)s. Charge the customer, or ask the executive to do it.")
        params = {"most": Decimal(policy("cancel.head")), "currency": order.base_currency}
        raise Refusal("authority", said, params, fields={"charged": [filled(said, params)]})
