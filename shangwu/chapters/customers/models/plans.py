"""Clause 2.5.2: how a customer is kept in touch with in a year."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Record, scope_indexes


class ContactPlan(Record):
    """A customer's contact plan of a year: what they are like, how they are spoken with and why so, how often.

    Its owner is who is responsible. In force once the head has approved it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ASKED = "asked", _("Approval asked for")
        IN_FORCE = "in_force", _("In force")

    class Way(models.TextChoices):
        PHONE = "phone", _("Phone")
        MAIL = "mail", _("Mail")
        SHORT_MESSAGE = "sms", _("Short message")
        VISIT = "visit", _("Visit")

    named_by = ("year",)
    classes = {"traits": "personal", "reason": "personal"}

    state = StateField(State, facts=["in_force"])
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contact_plans", db_index=False, verbose_name=_("Customer")
    )
    year = models.PositiveSmallIntegerField(_("Year"), validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    traits = models.TextField(_("Traits and needs"), max_length=2000)
    way = models.CharField(_("Method"), max_length=10, choices=Way.choices)
    reason = models.CharField(_("Why this way"), max_length=300)
    every_days = models.PositiveSmallIntegerField(
        _("Spoken with every so many days"), validators=[MinValueValidator(1), MaxValueValidator(366)]
    )

    class Meta(Record.Meta):
        verbose_name = _("contact plan")
        verbose_name_plural = _("contact plans")
        indexes = [
            *scope_indexes("contact_plan", by_state=True),
            models.Index(fields=["customer", "-year"], name="contact_plan_customer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_days__gte=1, every_days__lte=366),
                name="contact_plan_within_year",
                violation_error_message=_("A customer is spoken with once in a year at least."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}"
