"""Pages of clause 2.5.2: promises to customers, on their own, on the customer's page and on My day."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer, Promise
from shangwu.foundation.pages.kit import Due, Group, Hidden, Pages, Period, RowsPanel, View, Wide, my_day, panel

DUE = Due("due_on", open_while=["open"])

Pages(
    Promise,
    clause="2.5.2",
    columns=[
        "what", "customer", DUE, "state", "owner", Hidden("contact"), Hidden("first_due_on"), Hidden("kept_at"),
        Hidden("communication"), Hidden("department"),
    ],
    filters=["state", "customer", "owner", "department", "communication", "visit", Period("due_on")],
    sorts=["due_on"],
    views=[
        View("mine", _("Mine"), "owner=me&state=open", sort="due_on"),
        View("open", _("To be kept"), "state=open", sort="due_on"),
        View("broken", _("Not kept"), "state=broken"),
    ],
    title=["what"],
    empty=_("No promises. Write one down when you promise something to a customer."),
    icon="heart-handshake",
    order=36,
    track=["open", "kept"],
    facts=[
        "customer", "contact", DUE, "first_due_on", "put_off_because", "communication", "visit", "kept_at", "broken_at",
        "released_at", "ended_because",
    ],
    groups=[
        Group(_("Promise"), Wide("customer", 3), "contact", Wide("what", 4), "due_on", clause="2.5.2"),
        Group(_("Given in"), "communication", "visit"),
    ],
)  # fmt: skip
panel(
    Customer,
    RowsPanel("promises", Promise, _("Promises"), "customer={record}", order=22, clause="2.5.2"),
)
my_day(
    RowsPanel(
        "promises", Promise, _("Promises to keep"), "owner=me&state=open", columns=("customer", "what", "due_on"),
        sort="due_on", place="side", order=31, clause="2.5.2",
    )
)  # fmt: skip
