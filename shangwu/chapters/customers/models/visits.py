"""Clause 2.5.2: visits to customers, as planned and as they were."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.contacting import Communication
from shangwu.chapters.customers.models.contacts import Contact
from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.records.fields import PersonsField, StateField, promised_when, searchable
from shangwu.foundation.records.models import Part, Record, scope_indexes, search_index


class Visit(Record):
    """A visit to a customer, or a call that was planned like one. Its owner is who goes.

    actual_at: when it took place. arrived_at: when who goes pressed that they are there. whereabouts: about where that
    was, as "latitude, longitude" to a hundredth of a degree (a kilometre); empty unless the company wants it and the
    person pressed for it, and emptied again after some days.
    instead_of: the visit that was put off to this one.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Took place")
        MISSED = "missed", _("Nobody was met")
        MOVED = "moved", _("Put off")

    class Attitude(models.TextChoices):
        KEEN = "keen", _("Keen")
        FRIENDLY = "friendly", _("Friendly")
        NEUTRAL = "neutral", _("Neutral")
        RESERVED = "reserved", _("Holding back")
        UNWILLING = "unwilling", _("Unwilling")

    named_by = ("purpose", "way")
    classes = {
        "whereabouts": "personal", "purpose": "personal", "content": "personal", "competitors": "personal",
        "next_step": "personal", "ended_because": "personal",
    }  # fmt: skip
    parts = ("met",)

    state = StateField(State, facts=["done", "missed"])
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="visits", db_index=False, verbose_name=_("Customer")
    )
    way = models.CharField(
        _("Method"), max_length=10, choices=Communication.Method.choices, default=Communication.Method.VISIT
    )
    planned_at = models.DateTimeField(_("Planned for"), null=True)
    purpose = models.CharField(_("Purpose of the visit"), max_length=200, blank=True)
    companions = PersonsField(verbose_name=_("Accompanied by"))
    actual_at = models.DateTimeField(_("Took place at"), null=True, blank=True)
    content = models.TextField(_("What was said"), max_length=4000, blank=True)
    attitude = models.CharField(_("Customer's attitude"), max_length=10, choices=Attitude.choices, blank=True)
    competitors = models.TextField(_("Heard of competitors"), max_length=2000, blank=True)
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    next_on = models.DateField(_("Next step on"), null=True, blank=True)
    ended_because = models.CharField(_("What came in between"), max_length=300, blank=True, editable=False)
    arrived_at = models.DateTimeField(_("Arrived at"), null=True, editable=False)
    whereabouts = models.CharField(_("Position, about"), max_length=30, blank=True, editable=False)
    instead_of = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Instead of"),
    )  # fmt: skip

    search_text, search_bigrams = searchable("purpose", Cast("content", models.CharField()))

    class Meta(Record.Meta):
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [
            search_index("visit_search"),
            *scope_indexes("visit", "planned_at"),
            models.Index(fields=["customer", "-id"], name="visit_customer"),
            models.Index(fields=["owner", "planned_at"], condition=Q(state="planned"), name="visit_planned"),
            models.Index(fields=["arrived_at"], condition=~Q(whereabouts=""), name="visit_positions"),
        ]
        constraints = [
            promised_when(
                "planned", "planned_at", name="visit_planned_for", say=_("A planned visit needs its day and time.")
            ),
            promised_when("done", "actual_at", name="visit_took_place_at", say=_("Say when the visit took place.")),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(content=""),
                name="visit_reported",
                violation_error_message=_("Say what came of the visit."),
            ),
            models.CheckConstraint(
                condition=(Q(next_step="") & Q(next_on__isnull=True)) | (~Q(next_step="") & Q(next_on__isnull=False)),
                name="visit_next_dated",
                violation_error_message=_("A next step needs a day, and a day needs a step. Fill in both or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.purpose or str(self.get_way_display())


class Met(Part):
    """A person at the customer whom the visit is for, or who was met."""

    parent = "visit"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="met", verbose_name=_("Visit to the customer"))
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+", db_index=False, verbose_name=_("Contact"))

    class Meta(Part.Meta):
        verbose_name = _("person met")
        verbose_name_plural = _("persons met")

    def __str__(self) -> str:
        return str(self.contact)
