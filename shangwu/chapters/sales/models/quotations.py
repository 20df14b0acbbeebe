"""Clause 2.6.1: what we offer a customer before an order, its lines, and its former texts."""

import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.models import Contact, Customer
from shangwu.chapters.sales.models.arithmetic import issued_amounts_agree
from shangwu.chapters.sales.models.orders import Order
from shangwu.chapters.sales.models.priced import PricedLine
from shangwu.foundation.money.fields import AmountField, CurrencyField, QuantityField
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index
from shangwu.foundation.records.totals import SumsUp


class Quotation(Record):
    """An offer to a customer. Its owner is the salesperson. Amounts are in `currency`, `base_*` in the entity's.

    valid_until: the last day on which the customer may accept, by the entity's calendar day.
    revision: how often its text was changed after it was released or sent; the number stays.
    special_because, authority: why it needs approval before it is sent, and of which role; as for orders.
    answered_through: the customer's own link, or a person of ours who has a proof. answer: why the customer declines.
    Its words are personal: one that nobody accepted binds nobody, and forgets whom it names when they ask for it.
    mail: the last mail that took it to the customer. order: the order that was made of it, once.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("quotation", "Draft")
        REVIEW = "review", pgettext_lazy("quotation", "In approval")
        RELEASED = "released", pgettext_lazy("quotation", "Released")
        SENT = "sent", pgettext_lazy("quotation", "Sent")
        ACCEPTED = "accepted", pgettext_lazy("quotation", "Accepted")
        DECLINED = "declined", pgettext_lazy("quotation", "Declined")
        EXPIRED = "expired", pgettext_lazy("quotation", "Expired")
        WITHDRAWN = "withdrawn", pgettext_lazy("quotation", "Withdrawn")

    class Through(models.TextChoices):
        LINK = "link", _("By the customer's link")
        PERSON = "person", _("By a person, with a proof")

    named_by = ("number",)
    classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "customer_name", "subject", "payment_terms", "delivery", "terms", "note", "conditions", "proof", "answer",
        ),
        "personal",
    )  # fmt: skip
    parts = ("lines", "revisions")

    state = StateField(State, facts=["released", "sent", "accepted", "declined", "expired", "withdrawn"])
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="quotations", db_index=False, verbose_name=_("Customer")
    )
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("Contact")
    )
    subject = models.CharField(pgettext_lazy("quotation", "About"), max_length=120, blank=True)
    quoted_on = models.DateField(_("Quoted on"), editable=False)
    valid_until = models.DateField(_("Valid until"), blank=True)
    payment_terms = models.CharField(_("Terms of payment"), max_length=100, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("Payment days"), null=True, blank=True)
    delivery = models.CharField(pgettext_lazy("quotation", "Time and way of delivery"), max_length=200, blank=True)
    terms = models.TextField(_("Further terms"), max_length=4000, blank=True)
    note = models.TextField(_("Note for ourselves"), max_length=2000, blank=True)
    prices_with_tax = models.BooleanField(_("Prices include tax"), default=False)
    currency = CurrencyField(blank=True)
    base_currency = CurrencyField(_("Own currency"), editable=False)
    rate = models.DecimalField(_("Exchange rate"), max_digits=18, decimal_places=8, null=True, blank=True)
    rated_on = models.DateField(_("Rate of"), null=True, editable=False)
    net = AmountField(_("Net"), default=0, editable=False)
    tax = AmountField(_("Tax"), default=0, editable=False)
    gross = AmountField(_("Total"), default=0, editable=False)
    base_net = AmountField(_("Net in own currency"), default=0, editable=False)
    base_gross = AmountField(_("Total in own currency"), default=0, editable=False)
    quantity = QuantityField(_("Quantity"), default=0, editable=False)
    special_because = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, editable=False, verbose_name=_("Special because")
    )
    authority = models.CharField(_("To be released by"), max_length=8, choices=Role.choices, blank=True, editable=False)
    conditions = models.CharField(_("Released on condition"), max_length=500, blank=True, editable=False)
    revision = models.PositiveSmallIntegerField(_("Revision"), default=0, editable=False)
    answered_through = models.CharField(
        _("Answered"), max_length=6, choices=Through.choices, blank=True, editable=False
    )
    proof = models.CharField(_("Proof"), max_length=250, blank=True, editable=False)
    answer = models.CharField(_("Reason of the customer"), max_length=1000, blank=True, editable=False)
    mail = models.ForeignKey(
        "customers.Message", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("Mail")
    )
    order = models.OneToOneField(
        Order, models.PROTECT, null=True, editable=False, related_name="quotation", verbose_name=_("Became order")
    )

    search_text, search_bigrams = searchable("number", "customer_name", "subject")

    class Meta(Record.Meta):
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        indexes = [
            search_index("quotation_search"),
            *scope_indexes("quotation", "quoted_on", "valid_until", "gross", by_state=True),
            models.Index(fields=["customer", "-id"], name="quotation_customer"),
            models.Index(fields=["valid_until"], condition=Q(state="sent"), name="quotation_running"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__isnull=False, rate__gt=0, rated_on__isnull=False),
                name="quotation_rate_dated",
                violation_error_code="rate",
                violation_error_message=_("An amount in a foreign currency needs a rate and its day."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("quoted_on")),
                name="quotation_valid_a_while",
                violation_error_message=_("A quotation is valid until the day on which it is drawn up, or longer."),
            ),
            promised_when(
                "accepted", "accepted_at", name="quotation_accepted", say=_("An acceptance has its moment.")
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["accepted", "declined"]) & ~Q(answered_through=""))
                | (~Q(state__in=["accepted", "declined"]) & Q(answered_through="")),
                name="quotation_answered",
                violation_error_message=_("An answer came by the customer's link or by a person."),
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted", answered_through="person") | ~Q(proof=""),
                name="quotation_accepted_with_proof",
                violation_error_message=_("Who enters an acceptance gives the proof of it."),
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""),
                name="quotation_declined_for_a_reason",
                violation_error_message=_("Say why the customer declines."),
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=True) | Q(state="accepted"),
                name="quotation_ordered_when_accepted",
                violation_error_message=_("An order is made of what the customer has accepted."),
            ),
        ]  # fmt: skip

    @property
    def priced_on(self) -> datetime.date:
        """The day whose exchange rate it takes."""
        return self.quoted_on

    @property
    def edition(self) -> str:
        """Its number as the customer reads it: QT202611-0007, and from the first revision on QT202611-0007-R1."""
        return f"{self.number}-R{self.revision}" if self.revision else str(self.number)


class QuotationLine(PricedLine):
    """One product of a quotation."""

    parent = "quotation"

    quotation = models.ForeignKey(
        Quotation, models.CASCADE, related_name="lines", verbose_name=_("Quotation"), db_index=False
    )

    class Meta(PricedLine.Meta):
        verbose_name = _("line of a quotation")
        verbose_name_plural = _("lines")
        constraints = [
            models.UniqueConstraint(fields=["quotation", "position"], name="quotationline_position_once"),
            models.CheckConstraint(
                condition=Q(
                    net__isnull=False, tax__isnull=False, gross__isnull=False, tax_rate__isnull=False,
                    product__isnull=False, unit_price__isnull=False,
                ),
                name="quotationline_is_priced",
                violation_error_message=_("A line needs a product, a price and a tax rate."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gte=0),
                name="quotationline_quantity_positive",
                violation_error_message=_("A quantity is above zero, and a price is not below it."),
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=1, tax_rate__gte=0),
                name="quotationline_discount_in_bounds",
                violation_error_message=_("A discount lies between 0 and 1, and a tax rate is not below zero."),
            ),
            models.CheckConstraint(
                condition=issued_amounts_agree(),
                name="quotationline_adds_up",
                violation_error_message=_("Price, tax and total of a line don't agree. Enter the line again."),
            ),
            SumsUp(
                "quotation",
                {"net": "net", "tax": "tax", "gross": "gross", "base_net": "base_net", "quantity": "quantity"},
                same=["currency", "prices_with_tax"],
                name="quotation_is_sum_of_lines",
                violation_error_message=_("The quotation's totals differ from its lines. Save it again."),
            ),
        ]  # fmt: skip


class QuotationRevision(Part):
    """A former text of a quotation, kept when it was revised. position: the revision that replaced it.

    text: all that stood on the paper, as `quotation_texts` writes it; it names no person but a private customer.
    """

    parent = "quotation"
    classes: ClassVar[dict[str, str]] = {"text": "personal"}

    quotation = models.ForeignKey(
        Quotation, models.CASCADE, related_name="revisions", verbose_name=_("Quotation"), db_index=False
    )
    text = models.JSONField(_("Former text"), default=dict)
    gross_before = AmountField(_("Total before"))
    gross_after = AmountField(_("Total after"))
    made_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Made by")
    )
    made_at = models.DateTimeField(_("Made at"))

    class Meta(Part.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["quotation", "position"], name="quotation_revision_once")]
