"""Clause 2.7.1: a month is opened, checked, locked; its findings are mended at their place, or accepted."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.closing import freezing
from shangwu.chapters.analytics.closing.access import accepts_findings, closes_months
from shangwu.chapters.analytics.closing.examining import Examined, examine
from shangwu.chapters.analytics.closing.models import Finding, FrozenFacts, MonthClose
from shangwu.foundation.actions.door import Ask, Refusal, Row, act_many, action, create, newborn
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.people.models import Entity, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.people.zones import house_in, zones
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor

State = MonthClose.State
Known = Mapping[int, Examined]


def open_month(close: MonthClose, by: Actor) -> None:
    """2.7.1: open the close of a month that has begun. Refuses `future`, `entity`."""
    close.month = close.month.replace(day=1)
    if close.month > close.changed_at.astimezone(by.zone).date():
        said = _("This month lies ahead. Choose one that has begun.")
        raise Refusal("future", said, fields={"month": [said]})
    close.entity_id = close.entity_id or by.entity_id
    if close.entity_id is None:
        said = _("Say whose month it is: choose the legal entity.")
        raise Refusal("entity", said, fields={"entity": [said]})


create(
    MonthClose, clause="2.7.1", may=closes_months, fields=["month", "entity", "department"], body=open_month,
    label=_("Open a month's close"), icon="lock-open",
)  # fmt: skip


def examined(closes: Sequence[MonthClose], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Known:
    """The `prepare`: what the checks find now, by the close's key."""
    return {close.pk: examine(close) for close in closes}


def settle(closes: Sequence[MonthClose], made: Sequence[models.Model], by: Actor) -> Iterable[type[models.Model]]:
    """The `sweeps`: findings whose row is mended, and those that are found again."""
    touched = False
    for close in closes:
        found: Examined = close.examined
        rows = Finding.objects.filter(close_id=close.pk)
        moved = {"version": F("version") + 1, "changed_at": close.changed_at, "changed_by_id": by.person_id}
        mended = {"mended_at": close.changed_at, "mended_by_id": by.person_id}
        if found.gone:
            rows.filter(pk__in=found.gone).update(state=Finding.State.MENDED, **mended, **moved)
        if found.back:
            again = {"mended_at": None, "mended_by_id": None, "reason": ""}
            rows.filter(pk__in=found.back).update(state=Finding.State.OPEN, **again, **moved)
        touched = touched or bool(found.gone or found.back)
    return [Finding] if touched else []


@action(
    MonthClose, "check", clause="2.7.1", label=_("Run the checks"), may=closes_months,
    source=[State.OPEN, State.CHECKED], target=State.CHECKED, prepare=examined, sweeps=settle, icon="list-check",
    event="analytics.monthclose.checked",
)  # fmt: skip
def check(close: MonthClose, by: Actor, known: Known) -> Iterable[models.Model]:
    """2.7.1: run every check on the month's rows as they are now; each row that is wrong becomes a finding."""
    found = known[close.pk]
    close.examined = found
    close.checks, close.ran_at, close.unsettled = found.results, close.changed_at, found.unsettled
    return [_finding(close, by, row) for row in found.fresh]


def _finding(close: MonthClose, by: Actor, row: Mapping[str, Any]) -> Finding:
    made: Finding = newborn(Finding, by, close.changed_at)
    # The house found it: whoever pressed the button has not made it, and may accept it if it isn't theirs.
    made.__dict__.update(row, close_id=close.pk, created_by_id=None)
    if made.owner_id is None:
        made.owner_id = close.owner_id
    if made.department_id is None:
        made.department_id = close.department_id
    return made


@action(
    Finding, "accept", clause="2.7.1", label=_("Accept"), may=accepts_findings, source=Finding.State.OPEN,
    target=Finding.State.ACCEPTED, locks=["close"], bulk=True, icon="check", event="analytics.finding.accepted",
)  # fmt: skip
def accept(
    finding: Finding, by: Actor, *, reason: Annotated[str, Ask(_("Why it is right"), multiline=True, most=2000)]
) -> None:
    """2.7.1: the row stays as it is, for a reason. Not by who owns it. Refuses `locked`, `invalid`."""
    if finding.close.state == State.LOCKED:
        raise Refusal("locked", _("The month is locked."))
    if not reason.strip():
        raise Refusal("invalid", _("Give the reason."), fields={"reason": [_("This is needed.")]})
    finding.reason = reason.strip()
    finding.close.unsettled -= 1


def _require_settled(close: MonthClose, by: Actor) -> None:
    if close.changed_at.astimezone(by.zone).date() <= close.last_day:
        raise Refusal("early", _("The month is not over yet."))
    further = sum(one["further"] for one in close.checks.values())
    if close.unsettled or further:
        said = _("Findings not settled: %(count)s. Mend or accept each of them, run the checks, then lock.")
        raise Refusal("findings", said, {"count": close.unsettled + further})


@action(
    MonthClose, "ask_lock", clause="2.7.1", label=_("Lock the month"), may=closes_months, source=State.CHECKED,
    primary=True, icon="lock", event="analytics.monthclose.lock_asked",
    danger=_("Its figures are frozen. A locked month never opens again; what changes later stands apart."),
)  # fmt: skip
def ask_lock(close: MonthClose, by: Actor) -> None:
    """2.7.1: have the month frozen and locked, as a job. Refuses `early`, `findings`."""
    _require_settled(close, by)


def frozen(closes: Sequence[MonthClose], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Mapping[int, Any]:
    """The `prepare`: what the checks find now, and what was frozen, or why that won't do, by the close's key."""
    found: dict[int, Any] = {}
    for close, given in zip(closes, inputs, strict=True):
        try:
            found[close.pk] = examine(close), freezing.read(given["snapshot"], close)
        except Refusal as refusal:
            found[close.pk] = examine(close), refusal
    return found


@action(
    MonthClose, "lock", clause="2.7.1", label=_("Lock"), may=closes_months, source=State.CHECKED, target=State.LOCKED,
    prepare=frozen, icon="lock", shown=False, event="analytics.monthclose.locked",
)  # fmt: skip
def lock(
    close: MonthClose, by: Actor, known: Mapping[int, Any], *, snapshot: Annotated[str, Ask(_("Hash of the snapshot"))]
) -> Iterable[models.Model]:
    """2.7.1: lock the month on what was frozen of it, which `ask_lock` has made.

    Refuses `early`, `findings`, `unchecked` when the checks would find something else now, `changed` when the facts
    have changed since they were frozen, `snapshot`.
    """
    _require_settled(close, by)
    found, listed = known[close.pk]
    if found.fresh or found.back or found.further:
        raise Refusal("unchecked", _("Rows have changed since the last check. Run the checks again."))
    if isinstance(listed, Refusal):
        raise listed
    close.snapshot = snapshot
    return [_frozen(close, place, one) for place, one in enumerate(listed, start=1)]


def _frozen(close: MonthClose, place: int, one: Mapping[str, Any]) -> FrozenFacts:
    return FrozenFacts(
        close=close, position=place, fact_set=one["fact_set"], rows=one["rows"], sha256=one["sha256"],
        sums_sha256=one["sums_sha256"], definition=one["definition"],
        as_of=datetime.datetime.fromisoformat(one["as_of"]),
    )  # fmt: skip


@every("30 1 * * *", "analytics.open_month_closes")
def open_closes() -> int:
    """Open last month's close for each legal entity that has sales support, where it is missing; how many."""
    with gate.free_reading():
        return sum(_open_closes(zone) for zone in sorted(zones()))


def _open_closes(zone: str) -> int:
    by = house_in(zone)
    month = (clock.today(by.zone).replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    there = set(MonthClose.objects.filter(month=month).values_list("entity_id", flat=True))
    rows = [
        Row({"month": month, "entity": entity, "department": seat.reaches or seat.person.department})
        for entity in Entity.objects.filter(zone=zone, archived_at=None).exclude(pk__in=there).order_by("pk")
        if (seat := _seat(entity, month)) is not None
    ]
    return len(act_many(by, "analytics.monthclose.create", rows).done) if rows else 0


def _seat(entity: Entity, month: datetime.date) -> RoleAssignment | None:
    """The sales support of a legal entity whose department closes its months: the one appointed first."""
    seats = RoleAssignment.objects.filter(role=Role.SALES_SUPPORT, person__entity=entity, archived_at=None)
    there = seats.filter(starts_on__lte=month + datetime.timedelta(days=31))
    return there.select_related("reaches", "person__department").order_by("pk").first()
