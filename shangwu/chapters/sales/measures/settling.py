"""The numbers of shipments (2.6.3), invoices (2.6.1) and payments (2.6.2), for analysis, scorecards and reports."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.measures import REGION
from shangwu.chapters.sales.models import Order, Payment, Shipment
from shangwu.foundation.measures.registry import (
    Column,
    Dimension,
    FactSet,
    Formula,
    Joined,
    Measure,
    Term,
    Unit,
    declare,
    quotient,
)

_REGION = Column("coalesce(nullif(o.region, ''), c.region, '')", "text")
_OF_ORDER = "r.order_id IN (SELECT id FROM sales_order WHERE region = '' AND customer_id = {among})"
_REGION_OF_ORDER = (Joined(Customer, ("region",), _OF_ORDER),)
_ORDER_OF = "JOIN sales_order o ON o.id = r.order_id LEFT JOIN customers_customer c ON c.id = o.customer_id"

SHIPMENTS = FactSet(
    name="sales.shipments",
    model=Shipment,
    source=f"sales_shipment r {_ORDER_OF}",
    period="r.shipped_on",
    where="r.shipped_on IS NOT NULL AND r.state IN ('shipped', 'delivered', 'failed')",
    columns={
        "customer_id": Column("o.customer_id", "bigint"),
        "region": _REGION,
        "carrier": Column("r.carrier", "text"),
        "days": Column("r.delivered_on - r.shipped_on", "integer"),
        "is_delivered": Column("r.delivered_on IS NOT NULL", "boolean"),
        "has_trouble": Column("r.trouble <> '' OR r.trouble_at IS NOT NULL OR r.state = 'failed'", "boolean"),
    },
    follows={"o": Order},
    joins=_REGION_OF_ORDER,
)

INVOICES = FactSet(
    name="sales.invoices",
    model=Order,
    source="sales_order r LEFT JOIN customers_customer c ON c.id = r.customer_id",
    period="r.invoiced_on",
    where="r.invoiced_on IS NOT NULL AND r.state NOT IN ('cancelled', 'refused')",
    currency="r.base_currency",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        "net": Column("r.base_net", "numeric(20,6)"),
        "gross": Column("r.base_gross", "numeric(20,6)"),
    },
    joins=REGION,
)

PAYMENTS = FactSet(
    name="sales.payments",
    model=Payment,
    source=f"sales_payment r {_ORDER_OF}",
    period="r.received_on",
    where="r.state = 'received'",
    currency="o.base_currency",
    columns={
        "customer_id": Column("o.customer_id", "bigint"),
        "order_id": Column("r.order_id", "bigint"),
        "region": _REGION,
        "method": Column("r.method", "text"),
        # Exact at the order's rate: sums are rounded once, when they are shown.
        "amount": Column("r.amount * o.rate", "numeric(34,14)"),
    },
    follows={"o": Order},
    joins=_REGION_OF_ORDER,
)

SHIPMENT_BASIS = _("Shipments that have left, by the day when they left")
INVOICE_BASIS = _(
    "Orders with an invoice, by the day of the invoice, in the currency of your legal entity; those kept in another "
    "are not counted"
)
PAYMENT_BASIS = _(
    "Payments that were not taken back, by the day of receipt, at the rate of their order, in the currency of your "
    "legal entity; those kept in another are not counted"
)
SHIPMENT_BY = ("region", "salesperson", "customer", "carrier")
INVOICE_BY = ("region", "salesperson", "customer")
PAYMENT_BY = (*INVOICE_BY, "payment_method")


def _shipments(
    name: str, label: Any, unit: Unit, definition: Any, value: Any, formula: Formula | None = None
) -> Measure:
    return Measure(
        name=name, label=label, unit=unit, facts=SHIPMENTS.name, clause="2.6.3", basis=SHIPMENT_BASIS,
        definition=definition, value=value, dimensions=SHIPMENT_BY, formula=formula,
    )  # fmt: skip


declare(
    SHIPMENTS,
    Dimension("carrier", _("Carrier by name"), "carrier"),
    _shipments(
        "shipments.count", _("Shipments"), Unit.COUNT, _("Number of shipments"),
        lambda shipments: shipments.count(),
    ),
    _shipments(
        "shipments.days", _("Days under way"), Unit.DAYS,
        _("Mean of the days from leaving to delivery, of those that were delivered"),
        lambda shipments: shipments.days.mean(),
    ),
    _shipments(
        "shipments.troubled", _("Shipments with an exception"), Unit.RATIO,
        _("Share of shipments that met with an exception on their way"),
        lambda shipments: shipments.has_trouble.mean(),
        quotient(
            Term("troubled", _("With an exception"), lambda shipments: shipments.has_trouble.sum()),
            Term("shipments", _("Shipments"), lambda shipments: shipments.count()),
        ),
    ),
)  # fmt: skip


def _invoices(name: str, label: Any, unit: Unit, definition: Any, value: Any) -> Measure:
    return Measure(
        name=name, label=label, unit=unit, facts=INVOICES.name, clause="2.6.1", basis=INVOICE_BASIS,
        definition=definition, value=value, dimensions=INVOICE_BY,
    )  # fmt: skip


declare(
    INVOICES,
    _invoices(
        "invoices.count", _("Invoices"), Unit.COUNT, _("Number of orders that were invoiced"),
        lambda orders: orders.count(),
    ),
    _invoices(
        "invoices.net", _("Invoiced, without tax"), Unit.MONEY, _("Sum of the orders' net amounts"),
        lambda orders: orders.net.sum(),
    ),
    _invoices(
        "invoices.gross", _("Invoiced, with tax"), Unit.MONEY, _("Sum of the orders' totals"),
        lambda orders: orders.gross.sum(),
    ),
)  # fmt: skip


def _payments(name: str, label: Any, unit: Unit, definition: Any, value: Any) -> Measure:
    return Measure(
        name=name, label=label, unit=unit, facts=PAYMENTS.name, clause="2.6.2", basis=PAYMENT_BASIS,
        definition=definition, value=value, dimensions=PAYMENT_BY,
    )  # fmt: skip


declare(
    PAYMENTS,
    Dimension("payment_method", _("Method"), "method", choices=dict(Payment.Method.choices)),
    _payments(
        "payments.collected", _("Collected"), Unit.MONEY, _("Sum of the payments, in the legal entity's currency"),
        lambda payments: payments.amount.sum(),
    ),
    _payments(
        "payments.count", _("Payments"), Unit.COUNT, _("Number of payments"), lambda payments: payments.count()
    ),
)  # fmt: skip
