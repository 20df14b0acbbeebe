"""Pages of clause 2.6.3: warehouses, what lies in them by batch, and the ledger of what came and went."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models import Lot, Movement, Product, Warehouse
from shangwu.foundation.pages.kit import (
    Computed,
    FormPage,
    Group,
    Hidden,
    Look,
    Pages,
    Period,
    Range,
    RowsPanel,
    Wide,
    panel,
)

Pages(
    Warehouse,
    clause="2.6.3",
    columns=["rank", "code", "name", "address", Hidden("name_hans"), Hidden("name_en")],
    title=["name"],
    empty=_("There are no warehouses yet. Goods lie in no particular place until you enter one and move them there."),
    icon="building",
    order=70,
    groups=[Group(_("Name"), "code", "rank", "name", "name_hans", "name_en", Wide("address"), clause="2.6.3")],
)
Pages(
    Lot,
    clause="2.6.3",
    columns=[
        "product", "warehouse", "batch", "on_hand", "picked",
        Computed("left", lambda row: row.on_hand - row.picked, label=_("Free"), look=Look.NUMBER,
                 needs=["on_hand", "picked"]),
        "received_on",
    ],
    filters=["product", "warehouse", Range("on_hand"), Period("received_on")],
    sorts=["received_on"],
    title=["product"],
    empty=_("Nothing lies in a warehouse yet. Enter goods that come in on their product."),
    icon="package",
    order=60,
    facts=["product", "warehouse", "batch", "received_on", "on_hand", "picked"],
)  # fmt: skip
Pages(
    Movement,
    clause="2.6.3",
    columns=[
        "product", "kind", "quantity", "picked", "lot", "shipment", "back", "paper", "created_at",
        Hidden("created_by"),
    ],
    filters=["product", "kind", "lot", "shipment"],
    title=["product"],
    empty=_("Nothing has come or gone yet."),
    icon="table",
    order=65,
    facts=["product", "kind", "quantity", "picked", "lot", "shipment", "back", "paper"],
)  # fmt: skip
for verb, fields in (
    ("receive", ("quantity", "warehouse", "batch", "paper")),
    ("count", ("quantity", "warehouse", "batch")),
    ("move", ("quantity", "out_of", "into", "batch")),
):
    FormPage(f"sales.product.{verb}", clause="2.6.3", groups=[Group(pgettext_lazy("stock", "Goods"), *fields)])
panel(Product, RowsPanel("lots", Lot, _("Where it lies"), "product={record}", order=10, clause="2.6.3"))
panel(Product, RowsPanel("ledger", Movement, _("Came and went"), "product={record}", order=20, clause="2.6.3"))
