"""Pages of clause 2.6.3: shipments."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Order, Shipment
from shangwu.foundation.pages.kit import Due, Group, Hidden, Lines, Pages, Parts, Period, RowsPanel, View, Wide, panel
from shangwu.foundation.pages.registry import FormPage

Pages(
    Shipment,
    clause="2.6.3",
    columns=[
        "number", "order", "customer_name", "state", "carrier", "tracking_number", "shipped_on", "trouble",
        "delivered_on", Due("expected_on", open_while=["prepared", "shipped"]), Hidden("last_seen"),
        Hidden("carried_by"), Hidden("tracked_at"), Hidden("trouble_at"), Hidden("trouble_taken_at"), Hidden("told_at"),
        Hidden("receipted_at"), Hidden("recipient"), Hidden("packages"), Hidden("weight"), Hidden("owner"),
    ],
    filters=[
        "state", "order", "owner", "carrier", "carried_by", "trouble", Period("shipped_on"), Period("delivered_on"),
        Period("expected_on"),
    ],
    sorts=["shipped_on"],
    compact=["customer_name", "shipped_on"],
    views=[
        View("prepared", _("Being prepared"), "state=prepared"),
        View("under_way", _("Under way"), "state=shipped"),
        View("trouble", _("Exceptions"), "&".join(f"trouble={one}" for one in Shipment.Trouble)),
    ],
    empty=_("Nothing was shipped yet. Shipments begin on an order that is ready."),
    icon="truck",
    order=20,
    title=["number"],
    track=["prepared", "shipped", "delivered"],
    facts=[
        Group(
            _("Shipment"), "order", "customer_name", "carrier", "tracking_number", "packages", "weight", "freight",
            "insured", "told_at",
        ),
        Group(
            _("Way"), "shipped_on", "expected_on", "last_seen", "tracked_at", "arrived_at", "delivered_on", "signed_by",
            "signed_at", "receipted_at", "receipt", "failed_at", "came_back",
        ),
        Group(_("Exception"), "trouble", "trouble_at", "trouble_taken_at", "trouble_taken_by", "trouble_plan"),
        Group(_("Recipient"), "recipient", "phone", "address"),
        Group(_("Note"), "note"),
    ],
    parts=[Parts("lines", "position", "product", "quantity", "batch", "lot", "serials")],
)  # fmt: skip
FormPage(
    "sales.shipment.edit",
    clause="2.6.3",
    groups=[
        Group(
            _("Carrier"),
            "carried_by",
            "tracking_number",
            "carrier",
            "packages",
            "weight",
            "freight",
            "insured",
            "expected_on",
            help=_("A carrier that the table does not know is written by its name."),
        ),
        Group(_("Recipient"), "recipient", "phone", Wide("address"), Wide("note")),
    ],
)
FormPage(
    "sales.order.pack",
    clause="2.6.3",
    groups=[
        Group(_("What goes"), Lines("lines", "position", "to_ship", "batch", "serials"), "warehouse", clause="2.6.3"),
        Group(_("Carrier"), "carried_by", "carrier", "expected_on"),
    ],
)
panel(Order, RowsPanel("shipments", Shipment, _("Shipments"), "order={record}", order=10, clause="2.6.3"))
