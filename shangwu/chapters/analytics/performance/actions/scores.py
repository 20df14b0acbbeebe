"""Clause 2.7.3: results are scored on locked data only, objected to, answered by another, confirmed."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.access import answers_objections, is_ones_own, judges
from shangwu.chapters.analytics.performance.actions.changes import LINE, line_at, pieces
from shangwu.chapters.analytics.performance.figures import Figures, figures
from shangwu.chapters.analytics.performance.indicators import is_mean
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet, Objection, TargetChange
from shangwu.chapters.analytics.performance.scoring import aim_of, points, reached, rounded
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.calendars.lookup import calendar_of
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.people.models import Entity
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor

State, Way = KpiSheet.State, KpiLine.Way
_SIX = 6


@dataclass(frozen=True, slots=True)
class Known:
    """What scoring rests on: results of locked months, and the calendar of each legal entity."""

    figures: Figures
    calendars: Mapping[int, WorkingCalendar]

    def calendar(self, sheet: KpiSheet) -> WorkingCalendar | None:
        """The calendar of the sheet's legal entity."""
        return self.calendars.get(sheet.entity_id or 0)


def locked_results(sheets: Sequence[KpiSheet], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Known:
    """The `prepare`: one question for each measure and period, of locked months alone."""
    found = figures([(sheet, list(sheet.lines.all())) for sheet in sheets])
    return Known(found, calendars_of(sheets))


def calendars_of(sheets: Sequence[KpiSheet]) -> dict[int, WorkingCalendar]:
    """The calendars of the sheets' legal entities, where there are any. Inside the door, or reading freely."""
    known = {}
    keys = {key for sheet in sheets if (key := sheet.entity_id) is not None}
    for entity in Entity.objects.filter(pk__in=keys):
        try:
            known[entity.pk] = calendar_of(entity)
        except ValidationError:
            continue  # nobody has published one: days are counted as they come
    return known


@action(
    KpiSheet, "enter", clause="2.7.3", label=_("Enter a result"), may=judges, source=State.SIGNED, reads=["lines"],
    icon="pencil", event="analytics.kpisheet.entered",
)  # fmt: skip
def enter(
    sheet: KpiSheet,
    by: Actor,
    *,
    line: Annotated[int, LINE],
    actual: Annotated[Decimal, Ask(_("Result"))],
    evidence: Annotated[str, Ask(_("Evidence"), _("Where it can be read, or the file attached here."), multiline=True,
                                 most=1000)],
) -> None:  # fmt: skip
    """2.7.3: the result of an indicator that nothing measures, with its evidence; of growth, shares and means only what
    counts where locked data give no number. Refuses `line`, `measured`, `evidence`."""
    found = line_at(sheet, line)
    if found.way == Way.MEASURE and not is_mean(found.measure):
        raise Refusal("measured", _("This result is read from locked data. Nobody enters it by hand."))
    _enter(found, actual, evidence)


def _enter(line: KpiLine, actual: Decimal, evidence: str) -> None:
    if not evidence.strip():
        said = _("A result entered by hand needs its evidence.")
        raise Refusal("evidence", said, fields={"evidence": [said]})
    line.put("actual", actual)
    line.evidence = evidence.strip()


@action(
    KpiSheet, "score", clause="2.7.3", label=_("Score"), may=judges, source=State.SIGNED, target=State.SCORED,
    reads=["lines", "changes"], prepare=locked_results, primary=True, icon="list-check", bulk=True,
)  # fmt: skip
def score(sheet: KpiSheet, by: Actor, known: Known) -> None:
    """2.7.3: how far each target was reached, on locked data only. Refuses `early`, `open` while a month is not yet
    closed, `pending` while a change waits, `evidence`, `facts`, `snapshot`."""
    today = sheet.changed_at.astimezone(by.zone).date()
    if today <= sheet.last:
        raise Refusal("early", _("The period is not over yet."))
    if any(one.state == TargetChange.State.ASKED for one in sheet.changes.all()):
        raise Refusal("pending", _("A changed target waits for its decision. Decide that first."))
    known.figures.require(sheet)
    sheet.cap = int(policy("kpi.cap", sheet.first))
    sheet.snapshot = known.figures.snapshots.get(sheet.pk, "")
    until = window(known.calendar(sheet), today, int(policy("kpi.objection", today)))
    for line in sheet.lines.all():
        _measure(line, sheet, known)
        judge(line, sheet, known.calendar(sheet))
        line.objectable_until, line.stopped_on = until, None
    total(sheet)


def window(calendar: WorkingCalendar | None, day: datetime.date, days: int) -> datetime.date:
    """The last of so many working days after a day."""
    return calendar.add_working_days(day, days) if calendar else day + datetime.timedelta(days=days)


def _measure(line: KpiLine, sheet: KpiSheet, known: Known) -> None:
    """Take the result from locked data, whatever was entered; what is entered by hand must be there, with its
    evidence."""
    found = None if line.way == Way.MANUAL else known.figures.of.get((sheet.pk, line.position))
    if found is not None:
        line.put("actual", found)
        line.evidence = ""
        return
    if line.figure("actual") is None or not line.evidence:
        said = _("“%(name)s” has no result yet. Enter it, with its evidence.")
        raise Refusal("evidence", said, {"name": line.label})


def judge(line: KpiLine, sheet: KpiSheet, calendar: WorkingCalendar | None) -> None:
    """Per cent and points of a line, from its result, its targets over time and the sheet's cap."""
    actual, cap = line.figure("actual"), sheet.cap
    assert actual is not None
    assert cap is not None
    aim = aim_of(pieces(sheet, line, sheet.changes.all(), calendar))
    percent = reached(actual, aim, lower_is_better=line.direction == KpiLine.Direction.DOWN, cap=cap)
    line.put("aim", rounded(aim, _SIX))
    line.reached, line.score = rounded(percent), points(percent, line.weight)


def total(sheet: KpiSheet) -> None:
    """The score is what the lines show, added up."""
    sheet.score = sum((line.score for line in sheet.lines.all()), Decimal())


def open_objection(sheet: KpiSheet, line: int) -> Objection | None:
    """The objection to a line that waits for its answer."""
    return next((one for one in sheet.objections.all() if one.line == line and one.answered_at is None), None)


@action(
    KpiSheet, "object", clause="2.7.3", label=_("Object"), may=is_ones_own, source=State.SCORED,
    reads=["lines", "objections"], icon="alert-triangle", persons_only=True,
)  # fmt: skip
def object_to(
    sheet: KpiSheet,
    by: Actor,
    *,
    line: Annotated[int, LINE],
    words: Annotated[str, Ask(_("What is not right"), multiline=True, most=1000)],
) -> Iterable[models.Model]:
    """2.7.3: the employee objects to a line within the term; its clock stands until it is answered. Refuses `line`,
    `late`, `duplicate`, `invalid`."""
    found = line_at(sheet, line)
    today = sheet.changed_at.astimezone(by.zone).date()
    if open_objection(sheet, line) is not None:
        raise Refusal("duplicate", _("This line is objected to already. Wait for the answer."))
    if found.objectable_until is None or today > found.objectable_until:
        raise Refusal("late", _("The term for objections to this line is over."))
    if not words.strip():
        raise Refusal("invalid", _("Say what is not right."), fields={"words": [_("This is needed.")]})
    found.stopped_on = today
    place = len(sheet.objections.all()) + 1
    return [Objection(sheet=sheet, position=place, line=line, words=words.strip(), raised_at=sheet.changed_at)]


@action(
    KpiSheet, "answer", clause="2.7.3", label=_("Answer an objection"), may=answers_objections, source=State.SCORED,
    reads=["lines", "changes", "objections"], prepare=locked_results, icon="message-reply", persons_only=True,
    event="analytics.kpisheet.objection_answered",
)  # fmt: skip
def answer(
    sheet: KpiSheet,
    by: Actor,
    known: Known,
    *,
    line: Annotated[int, LINE],
    verdict: Annotated[Objection.Verdict, Ask(_("Outcome"))],
    words: Annotated[str, Ask(_("Answer"), multiline=True, most=1000)],
    actual: Annotated[
        Decimal | None,
        Ask(
            _("Corrected result"),
            _("What was measured stays as it was locked: the difference stands beside it, with its evidence."),
        ),
    ] = None,
    evidence: Annotated[str, Ask(_("Evidence"), multiline=True, most=1000)] = "",
) -> None:
    """2.7.3: somebody other than the scorer answers. Upheld, the line is scored anew: on what is locked now, or with
    the corrected result; of a measured one the difference is kept as an adjustment. Refuses `scorer`, `line`,
    `answered`, `invalid`, `evidence`, `open`."""
    if sheet.scored_by_id in by.selves:
        raise Refusal("scorer", _("Whoever scored does not answer the objection. Let somebody else answer it."))
    found, objection = line_at(sheet, line), open_objection(sheet, line)
    if objection is None:
        raise Refusal("answered", _("No objection to this line waits for an answer."))
    if not words.strip():
        raise Refusal("invalid", _("Say why."), fields={"words": [_("This is needed.")]})
    if verdict == Objection.Verdict.UPHELD:
        _correct(found, sheet, objection, known, actual, evidence)
    objection.verdict, objection.answer = verdict, words.strip()
    objection.answered_at, objection.answered_by_id = sheet.changed_at, by.person_id
    _restart(found, known.calendar(sheet), sheet.changed_at.astimezone(by.zone).date())


def _correct(
    line: KpiLine, sheet: KpiSheet, objection: Objection, known: Known, actual: Decimal | None, evidence: str
) -> None:  # fmt: skip
    known.figures.require(sheet)
    locked = known.figures.of.get((sheet.pk, line.position))
    if locked is not None:
        _adjust(line, objection, locked + adjusted(sheet, line), actual, evidence)
    elif actual is not None:
        _enter(line, actual, evidence)
    else:
        raise Refusal("invalid", _("Say what the result is."), fields={"actual": [_("This is needed.")]})
    judge(line, sheet, known.calendar(sheet))
    total(sheet)


def adjusted(sheet: KpiSheet, line: KpiLine) -> Decimal:
    """By how much upheld objections have changed a measured result so far."""
    return sum((one.amount for one in sheet.objections.all() if one.line == line.position), Decimal())


def _adjust(line: KpiLine, objection: Objection, known: Decimal, actual: Decimal | None, evidence: str) -> None:
    """A measured result as it is known now, or corrected: nobody edits what was locked, so the difference is an entry
    of its own."""
    if actual is None:
        line.put("actual", known)
        return
    _enter(line, actual, evidence)
    name = "closed_adjustment" if line.is_closed else "adjustment"
    setattr(objection, name, actual - known)


def _restart(line: KpiLine, calendar: WorkingCalendar | None, today: datetime.date) -> None:
    """The clock goes on: the working days that were left when it stopped."""
    assert line.objectable_until is not None
    assert line.stopped_on is not None
    if calendar is not None:
        left = calendar.working_days_between(line.stopped_on, line.objectable_until)
    else:
        left = (line.objectable_until - line.stopped_on).days
    line.objectable_until, line.stopped_on = window(calendar, today, left), None


@action(
    KpiSheet, "confirm", clause="2.7.3", label=_("Confirm the result"), may=is_ones_own, source=State.SCORED,
    target=State.CONFIRMED, reads=["lines"], primary=True, icon="check", persons_only=True,
)  # fmt: skip
def confirm(sheet: KpiSheet, by: Actor) -> None:
    """2.7.3: the employee has seen the result and agrees. Refuses `objected`."""
    _require_unopposed(sheet)


@action(
    KpiSheet, "settle", clause="2.7.3", label=_("Let the result stand"), may=nobody, source=State.SCORED,
    target=State.CONFIRMED, reads=["lines"], shown=False, event="analytics.kpisheet.settled",
)  # fmt: skip
def settle(sheet: KpiSheet, by: Actor) -> None:
    """2.7.3: the term for objections is over and none is open: the result stands. Refuses `objected`, `early`."""
    _require_unopposed(sheet)
    today = sheet.changed_at.astimezone(by.zone).date()
    if any(line.objectable_until is None or line.objectable_until >= today for line in sheet.lines.all()):
        raise Refusal("early", _("The term for objections is not over yet."))


def _require_unopposed(sheet: KpiSheet) -> None:
    if any(line.stopped_on is not None for line in sheet.lines.all()):
        raise Refusal("objected", _("An objection waits for its answer."))
