"""Clause 2.5.1: files that may be of one customer, and files that were made one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Part, Record, scope_indexes


class Likeness(Record):
    """Two files that may be of one customer. Found by comparing all files; settled by a person.

    score: 100 for the same number, less the weaker the reasons are. reasons: their codes, in one text.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To look at")
        APART = "apart", _("Not a duplicate")
        MERGED = "merged", _("Merged")
        LAPSED = "lapsed", _("No longer alike")

    state = StateField(State, facts=["apart", "merged"])
    first = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("Customer"), db_index=False)
    second = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("And"), db_index=False)
    score = models.PositiveSmallIntegerField(_("Likeness"))
    reasons = models.CharField(_("Because of"), max_length=60, db_collation="C")

    class Meta(Record.Meta):
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        indexes = [
            *scope_indexes("likeness", "score", by_state=True),
            models.Index(fields=["second"], name="likeness_second"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="likeness_once",
                violation_error_message=_("These two files are compared already."),
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")) & Q(score__lte=100),
                name="likeness_in_order",
                violation_error_message=_("Two different files are compared, the older one first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} %"


class Comparison(Record):
    """All files compared with each other because somebody wanted it at once; each week it happens by itself.

    pairs: that were alike; made: those among them that were not known; lapsed: known ones that are alike no more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being compared")
        DONE = "done", _("Done")
        ENDED = "ended", _("Ended early")

    state = StateField(State, facts=["done"])
    pairs = models.PositiveIntegerField(_("Pairs that are alike"), default=0, editable=False)
    made = models.PositiveIntegerField(_("New among them"), default=0, editable=False)
    lapsed = models.PositiveIntegerField(_("No longer alike"), default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("comparison of all files")
        verbose_name_plural = _("comparisons of all files")
        indexes = [*scope_indexes("comparison")]


class Merge(Record):
    """Files that were made one. `customer` is the file that stayed; each of `files` is led to it.

    until: the last day on which it may be taken apart. version_before, version_after: of the file that stayed; what it
    held at either is read from its history, so that values stand in one place only. choices: field -> key of the file
    whose value was taken.
    """

    class State(models.TextChoices):
        DONE = "done", _("Merged")
        APART = "apart", _("Taken apart")

    parts = ("files", "moved")

    state = StateField(State, facts=["apart"])
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="merges", verbose_name=_("Into"))
    until = models.DateField(_("May be taken apart until"), editable=False)
    version_before = models.PositiveIntegerField(editable=False)
    version_after = models.PositiveIntegerField(editable=False)
    choices = models.JSONField(default=dict, editable=False)
    count = models.PositiveIntegerField(_("Records moved"), default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        indexes = [*scope_indexes("merge")]

    def __str__(self) -> str:
        return str(self.public_id)[:8]


class MergedFile(Part):
    """A file that became a part of another."""

    parent = "merge"

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="files", verbose_name=_("Merge"))
    file = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("File"))

    class Meta(Part.Meta):
        verbose_name = _("merged file")
        verbose_name_plural = _("merged files")


class MovedReference(Part):
    """What pointed to a merged file and was put to the one that stayed: keys of one table's rows.

    column: where they point from; a column of marks (the main contact) that was taken off them stands here, too.
    """

    parent = "merge"

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="moved", verbose_name=_("Merge"))
    file = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False, verbose_name=_("From"))
    table = models.CharField(_("Kind of record"), max_length=80, db_collation="C")
    column = models.CharField(max_length=60, db_collation="C")
    keys = ArrayField(models.BigIntegerField(), default=list)

    class Meta(Part.Meta):
        verbose_name = _("moved reference")
        verbose_name_plural = _("moved references")
