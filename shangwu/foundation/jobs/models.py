"""The job as people see it: who wants what, how far it is, what came out."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.files.storage import Blob
from shangwu.foundation.records.actors import Source


class Job(models.Model):
    """Long work for one person. Comfort: it changes nothing itself, what it does goes through the door.

    name: the declared work. once: while a job with this mark is open, a second one is not started.
    attempt: counted up at each start; a run that finds another number here has been given to someone else and stops.
    said: what is being done now, for people. result: what came out, as the declaration says.
    file_*: a result file, kept by content.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, db_collation="C")
    title = models.CharField(_("Title"), max_length=200)
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="+", verbose_name=_("For"))
    source = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Source], default=Source.JOB)
    language = models.CharField(max_length=10, default="zh-hant")
    address = models.GenericIPAddressField(null=True)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    once = models.CharField(max_length=120, blank=True, db_collation="C")
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    done = models.PositiveIntegerField(_("Done"), default=0)
    total = models.PositiveIntegerField(_("Of"), default=0)
    said = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    error = models.TextField(_("Error"), blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_entity = models.BigIntegerField(null=True)
    file_sha256 = models.CharField(max_length=64, blank=True, db_collation="C")
    file_size = models.BigIntegerField(null=True)
    queued = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    OPEN = (State.WAITING, State.RUNNING)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(fields=["person", "-id"], name="job_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "once"], condition=Q(state__in=["waiting", "running"]) & ~Q(once=""), name="job_once"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Waiting or running."""
        return self.state in self.OPEN

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def blob(self) -> Blob | None:
        """The result file's bytes, if there is one."""
        if self.file_entity is None or self.file_size is None:
            return None
        return Blob(self.file_entity, self.file_sha256, self.file_size)
