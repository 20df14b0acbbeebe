"""Clause 2.6.1: an order is taken from the customer's own sheet; rows that could not be read stay with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import takes_orders
from shangwu.chapters.sales.actions.orders import HEAD, ORDERS, take
from shangwu.chapters.sales.models import Line, Order
from shangwu.chapters.sales.pricing import Prices, prices_for
from shangwu.chapters.sales.sheets import mark_of, read_sheet
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, action
from shangwu.foundation.actions.inputs import Input, Kind, from_field
from shangwu.foundation.actions.loading import set_parts
from shangwu.foundation.exchange.pasting import MOST_SIGNS, Block, ReadRow
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import from_validation

State = Order.State


@dataclass(slots=True)
class Sheets:
    """What the sheets of a run hold, by the order that is made of each, or why one can't be read; and the prices."""

    blocks: dict[int, Block]
    wrong: dict[int, Refusal]
    prices: Prices


def sheets_for(orders: Sequence[Order], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Sheets:
    """The `prepare` of taking orders from sheets: read each, with what its customer's last one was read by."""
    found = Sheets({}, {}, Prices())
    for order, given in zip(orders, inputs, strict=True):
        text = given.get("sheet") or ""
        try:
            block = read_sheet(by, order.customer_id or 0, text, given.get("columns") or "")
            order.sheet_signature = mark_of(block, text)
        except ValidationError as error:
            found.wrong[order.pk] = from_validation(error)
            continue
        found.blocks[order.pk] = block
        _put(order, [row for row in block.rows if not row.said])
    found.prices = prices_for(orders, by, inputs)
    return found


def _put(order: Order, rows: Sequence[ReadRow]) -> list[Line]:
    """Rows as the lines of an order in memory."""
    lines = []
    for position, row in enumerate(rows, start=1):
        values = {name: value.record or value.given for name, value in row.values.items()}
        lines.append(Line(order=order, position=position, **values))
    set_parts(order, "lines", lines)
    return lines


def take_sheet(order: Order, by: Actor, known: Sheets) -> list[Line]:
    """2.6.1: the rows of the customer's own sheet become lines; those that can't be read stay beside the order, each
    with its reason, until somebody has dealt with them. How the columns were read is remembered for this customer.

    columns: JSON of the form {"named_in": row of the names, "columns": {"0": "product", "2": "quantity"}}; left out:
    as last time, else as it seems. Refuses `invalid`, `large`, `mapping`, `no_rows`, `unread` when no row can be read,
    and as taking an order does.
    """
    if order.pk in known.wrong:
        raise known.wrong[order.pk]
    block = known.blocks[order.pk]
    rows = [row for row in block.rows if not row.said]
    lines = _put(order, rows)
    while rows:
        try:
            take(order, by, known.prices)
            break
        except Refusal as refusal:
            place = _place_of(refusal)
            if place is None or place >= len(rows):
                raise
            rows.pop(place).said = [str(said) for all_said in refusal.fields.values() for said in all_said]
            lines = _put(order, rows)
    order.unread = [{"line": row.line, "cells": row.cells, "said": row.said} for row in block.rows if row.said]
    if not rows:
        said = _("No row could be read as a line. Row %(line)s: %(said)s")
        first: dict[str, Any] = order.unread[0] if order.unread else {"line": 1, "said": [""]}
        params = {"line": first["line"], "said": " ".join(first["said"])}
        raise Refusal("unread", said, params, fields={"sheet": [str(said) % params]}, details={"rows": order.unread})
    order.sheet_columns = {str(place): name for place, name in block.columns.items()}
    return lines


def _place_of(refusal: Refusal) -> int | None:
    """The one line that a refusal is about, counted from 0; None when it is about the order."""
    for path in refusal.fields:
        head, _dot, rest = path.partition(".")
        number = rest.partition(".")[0]
        if head == "lines" and number.isdigit():
            return int(number)
    return None


registry.register(
    Order,
    "take_sheet",
    "2.6.1",
    label=_("Order from a sheet"),
    may=takes_orders,
    body=take_sheet,
    makes=True,
    then="submit",
    icon="file-import",
    series=ORDERS,
    prepare=sheets_for,
    event="sales.order.sheet_taken",
    inputs=(
        *(from_field(Order, name) for name in HEAD),
        Input("sheet", Kind.TEXT, _("Rows of the customer"), multiline=True, max_length=MOST_SIGNS),
        Input("columns", Kind.TEXT, _("Which column is which"), required=False, max_length=4000),
    ),
    description=(take_sheet.__doc__ or "").strip(),
)


@action(
    Order, "settle_unread", clause="2.6.1", label=_("Rows dealt with"), may=takes_orders,
    source=[State.RECEIVED, State.REVIEW, State.ACCEPTED], icon="list-check", needs_reason=True,
    event="sales.order.unread_settled", offered_when=lambda order: bool(order.unread),
)  # fmt: skip
def settle_unread(order: Order, by: Actor) -> None:
    """2.6.1: the rows that could not be read were entered by hand, or are not wanted; the reason says which. Refuses
    `nothing`."""
    if not order.unread:
        raise Refusal("nothing", _("All rows of the sheet were read."))
    order.unread = []
