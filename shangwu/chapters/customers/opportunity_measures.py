"""The numbers of opportunities (2.5.2): each counts once, and by product range for every range that it is of."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Opportunity, OutcomeReason, ProductRange
from shangwu.foundation.measures.registry import Column, Dimension, FactSet, Measure, Term, Unit, declare, quotient
from shangwu.foundation.people.models import Person

OPPORTUNITIES = FactSet(
    name="customers.opportunities",
    model=Opportunity,
    source=(
        "customers_opportunity r LEFT JOIN LATERAL "
        "unnest(array_remove(r.product_range_id || r.further_ranges, NULL)) AS g(range_id) ON true"
    ),
    period="r.closed_on",
    where="r.state <> 'open'",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "reason_id": Column("r.outcome_reason_id", "bigint"),
        "range_id": Column("g.range_id", "bigint"),
        "is_won": Column("r.state = 'won'", "boolean"),
    },
    varying=("range_id",),
)

CLOSED = _("Opportunities that were won or lost, by the day on which they were closed")
CLOSED_BY = ("opportunity_owner", "outcome_reason", "product_range")


def _won(opportunities: Any) -> Any:
    """How many of them were won, each once whatever it is about."""
    return opportunities.record_id.nunique(where=opportunities.is_won)


declare(
    OPPORTUNITIES,
    Dimension("opportunity_owner", _("Owner"), "owner_id", model=Person),
    Dimension("outcome_reason", _("Reason of the outcome"), "reason_id", model=OutcomeReason),
    Dimension("product_range", _("Product range"), "range_id", model=ProductRange),
    Measure(
        name="opportunities.closed",
        label=_("Opportunities closed"),
        unit=Unit.COUNT,
        facts=OPPORTUNITIES.name,
        clause="2.5.2",
        basis=CLOSED,
        definition=_(
            "Number of opportunities that were won or lost; one of several product ranges counts for each of them, and "
            "once in all"
        ),
        version=2,
        value=lambda opportunities: opportunities.record_id.nunique(),
        counts_records=True,
        dimensions=CLOSED_BY,
    ),
    Measure(
        name="opportunities.won",
        label=_("Opportunities won"),
        unit=Unit.COUNT,
        facts=OPPORTUNITIES.name,
        clause="2.5.2",
        basis=CLOSED,
        definition=_(
            "Number of opportunities that were won; one of several product ranges counts for each of them, and once in "
            "all"
        ),
        version=2,
        value=_won,
        dimensions=CLOSED_BY,
    ),
    Measure(
        name="opportunities.win_rate",
        label=_("Win rate"),
        unit=Unit.RATIO,
        facts=OPPORTUNITIES.name,
        clause="2.5.2",
        basis=CLOSED,
        definition=_("Share of the won ones in the opportunities that were closed"),
        version=2,
        value=lambda opportunities: _won(opportunities) / opportunities.record_id.nunique().nullif(0),
        dimensions=("opportunity_owner", "product_range"),
        formula=quotient(
            Term("won", _("Won"), _won),
            Term("closed", _("Opportunities closed"), lambda opportunities: opportunities.record_id.nunique()),
        ),
    ),
)
