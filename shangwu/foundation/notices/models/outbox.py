"""What is on its way outside. Every row is claimed before it is sent, so that two workers send it once."""

from django.db import models
from django.db.models import Q

from shangwu.foundation.notices.models.notices import Notice
from shangwu.foundation.notices.models.robots import Robot
from shangwu.foundation.notices.models.wishes import Channel


class Dispatch(models.Model):
    """That a notice goes to its person by a channel. Without a notice: a robot's test.

    due_at: not before. finished_at: sent, or given up for `trouble`.
    """

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, related_name="dispatches", db_index=False)
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices, db_collation="C")
    robot = models.ForeignKey(Robot, models.CASCADE, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="dispatch_once")]
        indexes = [
            models.Index(fields=["channel", "due_at"], condition=Q(finished_at__isnull=True), name="dispatch_due"),
            models.Index(fields=["robot", "-id"], condition=Q(robot__isnull=False), name="dispatch_robot"),
        ]


class Slot(models.TextChoices):
    """The two digests of a working day."""

    MORNING = "morning"
    EVENING = "evening"


class Digest(models.Model):
    """That a person's digest of a day was made: there is one, however many workers there are."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    slot = models.CharField(max_length=10, choices=Slot.choices, db_collation="C")
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day", "slot"], name="digest_once")]
        indexes = [models.Index(fields=["day"], condition=Q(finished_at__isnull=True), name="digest_open")]
