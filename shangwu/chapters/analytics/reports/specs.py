"""Clause 2.7.2: which figures a report has."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.moved import KINDS
from shangwu.foundation.records.refusals import Sentence


@dataclass(frozen=True, slots=True)
class Spec:
    """A figure that every report has: what is asked, by what. A trend runs over the months before.

    is_moment: what stands at the cut-off, of everything up to the period's last day, is no matter of locked months: it
    is asked of the facts as they are when the report is drawn, and kept.
    choices: what rows are called that no grouping of the measures names: then the figure is counted as `moving` says.
    """

    key: str
    label: Sentence
    names: tuple[str, ...]
    by: str = ""
    is_trend: bool = False
    is_moment: bool = False
    choices: Mapping[str, Sentence] = field(default_factory=dict)

    @property
    def has_shares(self) -> bool:
        """Whether its rows are parts of one whole."""
        return bool(self.by) and not self.is_trend and not self.choices


_SOLD = ("sales.revenue", "sales.profit")
_LEFT = ("sales.shipped", "sales.late", "sales.on_time")
_DUE = ("sales.due_open", "sales.due", "sales.collection_rate")
_CONTENT = ("satisfaction.answers", "satisfaction.content", "satisfaction.mean", "loyalty.recommend")
_COMPLAINED = ("complaints.count", "complaints.repeats", "complaints.reply_on_time")

SPECS: tuple[Spec, ...] = (
    Spec("sold", _("Sales"), ("sales.revenue", "sales.profit", "sales.quantity")),
    Spec("orders", _("Orders"), ("sales.orders",)),
    Spec("prices", _("Margin and mean price"), ("sales.margin", "sales.price", "sales.order_value")),
    Spec("trend", _("Trend"), _SOLD, "month", is_trend=True),
    Spec("customers", _("By customer"), _SOLD, "customer"),
    Spec("grades", _("Customers by grade (ABC)"), ("sales.bought", "sales.buyers"), "customer_grade"),
    Spec("moved", _("Customers new, kept and lost"), ("sales.buyers", "sales.bought"), "customer_moved", choices=KINDS),
    Spec("products", _("By product category"), _SOLD, "category"),
    Spec("regions", _("By region"), _SOLD, "region"),
    Spec("channels", _("By channel"), _SOLD, "channel"),
    Spec("people", _("By salesperson"), _SOLD, "salesperson"),
    Spec("returns", _("Sold and taken back"), ("sales.revenue",), "line_kind"),
    Spec("new_customers", _("New customers"), ("customers.won",), "customer_owner"),
    Spec("loyalty", _("Who ordered again, who is lost or dormant"), ("sales.repeat_rate", "sales.loss_rate")),
    Spec("invoiced", _("Invoiced"), ("invoices.net", "invoices.gross", "invoices.count")),
    Spec("collected", _("Collected"), ("payments.collected", "payments.count")),
    Spec("dues", _("Collection"), _DUE),
    Spec("owed", _("Receivables by age"), ("sales.receivable",), "age", is_moment=True),
    Spec("due_customers", _("Collection by customer"), _DUE, "customer"),
    Spec("delivery", _("Delivery"), _LEFT),
    Spec("delivery_regions", _("Delivery by region"), _LEFT, "region"),
    Spec("complaints", _("Complaints"), _COMPLAINED),
    Spec("complaint_kinds", _("Complaints by kind"), _COMPLAINED[:2], "complaint_category"),
    Spec("satisfaction", _("Satisfaction"), _CONTENT),
    Spec("visits", _("Visits"), ("visits.count", "visits.customers")),
)
SPEC = {one.key: one for one in SPECS}
NEEDED = ("sold",)
"""Without these there is no report; others are left out where nothing was exported of their kind."""


def choices() -> list[tuple[str, Sentence]]:
    """The figures that a finding may cite."""
    return [(one.key, one.label) for one in SPECS]
