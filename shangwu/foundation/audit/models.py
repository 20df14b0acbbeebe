"""The action log. Rows are only ever added; triggers refuse the rest."""

from typing import ClassVar

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

_APPEND_ONLY = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    pgtrigger.Trigger(
        name="no_truncate",
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func="RAISE EXCEPTION 'the action log is never emptied';",
    ),
]

_TO_BE_SEALED = pgtrigger.Trigger(
    name="to_be_sealed",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="INSERT INTO audit_pending (entry_id) VALUES (NEW.id); RETURN NEW;",
)


class Entry(models.Model):
    """One action: the verb, its actor, what changed. A batch is one entry with a link row per record.

    context: the id under which the row history of the same transaction stands.
    changes: field -> [before, after] for open fields; classed fields stand in `commitments` only.
    reason: on a record that has personal fields it is sealed by its commitment, so that it can be erased.
    touched: record types whose row history holds rows of this context; the seal covers those rows.
    occurred_at: business time, when an import, the demo or a device set it; otherwise None.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("At"))
    occurred_at = models.DateTimeField(_("Happened at"), null=True)
    actor_kind = models.CharField(_("Actor"), max_length=8)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    acting_for = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    verb = models.CharField(_("Action"), max_length=80, db_collation="C")
    clause = models.CharField(_("Clause"), max_length=10, blank=True, db_collation="C")
    record_type = models.CharField(_("Record type"), max_length=80, db_collation="C")
    record_id = models.BigIntegerField(null=True)
    count = models.PositiveIntegerField(default=1)
    reason = models.TextField(_("Reason"), blank=True)
    source = models.CharField(_("From"), max_length=8)
    address = models.GenericIPAddressField(null=True)
    request_id = models.UUIDField()
    context = models.UUIDField(unique=True)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    commitments = models.JSONField(default=dict)
    touched = models.JSONField(default=list)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*_APPEND_ONLY, _TO_BE_SEALED]
        indexes = [
            models.Index(fields=["record_type", "record_id", "-id"], name="entry_record"),
            models.Index(fields=["person", "-id"], name="entry_person"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.verb}"


class EntryRecord(models.Model):
    """A record that a batch entry touched, with its own open changes."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="links", db_index=False)
    record_type = models.CharField(max_length=80, db_collation="C")
    record_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    commitments = models.JSONField(default=dict)

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = list(_APPEND_ONLY)
        indexes = [
            models.Index(fields=["record_type", "record_id", "-entry"], name="entryrecord_record"),
            models.Index(fields=["entry"], name="entryrecord_entry"),
        ]


class Salt(models.Model):
    """The salt behind an entry's commitments. Deleting it (erasure, §2.4) makes them unreadable for ever."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="salt")
    value = models.BinaryField(max_length=32)

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [_APPEND_ONLY[0]]


class Pending(models.Model):
    """An entry that waits for its seal. Filled by a trigger in the action's own transaction, emptied by the sealer."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="+")


class Shape(models.Model):
    """What seals of one version of the program cover (see `shapes`). digest: SHA-256 of both.

    columns: table -> its columns; classes: table -> those covered by a commitment only. Key FIRST: the version that
    did not write it down yet.
    """

    FIRST: ClassVar[int] = 0

    digest = models.CharField(max_length=64, unique=True, db_collation="C")
    columns = models.JSONField()
    classes = models.JSONField()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = list(_APPEND_ONLY)


class Seal(models.Model):
    """An entry's place in the chain, given by the one sealer after commit.

    leaf: digest of the entry, its links and its row history. closed: digest of the part that holds personal and
    secret values, so that the leaf stays checkable after these are erased. digest: of the previous one and the leaf.
    shape: which columns the leaf covers; None: the first shape.
    """

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal")
    leaf = models.BinaryField(max_length=32)
    closed = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    shape = models.ForeignKey(Shape, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = list(_APPEND_ONLY)


class Head(models.Model):
    """A signed head of the chain: the Merkle root of all leaves up to a position. Also written outside the database."""

    position = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.BinaryField(max_length=32)
    signature = models.BinaryField()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = list(_APPEND_ONLY)
