"""Pages of clause 2.6.3: what orders ask of production, and what quality has still to inspect."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models import Order, ProductionRequest
from shangwu.foundation.pages.kit import Due, Group, Hidden, Pages, Parts, Period, RowsPanel, View, panel

Pages(
    ProductionRequest,
    clause="2.6.3",
    columns=[
        "number", "order", "customer_name", "state", Due("due_on", open_while=["requested", "made"]), "expected_on",
        "slipped_at", "warned_at", "failures", Hidden("slip_reason"), Hidden("finding"), Hidden("owner"),
    ],
    filters=["state", "order", "owner", Period("due_on"), Period("expected_on")],
    sorts=["due_on"],
    views=[
        View("in_production", pgettext_lazy("production", "In production"), "state=requested"),
        View("to_inspect", pgettext_lazy("production", "To be inspected"), "state=made"),
    ],
    title=["number"],
    empty=_("Nothing is made for an order yet. A request begins when an order with goods made to order is scheduled."),
    icon="calendar-time",
    order=15,
    track=["requested", "made", "released"],
    facts=[
        Group(_("Production request"), "order", "customer_name", "due_on", "expected_on"),
        Group(_("Delay"), "slipped_from", "slipped_at", "slip_reason", "warned_at", "warned_by"),
        Group(_("Inspection"), "finding", "failures", "failed_at", "failed_by"),
    ],
    parts=[Parts("lines", "position", "product", "quantity", "batch")],
)  # fmt: skip
panel(Order, RowsPanel("production", ProductionRequest, _("Production"), "order={record}", order=5, clause="2.6.3"))
