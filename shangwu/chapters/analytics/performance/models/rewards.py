"""Clause 2.7.3: rewards and penalties follow from results: proposed, approved, carried out."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.analytics.performance.models.sheets import KpiSheet
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import StateField, promised_when
from shangwu.foundation.records.models import Record, scope_indexes


class Reward(Record):
    """What a person is given, or bears, for a result. Its owner is that person; nothing of it happens by itself.

    legal_basis: what allows a measure that reduces pay, in law and in the rules. proof: the file that shows that it was
    carried out, on `carried_out_on`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVAL = "approval", _("In approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        APPLIED = "applied", _("Carried out")

    class Kind(models.TextChoices):
        BONUS = "bonus", _("Bonus")
        PRAISE = "praise", _("Commendation")
        RAISE = "raise", _("Raise")
        PROMOTION = "promotion", _("Promotion")
        TRAINING = "training", _("Training")
        WARNING = "warning", _("Warning")
        TRANSFER = "transfer", _("Another post")
        DEDUCTION = "deduction", _("Deduction from pay")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        approved_at: datetime.datetime | None
        applied_at: datetime.datetime | None
        applied_by_id: int | None

    REDUCING = (Kind.TRANSFER, Kind.DEDUCTION)
    """What may reduce pay: it needs a basis in law and in the rules."""
    PAID = (Kind.BONUS, Kind.RAISE, Kind.DEDUCTION)
    """What has an amount."""

    named_by = ("number",)
    classes = {"amount": "personal", "words": "personal", "legal_basis": "personal"}

    state = StateField(State, facts=["approved", "rejected", "applied"])
    sheet = models.ForeignKey(
        KpiSheet, models.PROTECT, related_name="rewards", verbose_name=pgettext_lazy("reward", "Result")
    )
    kind = models.CharField(pgettext_lazy("reward", "Kind"), max_length=10, choices=Kind.choices)
    amount = AmountField(_("Amount"), null=True, blank=True)
    currency = CurrencyField(blank=True)
    words = models.TextField(pgettext_lazy("reward", "What for"), max_length=1000)
    legal_basis = models.TextField(
        _("Basis in law and in the rules"), max_length=1000, blank=True,
        help_text=_("Needed for what reduces pay: article of law, rule, and the employee's written consent."),
    )  # fmt: skip
    carried_out_on = models.DateField(_("Carried out on"), null=True, editable=False)
    proof = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Proof"),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("reward or penalty")
        verbose_name_plural = _("rewards and penalties")
        indexes = scope_indexes("reward")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["transfer", "deduction"]) | ~Q(legal_basis=""),
                name="reward_reduces_with_basis",
                violation_error_code="legal_basis",
                violation_error_message=_("What reduces pay needs its basis in law and in the rules."),
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | (Q(amount__gt=0) & ~Q(currency="")),
                name="reward_amount_with_currency",
                violation_error_message=_("An amount is above zero and has its currency."),
            ),
            promised_when(
                "applied", "carried_out_on", "proof", name="reward_applied_with_proof",
                say=_("What was carried out has its day and its proof."),
            ),
        ]  # fmt: skip
