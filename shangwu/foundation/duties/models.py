"""The table of duties, which the engine derives from the records, and what the clock keeps beside it."""

import datetime
from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.foundation.duties.rules import Rule, rules
from shangwu.foundation.duties.states import State, state_of
from shangwu.foundation.records import clock
from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Record


class WrittenByTheEngineAlone(models.QuerySet["Duty"]):
    """Reads duties; whoever would write one goes round the evidence."""

    def _refuse(self, *_args: Any, **_values: Any) -> NoReturn:
        raise TypeError("duties are derived from their evidence: change the record that proves them")

    create = update = delete = bulk_create = bulk_update = get_or_create = update_or_create = _refuse


class Duty(models.Model):
    """One duty of one record or department, in one period. How it stands follows from its times (`states`).

    period: tells apart the duties of one rule on one subject, in order of time. subject_type, subject_id: the record,
    or the department whose duty it is; subject_key: as in addresses. holder: who answers for it; acting: who stands in
    while the holder is away; lacking: the role that nobody holds. week: the Monday of the week in which it is due, in
    its entity's zone. basis: the parameters that were counted with, and their values. due_at is empty while the
    calendar of its year is unknown; moved: working days that an outage has added.
    """

    id = models.BigAutoField(primary_key=True)
    rule = models.CharField(max_length=12, db_collation="C")
    clause = models.CharField(max_length=8, db_collation="C")
    period = models.CharField(max_length=40, db_collation="C")
    subject_type = models.CharField(max_length=60, db_collation="C")
    subject_id = models.BigIntegerField()
    subject_key = models.UUIDField()
    entity_id = models.BigIntegerField(null=True)
    department = models.ForeignKey(
        "people.Department", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    holder = models.ForeignKey(
        "people.Person", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False,
        verbose_name=_("Holder"),
    )  # fmt: skip
    acting = models.ForeignKey(
        "people.Person", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False,
        verbose_name=_("Stands in"),
    )  # fmt: skip
    lacking = models.CharField(max_length=8, blank=True, db_collation="C")
    opened_at = models.DateTimeField(_("Since"))
    due_at = models.DateTimeField(_("Due"), null=True)
    week = models.DateField(null=True)
    done_at = models.DateTimeField(_("Done"), null=True)
    done_by = models.ForeignKey(
        "people.Person", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False,
        verbose_name=_("Done by"),
    )  # fmt: skip
    cancelled_at = models.DateTimeField(null=True)
    waived_at = models.DateTimeField(null=True)
    waived_by = models.ForeignKey(
        "people.Person", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False,
        verbose_name=_("Waived by"),
    )  # fmt: skip
    waived_because = models.CharField(max_length=500, blank=True)
    secrecy = models.PositiveSmallIntegerField(default=0)
    basis = models.CharField(max_length=120, blank=True)
    moved = models.PositiveSmallIntegerField(default=0)

    objects = WrittenByTheEngineAlone.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "rule", "period"], name="duty_once"),
        ]
        indexes = [
            models.Index(
                fields=["week", "rule"],
                include=[
                    "due_at", "done_at", "opened_at", "waived_at", "cancelled_at", "holder", "acting", "department",
                    "secrecy",
                ],
                name="duty_week",
            ),
            models.Index(
                fields=["rule", "due_at"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True, waived_at__isnull=True),
                name="duty_open",
            ),
            models.Index(
                fields=["holder", "due_at"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True, waived_at__isnull=True),
                name="duty_open_holder",
            ),
            models.Index(
                fields=["acting", "due_at"],
                condition=Q(
                    acting__isnull=False, done_at__isnull=True, cancelled_at__isnull=True, waived_at__isnull=True
                ),
                name="duty_open_acting",
            ),
            models.Index(fields=["holder", "week"], name="duty_holder_week"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.declared.label)

    @property
    def declared(self) -> Rule:
        """Its rule."""
        return rules[self.rule]

    @property
    def state(self) -> State:
        """How it stands now."""
        return self.state_at(clock.now())

    def state_at(self, moment: datetime.datetime) -> State:
        """How it stood at a moment: what happened after it has not happened yet."""
        return state_of(
            opened_at=self.opened_at,
            due_at=self.due_at,
            done_at=self.done_at,
            waived_at=self.waived_at,
            cancelled_at=self.cancelled_at,
            now=moment,
        )


OPEN = Q(done_at__isnull=True, cancelled_at__isnull=True, waived_at__isnull=True)
"""What nobody has done yet, whether it is late or not."""


def open_at(moment: datetime.datetime, *, is_now: bool = False) -> Q:
    """What was open at a moment: opened by then, and neither done, waived nor fallen away until then.

    is_now: nothing has happened after it, so that the indexes of what is open serve.
    """
    found = Q(opened_at__lte=moment)
    if is_now:
        return found & OPEN
    for name in ("done_at", "cancelled_at", "waived_at"):
        found &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": moment})
    return found


class Waiver(Record):
    """Someone asks that one duty be waived, with a reason. Its owner is who asks.

    duty: the duty's row as it was found; rule, subject and period name it for good. about: what the subject is called.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("a waiver", "Asked")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    state = StateField(State, facts=["granted"])
    duty = models.BigIntegerField(_("Duty"))
    reason = models.CharField(_("Reason"), max_length=500)
    rule = models.CharField(_("Number of the duty"), max_length=12, db_collation="C", editable=False)
    period = models.CharField(_("Period"), max_length=40, db_collation="C", blank=True, editable=False)
    subject_type = models.CharField(_("Record type"), max_length=60, db_collation="C", editable=False)
    subject_id = models.BigIntegerField(editable=False)
    about = models.CharField(_("About"), max_length=120, blank=True, editable=False)
    holder = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("Holder")
    )
    acting = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("Stands in")
    )

    class Meta(Record.Meta):
        verbose_name = _("waiver of a duty")
        verbose_name_plural = _("waivers of duties")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "rule", "period"],
                condition=Q(state__in=["asked", "granted"]),
                name="waiver_once",
                violation_error_message=_("A waiver of this duty is asked for already. Wait for the decision."),
            ),
        ]
        indexes = [models.Index(fields=["-id"], name="waiver_newest")]

    def __str__(self) -> str:
        return f"{self.rule} {self.about}".strip()


class Told(models.Model):
    """That a step of a duty's escalation was told. Each only once."""

    id = models.BigAutoField(primary_key=True)
    duty = models.ForeignKey(Duty, models.CASCADE, related_name="told", db_index=False)
    step = models.CharField(max_length=10, db_collation="C")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["duty", "step"], name="told_once")]


class LateNote(models.Model):
    """That somebody was late three times or more in a month: a fact for the judgement of attitude (3.5.3)."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()
    count = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "month"], name="late_note_once")]


class Beat(models.Model):
    """That the house was at work from a moment to a moment: the clock lengthens the last one, or begins another."""

    id = models.BigAutoField(primary_key=True)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="beat_in_order")]
        indexes = [models.Index(fields=["-until"], name="beat_last")]


class Reading(models.Model):
    """How far the clock has read the records of a rule since its declaration last changed. digest: of that.

    judged: digest of all that open duties were last judged by: while it is the same, they stand as they stood.
    """

    rule = models.CharField(max_length=12, primary_key=True, db_collation="C")
    digest = models.CharField(max_length=64, db_collation="C")
    judged = models.CharField(max_length=64, blank=True, db_collation="C")
    last_id = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
