"""Clause 2.6.2: the sales contract, the orders it covers, its schedules, and each use of the seal on it."""

import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models.orders import Order
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index
from shangwu.foundation.records.totals import SumsUp
from shangwu.foundation.text.jurisdictions import Jurisdiction


def a_file(label: Any) -> "models.ForeignKey[Any, Any]":
    """A column that names a file which hangs on the contract."""
    return models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=label,
    )  # fmt: skip


class Contract(Record):
    """A contract with a customer. Its owner is the salesperson; amounts are in `currency`, with tax.

    rate: the entity's currency for one unit of `currency`, as of `rated_on`; base_amount: the amount at that rate, by
    which it is decided who approves.
    amount_words: the amount in capitals; the door lets it differ from the figures nowhere. net, tax: of the amount.
    tax_rate: empty where net and tax are those of its orders.
    scheduled: sum of the instalments, kept by the database; from submission on it is the amount.
    deposit_kind: earnest money binds both sides by law and has a limit; an advance is simply paid early.
    document, document_sha256, document_pages: the text that is approved, with the contract's number on it. scan: the
    signed paper, beside which it is held. authority_letter: what lets an agent sign for the customer.
    document_written: the house wrote the text from what stands here, and draws it anew when it is put forward.
    document_numbered: the contract's number stands on it.
    standing, standing_on: what the public register of dishonest debtors says of the customer, and when it was asked.
    suspended_at: since when nothing is produced or shipped under it, and no milestone runs; None while it goes on.
    let_pass_at: when the executive let production and shipping begin before it is in force.
    differing: names of the clauses that say something else than legal's, when it was last changed or put forward.
    stamp_duty: by the table of rates on the day of signing, in our own currency; that of a supplement stands there.
    milestones_met, milestone_met_at, milestone_on: how many parts of the schedules are kept, when the last was, and the
    next day of one. wound_up_at: when everything was delivered and paid.
    renewal, decided_at: what happens at its end, and when that was decided.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVAL = "approval", _("In approval")
        APPROVED = "approved", _("Approved")
        SEALED = "sealed", _("Sealed by us")
        SIGNED = "signed", _("Signed by both")
        IN_FORCE = "in_force", _("In force")
        FULFILLED = "fulfilled", _("Fulfilled")
        TERMINATED = "terminated", _("Terminated")
        EXPIRED = "expired", pgettext_lazy("contract", "Expired")
        VOID = "void", _("Void")

    class Kind(models.TextChoices):
        SALE = "sale", _("Sale of goods")
        FRAMEWORK = "framework", _("Framework contract")
        SERVICE = "service", _("Services")

    class Deposit(models.TextChoices):
        NONE = "none", _("Neither")
        EARNEST = "earnest", _("Earnest money")
        ADVANCE = "advance", _("Advance payment")

    class Signer(models.TextChoices):
        REPRESENTATIVE = "representative", _("Legal representative")
        AGENT = "agent", _("Agent")

    class Standing(models.TextChoices):
        CLEAR = "clear", _("Nothing found")
        LISTED = "listed", _("On the list of dishonest debtors")

    class Renewal(models.TextChoices):
        RENEW = "renew", _("Renew it")
        END = "end", _("Let it end")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        approval_at: datetime.datetime | None
        signed_at: datetime.datetime | None
        signed_by_id: int | None
        in_force_at: datetime.datetime | None
        in_force_by_id: int | None
        fulfilled_at: datetime.datetime | None
        terminated_at: datetime.datetime | None
        expired_at: datetime.datetime | None
        void_at: datetime.datetime | None

    named_by = ("number", "title")
    classes = dict.fromkeys(
        (
            "signer_name", "customer_name", "customer_number", "title", "rights", "specification", "quantity_terms",
            "price_terms", "delivery_terms", "payment_terms", "warranty", "breach", "disputes", "departures", "relief",
        ),
        "personal",
    )  # fmt: skip
    parts = ("covered", "instalments", "deliveries", "seal_uses")

    state = StateField(
        State,
        facts=["approval", "approved", "sealed", "signed", "in_force", "fulfilled", "terminated", "expired", "void"],
    )
    title = models.CharField(_("Title"), max_length=120)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.SALE)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contracts", db_index=False, verbose_name=_("Customer")
    )
    customer_name = models.CharField(_("Customer's name"), max_length=200, editable=False)
    jurisdiction = models.CharField(_("Registered in"), max_length=2, choices=Jurisdiction.choices, blank=True)
    customer_number = models.CharField(_("Credit code or tax number"), max_length=20, blank=True, db_collation="C")
    signer = models.CharField(
        _("Signs for the customer"), max_length=14, choices=Signer.choices, default=Signer.REPRESENTATIVE
    )
    signer_name = models.CharField(_("Name of who signs"), max_length=60, blank=True)
    authority_letter = a_file(_("Letter of authority"))

    standing = models.CharField(
        _("Register of dishonest debtors"), max_length=6, choices=Standing.choices, blank=True,
        help_text=_("What it says of the customer."),
    )  # fmt: skip
    standing_on = models.DateField(_("Looked up on"), null=True, blank=True)

    currency = CurrencyField(blank=True)
    amount = AmountField(_("Amount with tax"))
    amount_words = models.CharField(
        _("Amount in words"), max_length=120, blank=True, help_text=_("Leave it empty to have it written.")
    )
    rate = models.DecimalField(_("Exchange rate"), max_digits=18, decimal_places=8, null=True, blank=True)
    rated_on = models.DateField(_("Rate of"), null=True, editable=False)
    base_currency = CurrencyField(_("Own currency"), editable=False, blank=True)
    base_amount = AmountField(_("Amount in own currency"), null=True, editable=False)
    tax_rate = models.DecimalField(
        _("Tax rate"), max_digits=5, decimal_places=4, null=True, blank=True,
        help_text=_("Leave it empty to take net and tax from the orders, whose lines may have several rates."),
    )  # fmt: skip
    net = AmountField(_("Net"), default=0, editable=False)
    tax = AmountField(_("Tax"), default=0, editable=False)
    scheduled = AmountField(_("Sum of the instalments"), default=0, editable=False)
    deposit_kind = models.CharField(
        _("Earnest money or advance"), max_length=8, choices=Deposit.choices, default=Deposit.NONE
    )
    deposit = AmountField(_("Of the amount"), default=0)

    rights = models.TextField(_("Rights and duties of both sides"), max_length=4000, blank=True)
    specification = models.TextField(_("Goods and specification"), max_length=4000, blank=True)
    quantity_terms = models.TextField(_("Quantity"), max_length=2000, blank=True)
    price_terms = models.TextField(_("Price"), max_length=2000, blank=True)
    delivery_terms = models.TextField(_("Delivery"), max_length=2000, blank=True)
    payment_terms = models.TextField(_("Terms of payment"), max_length=2000, blank=True)
    warranty = models.TextField(_("Warranty"), max_length=2000, blank=True)
    breach = models.TextField(_("Breach of contract"), max_length=2000, blank=True)
    inspection_days = models.PositiveSmallIntegerField(
        _("Days to complain after delivery"), null=True, blank=True,
        help_text=_("About quality or quantity; afterwards the goods count as agreed."),
    )  # fmt: skip
    disputes = models.TextField(_("Settling of disputes"), max_length=1000, blank=True)
    departures = models.TextField(
        _("Departures from the template"), max_length=2000, blank=True,
        help_text=_("What differs from our template; empty if nothing does."),
    )  # fmt: skip
    differing = ArrayField(
        models.CharField(max_length=16), default=list, blank=True, editable=False,
        verbose_name=_("Clauses that differ from the standard"),
    )  # fmt: skip
    relief = models.TextField(_("Terms that relieve us of liability"), max_length=2000, blank=True)
    relief_told = models.BooleanField(_("Pointed out to the customer"), default=False)

    signed_on = models.DateField(_("Signed on"), null=True, editable=False)
    stamp_duty = AmountField(_("Stamp duty"), null=True, editable=False)
    starts_on = models.DateField(_("Holds from"), null=True, blank=True)
    ends_on = models.DateField(_("Holds until"), null=True, blank=True)
    originals = models.PositiveSmallIntegerField(_("Originals"), default=2)
    template = models.ForeignKey(
        "sales.ContractTemplate", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Template"),
    )  # fmt: skip
    document = a_file(_("Approved document"))
    document_sha256 = models.CharField(
        _("Fingerprint of the document"), max_length=64, blank=True, editable=False, db_collation="C"
    )
    document_pages = models.PositiveIntegerField(_("Pages of the document"), null=True, editable=False)
    document_written = models.BooleanField(_("Written by the house"), default=False, editable=False)
    document_numbered = models.BooleanField(_("The number stands on the document"), default=False, editable=False)
    scan = a_file(_("Scan of the signed contract"))
    scan_sha256 = models.CharField(max_length=64, blank=True, editable=False, db_collation="C")
    scan_pages = models.PositiveIntegerField(_("Pages of the scan"), null=True, editable=False)
    file_number = models.CharField(_("File number"), max_length=60, blank=True, editable=False)
    kept_at = models.CharField(_("Where the original lies"), max_length=100, blank=True, editable=False)
    filed_at = models.DateTimeField(_("Filed at"), null=True, editable=False)
    filed_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Filed by"),
    )  # fmt: skip
    let_pass_at = models.DateTimeField(_("Let pass before signing at"), null=True, editable=False)
    let_pass_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Let pass by"),
    )  # fmt: skip
    suspended_at = models.DateTimeField(_("Suspended at"), null=True, editable=False)
    suspended_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Suspended by"),
    )  # fmt: skip
    milestones_met = models.PositiveSmallIntegerField(_("Milestones met"), default=0, editable=False)
    milestone_met_at = models.DateTimeField(_("Last milestone met at"), null=True, editable=False)
    milestone_on = models.DateField(_("Next milestone"), null=True, editable=False)
    wound_up_at = models.DateTimeField(_("Delivered and paid at"), null=True, editable=False)
    supplements_numbered = models.PositiveSmallIntegerField(_("Supplements"), default=0, editable=False)
    reminded_on = models.DateField(_("Reminded on"), null=True, editable=False)
    renewal = models.CharField(_("At its end"), max_length=5, choices=Renewal.choices, blank=True, editable=False)
    decided_at = models.DateTimeField(_("Decided about its end at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Decided about its end by"),
    )  # fmt: skip

    search_text, search_bigrams = searchable("number", "title", "customer_name", "file_number")

    class Meta(Record.Meta):
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        indexes = [
            search_index("contract_search"),
            *scope_indexes("contract", "amount", "ends_on", "milestone_on", by_state=True),
            models.Index(fields=["customer", "-id"], name="contract_customer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(deposit__gte=0) & Q(deposit__lte=F("amount")) & Q(tax_rate__gte=0),
                name="contract_amounts_positive",
                violation_error_message=_("The amount is above zero, and what is paid early lies within it."),
            ),
            models.CheckConstraint(
                condition=(Q(deposit_kind="none") & Q(deposit=0)) | (~Q(deposit_kind="none") & Q(deposit__gt=0)),
                name="contract_deposit_has_kind",
                violation_error_message=_("Say whether it is earnest money or an advance, and how much."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="contract_days_in_order",
                violation_error_message=_("The contract ends before it begins. Correct one of the days."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "void"])
                | (Q(scheduled=F("amount")) & Q(amount=F("net") + F("tax")) & ~Q(amount_words="")),
                name="contract_adds_up",
                violation_error_code="schedule",
                violation_error_message=_("The instalments don't add up to the amount. Correct the schedule."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False),
                name="contract_numbered",
                violation_error_message=_("A contract has its number from the moment it is put forward."),
            ),
            promised_when(
                ["signed", "in_force", "fulfilled", "expired"], "signed_on", "scan", "starts_on", "ends_on",
                name="contract_signed_with_scan",
                say=_("A signed contract has its day, its scan and its term."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title


class ContractOrder(Part):
    """An order that the contract covers. An order stands under one contract at a time."""

    parent = "contract"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="covered", verbose_name=_("Contract"))
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", verbose_name=_("Order"))

    class Meta(Part.Meta):
        verbose_name = _("order covered")
        verbose_name_plural = _("orders covered")
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "order"],
                name="contract_order_once",
                violation_error_message=_("This order stands there twice. Take one out."),
            )
        ]


class Instalment(Part):
    """One payment that the contract asks for: so much, by a day, or so many days after something has happened.

    due_on: given for a day, and follows from the event for the others; empty until it has happened.
    paid: what has come in for it, the earliest first; paid_on: the day on which it was paid in full.
    """

    class After(models.TextChoices):
        DAY = "day", _("On a day")
        SIGNED = "signed", _("After signing")
        DELIVERED = "delivered", _("After delivery")

    parent = "contract"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="instalments", verbose_name=_("Contract"))
    purpose = models.CharField(_("What for"), max_length=60, blank=True)
    after = models.CharField(_("When"), max_length=10, choices=After.choices, default=After.DAY)
    days = models.PositiveSmallIntegerField(_("Days after"), default=0)
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    amount = AmountField(_("Amount"))
    currency = CurrencyField(editable=False)
    paid = AmountField(_("Paid"), default=0, editable=False)
    paid_on = models.DateField(_("Paid on"), null=True, editable=False)

    class Meta(Part.Meta):
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(paid__gte=0) & Q(paid__lte=F("amount")),
                name="instalment_within_amount",
                violation_error_message=_("An instalment is above zero, and no more is paid for it."),
            ),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True) | Q(paid=F("amount")),
                name="instalment_paid_in_full",
                violation_error_message=_("An instalment is paid when all of it has come in."),
            ),
            SumsUp(
                "contract", {"scheduled": "amount"}, same=["currency"], name="contract_is_sum_of_instalments",
                violation_error_message=_("The instalments don't add up to the amount. Correct the schedule."),
            ),
        ]  # fmt: skip


class ContractDelivery(Part):
    """Goods that the contract promises by a day; met when the order has been delivered."""

    parent = "contract"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="deliveries", verbose_name=_("Contract"))
    what = models.CharField(_("What"), max_length=100, blank=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", verbose_name=_("Order"))
    due_on = models.DateField(_("Due on"))
    met_on = models.DateField(_("Delivered on"), null=True, editable=False)

    class Meta(Part.Meta):
        verbose_name = _("delivery promised")
        verbose_name_plural = _("deliveries promised")


class Sealing(Part):
    """One use of a seal: which, when, on how many copies, across the pages too, by whom.

    document_sha256: of the text that was sealed, which is the approved one.
    """

    class Seal(models.TextChoices):
        CONTRACT = "contract", _("Contract seal")
        COMPANY = "company", _("Company seal")
        REPRESENTATIVE = "representative", _("Seal of the legal representative")

    seal = models.CharField(_("Seal"), max_length=14, choices=Seal.choices)
    copies = models.PositiveSmallIntegerField(_("Copies"))
    across_pages = models.BooleanField(_("Across the pages"), default=False)
    used_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Used by")
    )
    used_at = models.DateTimeField(_("Used at"))
    document_sha256 = models.CharField(_("Fingerprint of the sealed text"), max_length=64, blank=True, db_collation="C")

    class Meta(Part.Meta):
        abstract = True


class SealUse(Sealing):
    """One use of a seal on a contract."""

    parent = "contract"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="seal_uses", verbose_name=_("Contract"))

    class Meta(Sealing.Meta):
        verbose_name = _("use of a seal")
        verbose_name_plural = _("uses of seals")
        constraints = [
            models.CheckConstraint(
                condition=Q(copies__gt=0),
                name="seal_used_on_copies",
                violation_error_message=_("A seal is used on one copy at least."),
            )
        ]
