"""Pages of clause 2.6.2: statements of account."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Statement
from shangwu.foundation.pages.kit import Due, Group, Hidden, Money, Pages, Parts, Period, RowsPanel, View, panel

Pages(
    Statement,
    clause="2.6.2",
    columns=[
        "number", "customer", "until", "state", Money("balance"), Money("theirs", total=False), "owner", "signed_on",
        Hidden("entity"), Hidden("department"), Hidden("disputed_at"),
    ],
    filters=["state", "customer", "owner", "department", Period("until"), "currency"],
    sorts=["until"],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("open", _("Not yet signed"), "state=drawn&state=disputed"),
    ],
    title=["customer", "until"],
    empty=_("No statements yet. Those of the last quarter are drawn up on its first night."),
    icon="file-text",
    order=32,
    track=["drawn", "signed"],
    facts=[
        Group(
            _("Statement of account"), "entity", "customer", "until", Money("balance"), Money("theirs"), "difference",
            "signed_on",
        )
    ],
    parts=[
        Parts(
            "lines", "position", "order", Money("gross"), Money("paid"), Money("credited"), Money("refunded"),
            Money("open"), Due("due_on"),
        ),
    ],
    groups=[Group(_("Statement of account"), "customer", "currency", "until", clause="2.6.2")],
)  # fmt: skip
panel(
    Customer,
    RowsPanel("statements", Statement, _("Statements of account"), "customer={record}", order=12, clause="2.6.2"),
)
