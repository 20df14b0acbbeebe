"""Clause 2.5.1: the persons at a customer, and what each has consented to (DOMAIN §2.4)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.records.fields import searchable
from shangwu.foundation.records.models import Part, Record, search_index


class Contact(Record):
    """A person at a customer. What we may do with the data stands in `consents`, one row for each purpose.

    consent: the whole of it in one word, for lists. marketing_refused_at: since when no advertisement may be sent.
    erased_at: when the person's data were erased at their request; the fields then hold a mask.
    merged_into: the contact of the same person that stayed when this one was entered twice; who asks for this one is
    led there.
    """

    class Part(models.TextChoices):
        USER = "user", _("Uses it")
        INFLUENCER = "influencer", _("Influences")
        DECIDER = "decider", _("Decides")
        BUYER = "buyer", _("Buys")
        GATEKEEPER = "gatekeeper", _("Keeps the gate")

    class Consent(models.TextChoices):
        NONE = "none", _("Not asked")
        GIVEN = "given", _("Given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    named_by = ("name",)
    classes = {
        "name": "personal", "phone": "personal", "email": "personal", "messenger": "personal", "birthday": "personal",
        "note": "personal", "extra": "personal",
    }  # fmt: skip
    parts = ("consents",)
    successor = "merged_into"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts", verbose_name=_("Customer"))
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=60)
    post = models.CharField(_("Post"), max_length=60, blank=True)
    part = models.CharField(_("Part in decisions"), max_length=12, choices=Part.choices, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    email = models.EmailField(_("Email"), blank=True)
    messenger = models.CharField(_("Messenger name"), max_length=60, blank=True)
    birthday = models.DateField(_("Birthday"), null=True, blank=True, help_text=_("Only if the person wishes it."))
    is_main = models.BooleanField(_("Main contact"), default=False)
    consent = models.CharField(
        _("Consent"), max_length=10, choices=Consent.choices, default=Consent.NONE, editable=False
    )
    consent_at = models.DateTimeField(_("Consent changed at"), null=True, editable=False)
    consent_text = models.CharField(_("Consent: to what"), max_length=200, blank=True, editable=False)
    marketing_refused_at = models.DateTimeField(_("Refuses advertisements since"), null=True, editable=False)
    erased_at = models.DateTimeField(_("Erased at"), null=True, editable=False)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged_contacts", db_index=False,
        verbose_name=_("Merged into"),
    )  # fmt: skip

    search_text, search_bigrams = searchable("name", "post", "email")

    class Meta(Record.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            search_index("contact_search"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="contact_merged"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_main=True, archived_at__isnull=True),
                name="contact_one_main",
                violation_error_message=_("The customer has a main contact. Unmark that one first."),
            ),
            models.CheckConstraint(
                condition=Q(consent="none") | Q(consent_at__isnull=False),
                name="contact_consent_dated",
                violation_error_message=_("Consent needs its day."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(archived_at__isnull=False),
                name="contact_merged_archived",
                violation_error_message=_("A contact that was merged into another lies in the archive."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Purpose(models.TextChoices):
    """What a person's data are used for; another purpose needs another consent (PIPL 14)."""

    BUSINESS = "business", _("Contact about offers, orders and deliveries")
    MARKETING = "marketing", _("Advertisements and invitations")
    SURVEY = "survey", _("Questions about satisfaction")
    PROFILE = "profile", _("Profiles and automated offers")


class Way(models.TextChoices):
    """How the person told us."""

    PAPER = "paper", _("On paper")
    MAIL = "mail", _("By mail")
    PHONE = "phone", _("By phone")
    MESSENGER = "messenger", _("By messenger")
    FORM = "form", _("By an online form")
    SPOKEN = "spoken", _("In person")


class Consent(Part):
    """One consent of one person to one purpose: to which text, when and how; and when it was withdrawn (PIPL 14, 15).

    kinds: which data it covers. It is never changed: another purpose or another text is another consent.
    """

    parent = "contact"

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="consents", verbose_name=_("Contact"))
    purpose = models.CharField(_("Purpose"), max_length=10, choices=Purpose.choices)
    kinds = models.CharField(_("Kinds of data"), max_length=200, blank=True)
    text_version = models.CharField(_("Text and its version"), max_length=200)
    way = models.CharField(_("How given"), max_length=10, choices=Way.choices)
    given_at = models.DateTimeField(_("Given at"))
    withdrawn_at = models.DateTimeField(_("Withdrawn at"), null=True, blank=True)
    withdrawn_way = models.CharField(_("How withdrawn"), max_length=10, choices=Way.choices, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_way="")
                | (Q(withdrawn_at__gte=models.F("given_at")) & ~Q(withdrawn_way="")),
                name="consent_withdrawn_later",
                violation_error_message=_("A consent is withdrawn after it was given, and one says how."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_purpose_display())
