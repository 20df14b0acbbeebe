"""Duties that come round: one for each department that has the role, in each period since somebody held it."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.duties import directory, engine
from shangwu.foundation.duties.directory import Directory, Seat
from shangwu.foundation.duties.judging import Judged, put
from shangwu.foundation.duties.periods import CadenceOn, Period, periods
from shangwu.foundation.duties.rules import Facts, Proof, Rule
from shangwu.foundation.people.models import Department
from shangwu.foundation.people.roles import Role

_SUBJECT = "people.department"


@dataclass(frozen=True, slots=True)
class Place:
    """A department as the subject of a duty."""

    pk: int
    public_id: uuid.UUID
    entity_id: int | None
    department_id: int
    owner_id: int | None = None
    secrecy: int = 0


def judge(rule: Rule, now: datetime) -> int:
    """Bring the duties of a rule that comes round up to date; how many rows changed."""
    found = judged(rule, now)
    with transaction.atomic():
        return engine.write(found)


def judged(rule: Rule, now: datetime) -> list[Judged]:
    """What a rule that comes round says of all its periods, with one query for all evidence. Nothing is written.

    Which departments are asked is told by each period itself, never by the day of asking: a clock that slept comes to
    the same duties as one that didn't.
    """
    assert rule.prove is not None
    found = directory.present()
    seats = found.seats.get(_role(rule), [])
    wanted = {place: list(_periods(rule, place, seats, found, now)) for place in _places(seats, found)}
    proofs: dict[tuple[str, int | None], Proof] = {}
    for one in rule.prove(sorted({period.key for each in wanted.values() for period in each})):
        proofs.setdefault((one.period, one.department), one)
    return [
        put(rule, _facts(rule, period, proofs, place, found), place, _SUBJECT, now)
        for place, each in wanted.items()
        for period in each
    ]


def _role(rule: Rule) -> str:
    return next((one for one in rule.who if isinstance(one, Role)), Role.HEAD)


def _places(seats: Sequence[Seat], found: Directory) -> list[Place]:
    """The departments for which somebody ever held the role, and the topmost."""
    wanted = {seat.reaches for seat in seats if seat.reaches is not None} | found.topmost
    rows = Department.objects.filter(pk__in=wanted, archived_at__isnull=True).order_by("pk")
    return [Place(row.pk, row.public_id, row.entity_id, row.pk) for row in rows]


def _periods(rule: Rule, place: Place, seats: Sequence[Seat], found: Directory, now: datetime) -> Iterator[Period]:
    """The periods in which a department is asked: since the house is at work and anybody could answer."""
    today = found.day_of(now, place.entity_id)
    calendar = found.calendar(place.entity_id, today)
    if calendar is None:
        return
    answering = [*seats, *found.seats.get(Role.HEAD, ()), *found.seats.get(Role.EXECUTIVE, ())]
    began = found.day_of(found.began or now, place.entity_id)
    since = max(min((seat.starts for seat in answering), default=today), began)

    def cadence_on(day: date) -> str:
        return rule.every if "." not in rule.every else str(found.value(rule.every, day, place.entity_id))

    for period in _known(cadence_on, since, today, calendar):
        if place.pk in _asked(seats, period, found):
            yield period


def _asked(seats: Sequence[Seat], period: Period, found: Directory) -> Collection[int]:
    """The departments that a period asks: those for which somebody holds the role in it; else the topmost."""
    reached = {
        seat.reaches
        for seat in seats
        if seat.reaches is not None and seat.starts <= period.last and (seat.ends is None or seat.ends >= period.first)
    }
    return reached or found.topmost


def _known(cadence_on: CadenceOn, since: date, until: date, calendar: WorkingCalendar) -> Iterator[Period]:
    """The periods whose years the calendar knows: those before its first year are nobody's, and it ends at a gap."""
    if calendar.years:
        try:
            yield from periods(cadence_on, max(since, date(min(calendar.years), 1, 1)), until, calendar)
        except ValidationError:
            return


def _facts(
    rule: Rule, period: Period, proofs: dict[tuple[str, int | None], Proof], place: Place, found: Directory
) -> Facts:
    calendar = found.calendar(place.entity_id, period.first)
    zone = calendar.zone if calendar else UTC
    opened = datetime.combine(period.first, time(), zone)
    counted = period.first - timedelta(days=1) if rule.from_start else period.last
    proof = proofs.get((period.key, place.pk)) or proofs.get((period.key, None))
    return Facts(
        opened_at=opened,
        start=datetime.combine(counted, time.max, zone),
        period=period.key,
        done_at=proof.done_at if proof else None,
        done_by=proof.done_by if proof else None,
    )
