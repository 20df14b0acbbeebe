"""Clause 2.6.3: where goods lie: warehouses, batches in them, and the ledger of what came and went."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.models.tables import Named
from shangwu.chapters.sales.models.products import Product
from shangwu.foundation.money.fields import QuantityField
from shangwu.foundation.records.fields import searchable
from shangwu.foundation.records.ledgers import AddsTo
from shangwu.foundation.records.models import Record, scope_indexes, search_index
from shangwu.foundation.records.totals import Holds


class Warehouse(Named):
    """A place where our goods lie. rank: of goods equally old, those of the smaller one leave first."""

    natural_keys: ClassVar[tuple[str, ...]] = ("code",)
    caseless: ClassVar[tuple[str, ...]] = ("code",)
    named_by: ClassVar[tuple[str, ...]] = ("name", "name_hans", "name_en")

    code = models.CharField(_("Code"), max_length=12, db_collation="C")
    address = models.CharField(_("Address"), max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(_("Rank"), default=50)

    search_text, search_bigrams = searchable("code", "name", "name_hans", "name_en")

    class Meta(Named.Meta):
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["rank", "code"]
        indexes = [search_index("warehouse_search")]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="warehouse_code_once",
                violation_error_message=_("There is a warehouse with this code already. Change that one."),
            ),
        ]


class Lot(Record):
    """So much of one product and batch in one warehouse. The ledger alone moves it: each of its rows adds to it.

    batch: "" for goods without one. received_on: when its first goods came in; the oldest leave first.
    on_hand: lies there; picked: of this, put aside for shipments that are being prepared.
    """

    named_by = ("batch",)

    product = models.ForeignKey(Product, models.PROTECT, related_name="lots", verbose_name=_("Product"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="lots", verbose_name=_("Warehouse"))
    batch = models.CharField(_("Batch"), max_length=40, blank=True, db_collation="C")
    received_on = models.DateField(_("In since"))
    on_hand = QuantityField(_("On hand"), default=0, editable=False)
    picked = QuantityField(_("Picked"), default=0, editable=False)

    search_text, search_bigrams = searchable("batch")

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("goods", "batch in stock")
        verbose_name_plural = pgettext_lazy("goods", "batches in stock")
        indexes = [
            search_index("lot_search"),
            models.Index(fields=["received_on", "id"], name="lot_received_on"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "warehouse", "batch"],
                name="lot_once",
                violation_error_message=_("This batch lies there already. Try again."),
            ),
            models.CheckConstraint(
                condition=Q(picked__gte=0) & Q(on_hand__gte=F("picked")),
                name="lot_not_below_zero",
                violation_error_code="stock",
                violation_error_message=_("There is not so much of this batch in that warehouse. Take another one."),
            ),
            Holds(
                "product", "on_hand", "on_hand", wholly="in_lots", name="lots_hold_the_stock",
                violation_error_code="unplaced",
                violation_error_message=_(
                    "What lies in the warehouses and what is counted of this product differ. Move what lies nowhere "
                    "into a warehouse, or count it."
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.batch or "–"


class Movement(Record):
    """One row of the ledger: goods came, went, or were put aside. It is never changed: a mistake is moved back.

    lot: None for goods that lie in no particular place. quantity: added to what is on hand; picked: added to what is
    put aside. shipment, back: the papers of ours behind it; paper: a supplier's, by its number.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("stock", "Came in")
        COUNTED = "counted", pgettext_lazy("stock", "Counted")
        PICKED = "picked", pgettext_lazy("stock", "Picked")
        PUT_BACK = "put_back", pgettext_lazy("stock", "Put back")
        SHIPPED = "shipped", pgettext_lazy("stock", "Shipped")
        RETURNED = "returned", pgettext_lazy("stock", "Came back")
        MOVED = "moved", pgettext_lazy("stock", "Moved")

    product = models.ForeignKey(Product, models.PROTECT, related_name="movements", verbose_name=_("Product"))
    lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, related_name="movements", verbose_name=pgettext_lazy("goods", "Batch in stock")
    )
    kind = models.CharField(_("What happened"), max_length=10, choices=Kind.choices)
    quantity = QuantityField(_("Quantity"), default=0)
    picked = QuantityField(_("Picked"), default=0)
    shipment = models.ForeignKey(
        "sales.Shipment", models.PROTECT, null=True, related_name="+", verbose_name=_("Shipment")
    )
    back = models.ForeignKey(
        "sales.Return", models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("goods", "Return")
    )
    paper = models.CharField(_("Supplier's paper"), max_length=40, blank=True, db_collation="C")

    search_text, search_bigrams = searchable("paper")

    class Meta(Record.Meta):
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        indexes = [search_index("movement_search"), *scope_indexes("movement")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(quantity=0) | ~Q(picked=0),
                name="movement_moves_something",
                violation_error_message=_("A quantity is above zero."),
            ),
            AddsTo("lot", {"on_hand": "quantity", "picked": "picked"}, name="movement_moves_its_lot"),
        ]
        triggers = [
            pgtrigger.Protect(name="ledger_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="ledger_as_written", fields=["product", "lot", "kind", "quantity", "picked"]),
        ]
