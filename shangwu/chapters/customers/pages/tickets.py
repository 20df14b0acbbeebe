"""Pages of clause 2.5.2: needs and feedback, on their own, on the customer's page and on My day."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer, Ticket
from shangwu.foundation.pages.kit import Group, Hidden, Pages, Period, RowsPanel, View, Wide, my_day, panel

Pages(
    Ticket,
    clause="2.5.2",
    columns=[
        "number", "customer", "kind", "state", "words", "owner", "registered_at", Hidden("origin"), Hidden("contact"),
        Hidden("answered_at"), Hidden("solved_at"), Hidden("closed_at"), Hidden("round"), Hidden("department"),
    ],
    filters=[
        "state", "kind", "origin", "customer", "owner", "department", "communication", "visit", Period("registered_at"),
    ],
    views=[
        View("mine", _("Mine"), "owner=me&state=registered&state=answered&state=solved&state=confirmed"),
        View("new", _("To be answered"), "state=registered"),
        View("open", _("Not settled"), "state=registered&state=answered&state=solved&state=confirmed"),
    ],
    title=["customer"],
    empty=_("No needs yet. Register the first one, or make one of what was said in a talk."),
    icon="ear",
    order=34,
    track=["registered", "answered", "solved", "confirmed", "closed"],
    facts=[
        Group(
            _("What the customer said"), "customer", "kind", "origin", "contact", "registered_at", "communication",
            "visit", "complaint", Wide("words"),
        ),
        Group(_("Answer"), Wide("answer"), "answered_at"),
        Group(_("Solution"), Wide("solution"), "solved_at"),
        Group(_("Word of the customer"), "confirmed_at", "customer_said", "round", "reopened_at", "reopened_because"),
    ],
    groups=[
        Group(
            _("What the customer said"), Wide("customer", 3), "kind", "origin", "contact", Wide("words"),
            clause="2.5.2",
        ),
        Group(_("Heard in"), "communication", "visit", "complaint"),
    ],
)  # fmt: skip
panel(
    Customer,
    RowsPanel("tickets", Ticket, _("Needs and feedback"), "customer={record}", order=21, clause="2.5.2"),
)
my_day(
    RowsPanel(
        "tickets", Ticket, _("Needs to follow"), "owner=me&state=registered&state=answered&state=solved",
        columns=("customer", "words"), place="side", order=32, clause="2.5.2",
    )
)  # fmt: skip
