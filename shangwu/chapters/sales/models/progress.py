"""Clause 2.6.1: a page on which the customer sees how one order stands."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models.orders import Order
from shangwu.foundation.records.fields import StateField, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class ProgressPage(Record):
    """That a customer may follow one order by a signed link, until it is revoked. Owner: the order's salesperson.

    with_prices: the customer has asked to see prices there, too.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("progress page", "Open")
        REVOKED = "revoked", pgettext_lazy("progress page", "Revoked")

    named_by = ("order_number",)

    state = StateField(State, facts=["revoked"])
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="progress_pages", db_index=False, verbose_name=_("Order")
    )
    order_number = models.CharField(_("Order number"), max_length=40, editable=False, db_collation="C")
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    with_prices = models.BooleanField(_("With prices"), default=False)

    search_text, search_bigrams = searchable("order_number", "customer_name")

    class Meta(Record.Meta):
        verbose_name = _("progress page")
        verbose_name_plural = _("progress pages")
        indexes = [
            search_index("progress_search"),
            *scope_indexes("progress"),
            models.Index(fields=["order", "-id"], name="progress_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state="open", archived_at__isnull=True),
                name="progress_once",
                violation_error_code="open",
                violation_error_message=_("The customer follows this order already. Its link stands on the order."),
            )
        ]

    def __str__(self) -> str:
        return self.order_number
