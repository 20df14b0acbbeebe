"""Clause 2.7.3: what each person has sold, split deals shared among those who made them.

One fact for each order and person: the amounts of an order are shared by the agreed split, to the smallest coin, by
the largest remainder, as `scoring.shared_out` does. An order without a split is its salesperson's. What is shared and
the day are those of `sales.revenue` and `sales.profit`, credit notes and goods that came back among them, so that both
come to the same total.
"""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.models import Split
from shangwu.chapters.sales.access import sees_cost
from shangwu.chapters.sales.measures import IS_COUNTED
from shangwu.chapters.sales.measures.lines import sold
from shangwu.chapters.sales.models import Order, Return
from shangwu.foundation.measures.registry import Column, Dimension, FactSet, Measure, Unit, declare
from shangwu.foundation.money.currencies import CURRENCIES
from shangwu.foundation.people.models import Department, Entity, Person

_WHOLE = ", ".join(f"'{one.code}'" for one in CURRENCIES.values() if one.minor_units == 0)
_PLACES = f"(CASE WHEN r.base_currency IN ({_WHOLE}) THEN 0 ELSE 2 END)"
_SHARE = "coalesce(s.percent, 100)"


def _credited(amount: str) -> Column:
    """A person's part of an order's amount. The window is the order; the parts come to the whole exactly."""
    order = "(PARTITION BY r.id)"
    exact = f"({amount} * {_SHARE} / 100)"
    floor = f"trunc({exact}, {_PLACES})"
    left = f"({amount} - sum({floor}) OVER {order})"
    coins = f"trunc({left} * 10 ^ {_PLACES}::numeric)"
    rank = f"row_number() OVER (PARTITION BY r.id ORDER BY abs({exact} - {floor}) DESC, s.position)"
    return Column(
        f"({floor} + CASE WHEN {rank} <= abs({coins}) THEN sign({left}) / 10 ^ {_PLACES}::numeric ELSE 0 END"
        f" + CASE WHEN {rank} = 1 THEN {left} - {coins} / 10 ^ {_PLACES}::numeric ELSE 0 END)::numeric(20,6)",
        "numeric(20,6)",
    )


CREDIT = FactSet(
    name="performance.credit",
    model=Order,
    source=(
        "sales_order r LEFT JOIN LATERAL (SELECT sum(l.base_net) AS net, sum(l.base_net - l.cost) AS profit "
        f"FROM {sold('= r.id')} l) t ON true "
        "LEFT JOIN analytics_split x ON x.order_id = r.id AND x.state = 'agreed' "
        "LEFT JOIN analytics_splitshare s ON s.split_id = x.id"
    ),
    period="r.ordered_on",
    where=IS_COUNTED,
    columns={
        "person_id": Column("coalesce(s.person_id, r.owner_id)", "bigint"),
        "share": Column(_SHARE, "numeric(5,2)"),
        "net": _credited("t.net"),
        "profit": _credited("t.profit"),
    },
    follows={"x": Split, "b": Return},
    named_by={"x": "order_id", "b": "order_id"},
    closed={"profit": sees_cost},
)
CREDITED_BASIS = _(
    "Orders from confirmation on less their credit notes, by the day of the order, without tax; split deals by the "
    "agreed shares"
)
BY = ("credited_person", "credited_department", "credited_company", "credited_order", "credited_share")

declare(
    CREDIT,
    Dimension("credited_person", _("Credited to"), "person_id", model=Person),
    Dimension("credited_department", _("Department"), "department_id", model=Department),
    Dimension("credited_company", _("Legal entity"), "entity_id", model=Entity),
    Dimension("credited_order", _("Order"), "record_id", model=Order),
    Dimension("credited_share", _("Share, %"), "share"),
    Measure(
        name="performance.revenue",
        label=_("Sales credited"),
        unit=Unit.MONEY,
        facts=CREDIT.name,
        clause="2.7.3",
        basis=CREDITED_BASIS,
        definition=_(
            "Sum of the orders' net amounts less the net amounts of their credit notes, each person's share of them; "
            "returns in another ledger count below zero"
        ),
        version=2,
        value=lambda credit: credit.net.sum(),
        dimensions=BY,
    ),
    Measure(
        name="performance.profit",
        label=_("Profit credited"),
        unit=Unit.MONEY,
        facts=CREDIT.name,
        clause="2.7.3",
        basis=CREDITED_BASIS,
        definition=_(
            "Sum of the lines' net amounts less credit notes and less their cost, where the cost is known, each "
            "person's share; goods that came back and lie in stock again cost nothing"
        ),
        version=2,
        value=lambda credit: credit.profit.sum(),
        dimensions=BY,
        gate=sees_cost,
    ),
)
