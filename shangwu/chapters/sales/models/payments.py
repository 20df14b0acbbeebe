"""Money that came in for an order."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models.orders import Order
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import StateField, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class Payment(Record):
    """One amount received for one order, in the order's currency. Its owner is the order's salesperson.

    transferred: what came in by the whole transfer, of which this is a part; known where somebody said it.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        VOID = "void", _("Void")

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        CHEQUE = "cheque", _("Cheque")
        CASH = "cash", _("Cash")
        CARD = "card", _("Card or wallet")

    state = StateField(State, facts=["void"])
    order = models.ForeignKey(Order, models.PROTECT, related_name="payments", verbose_name=_("Order"))
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    amount = AmountField(_("Amount"))
    currency = CurrencyField(editable=False)
    received_on = models.DateField(_("Received on"))
    method = models.CharField(_("Method"), max_length=10, choices=Method.choices, default=Method.TRANSFER)
    reference = models.CharField(_("Bank reference"), max_length=60, blank=True)
    transferred = AmountField(
        _("Amount of the transfer"), null=True, blank=True,
        help_text=_("Only where one transfer pays several orders: all that came in by it."),
    )  # fmt: skip
    note = models.CharField(_("Note"), max_length=200, blank=True)

    search_text, search_bigrams = searchable("number", "reference", "customer_name")

    class Meta(Record.Meta):
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [
            search_index("payment_search"),
            *scope_indexes("payment", "received_on"),
            models.Index(
                fields=["reference"], condition=Q(state="received") & ~Q(reference=""), name="payment_reference"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payment_positive",
                violation_error_message=_("An amount received is above zero. To take one back, void it."),
            ),
            models.CheckConstraint(
                condition=Q(transferred__isnull=True) | Q(transferred__gte=F("amount")),
                name="payment_within_transfer",
                violation_error_message=_("The whole transfer is no less than what is allotted of it."),
            ),
            models.UniqueConstraint(
                fields=["order", "reference"],
                condition=~Q(reference="") & Q(state="received"),
                name="payment_reference_once",
                violation_error_code="duplicate",
                violation_error_message=_("This bank reference is already entered for the order."),
            ),
        ]
