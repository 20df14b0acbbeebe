"""What was sold (2.7.1): revenue, profit, orders, prices, quantities, line by line."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.channels.models import Channel
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.access import sees_cost
from shangwu.chapters.sales.measures import BASIS, IS_COUNTED, REGION
from shangwu.chapters.sales.models import Order, Product, Return
from shangwu.foundation.measures.registry import (
    Column,
    Dimension,
    FactSet,
    Joined,
    Measure,
    Term,
    Unit,
    declare,
    difference,
    quotient,
)
from shangwu.foundation.people.models import Person

_FIRST = "(row_number() OVER (PARTITION BY {} ORDER BY l.id) = 1)::int::smallint"
# A credit note is spread over what it credits, the lines that came back or all of them: cumulated shares are rounded,
# not each share by itself, so that its parts come to the whole of it.
_CREDITED = """
    SELECT NULL::bigint, n.order_id, NULL::bigint, s.product_id,
        round(n.base_net * (s.reached - s.weight) / s.whole, 6) - round(n.base_net * s.reached / s.whole, 6),
        CASE WHEN s.cost IS NULL THEN NULL ELSE 0 END, 0
    FROM sales_creditnote n CROSS JOIN LATERAL (
        SELECT w.product_id, w.cost, w.weight,
            sum(w.weight) OVER (ORDER BY w.position) AS reached, sum(w.weight) OVER () AS whole
        FROM (
            SELECT t.product_id, t.cost, t.position,
                CASE WHEN n.back_id IS NULL THEN t.base_net ELSE t.base_net * b.quantity / t.quantity END AS weight
            FROM sales_line t LEFT JOIN sales_returnline b ON b.line_id = t.id AND b.back_id = n.back_id
            WHERE t.order_id = n.order_id AND (n.back_id IS NULL OR b.id IS NOT NULL)
        ) w
    ) s
    WHERE n.state = 'issued' AND s.whole <> 0 AND n.order_id {of}
"""
# Goods that lie in stock again have cost nothing: their share of the line's cost is taken off it, cumulated likewise.
# Stock's own ledger says which they are; what is not fit to be sold keeps its cost, and so does what others replaced.
_RESTOCKED = """
    SELECT NULL::bigint, s.order_id, s.back_id, s.product_id, 0,
        round(s.cost * (s.reached - s.quantity) / s.sold, 6) - round(s.cost * s.reached / s.sold, 6), 0
    FROM (
        SELECT t.order_id, e.back_id, t.product_id, t.cost, e.quantity, t.quantity AS sold,
            sum(e.quantity) OVER (PARTITION BY e.line_id ORDER BY e.id) AS reached
        FROM sales_returnline e JOIN sales_line t ON t.id = e.line_id
        JOIN sales_return k ON k.id = e.back_id AND k.replaced IS NOT TRUE
        WHERE t.order_id {of} AND t.cost IS NOT NULL AND EXISTS (
            SELECT FROM sales_movement m
            WHERE m.back_id = e.back_id AND m.product_id = e.product_id AND m.kind = 'returned'
        )
    ) s
"""

_KIND = """
    CASE WHEN l.base_net > 0 THEN 'sold' WHEN l.base_net < 0 OR l.back_id IS NOT NULL THEN 'back' ELSE 'free' END
"""

_LINES = "SELECT id, order_id, NULL::bigint AS back_id, product_id, base_net, cost, quantity FROM sales_line"


def sold(of: str) -> str:
    """Lines, what credit notes take off them, what lies in stock again; of: of which orders, in SQL."""
    parts = (f"{_LINES} WHERE order_id {of}", _CREDITED.replace("{of}", of), _RESTOCKED.replace("{of}", of))
    return f"({' UNION ALL '.join(parts)})"


def _source(of: str) -> str:
    return (
        f"{sold(of)} l "
        "JOIN sales_order r ON r.id = l.order_id LEFT JOIN sales_return b ON b.id = l.back_id "
        "LEFT JOIN sales_product p ON p.id = l.product_id LEFT JOIN customers_customer c ON c.id = r.customer_id"
    )


LINES = FactSet(
    name="sales.lines",
    model=Order,
    source=_source("IS NOT NULL"),
    period="r.ordered_on",
    where=IS_COUNTED,
    currency="r.base_currency",
    follows={"b": Return},
    named_by={"b": "order_id"},
    narrow=_source("= {among}"),
    records_of="sales_order r LEFT JOIN customers_customer c ON c.id = r.customer_id",
    joins=(
        *REGION,
        Joined(Product, ("category",), "r.id IN (SELECT order_id FROM sales_line WHERE product_id = {among})"),
    ),
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "product_id": Column("l.product_id", "bigint"),
        "channel_id": Column("r.channel_id", "bigint"),
        "category": Column("coalesce(p.category, '')", "text"),
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        "kind": Column(_KIND, "text"),
        "net": Column("l.base_net", "numeric(20,6)"),
        "cost": Column("l.cost", "numeric(20,6)"),
        "quantity": Column("l.quantity", "numeric(18,4)"),
        "opens": Column(_FIRST.format("r.id"), "smallint"),
        "opens_category": Column(_FIRST.format("r.id, coalesce(p.category, '')"), "smallint"),
        "opens_product": Column(_FIRST.format("r.id, l.product_id"), "smallint"),
    },
    rolled_by=("category", "region", "channel_id"),
    sums=("net", "cost", "quantity", "opens", "opens_category"),
    varying=("category", "product_id"),
    first_of={
        "opens": (frozenset(),),
        "opens_category": (frozenset({"category"}),),
        # A product is of one category.
        "opens_product": (frozenset({"product_id"}), frozenset({"product_id", "category"})),
    },
    closed={"cost": sees_cost},
)

NET_BASIS = _(
    "Orders from confirmation on less their credit notes, by the day of the order, without tax, in the currency of "
    "your legal entity; those kept in another are not added"
)
BY = ("category", "region", "salesperson", "customer", "product", "channel", "line_kind")
LINE_KINDS = {"sold": _("Sold"), "back": pgettext_lazy("goods", "Taken back"), "free": _("Free of charge")}


def _in_new(column: str) -> Callable[[Any], Any]:
    """Revenue in values of a column that are new; nothing is known of it where no period begins."""

    def value(lines: Any) -> Any:
        is_new = lines[f"{column}_is_new"]
        net = lines.net.sum(where=is_new).fill_null(0)
        return (is_new.count() > 0).ifelse(net, None)

    return value


def _share_of_new(name: str, label: Any, column: str, definition: Any, part: Any) -> Measure:
    in_new = _in_new(column)
    return Measure(
        name=name,
        label=label,
        unit=Unit.RATIO,
        facts=LINES.name,
        clause="2.7.3",
        basis=NET_BASIS,
        definition=definition,
        value=lambda lines: in_new(lines).cast("float64") / lines.net.sum().nullif(0).cast("float64"),
        adds_up=True,
        dimensions=BY,
        formula=quotient(Term("new", part, in_new), Term("net", _("Revenue"), lambda lines: lines.net.sum())),
        new_in=column,
    )


declare(
    LINES,
    Dimension("category", _("Category"), "category"),
    Dimension("region", _("Region"), "region"),
    Dimension("salesperson", _("Salesperson"), "owner_id", model=Person),
    Dimension("customer", _("Customer"), "customer_id", model=Customer),
    Dimension("line_kind", _("Sold or taken back"), "kind", choices=LINE_KINDS),
    Dimension("product", _("Product"), "product_id", model=Product),
    Dimension("channel", _("Channel"), "channel_id", model=Channel),
    Measure(
        name="sales.revenue",
        label=_("Revenue"),
        unit=Unit.MONEY,
        facts=LINES.name,
        clause="2.7.1",
        basis=NET_BASIS,
        definition=_(
            "Sum of the lines' net amounts, less the net amounts of the credit notes issued for these orders; returns "
            "in another ledger count below zero"
        ),
        version=2,
        value=lambda lines: lines.net.sum(),
        adds_up=True,
        dimensions=BY,
    ),
    Measure(
        name="sales.profit",
        label=_("Profit"),
        unit=Unit.MONEY,
        facts=LINES.name,
        clause="2.7.1",
        basis=NET_BASIS,
        definition=_(
            "Sum of the lines' net amounts less credit notes and less their cost, where the cost is known; goods that "
            "came back and lie in stock again cost nothing"
        ),
        version=3,
        value=lambda lines: (lines.net - lines.cost).sum(),
        adds_up=True,
        dimensions=BY,
        gate=sees_cost,
        formula=difference(
            Term("net", _("Revenue with a known cost"), lambda lines: lines.net.sum(where=lines.cost.notnull())),
            Term("cost", _("Its cost"), lambda lines: lines.cost.sum()),
        ),
    ),
    Measure(
        name="sales.orders",
        label=_("Orders"),
        unit=Unit.COUNT,
        facts=LINES.name,
        clause="2.7.1",
        basis=BASIS,
        definition=_("Number of orders"),
        value=lambda lines: lines.record_id.nunique(),
        counts_records=True,
        dimensions=BY,
    ),
    Measure(
        name="sales.order_value",
        label=_("Revenue per order"),
        unit=Unit.MONEY,
        facts=LINES.name,
        clause="2.7.2",
        basis=NET_BASIS,
        definition=_("Revenue by the number of orders"),
        value=lambda lines: lines.net.sum().cast("float64") / lines.record_id.nunique().nullif(0).cast("float64"),
        dimensions=BY,
        formula=quotient(
            Term("net", _("Revenue"), lambda lines: lines.net.sum()),
            Term("orders", _("Orders"), lambda lines: lines.record_id.nunique()),
        ),
    ),
    Measure(
        name="sales.last_order",
        label=_("Last order"),
        unit=Unit.DATE,
        facts=LINES.name,
        clause="2.7.1",
        basis=BASIS,
        definition=_("Day of the latest order"),
        value=lambda lines: lines.day.max(),
        dimensions=BY,
    ),
    Measure(
        name="sales.first_order",
        label=_("First order"),
        unit=Unit.DATE,
        facts=LINES.name,
        clause="2.7.1",
        basis=BASIS,
        definition=_("Day of the earliest order"),
        value=lambda lines: lines.day.min(),
        dimensions=BY,
    ),
    Measure(
        name="sales.price",
        label=_("Mean price"),
        unit=Unit.MONEY,
        facts=LINES.name,
        clause="2.7.2",
        basis=NET_BASIS,
        definition=_("Sum of the lines' net amounts by the sum of their quantities"),
        value=lambda lines: lines.net.sum().cast("float64") / lines.quantity.sum().nullif(0).cast("float64"),
        adds_up=True,
        dimensions=BY,
        formula=quotient(
            Term("net", _("Revenue"), lambda lines: lines.net.sum()),
            Term("quantity", _("Quantity"), lambda lines: lines.quantity.sum()),
        ),
    ),
    Measure(
        name="sales.margin",
        label=_("Profit margin"),
        unit=Unit.RATIO,
        facts=LINES.name,
        clause="2.7.2",
        basis=NET_BASIS,
        definition=_("Profit by the revenue whose cost is known"),
        version=2,
        value=lambda lines: (
            (lines.net - lines.cost).sum().cast("float64")
            / lines.net.sum(where=lines.cost.notnull()).nullif(0).cast("float64")
        ),
        adds_up=True,
        dimensions=BY,
        gate=sees_cost,
        formula=quotient(
            Term("profit", _("Profit"), lambda lines: (lines.net - lines.cost).sum()),
            Term("net", _("Revenue with a known cost"), lambda lines: lines.net.sum(where=lines.cost.notnull())),
        ),
    ),
    Measure(
        name="sales.quantity",
        label=_("Quantity"),
        unit=Unit.QUANTITY,
        facts=LINES.name,
        clause="2.7.1",
        basis=BASIS,
        definition=_("Sum of the lines' quantities"),
        value=lambda lines: lines.quantity.sum(),
        adds_up=True,
        dimensions=BY,
    ),
    _share_of_new(
        "sales.new_channels",
        _("Share of new channels"),
        "channel_id",
        _(
            "Share of the revenue that came through channels from which the legal entity had no order before the "
            "period began; by months, quarters or years, before each of them. Without a first day nothing is said"
        ),
        _("Revenue from new channels"),
    ),
    _share_of_new(
        "sales.new_regions",
        _("Share of new regions"),
        "region",
        _(
            "Share of the revenue that came from regions in which the legal entity had no order before the period "
            "began; by months, quarters or years, before each of them. Without a first day nothing is said"
        ),
        _("Revenue from new regions"),
    ),
)
