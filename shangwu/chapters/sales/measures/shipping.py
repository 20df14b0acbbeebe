"""What left in time, and what arrived in time and in full (2.6.3)."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.measures import IS_COUNTED, REGION
from shangwu.chapters.sales.models import Order, Shipment
from shangwu.foundation.measures.registry import (
    Column,
    Dimension,
    FactSet,
    Joined,
    Measure,
    Term,
    Unit,
    declare,
    quotient,
)
from shangwu.foundation.records import clock

_SOURCE = """
    sales_order r LEFT JOIN customers_customer c ON c.id = r.customer_id LEFT JOIN LATERAL (
        SELECT s.carrier FROM sales_shipment s WHERE s.order_id = r.id AND s.shipped_on IS NOT NULL
        ORDER BY s.shipped_on DESC, s.id DESC LIMIT 1
    ) g ON true
"""
"""Orders, with who carried the last of their goods, as it stands on the shipment's papers."""
_JOINS = (*REGION, Joined(Shipment, ("carrier",), "r.id IN (SELECT order_id FROM sales_shipment WHERE id = {among})"))
SHIPPED = FactSet(
    name="sales.shipped",
    model=Order,
    source=_SOURCE,
    period="r.shipped_on",
    where="r.shipped_on IS NOT NULL AND r.promised_on IS NOT NULL "
    "AND r.state IN ('shipped', 'delivered', 'invoiced', 'paid', 'closed')",
    columns={
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        "ship_method": Column("r.ship_method", "text"),
        "carrier": Column("coalesce(g.carrier, '')", "text"),
        "on_time": Column("r.shipped_on <= r.promised_on", "boolean"),
        "on_first_time": Column("r.shipped_on <= coalesce(r.first_promised_on, r.promised_on)", "boolean"),
    },
    joins=_JOINS,
)

_ARRIVED_BY = "(r.delivered_quantity >= r.quantity AND r.given_up = 0 AND coalesce(r.delivered_on <= {day}, false))"
_FIRST_DAY = "coalesce(r.first_promised_on, r.promised_on)"


def _promised(name: str, day: str) -> FactSet:
    """Our own orders by the day that was promised, and whether all of it was there by then."""
    return FactSet(
        name=name,
        model=Order,
        source=_SOURCE,
        period=day,
        where="r.promised_on IS NOT NULL AND NOT r.imported AND (r.quantity > 0 OR r.given_up > 0) AND " + IS_COUNTED,
        columns={
            "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
            "ship_method": Column("r.ship_method", "text"),
            "carrier": Column("coalesce(g.carrier, '')", "text"),
            "is_whole": Column("r.delivered_quantity >= r.quantity", "boolean"),
            "in_time": Column(_ARRIVED_BY.format(day=day), "boolean"),
        },
        joins=_JOINS,
    )


PROMISED = _promised("sales.promised", "r.promised_on")
FIRST_PROMISED = _promised("sales.first_promised", _FIRST_DAY)


def decided(orders: Any) -> Any:
    """Which orders can be judged: all of it is there, or the promised day is over. Today's are still under way."""
    return orders.is_whole | (orders.day < clock.today(ZoneInfo(settings.TIME_ZONE)))


SHIPPED_BASIS = _("Orders that have left in full and had a promised day, by the day when the last goods left")
SHIPPED_BY = ("region", "salesperson", "ship_method", "carrier")
SHIPPED_TERM = Term("shipped", _("Orders shipped"), lambda orders: orders.count())
IN_FULL = quotient(
    Term("in_time", _("There whole and in time"), lambda orders: orders.in_time.sum(where=decided(orders))),
    Term("promised", _("Orders promised"), lambda orders: decided(orders).sum()),
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
