"""Robots of group chats: one record for each group that may be spoken to."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.models import Record

MINUTE = timedelta(minutes=1)


class Platform(models.TextChoices):
    """Whose chat it is; the names are those of `Channel`."""

    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


class Robot(Record):
    """A robot in a group chat, which speaks for the people of a department, or of the whole company.

    sealed_address, sealed_secret: as the platform gave them, kept sealed (`sealing`) and never shown again; address,
    secret: as they are entered, in memory only. keyword: a word that the group demands in each message.
    """

    classes: ClassVar[dict[str, str]] = {"sealed_address": "secret", "sealed_secret": "secret"}
    named_by = ("name",)
    address: str = ""
    secret: str = ""

    name = models.CharField(_("Name"), max_length=60, help_text=_("The group that it speaks in."))
    platform = models.CharField(_("Platform"), max_length=10, choices=Platform.choices, db_collation="C")
    sealed_address = models.CharField(_("Address"), max_length=3000, editable=False, db_collation="C")
    sealed_secret = models.CharField(_("Signing secret"), max_length=1000, blank=True, editable=False, db_collation="C")
    keyword = models.CharField(
        _("Keyword"), max_length=30, blank=True, help_text=_("Where the group is guarded by a word.")
    )
    active = models.BooleanField(_("Speaking"), default=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("chat robot")
        verbose_name_plural = _("chat robots")

    def __str__(self) -> str:
        return self.name


class Pace(models.Model):
    """When a robot spoke lately, so that all workers together keep to its platform's limit.

    until: it must be silent so long. trouble: the platform's last objection.
    """

    robot = models.OneToOneField(Robot, models.CASCADE, primary_key=True, related_name="pace")
    spoken = ArrayField(models.DateTimeField(), default=list)
    until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)

    def room(self, now: datetime, limit: int) -> int:
        """How many messages may still go in this minute, whatever minute one counts from."""
        self.spoken = [one for one in self.spoken if one > now - MINUTE]
        if self.until is not None and self.until > now:
            return 0
        return max(limit - len(self.spoken), 0)
