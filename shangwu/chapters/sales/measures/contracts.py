"""How often production and shipping ran ahead of a contract (2.6.2): each exception of the executive is counted."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Contract
from shangwu.foundation.measures.registry import Column, FactSet, Joined, Measure, Unit, declare

LET_PASS = FactSet(
    name="sales.let_pass",
    model=Contract,
    source="sales_contract r LEFT JOIN customers_customer c ON c.id = r.customer_id",
    period=f"(r.let_pass_at AT TIME ZONE '{settings.TIME_ZONE}')::date",
    where="r.let_pass_at IS NOT NULL AND r.archived_at IS NULL",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "region": Column("coalesce(c.region, '')", "text"),
    },
    joins=(Joined(Customer, ("region",), "r.customer_id = {among}"),),
)

declare(
    LET_PASS,
    Measure(
        name="contracts.let_pass",
        label=_("Let pass before signing"),
        unit=Unit.COUNT,
        facts=LET_PASS.name,
        clause="2.6.2",
        basis=_("Contracts, by the day on which the executive let production and shipping begin before they held"),
        definition=_("Number of contracts"),
        value=lambda contracts: contracts.count(),
        dimensions=("customer", "region", "salesperson"),
    ),
)
