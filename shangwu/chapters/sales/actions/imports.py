"""Orders of another ledger: they keep their numbers, amounts, days and states (2.6.1, DESIGN 3a Money)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import hides_imports, imports_orders
from shangwu.chapters.sales.actions.orders import HEAD
from shangwu.chapters.sales.bounds import bounded
from shangwu.chapters.sales.models import Line, Order
from shangwu.foundation.actions.door import Refusal, archive, create, enter_state
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.money.rounding import product, round_half_up, total
from shangwu.foundation.records.actors import Actor, Source

ZERO, ONE = Decimal(0), Decimal(1)
PLACES = 6
PROFIT = Input("profit", Kind.DECIMAL, _("Profit"), required=False, digits=20, places=PLACES)


def take_over(order: Order, by: Actor) -> None:
    """2.6.1: enter an order that another ledger issued. Amounts stand as given; what is missing is worked out exactly.

    It takes no stock and no credit, and its total is the exact sum of its lines. Refuses `rate` for a foreign
    currency without its rate, and `forbidden` outside imports.
    """
    if by.source not in (Source.IMPORT, Source.DEMO):
        raise Refusal("forbidden", _("Orders of another ledger come by import only."))
    _settle_head(order, by)
    lines: list[Line] = list(order.lines.all())
    if not lines:
        raise Refusal("invalid", _("An order needs at least one line."), fields={"lines": [_("Add a line.")]})
    for line in lines:
        _settle_line(line, order)
    order.net, order.tax = total(line.net or ZERO for line in lines), total(line.tax or ZERO for line in lines)
    order.gross, order.base_net = order.net + order.tax, total(line.base_net for line in lines)
    order.base_gross = _in_base(order.gross, order)
    order.quantity = total(line.quantity for line in lines)
    order.shipped_quantity = total(line.shipped for line in lines)
    order.delivered_quantity = total(line.delivered for line in lines)


def _settle_head(order: Order, by: Actor) -> None:
    order.imported = True
    order.base_currency = by.currency or order.currency
    order.currency = order.currency or order.base_currency
    if not order.currency:
        raise Refusal("invalid", _("Say in which currency."), fields={"currency": [_("This is needed.")]})
    order.ordered_on = order.ordered_on or order.changed_at.astimezone(by.zone).date()
    if order.currency == order.base_currency:
        order.rate = ONE
    elif not order.rate:
        said = _("The rate is missing: how many %(base)s one %(currency)s is worth.")
        raise Refusal("rate", said, {"base": order.base_currency, "currency": order.currency})
    order.rated_on = order.ordered_on
    if order.customer is not None:
        order.customer_name = order.customer.name
        order.region = order.region or order.customer.region
    order.promised_on = order.promised_on or order.requested_on
    order.first_promised_on = order.first_promised_on or order.promised_on
    enter_state(order, _state(order), order.changed_at, by.person_id)


def _state(order: Order) -> str:
    """The state given by the other ledger, else the one that its days tell."""
    if order.state != Order.State.RECEIVED:
        return order.state
    if order.delivered_on:
        return Order.State.DELIVERED.value
    if order.shipped_on:
        return Order.State.SHIPPED.value
    return Order.State.INVOICED.value if order.invoiced_on else Order.State.CONFIRMED.value


def _settle_line(line: Line, order: Order) -> None:
    goods: Any = line.product
    line.imported, line.currency, line.prices_with_tax = True, order.currency, order.prices_with_tax
    if goods is not None:
        line.description, line.unit = line.description or goods.name, line.unit or goods.unit
    line.tax_rate = ZERO if line.tax_rate is None else line.tax_rate
    if line.net is None:
        line.net = _net(line, goods)
    if line.tax is None:
        line.tax = ZERO if not line.tax_rate else _exactly(product(line.net, line.tax_rate))
    line.gross = line.net + line.tax
    line.base_net = _in_base(line.net, order)
    if line.cost is None and line.told_profit is not None:
        line.cost = line.base_net - line.told_profit
    if line.cost is None and goods is not None and goods.cost is not None:
        line.cost = _exactly(product(goods.cost, line.quantity))
    line.shipped = line.quantity if order.shipped_on or order.delivered_on else ZERO
    line.delivered = line.quantity if order.delivered_on else ZERO


def _net(line: Line, goods: Any) -> Decimal:
    if line.gross is not None:
        return _exactly(line.gross / (ONE + (line.tax_rate or ZERO))) if line.tax is None else line.gross - line.tax
    if line.unit_price is None:
        if goods is None:
            said = _("A line has neither an amount nor a price. Map one of them.")
            raise Refusal("invalid", said, fields={f"lines.{line.position - 1}.net": [said]})
        line.unit_price = goods.list_price
    return _exactly(product(line.quantity, line.unit_price, ONE - line.discount))


def _exactly(amount: Decimal) -> Decimal:
    """To the six places that a column holds; files of real ledgers have at most four."""
    return round_half_up(amount, PLACES)


def _in_base(amount: Decimal, order: Order) -> Decimal:
    return amount if order.rate == ONE else _exactly(product(amount, order.rate or ONE))


create(
    Order, clause="2.6.1", may=imports_orders, verb="import", label=_("Import orders"), body=take_over, shown=False,
    fields=[
        *HEAD, "owner", "department", "state", "promised_on", "shipped_on", "delivered_on", "invoiced_on",
        "invoice_number",
    ],
    parts={
        "lines": [
            "product", "description", "quantity", "unit", "unit_price", "discount", *bounded(Line, ["tax_rate"]), "net",
            "tax", "gross", "cost", PROFIT,
        ]
    },
    event="sales.order.imported",
)  # fmt: skip
archive(Order, clause="2.6.1", may=hides_imports)
