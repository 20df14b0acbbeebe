"""Who ordered, what by each grade of customers, who ordered again, and who no longer does (2.5.2, 2.7.2)."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.measures import BASIS, IS_COUNTED
from shangwu.chapters.sales.measures.lines import NET_BASIS
from shangwu.chapters.sales.models import Order
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

_SOURCE = "sales_order r JOIN customers_customer c ON c.id = r.customer_id"

LOYALTY = FactSet(
    name="sales.loyalty",
    model=Order,
    source=_SOURCE,
    records_of=_SOURCE,
    period="r.ordered_on",
    where=IS_COUNTED,
    currency="r.base_currency",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "grade": Column("c.grade", "text"),
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        # The file knows since when it is a customer's: what was ordered on a later day is ordered again.
        "is_repeat": Column(f"r.ordered_on > (c.won_at AT TIME ZONE '{settings.TIME_ZONE}')::date", "boolean"),
        "is_lost": Column("c.state IN ('lost', 'dormant')", "boolean"),
        # As `sales.revenue` has it: what was credited is not bought.
        "net": Column(
            "r.base_net - coalesce((SELECT sum(n.base_net) FROM sales_creditnote n WHERE n.order_id = r.id "
            "AND n.state = 'issued'), 0)",
            "numeric(20,6)",
        ),
    },
    joins=(Joined(Customer, ("grade", "region", "won_at", "state"), "r.customer_id = {among}"),),
)

LOYALTY_BY = ("customer_grade", "region", "salesperson")
BUYERS_BY = ("customer_grade", "region", "customer")
BUYERS = Term("buyers", _("Customers who ordered"), lambda orders: orders.customer_id.nunique())


def _new_buyers(orders: Any) -> Any:
    """Nothing is known of it where no period begins."""
    is_new = orders.customer_id_is_new
    return (is_new.count() > 0).ifelse(orders.customer_id.nunique(where=is_new), None)


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
        label=_("Lost or dormant by now"),
        unit=Unit.RATIO,
        facts=LOYALTY.name,
        clause="2.5.2",
        basis=BASIS,
        definition=_(
            "Of the customers who ordered, the share whose file says lost or dormant by now; who bought nothing more "
            "from one period to the next is told in the analysis of customers"
        ),
        value=lambda orders: orders.customer_id.nunique(where=orders.is_lost) / orders.customer_id.nunique().nullif(0),
        dimensions=LOYALTY_BY,
        formula=quotient(
            Term("lost", _("Lost or dormant"), lambda orders: orders.customer_id.nunique(where=orders.is_lost)), BUYERS
        ),
    ),
    Measure(
        name="sales.buyers",
        label=_("Customers who ordered"),
        unit=Unit.COUNT,
        facts=LOYALTY.name,
        clause="2.7.2",
        basis=BASIS,
        definition=_("Number of customers with an order"),
        value=lambda orders: orders.customer_id.nunique(),
        dimensions=BUYERS_BY,
    ),
    Measure(
        name="sales.first_buyers",
        label=_("Customers who ordered for the first time"),
        unit=Unit.COUNT,
        facts=LOYALTY.name,
        clause="2.7.2",
        basis=BASIS,
        definition=_(
            "Number of customers of whom the legal entity had no order before the period began; by months, quarters or "
            "years, before each of them. Without a first day nothing is said"
        ),
        value=_new_buyers,
        dimensions=BUYERS_BY,
        new_in="customer_id",
    ),
    Measure(
        name="sales.bought",
        label=_("Bought by customers"),
        unit=Unit.MONEY,
        facts=LOYALTY.name,
        clause="2.7.2",
        basis=NET_BASIS,
        definition=_("Sum of the orders' net amounts, less the net amounts of the credit notes issued for them"),
        value=lambda orders: orders.net.sum(),
        dimensions=BUYERS_BY,
    ),
)
