"""Pages of payments."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Order, Payment
from shangwu.foundation.pages.kit import Group, Hidden, Money, Pages, Period, RowsPanel, View, Wide, panel

Pages(
    Payment,
    clause="2.6.1",
    columns=[
        "number", "order", "customer_name", "state", Money("amount"), "received_on", "method", "reference",
        Hidden("owner"),
    ],
    filters=["state", "order", "owner", "method", Period("received_on")],
    sorts=["received_on"],
    views=[View("valid", _("Received"), "state=received")],
    title=["number"],
    empty=_("No payments yet. Enter what the bank statement shows."),
    icon="cash",
    order=30,
    facts=["order", "customer_name", Money("amount"), "received_on", "method", "reference", "note"],
    groups=[Group(_("Payment"), "order", "amount", "received_on", "method", "reference", Wide("note"))],
)  # fmt: skip
panel(Order, RowsPanel("payments", Payment, _("Payments"), "order={record}", order=20))
