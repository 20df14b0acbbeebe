"""Clause 2.5.2: what was said, by whom, and what comes next."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.contacts import Contact
from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.records.fields import searchable
from shangwu.foundation.records.models import Record, search_index


class Communication(Record):
    """A call, mail, message or visit, with the next step. Its owner is the one who spoke.

    next_by: who does the next step: who has promised it, until somebody takes that over. next_done_at: when it was
    done; empty while it is open. message: the mail that it was; its text stands there alone. visit: the visit whose
    report this is.
    """

    class Method(models.TextChoices):
        PHONE = "phone", _("Phone")
        MAIL = "mail", _("Mail")
        SHORT_MESSAGE = "sms", _("Short message")
        MESSENGER = "messenger", _("Messenger")
        VISIT = "visit", _("Visit")

    named_by = ("next_step", "method")
    classes = {"summary": "personal", "next_step": "personal"}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="communications", verbose_name=_("Customer"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("With")
    )
    message = models.ForeignKey(
        "customers.Message", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Mail"),
    )  # fmt: skip
    method = models.CharField(_("Method"), max_length=10, choices=Method.choices, default=Method.PHONE)
    at = models.DateTimeField(_("When"))
    summary = models.TextField(_("What was said"), max_length=4000)
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    next_on = models.DateField(_("Next step on"), null=True, blank=True)
    next_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Next step by"),
    )  # fmt: skip
    visit = models.ForeignKey(
        "customers.Visit",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="talks",
        verbose_name=_("Visit to the customer"),
    )
    next_done_at = models.DateTimeField(_("Next step done at"), null=True, editable=False)

    search_text, search_bigrams = searchable(Cast("summary", models.CharField()), "next_step")

    class Meta(Record.Meta):
        verbose_name = _("communication")
        verbose_name_plural = _("communications")
        indexes = [
            search_index("communication_search"),
            models.Index(fields=["customer", "-at"], name="communication_customer"),
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="communication_message"),
            models.Index(
                fields=["next_by", "next_on"],
                condition=Q(next_on__isnull=False, next_done_at__isnull=True),
                name="communication_next",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(next_step="") & Q(next_on__isnull=True)) | (~Q(next_step="") & Q(next_on__isnull=False)),
                name="communication_next_dated",
                violation_error_message=_("A next step needs a day, and a day needs a step. Fill in both or neither."),
            )
        ]

    def __str__(self) -> str:
        return self.next_step or self.get_method_display()
