"""Clause 2.4.1: the file of a sales channel."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.money.fields import AmountField
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index
from shangwu.foundation.text.jurisdictions import Jurisdiction
from shangwu.foundation.text.provinces import Province


class Channel(Record):
    """A company that we sell through, or a shop of our own: who it is, and what it may sell where, on which terms."""

    class Kind(models.TextChoices):
        DEALER = "dealer", _("Dealer")
        AGENT = "agent", _("Agent")
        ONLINE = "online", _("Online shop")
        DIRECT = "direct", _("Own sales")

    class State(models.TextChoices):
        LEAD = "lead", _("Lead")
        TALKS = "talks", _("In talks")
        VETTING = "vetting", _("Papers being checked")
        QUALIFIED = "qualified", _("Qualified")
        SIGNED = "signed", _("Signed")
        TRIAL = "trial", _("On trial")
        ACTIVE = "active", _("Active")
        MENDING = "mending", _("Under correction")
        ENDED = "ended", _("Ended")

    named_by = ("name",)
    classes = {"legal_person": "personal"}

    state = StateField(State, facts=["qualified", "signed", "ended"])
    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.DEALER)
    jurisdiction = models.CharField(_("Registered in"), max_length=2, choices=Jurisdiction.choices, blank=True)
    identity_number = models.CharField(_("Registration number"), max_length=20, blank=True, db_collation="C")
    province = models.CharField(_("Province"), max_length=2, choices=Province.choices, blank=True, db_collation="C")
    legal_person = models.CharField(_("Legal representative"), max_length=60, blank=True)
    region = models.CharField(_("Authorised region"), max_length=60, blank=True)
    categories = models.CharField(_("Authorised categories"), max_length=200, blank=True)
    exclusive = models.BooleanField(_("Exclusive"), default=False)
    authorised_from = models.DateField(_("Authorised from"), null=True, blank=True)
    authorised_until = models.DateField(_("Authorised until"), null=True, blank=True)
    yearly_target = AmountField(_("Yearly target"), null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("Payment days"), default=0)
    deposit = AmountField(_("Deposit"), default=0)

    search_text, search_bigrams = searchable("number", "name", "identity_number", "region")

    class Meta(Record.Meta):
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        indexes = [search_index("channel_search"), *scope_indexes("channel", "name", "authorised_until")]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_number"],
                condition=~Q(identity_number="") & Q(archived_at__isnull=True),
                name="channel_number_once",
                violation_error_code="duplicate",
                violation_error_message=_("A channel with this registration number exists. Search for it."),
            ),
            models.CheckConstraint(
                condition=Q(authorised_until__gte=F("authorised_from")),
                name="channel_authorised_in_order",
                violation_error_message=_("The authorisation ends before it begins. Correct one of the days."),
            ),
            models.CheckConstraint(
                condition=Q(deposit__gte=0) & (Q(yearly_target__isnull=True) | Q(yearly_target__gte=0)),
                name="channel_amounts_positive",
                violation_error_message=_("Deposit and target are not below zero."),
            ),
            promised_when(
                ["signed", "trial", "active"],
                "authorised_from",
                "authorised_until",
                name="channel_signed_for_a_time",
                say=_("A signed channel is authorised from a day to a day. Fill in both."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
