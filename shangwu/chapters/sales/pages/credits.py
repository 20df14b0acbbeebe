"""Pages of clause 2.6.2: credit notes."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import CreditNote, Order
from shangwu.foundation.pages.kit import Group, Hidden, Money, Pages, Period, RowsPanel, View, Wide, panel

Pages(
    CreditNote,
    clause="2.6.2",
    columns=[
        "number", "order", "customer_name", "state", "why", Money("amount"), "issued_on", "owner",
        Hidden("back"), Hidden("department"),
    ],
    filters=["state", "why", "order", "owner", "department", Period("issued_on"), "currency"],
    sorts=["issued_on"],
    views=[
        View("mine", _("Mine"), "owner=me"), View("open", _("Open"), "state=draft&state=approval"),
    ],
    title=["order"],
    empty=_("No credit notes yet. One lies ready when goods have come back; draft one where a price was wrong."),
    icon="receipt",
    order=33,
    track=["draft", "approval", "issued"],
    facts=[Group(_("Credit note"), "order", "customer_name", "why", "back", Money("amount"), "issued_on", "words")],
    groups=[
        Group(_("Credit note"), Wide("order", 4), "why", "back", "amount", Wide("words"), clause="2.6.2"),
    ],
)  # fmt: skip
panel(
    Order, RowsPanel("credits", CreditNote, _("Credit notes"), "order={record}", order=16, clause="2.6.2")
)  # fmt: skip
