"""Pages of clause 2.7.3: split deals, and how an order's credit is shared."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.models import Split
from shangwu.chapters.sales.models import Order
from shangwu.foundation.pages.kit import Group, Hidden, Lines, Pages, Parts, RowsPanel, View, Wide, panel

Pages(
    Split,
    clause="2.7.3",
    columns=["order_number", "state", "why", "owner", "agreed_at", Hidden("department"), Hidden("order")],
    filters=["state", "order", "owner", "department"],
    views=[View("waiting", _("Waiting for agreement"), "state=proposed")],
    title=["order_number"],
    empty=_("No deal is shared. Where several persons have won an order, share its credit before it closes."),
    icon="users",
    order=34,
    track=["proposed", "agreed"],
    facts=[Group(_("Split deal"), "order", "order_number", "why", "owner", "former", "agreed_at")],
    parts=[Parts("shares", "person", "percent", "agreed_at")],
    groups=[Group(_("Split deal"), Wide("order", 3), Wide("why"), Lines("shares"), clause="2.7.3")],
)
panel(Order, RowsPanel("splits", Split, _("Credit shared"), "order={record}", order=34, clause="2.7.3"))
