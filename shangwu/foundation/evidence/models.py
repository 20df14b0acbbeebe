"""Who took which audit bundle, and the compliance report of each month that a head signs."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.foundation.files.storage import Blob
from shangwu.foundation.policy.clauses import TITLES
from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Record


class Bundle(Record):
    """An audit bundle of a clause and a period, made with the rights of its owner and given out to them alone.

    first, last: days, both included. duties, records, entries: how many it holds. position: of the log's head that it
    is tied to. kept_for, sha256, size: the file.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Being made")
        MADE = "made", _("Done")
        ENDED = "ended", _("Ended early")

    state = StateField(State, facts=["made"])
    clause = models.CharField(_("Clause"), max_length=8, db_collation="C")
    first = models.DateField(_("From"))
    last = models.DateField(_("Until"))
    duties = models.PositiveIntegerField(_("Duties"), default=0, editable=False)
    records = models.PositiveIntegerField(_("Records"), default=0, editable=False)
    entries = models.PositiveIntegerField(_("Log entries"), default=0, editable=False)
    position = models.PositiveBigIntegerField(_("Position in the log"), default=0, editable=False)
    kept_for = models.BigIntegerField(default=0, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, db_collation="C", editable=False)
    size = models.BigIntegerField(_("Size of the file"), default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("audit bundle")
        verbose_name_plural = _("audit bundles")
        indexes = [
            models.Index(fields=["owner", "-id"], name="bundle_owner_new"),
            models.Index(fields=["-id"], name="bundle_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="bundle_in_order",
                violation_error_message=_("The period ends before it begins. Choose a later end."),
            ),
        ]

    @property
    def blob(self) -> Blob | None:
        """The file's bytes, once it is made."""
        return Blob(self.kept_for, self.sha256, self.size) if self.sha256 else None

    @property
    def file_name(self) -> str:
        """Such as "audit-2.6.1-2026-10-01-2026-10-31.zip"."""
        return f"audit-{self.clause}-{self.first}-{self.last}.zip"

    def __str__(self) -> str:
        return f"{self.clause} {TITLES.get(self.clause, '')} {self.first} – {self.last}"


class Report(Record):
    """The compliance report of a month, as it stood when it was prepared: signed by the head, noted by the executive.

    month: such as "2026-10". sheet: the counts of each clause and what was late; it never changes. sha256: of the
    sheet, printed on the paper, so that paper and record are known to say the same.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        SIGNED = "signed", pgettext_lazy("a report", "Signed")
        NOTED = "noted", _("Noted")
        DISCARDED = "discarded", _("Discarded")

    state = StateField(State, facts=["signed", "noted"])
    month = models.CharField(_("Month"), max_length=7, db_collation="C")
    sheet = models.JSONField(_("Counts"), default=dict, editable=False)
    kept = models.PositiveIntegerField(_("In time"), default=0, editable=False)
    late = models.PositiveIntegerField(_("Late"), default=0, editable=False)
    waived = models.PositiveIntegerField(_("Waived"), default=0, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_collation="C", editable=False)
    remark = models.TextField(_("Remark of the head"), blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("compliance report")
        verbose_name_plural = _("compliance reports")
        indexes = [
            models.Index(fields=["owner", "-id"], name="report_owner_new"),
            models.Index(fields=["department", "-id"], name="report_department_new"),
            models.Index(fields=["-id"], name="report_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "month"],
                condition=~Q(state="discarded"),
                name="report_once_a_month",
                violation_error_message=_("This month has a report already. Sign it, or discard it first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.month}"
