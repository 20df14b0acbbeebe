"""Clause 2.5.1: the customer file and its further delivery addresses."""

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.tables import Area, Industry
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import PersonsField, StateField, searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index
from shangwu.foundation.text.jurisdictions import Jurisdiction


class Customer(Record):
    """A customer, or one who may become so. Without an owner it lies in the pool, where all of sales see it.

    name_key: the compared form of the name; sort_key: its place in pinyin order. Both are derived from `name`.
    duplicate_reason: why a second file of the same name or number was made knowingly.
    credit_limit: in the legal entity's currency; empty means none was set, so credit is not checked.
    sector, area: by the tables of industries and areas; industry and region: in one's own words, or the tables' names.
    headcount, revenue, assets: of figures_year, in ten thousand yuan; `size` follows from them by the sector's rule.
    verified_fields: field -> day on which what stands there was compared with the customer; a change takes it away.
    completed_at: since when enough of the file is filled in and verified; empty while it is not.
    has_contact: somebody stands at the customer whom we can reach and whose part in decisions we know.
    grade: the one that counts. computed_grade, segment: as the last valuation found. grade_until: last day of a grade
    set by hand, with grade_reason; then the computed one counts again.
    held_on: the day from which its owner has it. protected_until: the last day on which nobody else may have it; empty
    for who has ordered, and in the pool. extra_days: by how much the head has lengthened that. warned_on: when the
    owner was last told that it ends. loss_warned_on: when the owner of a dormant customer was told that it will count
    as lost.
    The kind is a person's or a company's for ever: what names a person is personal, what names a company is open; in
    free words and in what deliveries go by a company's people are named too.
    released_by, released_at: whose it was before it came to the pool, and since when it lies there; both stay when
    somebody takes it again. released_on: that day, where it was.
    ranked_at: since when the grade asks for a contact plan; planned_until: last day of the year whose plan is in force,
    plan_approved_at: since when.
    merged_into: the file that it became a part of; who asks for this one is led there.
    """

    class State(models.TextChoices):
        LEAD = "lead", _("Lead")
        POTENTIAL = "potential", _("Potential")
        PROSPECT = "prospect", _("Prospect")
        WON = "won", _("Won")
        DORMANT = "dormant", _("Dormant")
        LOST = "lost", _("Lost")
        BLACKLISTED = "blacklisted", _("Blacklisted")

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PUBLIC = "public", _("Public body")
        DEALER = "dealer", _("Dealer")
        PERSON = "person", _("Private person")

    class Size(models.TextChoices):
        LARGE = "large", _("Large")
        MEDIUM = "medium", _("Medium")
        SMALL = "small", _("Small")
        MICRO = "micro", _("Micro")

    class Grade(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"

    class Segment(models.TextChoices):
        """Recency, frequency and money, each at or above the mean or below it."""

        HHH = "HHH", _("Important: of value")
        LHH = "LHH", _("Important: to keep")
        HLH = "HLH", _("Important: to develop")
        LLH = "LLH", _("Important: to win back")
        HHL = "HHL", _("General: of value")
        LHL = "LHL", _("General: to keep")
        HLL = "HLL", _("General: to develop")
        LLL = "LLL", _("General: to win back")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        won_at: datetime.datetime | None
        won_by_id: int | None

    named_by = ("short_name", "name")
    first_classes = ("phone", "ship_to_name", "ship_to_phone", "ship_to_address")
    classes = {**dict.fromkeys(first_classes, "personal"), "duplicate_reason": "personal", "note": "personal"}
    of_persons: ClassVar[dict[str, str]] = classes | dict.fromkeys(
        (
            "name", "short_name", "name_key", "sort_key", "identity_number", "website", "invoice_name",
            "invoice_address", "invoice_phone", "bank_account", "extra",
        ),
        "personal",
    )  # fmt: skip
    parts = ("addresses",)
    tallies = (
        "last_contact_at", "protected_until", "planned_until", "plan_approved_at", "has_contact", "verified_fields",
        "completed_at",
    )  # fmt: skip
    successor = "merged_into"

    state = StateField(State, facts=["won", "lost", "blacklisted"])
    name = models.CharField(_("Full name"), max_length=200)
    short_name = models.CharField(_("Short name"), max_length=60, blank=True)
    name_key = models.CharField(max_length=200, editable=False, db_collation="C")
    sort_key = models.CharField(_("Sort key"), max_length=400, editable=False, db_collation="C")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.COMPANY)
    jurisdiction = models.CharField(_("Registered in"), max_length=2, choices=Jurisdiction.choices, blank=True)
    identity_number = models.CharField(_("Credit code or tax number"), max_length=20, blank=True, db_collation="C")
    duplicate_reason = models.CharField(_("Reason for a second file"), max_length=200, blank=True)
    industry = models.CharField(_("Industry"), max_length=60, blank=True)
    sector = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("Industry by the table"),
    )  # fmt: skip
    size = models.CharField(_("Size"), max_length=10, choices=Size.choices, blank=True)
    headcount = models.PositiveIntegerField(_("People employed"), null=True, blank=True)
    revenue = AmountField(_("Yearly revenue, ten thousand yuan"), null=True, blank=True)
    assets = AmountField(_("Total assets, ten thousand yuan"), null=True, blank=True)
    figures_year = models.PositiveSmallIntegerField(
        _("Figures of the year"), null=True, blank=True, validators=[MinValueValidator(1990), MaxValueValidator(2200)]
    )
    region = models.CharField(_("Region"), max_length=60, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("Area"),
    )  # fmt: skip
    source = models.CharField(_("Source"), max_length=60, blank=True)
    grade = models.CharField(_("Grade"), max_length=1, choices=Grade.choices, blank=True)
    computed_grade = models.CharField(
        _("Computed grade"), max_length=1, choices=Grade.choices, blank=True, editable=False
    )
    segment = models.CharField(_("Segment"), max_length=3, choices=Segment.choices, blank=True, editable=False)
    grade_until = models.DateField(_("Grade set by hand until"), null=True, editable=False)
    grade_reason = models.CharField(_("Reason for the grade"), max_length=200, blank=True, editable=False)
    tags = models.CharField(_("Tags"), max_length=200, blank=True, help_text=_("Words, with a comma between them."))
    channel = models.ForeignKey(
        "channels.Channel", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Channel")
    )
    collaborators = PersonsField(verbose_name=_("Collaborators"))
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    website = models.CharField(_("Website"), max_length=200, blank=True)
    currency = CurrencyField(blank=True)
    credit_limit = AmountField(_("Credit limit"), null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("Payment days"), default=0)
    invoice_name = models.CharField(_("Name on invoices"), max_length=200, blank=True)
    invoice_address = models.CharField(_("Address on invoices"), max_length=200, blank=True)
    invoice_phone = models.CharField(_("Phone on invoices"), max_length=40, blank=True)
    bank_name = models.CharField(_("Bank"), max_length=100, blank=True)
    bank_account = models.CharField(_("Bank account"), max_length=40, blank=True)
    ship_to_name = models.CharField(_("Goods to"), max_length=60, blank=True)
    ship_to_phone = models.CharField(_("Phone for deliveries"), max_length=40, blank=True)
    ship_to_address = models.CharField(_("Delivery address"), max_length=200, blank=True)
    note = models.TextField(_("Note"), blank=True)
    verified_at = models.DateTimeField(_("Verified at"), null=True, editable=False)
    verified_fields = models.JSONField(_("Verified fields"), default=dict, editable=False)
    completed_at = models.DateTimeField(_("File complete since"), null=True, editable=False)
    has_contact = models.BooleanField(_("Contact with a part in decisions"), default=False, editable=False)
    last_contact_at = models.DateTimeField(_("Last contact"), null=True, editable=False)
    ranked_at = models.DateTimeField(_("Of grade A or B since"), null=True, editable=False)
    planned_until = models.DateField(_("Contact planned until"), null=True, editable=False)
    plan_approved_at = models.DateTimeField(_("Contact plan approved at"), null=True, editable=False)
    held_on = models.DateField(_("Held since"), null=True, editable=False)
    protected_until = models.DateField(_("Protected until"), null=True, editable=False)
    extra_days = models.PositiveSmallIntegerField(_("Days of extension"), default=0, editable=False)
    warned_on = models.DateField(_("Warned on"), null=True, editable=False)
    loss_warned_on = models.DateField(_("Warned of the loss on"), null=True, editable=False)
    released_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Former owner"),
    )  # fmt: skip
    released_at = models.DateTimeField(_("In the pool since"), null=True, editable=False)
    released_on = models.DateField(_("Came to the pool on"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged_files", db_index=False,
        verbose_name=_("Merged into"),
    )  # fmt: skip

    search_text, search_bigrams = searchable("number", "name", "short_name", "identity_number", "tags")

    class Meta(Record.Meta):
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            search_index("customer_search"),
            *scope_indexes(
                "customer", "sort_key", "protected_until", by_state=True, choices=("grade", "kind", "segment", "size")
            ),
            GinIndex(fields=["collaborators"], name="customer_shared"),
            models.Index(fields=["state", "-id"], condition=Q(owner__isnull=True), name="customer_pool"),
            models.Index(fields=["released_on"], condition=Q(released_on__isnull=False), name="customer_released"),
            models.Index(fields=["grade_until"], condition=Q(grade_until__isnull=False), name="customer_by_hand"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="customer_phone"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="customer_merged"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_number"],
                condition=~Q(identity_number="") & Q(duplicate_reason="", archived_at__isnull=True),
                name="customer_number_once",
                violation_error_code="duplicate",
                violation_error_message=_(
                    "A customer with this number exists. Ask sales support whose it is, or give a reason for a second "
                    "file."
                ),
            ),
            models.UniqueConstraint(
                fields=["name_key"],
                condition=~Q(kind="person") & Q(duplicate_reason="", archived_at__isnull=True),
                name="customer_name_once",
                violation_error_code="duplicate",
                violation_error_message=_(
                    "A customer of this name exists. Ask sales support whose it is, or give a reason for a second file."
                ),
            ),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0),
                name="customer_credit_positive",
                violation_error_message=_("A credit limit is not below zero. Leave it empty for none."),
            ),
            models.CheckConstraint(
                condition=(Q(revenue__isnull=True) | Q(revenue__gte=0)) & (Q(assets__isnull=True) | Q(assets__gte=0)),
                name="customer_figures_positive",
                violation_error_message=_("Revenue and assets are not below zero. Leave empty what is not known."),
            ),
            models.CheckConstraint(
                condition=Q(grade_until__isnull=True) | (~Q(grade_reason="") & ~Q(grade="")),
                name="customer_grade_by_hand",
                violation_error_message=_("A grade set by hand needs its reason and its last day."),
            ),
            models.CheckConstraint(
                condition=Q(protected_until__isnull=True) | Q(held_on__isnull=False, owner__isnull=False),
                name="customer_protected_held",
                violation_error_message=_("Only who has a customer is protected."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(archived_at__isnull=False),
                name="customer_merged_archived",
                violation_error_message=_("A file that was merged into another lies in the archive."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @classmethod
    def classes_of(cls, row: Mapping[str, Any]) -> Mapping[str, str]:
        """A private person's file is personal in all that names or reaches them; one whose kind is not told, too."""
        return cls.of_persons if row.get("kind", cls.Kind.PERSON) == cls.Kind.PERSON else cls.classes


class DeliveryAddress(Part):
    """A further place to which a customer's goods go, beside the one on the file itself."""

    parent = "customer"
    classes: ClassVar[dict[str, str]] = dict.fromkeys(("receiver", "phone", "address", "note"), "personal")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="addresses", verbose_name=_("Customer"))
    receiver = models.CharField(_("Goods to"), max_length=60, blank=True)
    phone = models.CharField(_("Phone for deliveries"), max_length=40, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("Area")
    )
    address = models.CharField(_("Delivery address"), max_length=200)
    note = models.CharField(_("Note"), max_length=100, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("delivery address")
        verbose_name_plural = _("further delivery addresses")

    def __str__(self) -> str:
        return self.address
