"""Clause 2.5.2: mail with customers as it went and came, the texts that are used again, and what is on its way."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.contacts import Contact, Purpose
from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.records.fields import StateField, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class MailTemplate(Record):
    """A text with named places such as {contact}, which are filled in for each mail.

    purpose: for what it is sent. Advertisements go only to those who have consented or asked.
    """

    named_by = ("name",)

    name = models.CharField(_("Name"), max_length=60)
    purpose = models.CharField(_("Purpose"), max_length=10, choices=Purpose.choices, default=Purpose.BUSINESS)
    subject = models.CharField(_("Subject line"), max_length=200)
    text = models.TextField(
        _("Text"), max_length=8000,
        help_text=_(
            "Places to be filled in: {contact} {customer} {post} {order} {sender} {company} {day}, and about "
            "complaints {complaint} {answer}"
        ),
    )  # fmt: skip

    search_text, search_bigrams = searchable("name", "subject")

    class Meta(Record.Meta):
        verbose_name = _("mail template")
        verbose_name_plural = _("mail templates")
        indexes = [search_index("mailtemplate_search")]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(archived_at__isnull=True),
                name="mailtemplate_name_once",
                violation_error_message=_("There is a template of this name. Choose another name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Message(Record):
    """A mail to or from a customer. Of one that nobody knows, the customer is empty until somebody assigns it; of one
    to a person who complains and is nobody's customer, it stays so.

    address: of the other side, whoever wrote. at: when it was sent or came; of a draft, when it was begun.
    message_id: its own for ever, so that it is sent and taken in once. thread: message_id of the first of its thread.
    requested: how and when the person asked for it, where there is no consent. order_number: of an order of this
    customer; this room knows no orders. survey: the question that it carries. complaint: the one that it answers.
    trouble: why it could not be sent. left_out: what the mail held and was not
    taken in, and why.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("On its way")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        UNKNOWN = "unknown", _("Belongs to nobody yet")
        RECEIVED = "received", _("Received")
        ASIDE = "aside", _("Set aside")

    class Trouble(models.TextChoices):
        """Why a mail could not be sent, or came back."""

        ADDRESS = "recipient", _("The address does not exist or refuses our mail.")
        SERVER = "smtp", _("The mail server did not take it, though it was tried for hours.")
        CONSENT = "consent", _("The person does not want such mail any more.")
        NOBODY = "nobody", _("There is no address any more.")
        RETURNED = "returned", _("It came back: their mail server could not deliver it.")

    named_by = ("subject",)
    classes = {
        "address": "personal", "name": "personal", "subject": "personal", "text": "personal", "requested": "personal",
        "left_out": "personal",
    }  # fmt: skip

    state = StateField(State, facts=["sent"])
    is_outgoing = models.BooleanField(_("From us"), default=True, editable=False)
    is_automatic = models.BooleanField(_("Written by a machine"), default=False, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="messages", db_index=False,
        verbose_name=_("Customer"),
    )  # fmt: skip
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("Contact")
    )
    address = models.CharField(_("Address"), max_length=254, blank=True, editable=False)
    name = models.CharField(_("Their name"), max_length=60, blank=True, editable=False)
    subject = models.CharField(_("Subject line"), max_length=250, blank=True)
    text = models.TextField(_("Text"), max_length=8000, blank=True)
    at = models.DateTimeField(_("When"), editable=False)
    message_id = models.CharField(_("Message id"), max_length=250, editable=False, db_collation="C")
    thread = models.CharField(_("Thread"), max_length=250, editable=False, db_collation="C")
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("Answer to")
    )
    survey = models.ForeignKey(
        "customers.Survey", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Survey"),
    )  # fmt: skip
    complaint = models.ForeignKey(
        "customers.Complaint", models.PROTECT, null=True, editable=False, related_name="mails", db_index=False,
        verbose_name=_("Complaint"),
    )  # fmt: skip
    template = models.ForeignKey(
        MailTemplate, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("Template"),
    )  # fmt: skip
    order_number = models.CharField(_("Order"), max_length=40, blank=True, db_collation="C")
    is_commercial = models.BooleanField(
        _("Advertisement"), default=False, help_text=_("It goes only to those who have consented or asked for it.")
    )
    requested = models.CharField(
        _("Asked for"), max_length=200, blank=True,
        help_text=_("How and when the person asked for it, where there is no consent."),
    )  # fmt: skip
    trouble = models.CharField(_("Trouble"), max_length=20, choices=Trouble.choices, blank=True, editable=False)
    left_out = models.TextField(_("Left out"), max_length=4000, blank=True, editable=False)

    search_text, search_bigrams = searchable("number", "subject", "address", "order_number")

    class Meta(Record.Meta):
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            search_index("message_search"),
            *scope_indexes("message", by_state=True),
            models.Index(fields=["customer", "-id"], name="message_customer"),
            models.Index(fields=["thread", "id"], name="message_thread"),
            models.Index(fields=["order_number"], condition=~Q(order_number=""), name="message_order"),
            models.Index(fields=["contact"], condition=Q(contact__isnull=False), name="message_contact"),
            models.Index(fields=["address"], name="message_address"),
            models.Index(fields=["complaint"], condition=Q(complaint__isnull=False), name="message_complaint"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"],
                name="message_once",
                violation_error_code="known",
                violation_error_message=_("This mail was taken in before."),
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(complaint__isnull=False) | Q(state__in=["unknown", "aside"]),
                name="message_of_a_customer",
                violation_error_message=_("Choose the customer."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))


class Delivery(models.Model):
    """That a mail is on its way. Claimed before it is sent, so that two workers send it once.

    due_at: not before. finished_at: the server has it, or it was given up.
    """

    id = models.BigAutoField(primary_key=True)
    message = models.OneToOneField(Message, models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(finished_at__isnull=True), name="mail_delivery_due")]


class FolderRead(models.Model):
    """How far a folder of the mailbox was read. validity: the numbers count only as long as it stays the same."""

    id = models.BigAutoField(primary_key=True)
    folder = models.CharField(max_length=200, unique=True, db_collation="C")
    validity = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, blank=True)
