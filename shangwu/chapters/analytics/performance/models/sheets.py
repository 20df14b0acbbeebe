"""Clause 2.7.3: the sheet of indicators, its lines, changed targets, objections."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.analytics.performance import indicators
from shangwu.foundation.duties.periods import Period, period_of
from shangwu.foundation.policy.cadences import cadences
from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Part, Record, scope_indexes
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.records.totals import SumsUp


class KpiSheet(Record):
    """What a person, a department or the company is to reach in a period, and how far it was reached.

    Its owner is whose sheet it is: the employee, or who answers for the department or company. parent: the sheet of
    the level above for the same period, whose additive targets are shared out. weight, score: sums of the lines, kept
    by the database. cap: how much one indicator may count, in per cent, as it was when scored. snapshot: digest of
    the locked months that it was scored on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVAL = "approval", _("In approval")
        PROPOSED = "proposed", _("To be signed")
        SIGNED = "signed", pgettext_lazy("sheet of targets", "Signed")
        SCORED = "scored", _("Scored")
        CONFIRMED = "confirmed", pgettext_lazy("sheet of targets", "Confirmed")

    class Level(models.TextChoices):
        PERSON = "person", _("Person")
        DEPARTMENT = "department", _("Department")
        COMPANY = "company", _("Company")

    if TYPE_CHECKING:  # the facts of `state`, which the field adds by itself
        signed_at: datetime.datetime | None
        scored_at: datetime.datetime | None
        scored_by_id: int | None
        confirmed_by_id: int | None

    named_by = ("number",)
    parts = ("lines", "changes", "objections")

    state = StateField(State, facts=["proposed", "signed", "scored", "confirmed"])
    level = models.CharField(_("Level"), max_length=10, choices=Level.choices, default=Level.PERSON)
    cadence = models.CharField(
        _("Span"), max_length=10, choices=[(key, label) for key, label in cadences("month", "quarter", "year").items()],
        default="month",
    )  # fmt: skip
    first = models.DateField(_("Begins on"))
    last = models.DateField(_("Ends on"), editable=False)
    period = models.CharField(_("Period"), max_length=10, editable=False, db_collation="C")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Shared out from")
    )
    weight = models.DecimalField(_("Weights"), max_digits=7, decimal_places=2, default=0, editable=False)
    score = models.DecimalField(_("Score"), max_digits=7, decimal_places=2, default=0, editable=False)
    cap = models.PositiveSmallIntegerField(_("Counts at most"), null=True, editable=False)
    snapshot = models.CharField(max_length=64, blank=True, editable=False, db_collation="C")

    class Meta(Record.Meta):
        verbose_name = _("sheet of targets")
        verbose_name_plural = _("sheets of targets")
        indexes = [
            *scope_indexes("kpi_sheet", "first"),
            models.Index(fields=["period", "level", "-id"], name="kpi_sheet_period"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "owner", "department", "cadence", "first"],
                condition=Q(archived_at__isnull=True),
                name="kpi_sheet_once",
                violation_error_code="duplicate",
                violation_error_message=_("There is a sheet for this period already. Open that one."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(weight=100),
                name="kpi_sheet_weights",
                violation_error_code="weights",
                violation_error_message=_("The weights come to 100 together."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["scored", "confirmed"]) | Q(cap__isnull=False),
                name="kpi_sheet_scored_with_cap",
                violation_error_message=_("A score says how much one indicator counted at most."),
            ),
        ]

    @property
    def span(self) -> Period:
        """The period, from its first day to its last."""
        return period_of(self.cadence, self.first)

    @property
    def is_scored(self) -> bool:
        """Whether there is a score to be shown."""
        return self.state in (self.State.SCORED, self.State.CONFIRMED)


class KpiLine(Part):
    """One indicator with its target, and how far it was reached.

    way: read from a measure, its growth over the year before in per cent, or entered by hand with evidence. Ratios are
    in per cent. adds_up: targets of the level below come to this one together, or `reason` says why not.
    closed_…: the same figures of a measure that not everybody may see; one of the two columns is filled.
    aim: the target that counted, weighted by time where it was changed. reached: per cent, at most the sheet's cap.
    objectable_until: last day of an objection; stopped_on: since when an open objection has stopped that clock.
    """

    class Way(models.TextChoices):
        MEASURE = "measure", _("Measured")
        GROWTH = "growth", _("Growth over the year before, %")
        MANUAL = "manual", _("Entered with evidence")

    class Direction(models.TextChoices):
        UP = "up", _("Higher is better")
        DOWN = "down", _("Lower is better")

    parent = "sheet"

    sheet = models.ForeignKey(KpiSheet, models.CASCADE, related_name="lines", verbose_name=_("sheet of targets"))
    way = models.CharField(pgettext_lazy("indicator", "Source"), max_length=8, choices=Way.choices, default=Way.MEASURE)
    measure = models.CharField(
        _("Measure"), max_length=60, blank=True, choices=indicators.choices, db_collation="C"
    )  # fmt: skip
    name = models.CharField(
        pgettext_lazy("indicator", "Indicator"), max_length=80, blank=True,
        help_text=_("Left empty: the measure's name."),
    )  # fmt: skip
    definition = models.CharField(_("Definition"), max_length=300, blank=True)
    source = models.CharField(_("Data from"), max_length=200, blank=True)
    direction = models.CharField(_("Direction"), max_length=4, choices=Direction.choices, default=Direction.UP)
    target = models.DecimalField(_("Target"), max_digits=20, decimal_places=6, null=True, blank=True)
    floor = models.DecimalField(_("Floor"), max_digits=20, decimal_places=6, null=True, blank=True)
    stretch = models.DecimalField(_("Stretch target"), max_digits=20, decimal_places=6, null=True, blank=True)
    weight = models.DecimalField(
        pgettext_lazy("of an indicator", "Weight"), max_digits=5, decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )  # fmt: skip
    adds_up = models.BooleanField(_("Shared out by amount"), default=False)
    reason = models.CharField(_("Why the parts differ from the whole"), max_length=300, blank=True)
    actual = models.DecimalField(_("Result"), max_digits=20, decimal_places=6, null=True, editable=False)
    aim = models.DecimalField(_("Target that counted"), max_digits=20, decimal_places=6, null=True, editable=False)
    closed_target = models.DecimalField(
        _("Target (closed)"), max_digits=20, decimal_places=6, null=True, editable=False
    )
    closed_floor = models.DecimalField(_("Floor (closed)"), max_digits=20, decimal_places=6, null=True, editable=False)
    closed_stretch = models.DecimalField(
        _("Stretch target (closed)"), max_digits=20, decimal_places=6, null=True, editable=False
    )
    closed_actual = models.DecimalField(
        _("Result (closed)"), max_digits=20, decimal_places=6, null=True, editable=False
    )
    closed_aim = models.DecimalField(
        _("Target that counted (closed)"), max_digits=20, decimal_places=6, null=True, editable=False
    )
    evidence = models.TextField(_("Evidence"), max_length=1000, blank=True, editable=False)
    reached = models.DecimalField(_("Reached, %"), max_digits=7, decimal_places=2, null=True, editable=False)
    score = models.DecimalField(_("Score"), max_digits=7, decimal_places=2, default=0, editable=False)
    objectable_until = models.DateField(_("Objection until"), null=True, editable=False)
    stopped_on = models.DateField(_("Clock stopped on"), null=True, editable=False)

    CLOSED: ClassVar[tuple[str, ...]] = ("target", "floor", "stretch", "actual", "aim")

    class Meta(Part.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            SumsUp(
                "sheet", {"weight": "weight", "score": "score"}, name="kpi_sheet_is_sum_of_lines",
                violation_error_message=_("Weights or score differ from the lines."),
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0) & Q(weight__gte=0),
                name="kpi_line_not_below_zero",
                violation_error_message=_("An indicator counts zero at least."),
            ),
        ]  # fmt: skip

    @property
    def label(self) -> Sentence:
        """What it is called."""
        return self.name or indicators.label_of(self.measure)

    @property
    def is_closed(self) -> bool:
        """Whether its figures are for those alone who may see its measure."""
        return indicators.is_closed(self.measure) and self.way != self.Way.MANUAL

    def figure(self, name: str) -> Decimal | None:
        """The target, floor, stretch, actual or aim, in whichever column it stands."""
        found: Decimal | None = getattr(self, f"closed_{name}" if self.is_closed else name)
        return found

    def put(self, name: str, value: Decimal | None) -> None:
        """Write a figure into the column in which it belongs."""
        setattr(self, f"closed_{name}" if self.is_closed else name, value)

    @property
    def key(self) -> tuple[str, str]:
        """By what the lines of several levels are known to be the same indicator."""
        return (self.way, self.measure or self.name)


class TargetChange(Part):
    """Another target from a day on: asked for, approved or not. The old one stays on the line.

    line: position of the line.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Approval asked for")
        IN_FORCE = "in_force", _("In force")
        DROPPED = "dropped", _("Dropped")

    parent = "sheet"

    sheet = models.ForeignKey(KpiSheet, models.CASCADE, related_name="changes", verbose_name=_("sheet of targets"))
    line = models.PositiveSmallIntegerField(_("Line"))
    since = models.DateField(_("Holds from"))
    target = models.DecimalField(_("New target"), max_digits=20, decimal_places=6, null=True)
    closed_target = models.DecimalField(_("New target (closed)"), max_digits=20, decimal_places=6, null=True)
    why = models.CharField(pgettext_lazy("changed target", "Why"), max_length=300)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Asked for by")
    )
    decided_at = models.DateTimeField(_("Decided at"), null=True)

    class Meta(Part.Meta):
        verbose_name = _("changed target")
        verbose_name_plural = _("changed targets")
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "line", "since"],
                condition=Q(state="in_force"),
                name="target_change_once_a_day",
                violation_error_message=_("From this day on there is another target already."),
            )
        ]

    @property
    def amount(self) -> Decimal:
        """The new target, in whichever column it stands."""
        found = self.target if self.target is not None else self.closed_target
        assert found is not None
        return found


class Objection(Part):
    """What an employee says against a result, and what somebody other than the scorer answers. line: its position.

    adjustment: by so much an upheld objection changes a measured result. What was locked stays as it is; the
    difference stands here with its answer. closed_adjustment: the same of a measure that not everybody may see.
    """

    class Verdict(models.TextChoices):
        KEPT = "kept", _("The result stands")
        UPHELD = "upheld", _("The result is corrected")

    classes: ClassVar[dict[str, str]] = {"words": "personal", "answer": "personal"}
    parent = "sheet"

    sheet = models.ForeignKey(KpiSheet, models.CASCADE, related_name="objections", verbose_name=_("sheet of targets"))
    line = models.PositiveSmallIntegerField(_("Line"))
    words = models.TextField(_("Objection"), max_length=1000)
    raised_at = models.DateTimeField(_("Raised at"))
    verdict = models.CharField(_("Outcome"), max_length=6, choices=Verdict.choices, blank=True)
    answer = models.TextField(_("Answer"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("Answered at"), null=True)
    answered_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Answered by")
    )
    adjustment = models.DecimalField(_("Adjustment"), max_digits=20, decimal_places=6, null=True)
    closed_adjustment = models.DecimalField(_("Adjustment (closed)"), max_digits=20, decimal_places=6, null=True)

    class Meta(Part.Meta):
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "line"],
                condition=Q(answered_at__isnull=True),
                name="objection_open_once",
                violation_error_code="duplicate",
                violation_error_message=_("This line is objected to already. Wait for the answer."),
            )
        ]

    @property
    def amount(self) -> Decimal:
        """By how much it changes a measured result, in whichever column it stands; nothing for most."""
        return self.adjustment or self.closed_adjustment or Decimal()
