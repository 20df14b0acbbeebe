"""How often production and shipping ran ahead of a contract (2.6.2): each exception of the executive is counted; and
what contracts and supplements cost in stamp duty."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.contract_access import sees_accounts
from shangwu.chapters.sales.models import Contract, Supplement
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

STAMPED = FactSet(
    name="sales.stamped",
    model=Contract,
    source="sales_contract r",
    period="r.signed_on",
    where="r.signed_on IS NOT NULL AND r.stamp_duty IS NOT NULL AND r.archived_at IS NULL",
    currency="r.base_currency",
    columns={"customer_id": Column("r.customer_id", "bigint"), "duty": Column("r.stamp_duty", "numeric(20,6)")},
)

STAMPED_SUPPLEMENTS = FactSet(
    name="sales.stamped_supplements",
    model=Supplement,
    source="sales_supplement r JOIN sales_contract k ON k.id = r.contract_id",
    period="r.signed_on",
    where="r.signed_on IS NOT NULL AND r.stamp_duty IS NOT NULL AND r.archived_at IS NULL",
    currency="r.base_currency",
    columns={"customer_id": Column("k.customer_id", "bigint"), "duty": Column("r.stamp_duty", "numeric(20,6)")},
)
SIGNED_BASIS = _("By the day of signing; what a quarter comes to is declared after it")


declare(
    LET_PASS,
    STAMPED,
    STAMPED_SUPPLEMENTS,
    Measure(
        name="contracts.stamp_duty",
        label=_("Stamp duty of contracts"),
        unit=Unit.MONEY,
        facts=STAMPED.name,
        clause="2.6.2",
        basis=SIGNED_BASIS,
        definition=_("Sum of the stamp duty, in our own currency"),
        value=lambda papers: papers.duty.sum(),
        dimensions=("customer", "salesperson"),
        gate=sees_accounts,
    ),
    Measure(
        name="contracts.stamp_duty_of_supplements",
        label=_("Stamp duty of supplements"),
        unit=Unit.MONEY,
        facts=STAMPED_SUPPLEMENTS.name,
        clause="2.6.2",
        basis=SIGNED_BASIS,
        definition=_("Sum of the stamp duty, in our own currency"),
        value=lambda papers: papers.duty.sum(),
        dimensions=("customer", "salesperson"),
        gate=sees_accounts,
    ),
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
