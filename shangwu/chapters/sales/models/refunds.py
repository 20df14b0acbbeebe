"""Clause 2.6.2: money that is paid back where more came in for an order than is due."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models.credits import CreditNote
from shangwu.chapters.sales.models.orders import Order
from shangwu.chapters.sales.models.payments import Payment
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class Refund(Record):
    """So much goes back to the customer of one order, in the order's currency. Its owner is the order's salesperson.

    credit: the credit note after which too much was paid, if there was one. paid_on: when the money left; only from
    then on it counts.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVAL = "approval", _("In approval")
        APPROVED = "approved", _("Approved")
        PAID = "paid", pgettext_lazy("refund", "Paid back")
        VOID = "void", _("Void")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        approved_at: datetime.datetime | None
        paid_at: datetime.datetime | None

    named_by = ("number",)

    state = StateField(State, facts=["approval", "approved", "paid", "void"])
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds", verbose_name=_("Order"))
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    credit = models.ForeignKey(
        CreditNote, models.PROTECT, null=True, blank=True, related_name="refunds", db_index=False,
        verbose_name=_("Credit note"),
    )  # fmt: skip
    amount = AmountField(
        _("Amount paid back"), null=True, blank=True, help_text=_("Left empty: all that was paid too much.")
    )
    currency = CurrencyField(editable=False)
    words = models.TextField(_("In words"), max_length=1000, blank=True)
    paid_on = models.DateField(_("Paid back on"), null=True, editable=False)
    method = models.CharField(_("Method"), max_length=10, choices=Payment.Method.choices, blank=True, editable=False)
    reference = models.CharField(_("Bank reference"), max_length=60, blank=True, editable=False)

    search_text, search_bigrams = searchable("number", "reference", "customer_name")

    class Meta(Record.Meta):
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        indexes = [search_index("refund_search"), *scope_indexes("refund", "paid_on")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="refund_positive",
                violation_error_message=_("An amount paid back is above zero."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False),
                name="refund_numbered",
                violation_error_message=_("A refund has its number from the moment it is put forward."),
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | ~Q(reference=""),
                name="refund_paid_with_reference",
                violation_error_message=_("Money that was paid back has its bank reference."),
            ),
            promised_when(
                "paid", "paid_on", name="refund_paid_on_a_day", say=_("Money that was paid back has its day."),
            ),
        ]  # fmt: skip
