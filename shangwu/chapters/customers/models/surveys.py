"""Clause 2.5.2: what customers say of us when they are asked, and the result of a year."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.complaints import Complaint
from shangwu.chapters.customers.models.contacts import Contact
from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class Survey(Record):
    """A person at a customer is asked whether they are content, by a link that works once.

    content: one to five; would_recommend: nought to ten, asked in the yearly survey alone. The two scales are never
    added up together. answered_on: the business day of the answer. order_number, complaint: what it is about.
    year: of a yearly survey, so that nobody is asked twice. The mail with the link names the survey.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ANSWERED = "answered", _("Answered")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Occasion(models.TextChoices):
        DELIVERY = "delivery", _("After a delivery")
        COMPLAINT = "complaint", _("After a complaint")
        YEAR = "year", _("Yearly")

    named_by = ("number",)
    classes = {"words": "personal"}

    state = StateField(State, facts=["answered"])
    occasion = models.CharField(_("Occasion"), max_length=10, choices=Occasion.choices)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="surveys", db_index=False, verbose_name=_("Customer")
    )
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+", db_index=False, verbose_name=_("Contact"))
    order_number = models.CharField(_("Order"), max_length=40, blank=True, db_collation="C")
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("Complaint")
    )
    year = models.PositiveSmallIntegerField(_("Year"), null=True, editable=False)
    expires_at = models.DateTimeField(_("Good until"), editable=False)
    content = models.PositiveSmallIntegerField(_("How content (1-5)"), null=True, editable=False)
    would_recommend = models.PositiveSmallIntegerField(_("Would recommend us (0-10)"), null=True, editable=False)
    words = models.TextField(_("In their words"), max_length=2000, blank=True, editable=False)
    answered_on = models.DateField(_("Answered on"), null=True, editable=False)

    search_text, search_bigrams = searchable("number", "order_number")

    class Meta(Record.Meta):
        verbose_name = _("satisfaction survey")
        verbose_name_plural = _("satisfaction surveys")
        indexes = [
            search_index("survey_search"),
            *scope_indexes("survey", "answered_on", by_state=True),
            models.Index(fields=["customer", "-id"], name="survey_customer"),
            models.Index(fields=["contact", "-id"], name="survey_contact"),
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="survey_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "year"],
                condition=Q(year__isnull=False) & ~Q(state="withdrawn"),
                name="survey_once_a_year",
                violation_error_code="asked",
                violation_error_message=_("This person was asked this year already."),
            ),
            models.UniqueConstraint(
                fields=["contact", "order_number"],
                condition=Q(occasion="delivery") & ~Q(order_number="") & ~Q(state="withdrawn"),
                name="survey_once_an_order",
                violation_error_code="asked",
                violation_error_message=_("This person was asked about this order already."),
            ),
            models.UniqueConstraint(
                fields=["contact", "complaint"],
                condition=Q(complaint__isnull=False) & ~Q(state="withdrawn"),
                name="survey_once_a_complaint",
                violation_error_code="asked",
                violation_error_message=_("This person was asked about this complaint already."),
            ),
            promised_when(
                "answered", "content", "answered_on", name="survey_answered",
                say=_("An answer says how content the person is, from one to five."),
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=True) | Q(content__gte=1, content__lte=5),
                name="survey_content_scale",
                violation_error_message=_("Choose from one to five."),
            ),
            models.CheckConstraint(
                condition=Q(would_recommend__isnull=True) | Q(would_recommend__lte=10, occasion="year"),
                name="survey_recommend_scale",
                violation_error_message=_("Choose from nought to ten."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or str(self.get_occasion_display())


class SatisfactionReport(Record):
    """What a year's surveys say, by occasion: drafted when the year's survey begins, finished by people.

    asking_since: since when the customers are asked; the house then asks whoever may be asked and was not.
    figures: {"rows": [{"occasion", "asked", "answered", "content", "mean", "top"}], "recommend": {...}}; those of the
    moment at which they were drawn, and they stand once finished.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FINISHED = "finished", _("Finished")

    named_by = ("year",)

    state = StateField(State, facts=["finished"])
    year = models.PositiveSmallIntegerField(_("Year"), validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    asking_since = models.DateTimeField(_("Customers asked since"), null=True, editable=False)
    figures: models.JSONField[Any, Any] = models.JSONField(_("Figures"), default=dict, editable=False)
    drawn_at = models.DateTimeField(_("Figures of"), editable=False)
    findings = models.TextField(_("What stands out"), max_length=4000, blank=True)
    measures = models.TextField(_("What we do about it"), max_length=4000, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("satisfaction of the year")
        verbose_name_plural = _("satisfaction by year")
        indexes = scope_indexes("satisfaction", "year")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "year"],
                nulls_distinct=False,
                name="satisfaction_report_once",
                violation_error_code="duplicate",
                violation_error_message=_("There is a result of this year. Open that one."),
            ),
            promised_when(
                "finished", "finished_at", name="satisfaction_finished", say=_("A finished result has its day.")
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)
