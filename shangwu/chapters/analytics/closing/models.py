"""Clause 2.7.1: the close of a month, what its checks found, and the facts that it froze."""

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.measures import checks
from shangwu.foundation.records.fields import StateField, promised_when
from shangwu.foundation.records.models import Part, Record, scope_indexes


class MonthClose(Record):
    """One legal entity's month: open, checked, locked. A lock never opens; what changes later is an adjustment.

    month: its first day. checks: check's name -> {"found", "further"}, as they ran at `ran_at`; further: rows beyond
    those that are listed. unsettled: findings that are neither mended nor accepted. snapshot: SHA-256 over everything
    that was frozen (see `FrozenFacts`).
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CHECKED = "checked", _("Checked")
        LOCKED = "locked", _("Locked")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        checked_at: datetime.datetime | None
        locked_at: datetime.datetime | None
        locked_by_id: int | None
        examined: Any
        """What the checks have just found (`examining.Examined`): handed from the action to its sweep."""

    named_by = ("month",)
    parts = ("frozen",)
    tallies = ("unsettled",)

    state = StateField(State, facts=["checked", "locked"])
    month = models.DateField(_("Month"))
    checks: models.JSONField[Any, Any] = models.JSONField(_("Checks"), default=dict, editable=False)
    ran_at = models.DateTimeField(_("Checked as of"), null=True, editable=False)
    unsettled = models.PositiveIntegerField(_("Findings not settled"), default=0, editable=False)
    snapshot = models.CharField(
        _("Hash of the snapshot"), max_length=64, blank=True, editable=False, db_collation="C"
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("month close")
        verbose_name_plural = _("month closes")
        indexes = scope_indexes("month_close", "month")
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "month"],
                nulls_distinct=False,
                name="month_close_once",
                violation_error_code="duplicate",
                violation_error_message=_("There is a close of this month. Open that one."),
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1),
                name="month_close_first_day",
                violation_error_message=_("A month is named by its first day."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="locked") | (models.Q(unsettled=0) & ~models.Q(snapshot="")),
                name="month_close_locked_whole",
                violation_error_message=_("A locked month has its snapshot, and no finding is open."),
            ),
            promised_when("locked", "locked_at", "entity", name="month_close_locked", say=_("A lock has its day.")),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def last_day(self) -> datetime.date:
        """The month's last day."""
        return (self.month + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)


class FrozenFacts(Part):
    """A fact set's rows of a locked month: a file of their own, and its sums, known by their SHA-256.

    definition: how the fact set was defined then. as_of: when the facts were exported from which it was taken.
    """

    parent = "close"

    close = models.ForeignKey(MonthClose, models.CASCADE, related_name="frozen", verbose_name=_("Month close"))
    fact_set = models.CharField(_("Fact set"), max_length=60, db_collation="C")
    rows = models.BigIntegerField(_("Rows"))
    sha256 = models.CharField(_("Hash"), max_length=64, db_collation="C")
    sums_sha256 = models.CharField(max_length=64, blank=True, db_collation="C")
    definition = models.CharField(max_length=64, db_collation="C")
    as_of = models.DateTimeField(_("As of"))

    class Meta(Part.Meta):
        verbose_name = _("frozen facts")
        verbose_name_plural = _("frozen facts")
        constraints = [models.UniqueConstraint(fields=["close", "fact_set"], name="frozen_facts_once")]


class Finding(Record):
    """A row that a check of a month found: mended at its place, or accepted with a reason.

    Its owner and department are those of the row; where the row has no owner, whoever closes the month. subject_type,
    subject_id, subject: the row, by its keys and its public id. named: its number or day, as it was found.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        MENDED = "mended", _("Mended")

    if TYPE_CHECKING:
        accepted_at: datetime.datetime | None
        mended_at: datetime.datetime | None

    named_by = ("named",)

    state = StateField(State, facts=["accepted", "mended"])
    close = models.ForeignKey(
        MonthClose, models.PROTECT, related_name="findings", db_index=False, verbose_name=_("Month close")
    )
    check_name = models.CharField(_("Check"), max_length=60, choices=checks.choices, editable=False, db_collation="C")
    subject_type = models.CharField(max_length=60, editable=False, db_collation="C")
    subject_id = models.BigIntegerField(editable=False)
    subject = models.UUIDField(editable=False)
    named = models.CharField(_("Row"), max_length=200, editable=False)
    reason = models.TextField(_("Why it is accepted"), max_length=2000, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [*scope_indexes("finding"), models.Index(fields=["close", "state", "-id"], name="finding_close")]
        constraints = [
            models.UniqueConstraint(
                fields=["close", "check_name", "subject_type", "subject_id"], name="finding_once",
                violation_error_message=_("This row was found already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | ~models.Q(reason=""), name="finding_accepted_why",
                violation_error_message=_("What is accepted has a reason."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.named
