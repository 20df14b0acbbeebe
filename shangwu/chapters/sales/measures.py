"""The numbers that sales gives to analysis, scorecards and reports (2.5.2, 2.6, 2.7.1)."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.channels.models import Channel
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales import account_measures, settling_measures  # noqa: F401  they declare their own
from shangwu.chapters.sales.access import sees_cost
from shangwu.chapters.sales.models import Order, Product
from shangwu.foundation.measures.registry import (
    Column,
    Dimension,
    FactSet,
    Measure,
    Term,
    Unit,
    declare,
    difference,
    quotient,
)
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock

COUNTED = ("confirmed", "scheduled", "ready", "part_shipped", "shipped", "delivered", "invoiced", "paid", "closed")

_FIRST = "(row_number() OVER (PARTITION BY {} ORDER BY l.id) = 1)::int::smallint"
# A credit note is spread over what it credits, the lines that came back or all of them: cumulated shares are rounded,
# not each share by itself, so that its parts come to the whole of it.
_CREDITED = """
    SELECT NULL::bigint, n.order_id, s.product_id,
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
    WHERE n.state = 'issued' AND s.whole <> 0
"""

LINES = FactSet(
    name="sales.lines",
    model=Order,
    source=(
        "(SELECT id, order_id, product_id, base_net, cost, quantity FROM sales_line UNION ALL" + _CREDITED + ") l "
        "JOIN sales_order r ON r.id = l.order_id "
        "LEFT JOIN sales_product p ON p.id = l.product_id LEFT JOIN customers_customer c ON c.id = r.customer_id"
    ),
    period="r.ordered_on",
    where="r.state IN (" + ", ".join(f"'{state}'" for state in COUNTED) + ")",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "product_id": Column("l.product_id", "bigint"),
        "channel_id": Column("r.channel_id", "bigint"),
        "category": Column("coalesce(p.category, '')", "text"),
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        "kind": Column("CASE WHEN l.base_net > 0 THEN 'sold' WHEN l.base_net < 0 THEN 'back' ELSE 'free' END", "text"),
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
)

SHIPPED = FactSet(
    name="sales.shipped",
    model=Order,
    source="sales_order r LEFT JOIN customers_customer c ON c.id = r.customer_id",
    period="r.shipped_on",
    where="r.shipped_on IS NOT NULL AND r.promised_on IS NOT NULL "
    "AND r.state IN ('shipped', 'delivered', 'invoiced', 'paid', 'closed')",
    columns={
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        "ship_method": Column("r.ship_method", "text"),
        "on_time": Column("r.shipped_on <= r.promised_on", "boolean"),
        "on_first_time": Column("r.shipped_on <= coalesce(r.first_promised_on, r.promised_on)", "boolean"),
    },
)

_ARRIVED_BY = "(r.delivered_quantity >= r.quantity AND coalesce(r.delivered_on <= {day}, false))"
_FIRST_DAY = "coalesce(r.first_promised_on, r.promised_on)"


def _promised(name: str, day: str) -> FactSet:
    """Our own orders by the day that was promised, and whether all of it was there by then."""
    return FactSet(
        name=name,
        model=Order,
        source="sales_order r LEFT JOIN customers_customer c ON c.id = r.customer_id",
        period=day,
        where="r.promised_on IS NOT NULL AND NOT r.imported AND r.quantity > 0 "
        "AND r.state IN (" + ", ".join(f"'{state}'" for state in COUNTED) + ")",
        columns={
            "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
            "ship_method": Column("r.ship_method", "text"),
            "is_whole": Column("r.delivered_quantity >= r.quantity", "boolean"),
            "in_time": Column(_ARRIVED_BY.format(day=day), "boolean"),
        },
    )


PROMISED = _promised("sales.promised", "r.promised_on")
FIRST_PROMISED = _promised("sales.first_promised", _FIRST_DAY)


def decided(orders: Any) -> Any:
    """Which orders can be judged: all of it is there, or the promised day is over. Today's are still under way."""
    return orders.is_whole | (orders.day < clock.today(ZoneInfo(settings.TIME_ZONE)))


LOYALTY = FactSet(
    name="sales.loyalty",
    model=Order,
    source="sales_order r JOIN customers_customer c ON c.id = r.customer_id",
    period="r.ordered_on",
    where="r.state IN (" + ", ".join(f"'{state}'" for state in COUNTED) + ")",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "grade": Column("c.grade", "text"),
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        # The file knows since when it is a customer's: what was ordered on a later day is ordered again.
        "is_repeat": Column("r.ordered_on > c.won_at::date", "boolean"),
        "is_lost": Column("c.state IN ('lost', 'dormant')", "boolean"),
    },
)

BASIS = _("Orders from confirmation on, by the day of the order, without tax, in the legal entity's currency")
NET_BASIS = _(
    "Orders from confirmation on less their credit notes, by the day of the order, without tax, in the legal entity's "
    "currency"
)
BY = ("category", "region", "salesperson", "customer", "product", "channel", "line_kind")
LINE_KINDS = {"sold": _("Sold"), "back": pgettext_lazy("goods", "Taken back"), "free": _("Free of charge")}
SHIPPED_BASIS = _("Orders that have left in full and had a promised day, by the day when the last goods left")
SHIPPED_BY = ("region", "salesperson", "ship_method")
SHIPPED_TERM = Term("shipped", _("Orders shipped"), lambda orders: orders.count())
IN_FULL = quotient(
    Term("in_time", _("There whole and in time"), lambda orders: orders.in_time.sum(where=decided(orders))),
    Term("promised", _("Orders promised"), lambda orders: decided(orders).sum()),
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
            "came back keep theirs"
        ),
        version=2,
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
        basis=BASIS,
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
        basis=BASIS,
        definition=_("Profit by the revenue whose cost is known"),
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
)

declare(
    SHIPPED,
    Dimension("ship_method", _("Way of shipping"), "ship_method"),
    Measure(
        name="sales.shipped",
        label=_("Orders shipped"),
        unit=Unit.COUNT,
        facts=SHIPPED.name,
        clause="2.6.3",
        basis=SHIPPED_BASIS,
        definition=_("Number of orders"),
        value=lambda orders: orders.count(),
        dimensions=SHIPPED_BY,
    ),
    Measure(
        name="sales.late",
        label=_("Shipped late"),
        unit=Unit.COUNT,
        facts=SHIPPED.name,
        clause="2.6.3",
        basis=SHIPPED_BASIS,
        definition=_("Number of orders whose last goods left after the day last promised; the day itself is on time"),
        value=lambda orders: (~orders.on_time).sum(),
        dimensions=SHIPPED_BY,
    ),
    Measure(
        name="sales.on_time",
        label=_("Shipped on time"),
        unit=Unit.RATIO,
        facts=SHIPPED.name,
        clause="2.6.3",
        basis=SHIPPED_BASIS,
        definition=_("Share of orders whose last goods left on or before the day last promised"),
        value=lambda orders: orders.on_time.mean(),
        dimensions=SHIPPED_BY,
        formula=quotient(Term("on_time", _("On time"), lambda orders: orders.on_time.sum()), SHIPPED_TERM),
    ),
    Measure(
        name="sales.on_first_time",
        label=_("Shipped as first promised"),
        unit=Unit.RATIO,
        facts=SHIPPED.name,
        clause="2.6.3",
        basis=SHIPPED_BASIS,
        definition=_("Share of orders whose last goods left on or before the day first promised"),
        value=lambda orders: orders.on_first_time.mean(),
        dimensions=SHIPPED_BY,
        formula=quotient(
            Term("on_first_time", _("As first promised"), lambda orders: orders.on_first_time.sum()), SHIPPED_TERM
        ),
    ),
)

PROMISED_BASIS = _("Our own orders by the day last promised; one still under way counts once that day is over")
FIRST_BASIS = _("Our own orders by the day first promised; one still under way counts once that day is over")

declare(
    PROMISED,
    FIRST_PROMISED,
    Measure(
        name="sales.promised",
        label=_("Orders promised"),
        unit=Unit.COUNT,
        facts=PROMISED.name,
        clause="2.6.3",
        basis=PROMISED_BASIS,
        definition=_("Number of orders that are there whole, or whose promised day is over"),
        value=lambda orders: decided(orders).sum(),
        dimensions=SHIPPED_BY,
    ),
    Measure(
        name="sales.otif",
        label=_("On time and in full"),
        unit=Unit.RATIO,
        facts=PROMISED.name,
        clause="2.6.3",
        basis=PROMISED_BASIS,
        definition=_("Share of orders all of which arrived on or before the day last promised"),
        value=lambda orders: orders.in_time.mean(where=decided(orders)),
        dimensions=SHIPPED_BY,
        formula=IN_FULL,
    ),
    Measure(
        name="sales.otif_first",
        label=_("On time and in full, as first promised"),
        unit=Unit.RATIO,
        facts=FIRST_PROMISED.name,
        clause="2.6.3",
        basis=FIRST_BASIS,
        definition=_("Share of orders all of which arrived on or before the day first promised"),
        value=lambda orders: orders.in_time.mean(where=decided(orders)),
        dimensions=SHIPPED_BY,
        formula=IN_FULL,
    ),
)

LOYALTY_BY = ("customer_grade", "region", "salesperson")
BUYERS = Term("buyers", _("Customers who ordered"), lambda orders: orders.customer_id.nunique())

declare(
    LOYALTY,
    Dimension("customer_grade", _("Grade"), "grade", choices=dict(Customer.Grade.choices)),
    Measure(
        name="sales.repeat_rate",
        label=_("Repeat orders"),
        unit=Unit.RATIO,
        facts=LOYALTY.name,
        clause="2.5.2",
        basis=BASIS,
        definition=_("Of the customers who ordered, the share that ordered again, after the day of their first order"),
        value=lambda orders: (
            orders.customer_id.nunique(where=orders.is_repeat) / orders.customer_id.nunique().nullif(0)
        ),
        dimensions=LOYALTY_BY,
        formula=quotient(
            Term("again", _("Who ordered again"), lambda orders: orders.customer_id.nunique(where=orders.is_repeat)),
            BUYERS,
        ),
    ),
    Measure(
        name="sales.loss_rate",
        label=_("Customers lost"),
        unit=Unit.RATIO,
        facts=LOYALTY.name,
        clause="2.5.2",
        basis=BASIS,
        definition=_("Of the customers who ordered, the share that is lost or dormant by now"),
        value=lambda orders: orders.customer_id.nunique(where=orders.is_lost) / orders.customer_id.nunique().nullif(0),
        dimensions=LOYALTY_BY,
        formula=quotient(
            Term("lost", _("Lost or dormant"), lambda orders: orders.customer_id.nunique(where=orders.is_lost)), BUYERS
        ),
    ),
)
