"""Pages of 2.5.1: hand-over sheets, on their own and on the page of the person who hands over."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Handover
from shangwu.foundation.pages.kit import Due, Group, Pages, Parts, RowsPanel, View, Wide, my_day, panel
from shangwu.foundation.people.models import Person

Pages(
    Handover,
    clause="2.5.1",
    columns=["number", "giver", "taker", "because", "count", "state", "given_at", "taken_at"],
    filters=["state", "giver", "taker"],
    views=[View("mine", _("To sign"), "taker=me&state=given"), View("open", _("Open"), "state=drawn_up&state=given")],
    facts=[
        Group(
            _("Hand-over sheet"), "giver", "taker", "because", "count", "given_by", "given_at", "taken_at", "remarks"
        )
    ],
    parts=[Parts("items", "kind", "label", "note", Due("due_on"))],
    groups=[Group(_("Hand-over sheet"), "giver", "taker", Wide("because"), Wide("remarks"), clause="2.5.1")],
    track=["drawn_up", "given", "taken"],
    empty=_("Nobody hands over at present. Draw up a sheet when somebody moves or leaves."),
    icon="transfer",
    order=50,
)  # fmt: skip
panel(Person, RowsPanel("handovers", Handover, _("Hand-over sheets"), "giver={record}", order=60, clause="2.5.1"))
my_day(
    RowsPanel(
        "handovers", Handover, _("To take over"), "taker=me&state=given", columns=("number", "giver", "count"),
        place="side", order=40, clause="2.5.1",
    )
)  # fmt: skip
