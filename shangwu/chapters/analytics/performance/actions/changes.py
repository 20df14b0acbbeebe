"""Clause 2.7.3: a target changed on the way is approved and weighted by time; the old one stays on record."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.access import sets_targets
from shangwu.chapters.analytics.performance.actions.sheets import ROUTE
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet, TargetChange
from shangwu.chapters.analytics.performance.scoring import Piece
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.records.actors import Actor

CHANGE = "analytics.kpisheet.change"
LINE = Ask(_("Line"), _("Its position on the sheet."), least=1)
_DAY = datetime.timedelta(days=1)
_DROPPED = "analytics.kpisheet.drop_change"
In = TargetChange.State

approvable(
    CHANGE,
    model=KpiSheet,
    label=_("Change of a target"),
    clause="2.7.3",
    title=lambda sheet: f"{sheet.number} {sheet.period}",
    on_approved="analytics.kpisheet.apply_change",
    on_rejected=_DROPPED,
    on_returned=_DROPPED,
    on_withdrawn=_DROPPED,
    resubmitted_by="analytics.kpisheet.change_target",
    lapses_on=["analytics.kpisheet.scored"],
    route=ROUTE,
)


def line_at(sheet: KpiSheet, position: int) -> KpiLine:
    """The line of a sheet at a position. Raises Refusal("line")."""
    found = next((one for one in sheet.lines.all() if one.position == position), None)
    if found is None:
        said = _("There is no such line on this sheet.")
        raise Refusal("line", said, fields={"line": [said]})
    return found


def changes_of(changes: Iterable[TargetChange], line: KpiLine) -> list[TargetChange]:
    """The changed targets of a line that are in force, the earliest first."""
    found = [one for one in changes if one.line == line.position and one.state == In.IN_FORCE]
    return sorted(found, key=lambda one: one.since)


def pieces(
    sheet: KpiSheet, line: KpiLine, changes: Iterable[TargetChange], calendar: WorkingCalendar | None
) -> list[Piece]:
    """The line's targets one after the other, each with the working days for which it holds; calendar days where
    nobody has published a calendar. Raises ValidationError `calendar` for a year without one."""
    target = line.figure("target")
    assert target is not None
    bounds = [(sheet.first, target), *((one.since, one.amount) for one in changes_of(changes, line))]
    if len(bounds) == 1:
        return [Piece(target, 1)]
    ends = [*(since - _DAY for since, _target in bounds[1:]), sheet.last]
    return [Piece(amount, _days(calendar, since, end)) for (since, amount), end in zip(bounds, ends, strict=True)]


def _days(calendar: WorkingCalendar | None, since: datetime.date, until: datetime.date) -> int:
    if calendar is None:
        return (until - since).days + 1
    return sum(1 for _day in calendar.working_days(since, until))


def asking(sheets: Sequence[KpiSheet], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Opening:
    """The `prepare`: the route that the change takes."""
    return opening(CHANGE)(sheets, by, inputs)


@action(
    KpiSheet, "change_target", clause="2.7.3", label=_("Change a target"), may=sets_targets,
    source=KpiSheet.State.SIGNED, reads=["lines", "changes"], prepare=asking, icon="adjustments-horizontal",
    event="analytics.kpisheet.change_asked",
)  # fmt: skip
def change_target(
    sheet: KpiSheet,
    by: Actor,
    opened: Opening,
    *,
    line: Annotated[int, LINE],
    target: Annotated[Decimal, Ask(_("New target"), least=0)],
    since: Annotated[datetime.date, Ask(_("Holds from"))],
    why: Annotated[str, Ask(_("Why it changes"), most=300)],
) -> Iterable[models.Model]:
    """2.7.3: ask for another target from a day of the period on. Refuses `line`, `day`, `target`, `pending`,
    `duplicate`, `route`."""
    found, changes = line_at(sheet, line), list(sheet.changes.all())
    if any(one.state == In.ASKED for one in changes):
        raise Refusal("pending", _("Another change of this sheet waits for its decision. Wait for that one."))
    if not sheet.first < since <= sheet.last:
        said = _("A target changes on a day of its period, after the first.")
        raise Refusal("day", said, fields={"since": [said]})
    if any(one.since == since for one in changes_of(changes, found)):
        raise Refusal("duplicate", _("From this day on there is another target already."))
    if target == 0 and found.direction == KpiLine.Direction.UP:
        said = _("A target that is to be reached is above zero.")
        raise Refusal("target", said, fields={"target": [said]})
    if not why.strip():
        raise Refusal("invalid", _("Say why it changes."), fields={"why": [_("This is needed.")]})
    made = TargetChange(
        sheet=sheet, position=len(changes) + 1, line=line, since=since, why=why.strip(), asked_by_id=by.person_id
    )
    setattr(made, "closed_target" if found.is_closed else "target", target)
    return [made, *opened.request(sheet, by)]


def _decide(sheet: KpiSheet, state: TargetChange.State) -> None:
    for one in sheet.changes.all():
        if one.state == In.ASKED:
            one.state, one.decided_at = state, sheet.changed_at


@action(
    KpiSheet, "apply_change", clause="2.7.3", label=_("Put the changed target in force"), may=by_decision,
    source=KpiSheet.State.SIGNED, reads=["changes"], persons_only=True, shown=False, icon="circle-check",
    event="analytics.kpisheet.change_applied",
)  # fmt: skip
def apply_change(sheet: KpiSheet, by: Actor) -> None:
    """2.7.3: the changed target counts from its day on; the old one counts before it. Only a decision does this."""
    _decide(sheet, In.IN_FORCE)


@action(
    KpiSheet, "drop_change", clause="2.7.3", label=_("Drop the changed target"), may=by_decision,
    source=KpiSheet.State.SIGNED, reads=["changes"], persons_only=True, shown=False, icon="x",
    event="analytics.kpisheet.change_dropped",
)  # fmt: skip
def drop_change(sheet: KpiSheet, by: Actor) -> None:
    """2.7.3: the target stays as it was signed. Only a decision does this."""
    _decide(sheet, In.DROPPED)
