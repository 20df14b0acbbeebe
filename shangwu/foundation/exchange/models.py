"""What the exchange keeps: imports with what became of their rows, and who took which list out."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.files.storage import Blob
from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Record


class Import(Record):
    """A file whose rows become records of one type, on its owner's behalf.

    record_type: the public name, "sales.order". header, notes: JSON lists. mapping: JSON, see `mapping.Mapping`.
    signature: of the header, under which the mapping is remembered. job: public id of the job that works on it.
    accepted, refused, skipped: rows of the file; skipped ones were there already. made, changed: records.
    left_over: records that an undo had to leave, because someone went on from there.
    refused_*: the file of the refused rows.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        MAPPED = "mapped", _("Columns chosen")
        RUNNING = "running", _("Running")
        TAKING_BACK = "taking_back", _("Being taken back")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        UNDONE = "undone", _("Taken back")

    state = StateField(State, facts=["running", "done", "cancelled", "undone"])
    record_type = models.CharField(_("Record type"), max_length=80, db_collation="C")
    name = models.CharField(_("File"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, db_collation="C")
    size = models.BigIntegerField(_("Size"))
    sha256 = models.CharField(max_length=64, db_collation="C")
    kept_for = models.BigIntegerField(_("Kept for entity"), default=0)
    header = models.TextField(_("Columns"), blank=True)
    signature = models.CharField(max_length=64, blank=True, db_collation="C")
    notes = models.TextField(_("Notes on the file"), blank=True)
    mapping = models.TextField(_("Mapping"), blank=True)
    job = models.CharField(max_length=36, blank=True, db_collation="C")
    rows = models.PositiveIntegerField(_("Rows"), default=0)
    accepted = models.PositiveIntegerField(_("Accepted"), default=0)
    refused = models.PositiveIntegerField(_("Refused"), default=0)
    skipped = models.PositiveIntegerField(_("There already"), default=0)
    made = models.PositiveIntegerField(_("Records made"), default=0)
    changed = models.PositiveIntegerField(_("Records changed"), default=0)
    left_over = models.PositiveIntegerField(_("Could not be taken back"), default=0)
    refused_name = models.CharField(max_length=200, blank=True)
    refused_sha256 = models.CharField(max_length=64, blank=True, db_collation="C")
    refused_size = models.BigIntegerField(null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(fields=["owner", "-id"], name="import_owner"),
            models.Index(fields=["signature", "record_type", "-id"], name="import_signature"),
            models.Index(fields=["sha256"], name="import_file"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def blob(self) -> Blob:
        """The file's bytes."""
        return Blob(self.kept_for, self.sha256, self.size)

    @property
    def refused_blob(self) -> Blob | None:
        """The refused rows' bytes, if any were refused."""
        return None if self.refused_size is None else Blob(self.kept_for, self.refused_sha256, self.refused_size)


class ImportBatch(models.Model):
    """What became of one portion of an import's rows. Trace: written with the rows, in one transaction.

    position: of the portion in the file; a run that begins again passes over the portions that are here.
    lines: the accepted rows as ranges, "2-1001,1003". entries: log entries, by which it is taken back; emptied when
    that is done, and then left_over counts the records that had to be left.
    reasons: line -> sentences of the refused rows.
    """

    of = models.ForeignKey(Import, models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    skipped = models.PositiveIntegerField()
    made = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    lines = models.TextField(blank=True)
    entries = models.JSONField(default=list)
    left_over = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "position"], name="import_batch_once")]


class Export(models.Model):
    """Someone took a list out of the house. Trace: only ever added.

    query: the list's address, columns included; rows: how many left.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("Person"))
    record_type = models.CharField(max_length=80, db_collation="C")
    query = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    form = models.CharField(max_length=10)
    rows = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["person", "-id"], name="export_person")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
