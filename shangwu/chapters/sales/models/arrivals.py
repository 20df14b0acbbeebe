"""Clause 2.6.1: goods that are expected in the warehouse, and from which day an open order line can be kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models.products import Product
from shangwu.foundation.money.fields import QuantityField
from shangwu.foundation.records.fields import StateField, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class Arrival(Record):
    """Goods that purchasing has ordered or production makes. quantity: what is still to come.

    came: what has come of it. origin: the purchase or production order that brings it. first_expected_on: the first
    day that was told; confirmed_at: when purchasing last had the day from who brings them.
    """

    class State(models.TextChoices):
        EXPECTED = "expected", pgettext_lazy("arrival", "Expected")
        ARRIVED = "arrived", pgettext_lazy("arrival", "Arrived")
        CANCELLED = "cancelled", pgettext_lazy("arrival", "Cancelled")

    named_by = ("number",)

    state = StateField(State, facts=["arrived", "cancelled"])
    product = models.ForeignKey(Product, models.PROTECT, related_name="arrivals", verbose_name=_("Product"))
    quantity = QuantityField(_("Still to come"))
    came = QuantityField(_("Has come"), default=0, editable=False)
    expected_on = models.DateField(_("Expected on"))
    first_expected_on = models.DateField(_("First expected on"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("Confirmed at"), null=True, editable=False)
    confirmed_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Confirmed by"),
    )  # fmt: skip
    origin = models.CharField(pgettext_lazy("arrival", "Purchase or production order"), max_length=60, blank=True)
    moved_because = models.CharField(_("Why the day moved"), max_length=250, blank=True, editable=False)
    note = models.CharField(_("Note"), max_length=250, blank=True)

    search_text, search_bigrams = searchable("number", "origin")

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("goods", "arrival")
        verbose_name_plural = pgettext_lazy("goods", "arrivals")
        indexes = [
            search_index("arrival_search"),
            *scope_indexes("arrival", "expected_on", by_state=True),
            models.Index(fields=["product", "expected_on"], condition=Q(state="expected"), name="arrival_expected"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & Q(came__gte=0) & (~Q(state="expected") | Q(quantity__gt=0)),
                name="arrival_quantity_positive",
                violation_error_message=_("A quantity is above zero."),
            )
        ]


class Availability(models.Model):
    """From which day an open line can be kept: worked out from stock, reservations and arrivals, at any time anew.

    line_id: no reference, so that lines come and go without it; who reads it has the line. wanted: what has not left
    of the line. available_on: None while neither stock nor arrivals cover it.
    """

    line_id = models.BigIntegerField(primary_key=True)
    product_id = models.BigIntegerField()
    wanted = QuantityField()
    available_on = models.DateField(null=True)
    reckoned_at = models.DateTimeField()
