"""What clause 2.7.3 demands of whom, and what proves it."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.figures import chain_of
from shangwu.chapters.analytics.performance.models import KpiSheet, Reward
from shangwu.foundation.duties.deadlines import After, DayOfMonth, DayOfYear, Later, WorkingDays
from shangwu.foundation.duties.rules import Facts, Proof, duty
from shangwu.foundation.people.models import Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate


def _all_have(rows: Iterable[tuple[str, int | None, datetime.datetime | None]]) -> list[Proof]:
    """(period, department, when) of each sheet as proofs: of each department, with those below it, for a period in
    which every sheet has come so far; done by the last of them."""
    found = list(rows)
    above = chain_of({department for _period, department, _at in found})
    moments: dict[tuple[str, int], list[datetime.datetime | None]] = defaultdict(list)
    for period, department, at in found:
        for one in above.get(department or 0, ()):
            moments[period, one].append(at)
    return [
        Proof(period, max(at for at in every if at is not None), department)
        for (period, department), every in sorted(moments.items())
        if None not in every
    ]


@duty(
    "2.7.3.1",
    _("Targets signed"),
    Role.HEAD,
    DayOfYear("kpi.set"),
    _("Each salesperson has a sheet that begins with the year, and has signed it."),
    every="year",
    from_start=True,
    does="analytics.kpisheet.create",
).proved_by
def targets_are_signed(periods: Sequence[str]) -> list[Proof]:
    """2.7.3: at the beginning of the year each salesperson knows and signs the targets."""
    with gate.free_reading():
        years = [int(one) for one in periods]
        sheets = KpiSheet.objects.filter(
            level=KpiSheet.Level.PERSON, first__in=[datetime.date(year, 1, 1) for year in years],
            archived_at__isnull=True,
        )  # fmt: skip
        rows = list(sheets.values_list("first", "owner_id", "department_id", "signed_at", "state"))
        there = {(first.year, owner) for first, owner, _department, _at, _state in rows}
        found = [(str(first.year), place, at if _counts(state) else None) for first, _o, place, at, state in rows]
        return _all_have([*found, *_lacking(years, there)])


def _counts(state: str) -> bool:
    return state in (KpiSheet.State.SIGNED, KpiSheet.State.SCORED, KpiSheet.State.CONFIRMED)


def _lacking(years: Sequence[int], there: Collection[tuple[int, int | None]]) -> list[tuple[str, int | None, None]]:
    """Salespeople of the first day of a year who have no sheet for its beginning."""
    seats = RoleAssignment.objects.filter(
        role=Role.SALES, archived_at__isnull=True, person__state=Person.State.ACTIVE, person__archived_at__isnull=True
    )
    rows = list(seats.values_list("person_id", "person__department_id", "starts_on", "ends_on"))
    return [
        (str(year), place, None)
        for year in years
        for person, place, starts, ends in rows
        if (year, person) not in there and starts <= datetime.date(year, 1, 1) and (ends is None or ends.year >= year)
    ]


@duty(
    "2.7.3.2",
    _("Judge sales performance"),
    Role.HEAD,
    # As the appraisal of everybody (3.5.3): not before its day of the month, nor before the figures are locked.
    Later(DayOfMonth("perf.head_day"), After(WorkingDays("data.month"), WorkingDays("prompt.days"))),
    _("The sheets of the period are scored."),
    every="kpi.every",
    does="analytics.kpisheet.score",
).proved_by
def performance_is_judged(periods: Sequence[str]) -> list[Proof]:
    """2.7.3: salespeople are assessed regularly: each sheet of the period is scored."""
    with gate.free_reading():
        sheets = KpiSheet.objects.filter(
            ~Q(cadence="year"), level=KpiSheet.Level.PERSON, period__in=list(periods), archived_at__isnull=True
        )
        return _all_have(sheets.values_list("period", "department_id", "scored_at"))


@duty(
    "2.7.3.3",
    _("Carry out rewards and penalties"),
    Role.HUMAN_RESOURCES,
    WorkingDays("kpi.reward"),
    _("What was decided has been applied."),
    does="analytics.reward.apply",
).on(Reward, "approved_at", "applied_at", "applied_by_id", "archived_at", "owner_id")
def carry_out(reward: Any) -> Facts | None:
    """2.7.3: what was approved is carried out within its term, by personnel."""
    if reward.approved_at is None or reward.archived_at is not None:
        return None
    return Facts(
        opened_at=reward.approved_at,
        done_at=reward.applied_at,
        done_by=reward.applied_by_id,
        apart_from=(reward.owner_id,),
    )
