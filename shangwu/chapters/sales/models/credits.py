"""Clause 2.6.2: a credit note lowers what a customer owes for an order: goods came back, or a price was wrong."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models.orders import Order
from shangwu.chapters.sales.models.returns import Return
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class CreditNote(Record):
    """So much less is owed for one order, tax included, in the order's currency. Its owner is the order's salesperson.

    back: the return whose goods it credits; each is credited once. issued_on: from this day on less is owed.
    base_net: by so much the order's revenue is less, in the entity's currency; known from the issue on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVAL = "approval", _("In approval")
        ISSUED = "issued", pgettext_lazy("credit note", "Issued")
        VOID = "void", _("Void")

    class Why(models.TextChoices):
        RETURN = "return", _("Goods came back")
        PRICE = "price", _("The price was wrong")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        issued_at: datetime.datetime | None

    named_by = ("number",)

    state = StateField(State, facts=["approval", "issued", "void"])
    order = models.ForeignKey(Order, models.PROTECT, related_name="credit_notes", verbose_name=_("Order"))
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    why = models.CharField(pgettext_lazy("credit note", "Why"), max_length=6, choices=Why.choices)
    back = models.ForeignKey(
        Return, models.PROTECT, null=True, blank=True, related_name="credit_notes", db_index=False,
        verbose_name=pgettext_lazy("goods", "Return"),
    )  # fmt: skip
    words = models.TextField(_("In words"), max_length=1000, blank=True)
    amount = AmountField(
        _("Amount credited"), null=True, blank=True, help_text=_("Leave it empty for a return: its amount is taken.")
    )
    currency = CurrencyField(editable=False)
    base_net = AmountField(_("Net in own currency"), default=0, editable=False)
    issued_on = models.DateField(_("Issued on"), null=True, editable=False)

    search_text, search_bigrams = searchable("number", "customer_name")

    class Meta(Record.Meta):
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        indexes = [search_index("credit_note_search"), *scope_indexes("credit_note", "issued_on")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="credit_note_positive",
                violation_error_message=_("A credit note is above zero."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False),
                name="credit_note_numbered",
                violation_error_message=_("A credit note has its number from the moment it is put forward."),
            ),
            models.UniqueConstraint(
                fields=["back"],
                condition=~Q(state="void") & Q(archived_at__isnull=True),
                name="credit_note_once_per_return",
                violation_error_code="duplicate",
                violation_error_message=_("This return is credited already. Open its credit note."),
            ),
            promised_when(
                "issued", "issued_on", name="credit_note_issued_on_a_day",
                say=_("A credit note that was issued has its day."),
            ),
        ]  # fmt: skip
