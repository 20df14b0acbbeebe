"""Clause 2.5.1: what customers are worth, as found on a day: each valuation is kept with what it rested on."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Record


class Valuation(Record):
    """One valuation of all customers by recency, frequency and money over a window of days, and by share of turnover.

    method: version of the rules in `grading`. until: the last day of the window; since: its first.
    share_a, share_b: per cent, as the parameters stood on `until`. facts_at: when the facts were drawn; digest: of the
    facts and the parameters, so that the same input can be recognised. bounds: what each score means, and the means.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")

    state = StateField(State, facts=["done"])
    method = models.PositiveSmallIntegerField(_("Method"), default=1, editable=False)
    until = models.DateField(_("Valued as of"))
    since = models.DateField(_("First day"), null=True, editable=False)
    window = models.PositiveSmallIntegerField(_("Window in days"), default=0, editable=False)
    share_a = models.PositiveSmallIntegerField(_("Grade A up to, per cent"), default=0, editable=False)
    share_b = models.PositiveSmallIntegerField(_("Grade B up to, per cent"), default=0, editable=False)
    facts_at = models.DateTimeField(_("Figures of"), null=True, editable=False)
    digest = models.CharField(_("Digest of the input"), max_length=64, blank=True, editable=False, db_collation="C")
    customers = models.PositiveIntegerField(_("Customers"), default=0, editable=False)
    total = models.DecimalField(_("Turnover"), max_digits=20, decimal_places=6, default=0, editable=False)
    bounds = models.JSONField(default=dict, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("valuation")
        verbose_name_plural = _("valuations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(since__isnull=False) & ~Q(digest="")),
                name="valuation_explained",
                violation_error_message=_("A valuation that is done says what it rested on."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d}"


class Score(models.Model):
    """What one valuation found for one customer. Trace: only ever added, with its valuation.

    last_on, orders, net: over the window. recency, frequency, money: 1 to 5. place: by net, from 1.
    before: share of the turnover of those in front, 0 to 1; the grade follows from it.
    """

    valuation = models.ForeignKey(Valuation, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    last_on = models.DateField()
    orders = models.PositiveIntegerField()
    net = models.DecimalField(max_digits=20, decimal_places=6)
    recency = models.PositiveSmallIntegerField()
    frequency = models.PositiveSmallIntegerField()
    money = models.PositiveSmallIntegerField()
    segment = models.CharField(max_length=3)
    grade = models.CharField(max_length=1)
    place = models.PositiveIntegerField()
    before = models.DecimalField(max_digits=12, decimal_places=10)

    class Meta:
        indexes = [models.Index(fields=["valuation", "customer"], name="score_of_valuation")]
        constraints = [models.UniqueConstraint(fields=["customer", "valuation"], name="score_once")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
