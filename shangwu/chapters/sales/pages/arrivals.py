"""Pages of clause 2.6.1: goods that are expected."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models import Arrival, Product
from shangwu.foundation.pages.kit import Due, Group, Hidden, Pages, Period, RowsPanel, View, Wide, panel

Pages(
    Arrival,
    clause="2.6.1",
    columns=[
        "number", "product", "quantity", "state", Due("expected_on", open_while=["expected"]), "origin", "came",
        "confirmed_at", Hidden("first_expected_on"), Hidden("moved_because"),
        Hidden("owner"), Hidden("note"), Hidden("changed_at"),
    ],
    filters=["state", "product", Period("expected_on"), "department"],
    sorts=["expected_on"],
    views=[View("expected", pgettext_lazy("arrival", "Expected"), "state=expected", sort="expected_on")],
    title=["product"],
    empty=_("Nothing is expected. Enter what purchasing has ordered or production makes, with its day."),
    icon="package-import",
    order=16,
    track=["expected", "arrived"],
    facts=[
        "product", "quantity", "came", "expected_on", "first_expected_on", "confirmed_at", "moved_because", "origin",
        "note",
    ],
    groups=[Group(_("Expected goods"), Wide("product", 3), "quantity", "expected_on", "origin", Wide("note"))],
)  # fmt: skip
panel(
    Product,
    RowsPanel(
        "arrivals", Arrival, pgettext_lazy("goods", "Arrivals"), "product={record}&state=expected", sort="expected_on",
        order=30, clause="2.6.1",
    ),
)  # fmt: skip
