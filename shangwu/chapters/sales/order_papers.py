"""What we confirm to a customer who has ordered, as a document that they sign and send back (2.6.1).

The sheet is that of quotations: texts go into it as data, never as markup.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from shangwu.chapters.customers.papers import typeface
from shangwu.chapters.sales.models import Line, Order
from shangwu.chapters.sales.quotation_papers import drawn, label
from shangwu.foundation.pages import formats
from shangwu.foundation.people.models import Entity

_BEFORE = (Order.State.RECEIVED, Order.State.REVIEW, Order.State.ACCEPTED)
_ENDED = (Order.State.REFUSED, Order.State.CANCELLED)
PRICED = ("description", "quantity", "unit", "unit_price", "discount", "gross")
PLAIN = ("description", "quantity", "unit", "wanted_on")


def paper(order: Order, lines: Sequence[Line], entity: Entity | None, *, priced: bool) -> bytes:
    """The confirmation as PDF, in the reader's language. priced: whether prices stand on it."""
    return drawn(facts_of(order, lines, entity.name if entity is not None else "", priced=priced))


def edition_of(order: Order) -> str:
    """The number of the revision that it is."""
    return f"{order.number}-R{order.revision}" if order.revision else str(order.number)


def facts_of(order: Order, lines: Sequence[Line], organisation: str, *, priced: bool) -> dict[str, Any]:
    """All that stands on the paper. What was given up stands on it no more."""
    names = PRICED if priced else PLAIN
    wanted = [line for line in lines if line.quantity]
    return {
        "title": _("Order confirmation %(number)s") % {"number": edition_of(order)},
        "organisation": organisation, **typeface(), "mark": _mark(order),
        "facts": [{"label": label, "value": value} for label, value in _head(order, priced=priced) if value],
        "heads": ["#", *(label(Line, name) for name in names)],
        "lines": [[str(place), *(_said(line, name) for name in names)] for place, line in enumerate(wanted, start=1)],
        "sums": [
            {"label": label(Order, name), "value": f"{order.currency} {_money(order, name)}"}
            for name in ("net", "tax", "gross")
            if priced
        ],
        "parts": [],
        "signatures": [_("For the customer (signature, seal, day)"), _("For us")],
        "foot": _foot(order) if priced else "",
    }  # fmt: skip


def _mark(order: Order) -> str:
    if order.state in _ENDED:
        return str(order.get_state_display())
    return _("Not yet confirmed") if order.state in _BEFORE else ""


def _foot(order: Order) -> str:
    return _("Prices include tax") if order.prices_with_tax else _("Prices without tax; the total includes it")


def _head(order: Order, *, priced: bool) -> list[tuple[str, str]]:
    days = str(order.payment_days) if order.payment_days is not None else ""
    terms = [(label(Order, "payment_terms"), order.payment_terms), (label(Order, "payment_days"), days)]
    return [
        (_("Customer"), order.customer_name),
        (label(Order, "po_number"), order.po_number),
        (label(Order, "ordered_on"), formats.day(order.ordered_on)),
        (label(Order, "promised_on"), formats.day(order.promised_on) if order.promised_on else ""),
        (label(Order, "ship_to_name"), " ".join(one for one in (order.ship_to_name, order.ship_to_phone) if one)),
        (label(Order, "ship_to_address"), order.ship_to_address),
        (label(Order, "ship_method"), order.ship_method),
        *(terms if priced else ()),
    ]


def _money(order: Order, name: str) -> str:
    return formats.money(getattr(order, name), order.currency)


def _said(line: Line, name: str) -> str:
    value = getattr(line, name)
    if value is None:
        return ""
    match name:
        case "quantity":
            return formats.number(value)
        case "unit_price":
            return formats.money(value, line.currency, exact=True)
        case "discount":
            return formats.percent(value)
        case "gross":
            return formats.money(value, line.currency)
        case "wanted_on":
            return formats.day(value)
    return str(value)
