"""Clause 2.6.3: goods that customers send back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models.lines import Line
from shangwu.chapters.sales.models.orders import Order
from shangwu.chapters.sales.models.products import Product
from shangwu.foundation.money.fields import AmountField, CurrencyField, QuantityField
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index


class Return(Record):
    """Goods of one order that come back. Its owner is the order's salesperson.

    What is announced counts as returned at once, so that no piece is taken back twice; the stock grows when it is here.
    amount: what the goods have cost, tax included, in the order's currency: so much is to be credited.
    complain_until: the last day that its contract leaves for complaints about quality and quantity.
    restocked: whether they are fit to be sold again. replaced: new goods go out for them, and nothing is credited.
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("return", "Announced")
        RECEIVED = "received", pgettext_lazy("return", "Back")
        CANCELLED = "cancelled", _("Cancelled")

    class Reason(models.TextChoices):
        DEFECT = "defect", _("Defective")
        WRONG = "wrong", _("Wrong goods")
        DAMAGED = "damaged", _("Damaged on the way")
        SURPLUS = "surplus", _("Too many")
        LATE = "late", _("Came too late")
        OTHER = "other", _("Other")

    parts = ("lines",)

    state = StateField(State, facts=["received", "cancelled"])
    order = models.ForeignKey(Order, models.PROTECT, related_name="returns", verbose_name=_("Order"))
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    reason = models.CharField(_("Reason"), max_length=10, choices=Reason.choices)
    words = models.CharField(_("In words"), max_length=500, blank=True)
    amount = AmountField(_("To be credited"), default=0, editable=False)
    currency = CurrencyField(editable=False)
    received_on = models.DateField(_("Back on"), null=True, editable=False)
    complain_until = models.DateField(_("Complaints agreed until"), null=True, editable=False)
    restocked = models.BooleanField(_("Fit to be sold again"), null=True, editable=False)
    replaced = models.BooleanField(_("Replaced by new goods"), null=True, editable=False)

    search_text, search_bigrams = searchable("number", "customer_name")

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("goods", "return")
        verbose_name_plural = pgettext_lazy("goods", "returns")
        indexes = [search_index("return_search"), *scope_indexes("return", "received_on")]
        constraints = [
            promised_when(
                "received", "received_on", "restocked", name="return_received_on_a_day",
                say=_("Goods that are back need their day, and whether they are fit to be sold again."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="return_amount_positive",
                violation_error_message=_("What is credited is not below zero."),
            ),
        ]  # fmt: skip


class ReturnLine(Part):
    """So much of one order line that comes back."""

    parent = "back"

    back = models.ForeignKey(
        Return, models.CASCADE, related_name="lines", verbose_name=pgettext_lazy("goods", "Return")
    )
    line = models.ForeignKey(Line, models.PROTECT, related_name="+", verbose_name=_("Order line"))
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Product")
    )
    quantity = QuantityField(_("Quantity"))

    class Meta(Part.Meta):
        verbose_name = pgettext_lazy("goods", "line of a return")
        verbose_name_plural = _("lines")
        constraints = [
            models.UniqueConstraint(
                fields=["back", "line"],
                name="return_line_once",
                violation_error_message=_("An order line stands in a return once. Add the quantities up."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="return_quantity_positive",
                violation_error_message=_("A quantity is above zero."),
            ),
        ]
