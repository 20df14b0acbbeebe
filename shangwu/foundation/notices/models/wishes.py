"""How a person wishes to be told outside the house. Inside it everything is told: that is the source of truth."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.notices.models.notices import Kind


class Channel(models.TextChoices):
    """The ways out of the house."""

    MAIL = "mail", _("Mail")
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")
    PUSH = "push", _("This person's browsers")


class Choice(models.Model):
    """That a person wants, or does not want, notices of a kind by a channel. Without one the default holds."""

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, db_collation="C")
    channel = models.CharField(max_length=10, choices=Channel.choices, db_collation="C")
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "channel"], name="notice_choice_once")]


class Manner(models.Model):
    """When a person is left in peace, and under which name each platform knows them (for @).

    quiet_from, quiet_until: empty for the house's own hours; the span may pass midnight. rest_days: also on days that
    their calendar calls days off.
    """

    person = models.OneToOneField("people.Person", models.CASCADE, primary_key=True, related_name="+")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    rest_days = models.BooleanField(default=True)
    wecom = models.CharField(max_length=64, blank=True)
    dingtalk = models.CharField(max_length=64, blank=True)
    feishu = models.CharField(max_length=64, blank=True)


class Browser(models.Model):
    """A browser that lets us wake it (web push): where its push service listens, and with which keys it reads."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="browsers")
    endpoint = models.CharField(max_length=1000, unique=True, db_collation="C")
    public_key = models.CharField(max_length=100, db_collation="C")
    secret = models.CharField(max_length=40, db_collation="C")
    name = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField()
