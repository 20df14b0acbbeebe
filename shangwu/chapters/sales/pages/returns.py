"""Pages of clause 2.6.3: goods that come back."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models import Order, Return
from shangwu.foundation.pages.kit import (
    FormPage,
    Group,
    Hidden,
    Lines,
    Money,
    Pages,
    Parts,
    Period,
    RowsPanel,
    View,
    Wide,
    panel,
)

Pages(
    Return,
    clause="2.6.3",
    columns=[
        "number", "order", "customer_name", "state", "reason", Money("amount"), "received_on", "restocked", "replaced",
        Hidden("words"), Hidden("complain_until"), Hidden("owner"),
    ],
    filters=["state", "order", "owner", "reason", "replaced", Period("received_on")],
    sorts=["received_on"],
    views=[View("announced", pgettext_lazy("return", "Announced"), "state=announced")],
    title=["number"],
    empty=_("Nothing has come back. A return begins on its order."),
    icon="arrow-back",
    order=25,
    track=["announced", "received"],
    facts=[
        "order", "customer_name", "reason", "words", Money("amount"), "complain_until", "received_on", "restocked",
        "replaced",
    ],
    parts=[Parts("lines", "position", "product", "quantity")],
)  # fmt: skip
FormPage(
    "sales.order.take_goods_back",
    clause="2.6.3",
    groups=[
        Group(_("What comes back"), Lines("lines", "position", "quantity"), clause="2.6.3"),
        Group(_("Why"), "reason", Wide("words")),
    ],
)
panel(
    Order, RowsPanel("returns", Return, pgettext_lazy("goods", "Returns"), "order={record}", order=15, clause="2.6.3")
)
