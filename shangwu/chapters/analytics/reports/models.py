"""Clause 2.7.2: the sales report of a period, its findings, and the proposals that follow from them."""

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.analytics.reports import specs, telling
from shangwu.foundation.outgoing.calling import validate_url
from shangwu.foundation.records.fields import PersonsField, StateField, promised_when
from shangwu.foundation.records.models import Record, Secrecy, scope_indexes


class SalesReport(Record):
    """What was sold in a period by a department and all below it, from locked months only.

    starts_on: the first day of the period. sheet: the frozen figures (see `figures`); they never change. snapshot: one
    digest of the locked months that were read. sha256: of everything that was issued, printed on the paper.
    secrecy: rows up to this level are counted, and who reads the report may see such rows.
    """

    class Cadence(models.TextChoices):
        MONTH = "month", pgettext_lazy("a report", "Monthly")
        QUARTER = "quarter", pgettext_lazy("a report", "Quarterly")
        YEAR = "year", pgettext_lazy("a report", "Yearly")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", pgettext_lazy("a report", "Submitted")
        APPROVED = "approved", pgettext_lazy("a report", "Approved")
        ISSUED = "issued", pgettext_lazy("a report", "Issued")
        WITHDRAWN = "withdrawn", pgettext_lazy("a report", "Withdrawn")

    if TYPE_CHECKING:
        issued_at: datetime.datetime | None
        approved_at: datetime.datetime | None

    named_by = ("cadence", "starts_on")

    state = StateField(State, facts=["submitted", "approved", "issued", "withdrawn"])
    cadence = models.CharField(_("Kind of report"), max_length=8, choices=Cadence.choices, default=Cadence.MONTH)
    starts_on = models.DateField(_("First day of the period"))
    sheet: models.JSONField[Any, Any] = models.JSONField(_("Figures"), default=dict, editable=False)
    snapshot = models.CharField(
        _("Hash of the snapshot"), max_length=64, blank=True, editable=False, db_collation="C"
    )  # fmt: skip
    drawn_at = models.DateTimeField(_("Figures of"), null=True, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False, db_collation="C")
    receivers = PersonsField(verbose_name=_("Sent to"), editable=False)

    class Meta(Record.Meta):
        verbose_name = _("sales report")
        verbose_name_plural = _("sales reports")
        indexes = [
            *scope_indexes("sales_report", "starts_on"),
            models.Index(fields=["state", "-id"], name="sales_report_state"),
            models.Index(fields=["-id"], name="sales_report_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "department", "cadence", "starts_on"],
                condition=~Q(state="withdrawn"),
                nulls_distinct=False,
                name="sales_report_once",
                violation_error_code="duplicate",
                violation_error_message=_("There is a report of this period. Open that one, or withdraw it first."),
            ),
            models.CheckConstraint(
                condition=Q(secrecy__lte=Secrecy.CORE) & Q(starts_on__day=1),
                name="sales_report_first_day",
                violation_error_message=_("A period begins on the first day of a month."),
            ),
            promised_when("issued", "issued_at", "number", name="sales_report_issued",
                          say=_("An issued report has its number and its day.")),
        ]  # fmt: skip

    @property
    def period(self) -> str:
        """Such as 2026-10, 2026-Q4, 2026: the key of the duty's period."""
        if self.cadence == self.Cadence.YEAR:
            return f"{self.starts_on:%Y}"
        if self.cadence == self.Cadence.QUARTER:
            return f"{self.starts_on:%Y}-Q{(self.starts_on.month + 2) // 3}"
        return f"{self.starts_on:%Y-%m}"

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.period}"


class ReportFinding(Record):
    """One sentence of a report: what was achieved, or what went wrong, and the number that says so.

    rule: which rule drafted it; empty for a person's own. key: rule and row, by which the next report finds it again.
    figure: key of the report's figure that it cites. facts: {"values", "names", "tolerance", "row"}: the numbers that
    the sentence may use. wording: how a person puts it; empty while the rule's own sentence stands.
    former: the same finding of the period before; outcome: whether what was done about it worked.
    """

    class Kind(models.TextChoices):
        ACHIEVEMENT = "achievement", _("Achievement")
        PROBLEM = "problem", pgettext_lazy("a report", "Problem")

    class State(models.TextChoices):
        DRAFTED = "drafted", _("Not yet judged")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")

    class Outcome(models.TextChoices):
        BETTER = "better", _("Better than before")
        SAME = "same", _("As before")
        WORSE = "worse", _("Worse than before")

    state = StateField(State, facts=["accepted", "rejected"])
    report = models.ForeignKey(
        SalesReport, models.PROTECT, related_name="findings", db_index=False, verbose_name=_("Sales report")
    )
    kind = models.CharField(_("Kind of finding"), max_length=12, choices=Kind.choices)
    rule = models.CharField(_("Rule"), max_length=40, blank=True, editable=False, db_collation="C")
    key = models.CharField(max_length=120, blank=True, editable=False, db_collation="C")
    figure = models.CharField(_("Figure that it cites"), max_length=40, choices=specs.choices, db_collation="C")
    facts: models.JSONField[Any, Any] = models.JSONField(_("Numbers"), default=dict, editable=False)
    wording = models.TextField(_("Wording"), max_length=1000, blank=True)
    former = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("The period before"),
    )  # fmt: skip
    outcome = models.CharField(
        _("Did it work"), max_length=8, blank=True, editable=False, choices=Outcome.choices, db_collation="C"
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("finding of a report")
        verbose_name_plural = _("findings of reports")
        ordering = ["id"]
        indexes = [
            *scope_indexes("report_finding"),
            models.Index(fields=["report", "-id"], name="report_finding_report"),
            models.Index(fields=["-id"], name="report_finding_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "key"], condition=~Q(key=""), name="report_finding_once",
                violation_error_message=_("The report says this already."),
            ),
            models.CheckConstraint(
                condition=~Q(rule="") | ~Q(wording=""), name="report_finding_says",
                violation_error_message=_("Say what you have found."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return telling.brief(self)


class Proposal(Record):
    """What is to be done about a finding: by its owner, until its day; done with a note, confirmed by the head."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        DONE = "done", pgettext_lazy("a proposal", "Done")
        CONFIRMED = "confirmed", pgettext_lazy("a proposal", "Confirmed")
        DROPPED = "dropped", pgettext_lazy("a proposal", "Dropped")

    if TYPE_CHECKING:
        open_at: datetime.datetime | None
        done_at: datetime.datetime | None
        confirmed_at: datetime.datetime | None
        confirmed_by_id: int | None
        dropped_at: datetime.datetime | None

    state = StateField(State, facts=["open", "done", "confirmed", "dropped"])
    report = models.ForeignKey(
        SalesReport, models.PROTECT, related_name="proposals", db_index=False, verbose_name=_("Sales report")
    )
    finding = models.ForeignKey(
        ReportFinding, models.PROTECT, related_name="proposals", db_index=False, verbose_name=_("Finding")
    )
    rule = models.CharField(_("Rule"), max_length=40, blank=True, editable=False, db_collation="C")
    facts: models.JSONField[Any, Any] = models.JSONField(_("Numbers"), default=dict, editable=False)
    text = models.TextField(_("Proposal"), max_length=1000, blank=True)
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    note = models.TextField(_("What was done"), max_length=2000, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("proposal of a report")
        verbose_name_plural = _("proposals of reports")
        ordering = ["id"]
        indexes = [
            *scope_indexes("report_proposal", "due_on"),
            models.Index(fields=["report", "-id"], name="report_proposal_report"),
            models.Index(fields=["finding", "-id"], name="report_proposal_finding"),
            models.Index(fields=["-id"], name="report_proposal_newest"),
        ]
        constraints = [
            promised_when(["open", "done", "confirmed"], "owner", "due_on", name="report_proposal_promised",
                          say=_("A proposal has a person and a day.")),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "confirmed"]) | ~Q(note=""), name="report_proposal_done",
                violation_error_message=_("Say what was done."),
            ),
            models.CheckConstraint(
                condition=~Q(rule="") | ~Q(text=""), name="report_proposal_says",
                violation_error_message=_("Say what is to be done."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return telling.proposal_text(self)[:120]


class LanguageModel(Record):
    """A language model that may put findings of a legal entity's reports in other words, as an administrator named it.

    None is named at first, and none is asked then. clearance: how secret what it is told may be; what lies above goes
    to it as a mark. Its key, where it needs one, stands in the operator's settings, not here.
    """

    named_by = ("model",)

    address = models.CharField(
        _("Address"), max_length=500, validators=[validate_url], db_collation="C",
        help_text=_("Up to and with the version, such as https://example.com/v1: it speaks as OpenAI's does."),
    )  # fmt: skip
    model = models.CharField(_("Language model"), max_length=100, help_text=_("As its server calls it."))
    clearance = models.PositiveSmallIntegerField(
        _("May be told up to"), choices=Secrecy.choices, default=Secrecy.OPEN,
        help_text=_("What is more secret stands as a mark in the sentence and never leaves the house."),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("language model")
        verbose_name_plural = _("language models")
        indexes = scope_indexes("language_model")
        constraints = [
            models.UniqueConstraint(
                fields=["entity"], condition=Q(archived_at__isnull=True), nulls_distinct=False,
                name="language_model_once", violation_error_code="duplicate",
                violation_error_message=_("A language model is named already. Change that one, or archive it first."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.model
