"""Pages of clause 2.6.2: supplements to contracts."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Contract, Supplement
from shangwu.foundation.pages.kit import Group, Hidden, Lines, Money, Pages, Parts, Period, RowsPanel, View, Wide, panel

Pages(
    Supplement,
    clause="2.6.2",
    columns=[
        "number", "contract", "customer_name", "state", Money("amount", total=False), "ends_on", "owner", "signed_on",
        Hidden(Money("stamp_duty", currency="base_currency")), Hidden("department"),
    ],
    filters=["state", "contract", "owner", "department", Period("signed_on")],
    views=[View("mine", _("Mine"), "owner=me"), View("open", _("Open"), "state=draft&state=approval&state=approved")],
    title=["contract"],
    empty=_("No supplements yet. A contract in force is changed by one."),
    icon="file-text",
    order=22,
    track=["draft", "approval", "approved", "signed"],
    facts=[
        Group(
            _("Supplement"), "contract", "change", Money("amount"), "ends_on", "document_pages", "document_numbered",
            "signed_on", Money("stamp_duty", currency="base_currency"),
        )
    ],
    parts=[
        Parts("instalments", "position", "purpose", "after", "days", "due_on", Money("amount")),
        Parts("deliveries", "position", "what", "order", "due_on"),
        Parts("seal_uses", "position", "seal", "copies", "across_pages", "used_by", "used_at"),
    ],
    groups=[
        Group(_("Supplement"), Wide("contract", 4), Wide("change"), "amount", "ends_on", clause="2.6.2"),
        Group(_("New schedule"), Lines("instalments")),
        Group(_("New deliveries"), Lines("deliveries")),
    ],
)  # fmt: skip
panel(
    Contract,
    RowsPanel("supplements", Supplement, _("Supplements"), "contract={record}", order=10, clause="2.6.2"),
)
