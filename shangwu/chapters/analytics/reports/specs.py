"""Clause 2.7.2: which figures a report has."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Sentence


@dataclass(frozen=True, slots=True)
class Spec:
    """A figure that every report has: what is asked, by what. A trend runs over the months before."""

    key: str
    label: Sentence
    names: tuple[str, ...]
    by: str = ""
    is_trend: bool = False


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
    Spec("products", _("By product category"), _SOLD, "category"),
    Spec("regions", _("By region"), _SOLD, "region"),
    Spec("channels", _("By channel"), _SOLD, "channel"),
    Spec("people", _("By salesperson"), _SOLD, "salesperson"),
    Spec("returns", _("Sold and taken back"), ("sales.revenue",), "line_kind"),
    Spec("new_customers", _("New customers"), ("customers.won",), "customer_owner"),
    Spec("loyalty", _("Who ordered again, who was lost"), ("sales.repeat_rate", "sales.loss_rate")),
    Spec("invoiced", _("Invoiced"), ("invoices.net", "invoices.gross", "invoices.count")),
    Spec("collected", _("Collected"), ("payments.collected", "payments.count")),
    Spec("dues", _("Collection"), _DUE),
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
