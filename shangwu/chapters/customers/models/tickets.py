"""Clause 2.5.2: what a customer needs or tells us, followed until the customer says that it is settled."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.complaints import Complaint
from shangwu.chapters.customers.models.contacting import Communication
from shangwu.chapters.customers.models.contacts import Contact
from shangwu.chapters.customers.models.files import Customer
from shangwu.chapters.customers.models.visits import Visit
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class Ticket(Record):
    """A need or a word back of a customer. Its owner is who holds it, and answers for it.

    origin: where it was heard; communication, complaint: the one in which it was, where it is known.
    registered_at: when its term began. round: how often the customer disagreed; reopened_at: when, the last time; then
    the first answer is due anew.
    """

    class State(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        ANSWERED = "answered", _("Answered")
        SOLVED = "solved", _("Solved")
        CONFIRMED = "confirmed", _("Confirmed by the customer")
        CLOSED = "closed", _("Closed")

    class Kind(models.TextChoices):
        NEED = "need", _("Need")
        FEEDBACK = "feedback", _("Feedback")

    class Origin(models.TextChoices):
        COMMUNICATION = "talk", _("Talk or message")
        VISIT = "visit", _("Visit")
        MAIL = "mail", _("Mail")
        COMPLAINT = "complaint", _("Complaint")
        OTHER = "other", _("Otherwise")

    named_by = ("number",)
    classes = {
        "words": "personal", "answer": "personal", "solution": "personal", "customer_said": "personal",
        "reopened_because": "personal",
    }  # fmt: skip

    state = StateField(State, facts=["answered", "solved", "confirmed", "closed"])
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="tickets", db_index=False, verbose_name=_("Customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("Said by")
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.NEED)
    origin = models.CharField(_("Heard in"), max_length=10, choices=Origin.choices, default=Origin.COMMUNICATION)
    words = models.TextField(_("In the customer's words"), max_length=4000)
    communication = models.ForeignKey(
        Communication, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("Communication")
    )
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("Visit to the customer")
    )
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("Complaint")
    )
    registered_at = models.DateTimeField(_("Registered at"), editable=False)
    answer = models.TextField(_("Answer"), max_length=4000, blank=True, editable=False)
    solution = models.TextField(_("Solution"), max_length=4000, blank=True, editable=False)
    customer_said = models.CharField(_("What the customer says of it"), max_length=500, blank=True, editable=False)
    round = models.PositiveSmallIntegerField(_("Opened again"), default=0, editable=False)
    reopened_at = models.DateTimeField(_("Opened again at"), null=True, editable=False)
    reopened_because = models.CharField(_("Opened again because"), max_length=500, blank=True, editable=False)

    search_text, search_bigrams = searchable("number", Cast("words", models.CharField()))

    class Meta(Record.Meta):
        verbose_name = _("need or feedback")
        verbose_name_plural = _("needs and feedback")
        indexes = [
            search_index("ticket_search"),
            *scope_indexes("ticket", by_state=True),
            models.Index(fields=["customer", "-id"], name="ticket_customer"),
        ]
        constraints = [
            promised_when(
                ["answered", "solved", "confirmed", "closed"],
                "answered_at",
                name="ticket_answered_first",
                say=_("Nothing is solved before the customer was answered."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["solved", "confirmed", "closed"]) | ~Q(solution=""),
                name="ticket_solved_by",
                violation_error_message=_("Say how it was solved."),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.public_id)[:8]
