"""Clause 2.5.1: what persons ask us to do with their own data (PIPL 45 to 47, 50)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.contacts import Contact, Way
from shangwu.foundation.records.fields import StateField, searchable
from shangwu.foundation.records.models import Record, search_index


class PersonalRequest(Record):
    """A person asks for a copy, a correction or the deletion of their data; the secrecy officer answers in time.

    A request of kind OVER is nobody's: the data are no longer needed, so that we have to erase them unasked (PIPL 47).
    Who is no contact of a customer (a consumer who complains, somebody who has only written) is known by the mail or
    the number that they give: person_name, person_phone, person_email.
    covers_file: the contact is the private person whose customer's file this is, so that it means the file as well.
    words: what was asked. answer: what was answered; of a refusal, its reasons. carried_out_at: when the copy was made
    or the data were erased.
    """

    class Kind(models.TextChoices):
        COPY = "copy", _("Copy of the data")
        CORRECT = "correct", _("Correction")
        DELETE = "delete", _("Deletion")
        OVER = "over", _("No longer needed")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    told_by_person = ("person_name", "person_phone", "person_email")
    classes = dict.fromkeys((*told_by_person, "words", "answer"), "personal")

    state = StateField(State, facts=["answered", "refused", "withdrawn"])
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="personal_requests", verbose_name=_("Contact"),
        help_text=_("Empty for who is no customer's contact: they are known by the mail or the number that they give."),
    )  # fmt: skip
    person_name = models.CharField(_("Name that they give"), max_length=60, blank=True)
    person_phone = models.CharField(_("Phone that they give"), max_length=40, blank=True)
    person_email = models.EmailField(_("Email that they give"), blank=True)
    kind = models.CharField(_("What is asked"), max_length=10, choices=Kind.choices)
    way = models.CharField(_("How asked"), max_length=10, choices=Way.choices, default=Way.MAIL, blank=True)
    asked_at = models.DateTimeField(_("Request received at"))
    covers_file = models.BooleanField(
        _("The customer's file too"), default=False,
        help_text=_("The contact is the private person whose file it is. Of the same name, it is taken to be so."),
    )  # fmt: skip
    words = models.TextField(_("In the person's words"), max_length=4000, blank=True)
    carried_out_at = models.DateTimeField(_("Carried out at"), null=True, editable=False)
    answer = models.TextField(_("Answer"), max_length=4000, blank=True, editable=False)

    search_text, search_bigrams = searchable("number")

    class Meta(Record.Meta):
        verbose_name = _("request on personal data")
        verbose_name_plural = _("requests on personal data")
        indexes = [
            search_index("personalrequest_search"),
            models.Index(fields=["contact", "-id"], name="personalrequest_contact"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "refused"]) | ~Q(answer=""),
                name="personalrequest_answered",
                violation_error_message=_("An answer says what was done; a refusal gives its reasons."),
            ),
            models.CheckConstraint(
                condition=Q(contact__isnull=False)
                | ~Q(person_email="", person_phone="")
                | Q(carried_out_at__isnull=False),
                name="personalrequest_of_somebody",
                violation_error_message=_("Choose the contact, or enter the mail or the number that the person gives."),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.get_kind_display())
