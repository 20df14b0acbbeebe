"""Pages of products and price lists."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import PriceList, Product
from shangwu.foundation.pages.kit import (
    Computed,
    Group,
    Hidden,
    Lines,
    Look,
    Money,
    Pages,
    Parts,
    Period,
    Range,
    Rate,
    View,
)

FREE = Computed("free", lambda row: row.free, label=_("Free"), look=Look.NUMBER, needs=["on_hand", "reserved"])

Pages(
    Product,
    clause="2.6.1",
    columns=[
        "name", "code", "category", "unit", Money("list_price", currency="", total=False), Rate("tax_rate"), "on_hand",
        "reserved", FREE, "active", Hidden(Money("minimum_price", currency="", total=False)),
        Hidden(Money("cost", currency="", total=False)), Hidden("stocked"), Hidden("made"), Hidden("in_lots"),
    ],
    filters=["category", "active", "stocked", "made", "in_lots", Range("list_price"), Range("on_hand")],
    sorts=["name", "category", "list_price"],
    views=[View("sold", _("On sale"), "active=yes")],
    title=["name"],
    empty=_("No products yet. Enter the first one, or import a list."),
    icon="box",
    order=40,
    groups=[
        Group(_("Product"), "code", "name", "category", "unit", "active", "stocked", "made", "in_lots"),
        Group(_("Prices"), "list_price", "tax_rate", "minimum_price", "cost", clause="2.6.1"),
    ],
)  # fmt: skip
Pages(
    PriceList,
    clause="2.6.1",
    columns=["name", "customer", "currency", "valid_from", "valid_until"],
    filters=["customer", "currency", Period("valid_from"), Period("valid_until")],
    parts=[Parts("prices", "product", "least_quantity", Money("price", total=False))],
    title=["name"],
    empty=_("No price lists yet. Without one, list prices apply."),
    icon="tags",
    order=50,
    groups=[
        Group(_("Price list"), "name", "customer", "currency", "valid_from", "valid_until"),
        Group(_("Prices"), Lines("prices", "product", "least_quantity", "price")),
    ],
)
