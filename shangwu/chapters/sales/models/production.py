"""Clause 2.6.3: what an order asks of production: how much of what, by when, and whether quality has released it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models.lines import Line
from shangwu.chapters.sales.models.orders import Order
from shangwu.chapters.sales.models.products import Product
from shangwu.foundation.money.fields import QuantityField
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index


class ProductionRequest(Record):
    """Goods of one order that are made for it. Its owner is the order's salesperson.

    due_on: by when they have to be there, at first the promised day. expected_on: when planning says they will be.
    slipped_at: since when it is known that a day is missed; slipped_from: that day; warned_at: when sales was told the
    new one. failures: how often quality did not release them, failed_at the last time; finding: what it found.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("production", "In production")
        MADE = "made", pgettext_lazy("production", "Made, to be inspected")
        RELEASED = "released", pgettext_lazy("production", "Released")
        CANCELLED = "cancelled", _("Cancelled")

    parts = ("lines",)

    state = StateField(State, facts=["made", "released", "cancelled"])
    order = models.ForeignKey(Order, models.PROTECT, related_name="production", verbose_name=_("Order"))
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    due_on = models.DateField(_("Needed by"))
    expected_on = models.DateField(_("Ready on, by the plan"), null=True, editable=False)
    slipped_at = models.DateTimeField(_("Delay known since"), null=True, editable=False)
    slipped_from = models.DateField(_("Day that is missed"), null=True, editable=False)
    slip_reason = models.CharField(_("Why it is late"), max_length=500, blank=True, editable=False)
    warned_at = models.DateTimeField(_("Sales was told at"), null=True, editable=False)
    warned_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Sales was told by"),
    )  # fmt: skip
    failures = models.PositiveSmallIntegerField(_("Not released, times"), default=0, editable=False)
    failed_at = models.DateTimeField(_("Not released at"), null=True, editable=False)
    failed_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Not released by"),
    )  # fmt: skip
    finding = models.CharField(_("Result of the inspection"), max_length=500, blank=True, editable=False)

    search_text, search_bigrams = searchable("number", "customer_name")

    class Meta(Record.Meta):
        verbose_name = _("production request")
        verbose_name_plural = _("production requests")
        indexes = [
            search_index("production_search"),
            *scope_indexes("production", "due_on"),
            models.Index(fields=["due_on"], condition=Q(state="requested"), name="production_open"),
        ]
        constraints = [
            promised_when(
                "released", "made_at", name="production_made_before_released",
                say=_("Quality releases what is made. Report it as made first."),
            ),
            models.CheckConstraint(
                condition=Q(slipped_at__isnull=True) | Q(slipped_from__isnull=False),
                name="production_slips_from_a_day",
                violation_error_message=_("A delay needs the day that is missed."),
            ),
            models.CheckConstraint(
                condition=Q(warned_at__isnull=True) | Q(slipped_at__isnull=False),
                name="production_warned_of_a_delay",
                violation_error_message=_("Sales is warned of a delay. Enter the new day first."),
            ),
        ]  # fmt: skip


class ProductionLine(Part):
    """So much of one order line that is made."""

    parent = "request"

    request = models.ForeignKey(
        ProductionRequest, models.CASCADE, related_name="lines", verbose_name=_("Production request")
    )
    line = models.ForeignKey(Line, models.PROTECT, related_name="+", verbose_name=_("Order line"))
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Product")
    )
    quantity = QuantityField(_("Quantity"))
    batch = models.CharField(_("Batch"), max_length=40, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("line of a production request")
        verbose_name_plural = _("lines")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "line"],
                name="production_line_once",
                violation_error_message=_("An order line stands in a production request once. Add the quantities up."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="production_quantity_positive",
                violation_error_message=_("A quantity is above zero."),
            ),
        ]
