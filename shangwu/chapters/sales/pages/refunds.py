"""Pages of clause 2.6.2: money that is paid back."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Order, Refund
from shangwu.foundation.pages.kit import Group, Hidden, Money, Pages, Period, RowsPanel, View, Wide, panel

Pages(
    Refund,
    clause="2.6.2",
    columns=[
        "number", "order", "customer_name", "state", Money("amount"), "paid_on", "reference", "owner",
        Hidden("credit"), Hidden("method"), Hidden("department"),
    ],
    filters=["state", "order", "owner", "department", Period("paid_on"), "currency"],
    sorts=["paid_on"],
    views=[
        View("mine", _("Mine"), "owner=me"), View("open", _("Open"), "state=draft&state=approval"),
        View("payable", _("To be paid"), "state=approved"),
    ],
    title=["order"],
    empty=_("No refunds yet. One lies ready where a credit note leaves more paid than is due."),
    icon="arrow-back",
    order=34,
    track=["draft", "approval", "approved", "paid"],
    facts=[
        Group(
            _("Refund"), "order", "customer_name", "credit", Money("amount"), "words", "paid_on", "method", "reference"
        )
    ],
    groups=[Group(_("Refund"), Wide("order", 4), "credit", "amount", Wide("words"), clause="2.6.2")],
)  # fmt: skip
panel(Order, RowsPanel("refunds", Refund, _("Refunds"), "order={record}", order=17, clause="2.6.2"))
