"""Clause 2.6.1: what changed in an order after its review."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models.orders import Order
from shangwu.foundation.money.fields import AmountField
from shangwu.foundation.records.models import Part


class Revision(Part):
    """A change of an order after it was accepted: what differs, and what it does to the total.

    changes: list of {"what", "line", "before", "after"}; line is a position, or null for the order itself.
    """

    parent = "order"

    order = models.ForeignKey(Order, models.CASCADE, related_name="revisions", verbose_name=_("Order"))
    changes = models.JSONField(_("Changes"), default=list)
    gross_before = AmountField(_("Total before"))
    gross_after = AmountField(_("Total after"))
    made_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Made by")
    )
    made_at = models.DateTimeField(_("Made at"))

    class Meta(Part.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="revision_once")]
