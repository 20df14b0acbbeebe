"""What customers owe as named numbers: by how long it is overdue, and as their statements say it (2.6.2)."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.contract_access import sees_accounts, sees_collection
from shangwu.chapters.sales.contract_course import LIMITS, Age
from shangwu.chapters.sales.measures import IS_COUNTED, REGION
from shangwu.chapters.sales.models import Order, Statement
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

_SINCE = "coalesce(r.invoiced_on, r.delivered_on)"

RECEIVABLE = FactSet(
    name="sales.receivable",
    model=Order,
    source="sales_order r LEFT JOIN customers_customer c ON c.id = r.customer_id",
    period=_SINCE,
    where=f"NOT r.imported AND r.archived_at IS NULL AND r.base_open > 0 AND {_SINCE} IS NOT NULL",
    currency="r.base_currency",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        "due_on": Column(f"{_SINCE} + coalesce(r.payment_days, 0)", "date"),
        "open": Column("r.base_open", "numeric(20,6)"),
    },
    joins=REGION,
)

DUES = FactSet(
    name="sales.dues",
    model=Order,
    source="sales_order r LEFT JOIN customers_customer c ON c.id = r.customer_id",
    period=f"({_SINCE} + coalesce(r.payment_days, 0))",
    where=f"NOT r.imported AND r.archived_at IS NULL AND {_SINCE} IS NOT NULL AND " + IS_COUNTED,
    currency="r.base_currency",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "channel_id": Column("r.channel_id", "bigint"),
        "region": Column("coalesce(nullif(r.region, ''), c.region, '')", "text"),
        # What was credited is not to be paid; what is open never lies above what was due.
        "due": Column("greatest(r.base_gross - round(r.credited * r.rate, 6), r.base_open)", "numeric(20,6)"),
        "open": Column("r.base_open", "numeric(20,6)"),
    },
    joins=REGION,
)

STATEMENTS = FactSet(
    name="sales.statements",
    model=Statement,
    source=(
        "sales_statement r JOIN sales_statementline l ON l.statement_id = r.id JOIN sales_order o ON o.id = l.order_id"
    ),
    period="r.until",
    where="r.archived_at IS NULL",
    currency="o.base_currency",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "state": Column("r.state", "text"),
        "open": Column("round(l.open * o.rate, 6)", "numeric(20,6)"),
    },
    joins=(
        Joined(Order, ("rate",), "r.id IN (SELECT statement_id FROM sales_statementline WHERE order_id = {among})"),
    ),
)


OWED_BASIS = _(
    "Our own orders that arrived or were invoiced, by that day, with tax, in the currency of your legal entity; those "
    "kept in another are not added"
)
DUE_BASIS = _(
    "Our own orders that arrived or were invoiced, by the day on which they were to be paid, with tax, in the currency "
    "of your legal entity; those kept in another are not added"
)
DUE_BY = ("customer", "region", "salesperson", "channel")


def age(orders: Any) -> Any:
    """The class of each order's debt, by the house's day today: as the pages count it."""
    import ibis

    today = clock.today(ZoneInfo(settings.TIME_ZONE))
    first = [(orders.due_on >= today, Age.NOT_DUE.value)]
    later = [(orders.due_on >= today - datetime.timedelta(days=most), one.value) for most, one in LIMITS]
    return ibis.cases(*first, *later, else_=Age.OLDER.value)


def age_in_sql(due_on: str) -> str:
    """The same in PostgreSQL's words."""
    today = clock.today(ZoneInfo(settings.TIME_ZONE))
    classes = [(today, Age.NOT_DUE), *((today - datetime.timedelta(days=most), one) for most, one in LIMITS)]
    cases = " ".join(f"WHEN ({due_on}) >= '{day.isoformat()}' THEN '{one.value}'" for day, one in classes)
    return f"CASE {cases} ELSE '{Age.OLDER.value}' END"


declare(
    RECEIVABLE,
    DUES,
    STATEMENTS,
    Dimension("age", _("How long overdue"), "due_on", choices=dict(Age.choices), key=age, sql=age_in_sql),
    Dimension("statement_state", _("State"), "state", choices=dict(Statement.State.choices)),
    Measure(
        name="sales.receivable",
        label=_("Receivable"),
        unit=Unit.MONEY,
        facts=RECEIVABLE.name,
        clause="2.6.2",
        basis=OWED_BASIS,
        definition=_("Sum of what is still owed: totals less payments and credit notes, at the orders' rates"),
        value=lambda orders: orders.open.sum(),
        dimensions=("age", "customer", "region", "salesperson"),
        gate=sees_accounts,
    ),
    Measure(
        name="sales.overdue",
        label=_("Overdue"),
        unit=Unit.MONEY,
        facts=RECEIVABLE.name,
        clause="2.6.2",
        basis=OWED_BASIS,
        definition=_("The part of the receivable whose day of payment has passed"),
        value=lambda orders: orders.open.sum(where=orders.due_on < clock.today(ZoneInfo(settings.TIME_ZONE))),
        dimensions=("age", "customer", "region", "salesperson"),
        gate=sees_accounts,
    ),
    Measure(
        name="sales.due",
        label=_("Fell due"),
        unit=Unit.MONEY,
        facts=DUES.name,
        clause="2.7.2",
        basis=DUE_BASIS,
        definition=_("Sum of the orders' totals less what was credited"),
        value=lambda orders: orders.due.sum(),
        dimensions=DUE_BY,
        gate=sees_collection,
    ),
    Measure(
        name="sales.due_open",
        label=_("Still open of it"),
        unit=Unit.MONEY,
        facts=DUES.name,
        clause="2.7.2",
        basis=DUE_BASIS,
        definition=_("The part of what fell due that is not paid"),
        value=lambda orders: orders.open.sum(),
        dimensions=DUE_BY,
        gate=sees_collection,
    ),
    Measure(
        name="sales.collection_rate",
        label=_("Collected of what fell due"),
        unit=Unit.RATIO,
        facts=DUES.name,
        clause="2.7.2",
        basis=DUE_BASIS,
        definition=_("What was paid of the orders that fell due, by what fell due"),
        value=lambda orders: (
            (orders.due - orders.open).sum().cast("float64") / orders.due.sum().nullif(0).cast("float64")
        ),
        dimensions=DUE_BY,
        gate=sees_collection,
        formula=quotient(
            Term("paid", _("Paid of it"), lambda orders: (orders.due - orders.open).sum()),
            Term("due", _("Fell due"), lambda orders: orders.due.sum()),
        ),
    ),
    Measure(
        name="sales.statement_balance",
        label=_("Balance of the statements"),
        unit=Unit.MONEY,
        facts=STATEMENTS.name,
        clause="2.6.2",
        basis=_(
            "Statements of account by the last day of their quarter, in the currency of your legal entity; orders kept "
            "in another are not added"
        ),
        definition=_("Sum of what is open on their lines, at the orders' rates; below zero where we owe the customer"),
        value=lambda lines: lines.open.sum(),
        dimensions=("statement_state", "customer", "salesperson"),
        gate=sees_accounts,
    ),
)
