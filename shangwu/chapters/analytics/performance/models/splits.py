"""Clause 2.7.3: the credit of an order, shared among several persons in per cent."""

import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.models import Order
from shangwu.foundation.records.fields import PersonsField, StateField
from shangwu.foundation.records.models import Part, Record, scope_indexes
from shangwu.foundation.records.totals import SumsUp


class Split(Record):
    """How the credit of one order is shared. Its owner is the order's salesperson; it counts once all have agreed.

    collaborators: the persons named, who see it. order_number: as they may not see the order itself. former: the
    agreed one that this one replaces. percent: sum of the shares, kept by the database.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("split of a deal", "Proposed")
        AGREED = "agreed", pgettext_lazy("split of a deal", "Agreed")
        REPLACED = "replaced", pgettext_lazy("split of a deal", "Replaced")
        DROPPED = "dropped", _("Dropped")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        agreed_at: datetime.datetime | None

    named_by = ("order_number",)
    parts = ("shares",)

    state = StateField(State, facts=["agreed", "replaced", "dropped"])
    order = models.ForeignKey(Order, models.PROTECT, related_name="splits", verbose_name=_("Order"))
    order_number = models.CharField(_("Order number"), max_length=40, editable=False, db_collation="C")
    former = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", db_index=False, verbose_name=_("Replaces")
    )
    why = models.CharField(pgettext_lazy("split of a deal", "Who did what"), max_length=500)
    collaborators = PersonsField(verbose_name=_("Persons"), editable=False)
    percent = models.DecimalField(_("Shares, %"), max_digits=7, decimal_places=2, default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("split deal")
        verbose_name_plural = _("split deals")
        indexes = scope_indexes("split")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent=100) | Q(state="dropped"),
                name="split_is_whole",
                violation_error_code="percent",
                violation_error_message=_("The shares come to 100 % together."),
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state="proposed", archived_at__isnull=True),
                name="split_proposed_once",
                violation_error_code="duplicate",
                violation_error_message=_("A split of this order waits for agreement already. Open that one."),
            ),
            ExclusionConstraint(
                name="split_agreed_once",
                expressions=[(Func(F("order"), F("order"), Value("[]"), function="int8range"), "&&")],
                condition=Q(state="agreed"),
                deferrable=Deferrable.DEFERRED,
                violation_error_message=_("Another split of this order has been agreed."),
            ),
        ]

    def __str__(self) -> str:
        return self.order_number


class SplitShare(Part):
    """One person's share of an order, and when they agreed to the split."""

    parent = "split"

    split = models.ForeignKey(Split, models.CASCADE, related_name="shares", verbose_name=_("split deal"))
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("Person"))
    percent = models.DecimalField(
        _("Share, %"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0)]
    )  # fmt: skip
    agreed_at = models.DateTimeField(_("Agreed at"), null=True, editable=False)

    class Meta(Part.Meta):
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        constraints = [
            SumsUp(
                "split", {"percent": "percent"}, name="split_is_sum_of_shares",
                violation_error_message=_("The shares come to 100 % together."),
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0) & Q(percent__lte=100),
                name="split_share_positive",
                violation_error_message=_("A share is above zero."),
            ),
            models.UniqueConstraint(
                fields=["split", "person"],
                deferrable=Deferrable.DEFERRED,
                name="split_names_each_once",
                violation_error_message=_("Each person is named once."),
            ),
        ]  # fmt: skip
