"""Clause 2.6.3: shipments, an order's goods in one or more parts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models.carriers import Carrier
from shangwu.chapters.sales.models.lines import Line
from shangwu.chapters.sales.models.orders import Order
from shangwu.chapters.sales.models.products import Product
from shangwu.foundation.money.fields import AmountField, QuantityField
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index


class Seen(models.TextChoices):
    """What happens to goods on their way, as carriers and people tell it."""

    BOOKED = "booked", pgettext_lazy("scan", "Ordered")
    COLLECTED = "collected", pgettext_lazy("scan", "Collected")
    UNDER_WAY = "under_way", pgettext_lazy("scan", "Under way")
    OUT = "out", pgettext_lazy("scan", "Out for delivery")
    WAITING = "waiting", pgettext_lazy("scan", "Waiting to be fetched")
    SIGNED = "signed", pgettext_lazy("scan", "Signed for")
    DAMAGED = "damaged", _("Damaged")
    SHORT = "short", _("Something is missing")
    REFUSED = "refused", _("Refused by the recipient")
    DELAYED = "delayed", _("Delayed")
    RETURNED = "returned", _("On its way back")
    TROUBLE = "trouble", _("Other trouble")


class Shipment(Record):
    """Goods of one order that travel together. Its owner is the order's salesperson.

    carrier: by name, as it stands on papers; carried_by: the same in the table, which knows its numbers. numbered:
    whether goods by this carrier have a number; known from when they left, None before, and for what left before
    carriers had a table. tracked_at, last_seen: the latest scan, and what it was. trouble: the exception that stands,
    "" for none; trouble_at: since when; trouble_taken_at: when somebody took it up; trouble_plan: what is done.
    arrived_at: when, by the carrier's word, somebody signed for it. told_at: when the customer was told the number.
    came_back: of what did not arrive, whether it is here again, fit to be sold; else it is lost.
    receipted_at: when the receipt was back; receipt: the file's name; signed_at: the hour that stands on it.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("Being prepared")
        SHIPPED = "shipped", _("Shipped")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", pgettext_lazy("shipping", "Did not arrive")
        CANCELLED = "cancelled", _("Cancelled")

    class Trouble(models.TextChoices):
        STALLED = "stalled", _("No scan for too long")
        DAMAGED = "damaged", _("Damaged")
        SHORT = "short", _("Something is missing")
        REFUSED = "refused", _("Refused by the recipient")
        DELAYED = "delayed", _("Delayed")
        RETURNED = "returned", _("On its way back")
        TROUBLE = "trouble", _("Other trouble")

    classes = {"recipient": "personal", "phone": "personal", "signed_by": "personal"}
    parts = ("lines", "scans")

    state = StateField(State, facts=["shipped", "delivered", "failed"])
    order = models.ForeignKey(Order, models.PROTECT, related_name="shipments", verbose_name=_("Order"))
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    carried_by = models.ForeignKey(
        Carrier, models.PROTECT, null=True, blank=True, related_name="+", help_text=_("A number alone suggests it."),
        verbose_name=pgettext_lazy("shipping", "Carrier"),
    )  # fmt: skip
    carrier = models.CharField(_("Carrier by name"), max_length=60, blank=True)
    tracking_number = models.CharField(_("Tracking number"), max_length=40, blank=True, db_collation="C")
    recipient = models.CharField(_("Recipient"), max_length=60, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    address = models.CharField(_("Address"), max_length=200, blank=True)
    packages = models.PositiveIntegerField(_("Packages"), null=True, blank=True)
    weight = models.DecimalField(_("Weight, kg"), max_digits=12, decimal_places=3, null=True, blank=True)
    freight = AmountField(_("Freight"), null=True, blank=True)
    insured = AmountField(_("Insured for"), null=True, blank=True)
    expected_on = models.DateField(_("Expected on"), null=True, blank=True)
    shipped_on = models.DateField(_("Shipped on"), null=True, editable=False)
    delivered_on = models.DateField(_("Delivered on"), null=True, editable=False)
    signed_by = models.CharField(_("Signed for by"), max_length=60, blank=True, editable=False)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    numbered = models.BooleanField(_("Has a number"), null=True, editable=False)
    tracked_at = models.DateTimeField(_("Last scan"), null=True, editable=False)
    last_seen = models.CharField(_("Last seen"), max_length=10, choices=Seen.choices, blank=True, editable=False)
    trouble = models.CharField(_("Exception"), max_length=10, choices=Trouble.choices, blank=True, editable=False)
    trouble_at = models.DateTimeField(_("Exception since"), null=True, editable=False)
    trouble_taken_at = models.DateTimeField(_("Exception taken up at"), null=True, editable=False)
    trouble_taken_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Exception taken up by"),
    )  # fmt: skip
    trouble_plan = models.CharField(_("What is done about it"), max_length=500, blank=True, editable=False)
    came_back = models.BooleanField(_("Goods came back"), null=True, editable=False)
    arrived_at = models.DateTimeField(_("Signed for by the carrier's word"), null=True, editable=False)
    told_at = models.DateTimeField(_("Customer told the number at"), null=True, editable=False)
    signed_at = models.DateTimeField(_("Signed at"), null=True, editable=False)
    receipted_at = models.DateTimeField(_("Receipt back at"), null=True, editable=False)
    receipted_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Receipt back by"),
    )  # fmt: skip
    receipt = models.CharField(_("Receipt"), max_length=200, blank=True, editable=False)

    search_text, search_bigrams = searchable("number", "tracking_number", "customer_name")

    class Meta(Record.Meta):
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        indexes = [
            search_index("shipment_search"),
            *scope_indexes("shipment", "shipped_on"),
            models.Index(fields=["tracked_at"], condition=Q(state="shipped"), name="shipment_under_way"),
            # The few on their way, among very many that have arrived.
            models.Index(fields=["id"], condition=Q(state__in=["prepared", "shipped"]), name="shipment_open"),
            models.Index(fields=["-trouble_at"], condition=~Q(trouble=""), name="shipment_trouble"),
        ]
        constraints = [
            promised_when(
                ["shipped", "delivered"],
                "shipped_on",
                name="shipment_shipped_on_a_day",
                say=_("A shipment that has left needs its day."),
            ),
            promised_when(
                "delivered",
                "delivered_on",
                name="shipment_delivered_on_a_day",
                say=_("A delivery needs its day."),
            ),
            models.CheckConstraint(
                condition=Q(trouble="") | Q(trouble_at__isnull=False),
                name="shipment_trouble_since",
                violation_error_message=_("An exception needs the moment when it began."),
            ),
            models.CheckConstraint(
                condition=Q(insured__isnull=True) | Q(insured__gte=0),
                name="shipment_insured_positive",
                violation_error_message=_("What goods are insured for is not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(trouble_taken_at__isnull=True) | Q(trouble_at__isnull=False),
                name="shipment_trouble_before_taken",
                violation_error_message=_("Only an exception can be taken up."),
            ),
            models.CheckConstraint(
                condition=Q(receipted_at__isnull=True) | (Q(state="delivered") & ~Q(receipt="")),
                name="shipment_receipt_of_delivery",
                violation_error_message=_("A receipt belongs to goods that were delivered. Enter the delivery first."),
            ),
        ]


class ShipmentLine(Part):
    """So much of one order line in a shipment, out of one batch: in stock, or if lot is None made for the order, ""
    for none. serials: the serial numbers of these pieces, as they stand on the goods."""

    parent = "shipment"

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines", verbose_name=_("Shipment"))
    line = models.ForeignKey(Line, models.PROTECT, related_name="shipped_in", verbose_name=_("Order line"))
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Product")
    )
    quantity = QuantityField(_("Quantity"))
    batch = models.CharField(_("Batch"), max_length=40, blank=True)
    serials = models.CharField(_("Serial numbers"), max_length=500, blank=True)
    lot = models.ForeignKey(
        "sales.Lot", models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("goods", "Batch in stock")
    )

    class Meta(Part.Meta):
        verbose_name = _("line of a shipment")
        verbose_name_plural = _("lines")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "line", "lot", "batch"],
                nulls_distinct=False,
                name="shipment_line_once",
                violation_error_message=_("An order line stands in a shipment once. Add the quantities up."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="shipment_quantity_positive",
                violation_error_message=_("A quantity is above zero."),
            ),
        ]
