"""Tokens and webhook subscriptions, which people keep; deliveries and counters, which the house keeps."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.api.vocabulary import validate_events, validate_scopes
from shangwu.foundation.outgoing.calling import validate_url
from shangwu.foundation.records import clock
from shangwu.foundation.records.models import Record


class Token(Record):
    """A key with which a program acts for a person: never more than the person may, and never longer than a year.

    scopes: what it is allowed, separated by spaces. digest: SHA-256 of the key, which itself is not kept.
    disclosed: what is shown once, to the one who made it; in memory only.
    """

    classes: ClassVar[dict[str, str]] = {"digest": "secret"}
    disclosed: dict[str, str] | None = None

    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="tokens", editable=False, verbose_name=_("Person")
    )
    name = models.CharField(_("Name"), max_length=80, help_text=_("What it is for, such as “Stock report, Mondays”."))
    scopes = models.CharField(
        _("Allowed"),
        max_length=2000,
        validators=[validate_scopes],
        help_text=_("Separated by spaces: read, write, sales.order:read, sales.order:write, sales.order.confirm."),
    )
    expires_at = models.DateTimeField(_("Expires at"))
    prefix = models.CharField(_("Begins with"), max_length=16, editable=False, db_collation="C")
    digest = models.CharField(max_length=64, unique=True, editable=False, db_collation="C")
    revoked_at = models.DateTimeField(_("Revoked at"), null=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        indexes = [models.Index(fields=["person", "-id"], name="token_person_new")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_valid(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and self.archived_at is None and self.expires_at > clock.now()


class TokenUse(models.Model):
    """When and from where a token was last used; written once a minute at most."""

    token = models.OneToOneField(Token, models.CASCADE, primary_key=True, related_name="use")
    at = models.DateTimeField(_("Last used"))
    address = models.GenericIPAddressField(_("From"), null=True)


class TokenDeed(models.Model):
    """Which log entries a token has made: what a lost token did can be told from what its person did."""

    entry_id = models.BigIntegerField(primary_key=True)
    token = models.ForeignKey(Token, models.PROTECT, related_name="deeds")


class Rate(models.Model):
    """Requests of one token, person or address in the present minute. The table is unlogged: a crash empties it."""

    key = models.CharField(max_length=80, primary_key=True, db_collation="C")
    minute = models.BigIntegerField()
    count = models.IntegerField()


class Subscription(Record):
    """An address that is told of events. What it is told is what its person may see at the moment of sending.

    listens_to: events, separated by spaces. salt: what the signing secret is derived from, with the house's own key.
    """

    classes: ClassVar[dict[str, str]] = {"salt": "secret"}
    disclosed: dict[str, str] | None = None

    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="+", editable=False, verbose_name=_("Person")
    )
    name = models.CharField(_("Name"), max_length=80)
    url = models.CharField(_("Address"), max_length=2000, validators=[validate_url], help_text=_("https only."))
    listens_to = models.CharField(
        _("Events"),
        max_length=2000,
        validators=[validate_events],
        help_text=_("Separated by spaces: sales.order.confirmed, sales.order.*"),
    )
    salt = models.CharField(max_length=64, editable=False, db_collation="C")
    active = models.BooleanField(_("Active"), default=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes = [models.Index(fields=["person", "-id"], name="subscription_person_new")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to one subscription: what happened to which records, and how the sending went.

    records: primary keys; their values are read and gated when it is sent. record_type: `sales.order`.
    due_at: when it is tried next. claimed_at: a worker is sending it since then.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        WITHHELD = "withheld", _("Withheld: not for this reader")
        FAILED = "failed", _("Given up")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries", db_index=False)
    event = models.CharField(_("Event"), max_length=80, db_collation="C")
    record_type = models.CharField(max_length=80, db_collation="C")
    records = ArrayField(models.BigIntegerField())
    entry_id = models.BigIntegerField()
    happened_at = models.DateTimeField(_("At"))
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("Tries"), default=0)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(_("Answer"), null=True)
    trouble = models.CharField(_("Trouble"), max_length=20, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(fields=["subscription", "-id"], name="delivery_newest"),
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.public_id}"
