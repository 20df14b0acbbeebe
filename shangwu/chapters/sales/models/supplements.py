"""Clause 2.6.2: a supplement changes a contract that is in force, under its own number and approval."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models.contracts import Contract, Instalment, Sealing, a_file
from shangwu.chapters.sales.models.orders import Order
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index


class Supplement(Record):
    """What both sides change in a contract: numbered after it, -B01, -B02. Its owner is the contract's.

    amount, ends_on: the new ones; empty where they stay. A new amount brings a whole new schedule;
    deliveries, where there are any, are the whole new schedule of those.
    weight: the larger of the former and the new amount, in our own currency. document, document_numbered, scan: as of a
    contract. stamp_duty: on what the amount grows by, in our own currency; what it falls by gives none back.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVAL = "approval", _("In approval")
        APPROVED = "approved", _("Approved")
        SIGNED = "signed", _("Signed by both")
        VOID = "void", _("Void")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        signed_at: datetime.datetime | None

    named_by = ("number",)
    parts = ("instalments", "deliveries", "seal_uses")

    state = StateField(State, facts=["approval", "approved", "signed", "void"])
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="supplements", verbose_name=_("Contract"))
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    change = models.TextField(_("What changes, and why"), max_length=4000)
    amount = AmountField(_("New amount with tax"), null=True, blank=True)
    weight = AmountField(_("Amount that decides who approves"), default=0, editable=False)
    currency = models.CharField(max_length=3, editable=False, db_collation="C")
    ends_on = models.DateField(_("New last day"), null=True, blank=True)
    document = a_file(_("Approved document"))
    document_sha256 = models.CharField(max_length=64, blank=True, editable=False, db_collation="C")
    document_pages = models.PositiveIntegerField(_("Pages of the document"), null=True, editable=False)
    document_numbered = models.BooleanField(_("The number stands on the document"), default=False, editable=False)
    scan = a_file(_("Scan of the signed supplement"))
    signed_on = models.DateField(_("Signed on"), null=True, editable=False)
    base_currency = CurrencyField(_("Own currency"), editable=False, blank=True)
    stamp_duty = AmountField(_("Stamp duty"), null=True, editable=False)

    search_text, search_bigrams = searchable("number", "customer_name")

    class Meta(Record.Meta):
        verbose_name = _("supplement")
        verbose_name_plural = _("supplements")
        indexes = [search_index("supplement_search"), *scope_indexes("supplement")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="supplement_amount_positive",
                violation_error_message=_("The amount of a contract is above zero."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False),
                name="supplement_numbered",
                violation_error_message=_("A supplement has its number from the moment it is put forward."),
            ),
            promised_when(
                "signed", "signed_on", "scan",
                name="supplement_signed_with_scan", say=_("A signed supplement has its day and its scan."),
            ),
        ]  # fmt: skip


class SupplementInstalment(Part):
    """One payment of the new schedule."""

    parent = "supplement"

    supplement = models.ForeignKey(Supplement, models.CASCADE, related_name="instalments", verbose_name=_("Supplement"))
    purpose = models.CharField(_("What for"), max_length=60, blank=True)
    after = models.CharField(_("When"), max_length=10, choices=Instalment.After.choices, default=Instalment.After.DAY)
    days = models.PositiveSmallIntegerField(_("Days after"), default=0)
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    amount = AmountField(_("Amount"))

    class Meta(Part.Meta):
        verbose_name = _("instalment of the new schedule")
        verbose_name_plural = _("new schedule")


class SupplementDelivery(Part):
    """Goods that are promised by another day from the supplement on: one line of the new schedule of deliveries."""

    parent = "supplement"

    supplement = models.ForeignKey(Supplement, models.CASCADE, related_name="deliveries", verbose_name=_("Supplement"))
    what = models.CharField(_("What"), max_length=100, blank=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", verbose_name=_("Order"))
    due_on = models.DateField(_("Due on"))

    class Meta(Part.Meta):
        verbose_name = _("delivery of the new schedule")
        verbose_name_plural = _("new deliveries")


class SupplementSealUse(Sealing):
    """One use of a seal on a supplement: it is registered by itself, apart from the contract's."""

    parent = "supplement"

    supplement = models.ForeignKey(Supplement, models.CASCADE, related_name="seal_uses", verbose_name=_("Supplement"))

    class Meta(Sealing.Meta):
        verbose_name = _("use of a seal on a supplement")
        verbose_name_plural = _("uses of seals on supplements")
        constraints = [
            models.CheckConstraint(
                condition=Q(copies__gt=0),
                name="supplement_sealed_on_copies",
                violation_error_message=_("A seal is used on one copy at least."),
            )
        ]
