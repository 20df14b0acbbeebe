"""Clause 2.5.2: opportunities, the stages they pass, and the reasons for which they are won or lost."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.models.files import Customer
from shangwu.chapters.customers.models.tables import Named
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import RecordsField, StateField, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class Ranked(Named):
    """An entry of a table of one's own, in the order in which people read it."""

    named_by: ClassVar[tuple[str, ...]] = ("name", "name_hans", "name_en")

    position = models.PositiveSmallIntegerField(_("Position"), default=1)

    class Meta(Named.Meta):
        abstract = True
        ordering = ["position", "pk"]


class Stage(Ranked):
    """How far an opportunity has come. One stage is for what was won, one for what was lost.

    share: percent that is taken for the chance of winning while the own history says too little.
    learnt: what the own history says, as of learnt_on: {"closed": 48, "won": 19, "bands": {"TWD": {"at": "250000",
    "below": [20, 11], "above": [28, 8]}}}, closed and won ones of all, and by half of the amounts per currency. Former
    results stand in the row's history.
    """

    class Kind(models.TextChoices):
        OPEN = "open", pgettext_lazy("opportunity", "Under way")
        WON = "won", pgettext_lazy("opportunity", "Won")
        LOST = "lost", pgettext_lazy("opportunity", "Lost")

    natural_keys: ClassVar[tuple[str, ...]] = ("name",)

    kind = models.CharField(_("Kind"), max_length=4, choices=Kind.choices, default=Kind.OPEN)
    share = models.PositiveSmallIntegerField(_("Chance by default, %"), default=0, validators=[MaxValueValidator(100)])
    learnt = models.JSONField(_("Own history"), default=dict, editable=False)
    learnt_on = models.DateField(_("Learnt on"), null=True, editable=False)

    search_text, search_bigrams = searchable("name", "name_hans", "name_en")

    class Meta(Ranked.Meta):
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        indexes = [search_index("stage_search")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=~Q(kind="open") & Q(archived_at__isnull=True),
                name="stage_one_end",
                violation_error_message=_("There is one stage for what was won and one for what was lost already."),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(archived_at__isnull=True),
                name="stage_name_once",
                violation_error_message=_("There is a stage of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(share__lte=100),
                name="stage_share_percent",
                violation_error_message=_("A chance is a number from 0 to 100."),
            ),
        ]


class OutcomeReason(Ranked):
    """Why opportunities are won or lost: the table by which it is counted. Words of one's own stand beside it."""

    class Kind(models.TextChoices):
        WON = "won", pgettext_lazy("opportunity", "Won")
        LOST = "lost", pgettext_lazy("opportunity", "Lost")

    named_by = ("kind", "name", "name_hans", "name_en")

    kind = models.CharField(_("Kind"), max_length=4, choices=Kind.choices)

    search_text, search_bigrams = searchable("name", "name_hans", "name_en")

    class Meta(Ranked.Meta):
        verbose_name = _("reason of an outcome")
        verbose_name_plural = _("reasons of outcomes")
        ordering = ["kind", "position", "pk"]
        indexes = [search_index("outcomereason_search")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"],
                condition=Q(archived_at__isnull=True),
                name="outcomereason_name_once",
                violation_error_message=_("There is a reason of this name already."),
            )
        ]

    def __str__(self) -> str:
        return _("%(outcome)s: %(reason)s") % {"outcome": self.get_kind_display(), "reason": self.said}


class ProductRange(Ranked):
    """A range of what we sell, by which opportunities are told apart: this room knows no products. Kept by the house
    itself; it comes with none."""

    natural_keys: ClassVar[tuple[str, ...]] = ("name",)

    search_text, search_bigrams = searchable("name", "name_hans", "name_en")

    class Meta(Ranked.Meta):
        verbose_name = _("product range")
        verbose_name_plural = _("product ranges")
        indexes = [search_index("productrange_search")]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(archived_at__isnull=True),
                name="productrange_name_once",
                violation_error_message=_("There is a product range of this name already."),
            )
        ]


class Opportunity(Record):
    """Something that a customer may buy. Its owner works on it; the customer's collaborators work on it too.

    amount: what is expected, in `currency`. product_range: what most of it is; further_ranges: what else it is;
    by each of them it is counted; products: all of it, in words.
    stage: how far it has come; the stages of what is won and lost follow from the state. stage_since: the day on which
    it came there. passed: keys of the open stages that it was in or went beyond, in their order: what the chances are
    learnt from.
    probability: percent, by its stage and the own history; 100 when won, 0 when lost.
    closed_on: the business day on which it was won or lost. order_reference: number of the order that it became; this
    room knows no orders.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("opportunity", "Under way")
        WON = "won", pgettext_lazy("opportunity", "Won")
        LOST = "lost", pgettext_lazy("opportunity", "Lost")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        won_at: datetime.datetime | None
        lost_at: datetime.datetime | None

    named_by = ("name",)
    classes = {"name": "personal", "next_step": "personal", "outcome_words": "personal"}

    state = StateField(State, facts=["won", "lost"])
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="opportunities", db_index=False, verbose_name=_("Customer")
    )
    name = models.CharField(pgettext_lazy("opportunity", "What it is about"), max_length=120)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", blank=True, verbose_name=_("Stage"))
    stage_since = models.DateField(_("In this stage since"), editable=False)
    passed = ArrayField(models.BigIntegerField(), verbose_name=_("Stages passed"), default=list, editable=False)
    amount = AmountField(_("Expected amount"))
    currency = CurrencyField(blank=True)
    probability = models.PositiveSmallIntegerField(_("Chance, %"), default=0, editable=False)
    expected_on = models.DateField(_("Expected to close on"))
    product_range = models.ForeignKey(
        ProductRange, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("Product range"),
    )  # fmt: skip
    further_ranges = RecordsField(to="customers.ProductRange", verbose_name=_("Further product ranges"))
    products = models.CharField(_("Products of interest"), max_length=200, blank=True)
    source = models.CharField(_("Source"), max_length=60, blank=True)
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    next_on = models.DateField(_("Next step on"), null=True, blank=True)
    competitor = models.CharField(_("Competitors"), max_length=200, blank=True)
    closed_on = models.DateField(_("Closed on"), null=True, editable=False)
    outcome_reason = models.ForeignKey(
        OutcomeReason, models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Reason of the outcome"),
    )  # fmt: skip
    outcome_words = models.CharField(_("Outcome in words"), max_length=500, blank=True, editable=False)
    order_reference = models.CharField(_("Became order"), max_length=60, blank=True, editable=False)

    search_text, search_bigrams = searchable("number", "name", "products", "competitor", "order_reference")

    class Meta(Record.Meta):
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        indexes = [
            search_index("opportunity_search"),
            *scope_indexes("opportunity", "expected_on", by_state=True),
            models.Index(fields=["customer", "-id"], name="opportunity_customer"),
            models.Index(fields=["closed_on"], condition=~Q(state="open"), name="opportunity_closed"),
            models.Index(
                fields=["owner", "next_on"], condition=Q(state="open", next_on__isnull=False), name="opportunity_next"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="opportunity_amount_positive",
                violation_error_message=_("An expected amount is not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True) | (~Q(state="open") & Q(closed_on__isnull=False)),
                name="opportunity_closed_dated",
                violation_error_message=_("What is won or lost has its day, and nothing else has one."),
            ),
            models.CheckConstraint(
                condition=~Q(state="lost") | Q(outcome_reason__isnull=False),
                name="opportunity_lost_for_a_reason",
                violation_error_message=_("A loss needs its reason. Choose one of the table."),
            ),
            models.CheckConstraint(
                condition=(Q(next_step="") & Q(next_on__isnull=True)) | (~Q(next_step="") & Q(next_on__isnull=False)),
                name="opportunity_next_dated",
                violation_error_message=_("A next step needs a day, and a day needs a step. Fill in both or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def weighted(self) -> Decimal:
        """The expected amount by its chance, unrounded."""
        return self.amount * self.probability / 100
