"""Who ordered again, and who was lost (2.5.2)."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.measures import BASIS, IS_COUNTED
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

LOYALTY = FactSet(
    name="sales.loyalty",
    model=Order,
    source="sales_order r JOIN customers_customer c ON c.id = r.customer_id",
    period="r.ordered_on",
    where=IS_COUNTED,
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "grade": Column("c.grade", "text"),
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        # The file knows since when it is a customer's: what was ordered on a later day is ordered again.
        "is_repeat": Column(f"r.ordered_on > (c.won_at AT TIME ZONE '{settings.TIME_ZONE}')::date", "boolean"),
        "is_lost": Column("c.state IN ('lost', 'dormant')", "boolean"),
    },
    joins=(Joined(Customer, ("grade", "region", "won_at", "state"), "r.customer_id = {among}"),),
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
