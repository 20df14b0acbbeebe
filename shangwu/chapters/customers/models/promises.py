"""Clause 2.5.2: what was promised to a customer, by when."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.contacting import Communication
from shangwu.chapters.customers.models.contacts import Contact
from shangwu.chapters.customers.models.files import Customer
from shangwu.chapters.customers.models.visits import Visit
from shangwu.foundation.records.fields import StateField, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class Promise(Record):
    """What somebody of ours has promised to a customer. Its owner is who keeps it: who takes over takes it along.

    first_due_on: the day that was promised first; due_on: the one that counts, since the customer agreed to another.
    ended_because: why it was broken, or how the customer let us off.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be kept")
        KEPT = "kept", _("Promise kept")
        BROKEN = "broken", _("Not kept")
        RELEASED = "released", _("Released by the customer")

    named_by = ("what",)
    classes = {"what": "personal", "put_off_because": "personal", "ended_because": "personal"}

    state = StateField(State, facts=["kept", "broken", "released"])
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="promises", db_index=False, verbose_name=_("Customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("Promised to")
    )
    what = models.CharField(_("What was promised"), max_length=300)
    due_on = models.DateField(_("Due on"))
    first_due_on = models.DateField(_("Promised first for"), editable=False)
    communication = models.ForeignKey(
        Communication, models.PROTECT, null=True, blank=True, related_name="promises", verbose_name=_("Communication")
    )
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="promises", verbose_name=_("Visit to the customer")
    )
    put_off_because = models.CharField(_("Another day because"), max_length=300, blank=True, editable=False)
    ended_because = models.CharField(_("How it ended"), max_length=500, blank=True, editable=False)

    search_text, search_bigrams = searchable(Cast("what", models.CharField()))

    class Meta(Record.Meta):
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        indexes = [
            search_index("promise_search"),
            *scope_indexes("promise", "due_on"),
            models.Index(fields=["customer", "-id"], name="promise_customer"),
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="promise_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["broken", "released"]) | ~Q(ended_because=""),
                name="promise_ended_said",
                violation_error_message=_("Say why the promise is not kept."),
            )
        ]

    def __str__(self) -> str:
        return self.what
