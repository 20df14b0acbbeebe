"""The periods of duties that come round: days, weeks, months, quarters, half-years, years."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shangwu.foundation.calendars.working import WorkingCalendar

CadenceOn = Callable[[date], str]
"""Which cadence holds on a day: one that is changed counts from its day on, and never for what has begun before."""
_DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included. key: sorts in order of time: 2026-11-24, 2026-W48, 2026-11, 2026."""

    key: str
    first: date
    last: date


def period_of(cadence: str, day: date) -> Period:
    """The period of a cadence (day, week, month, quarter, half_year, year) in which a day lies. Raises KeyError."""
    if cadence == "day":
        return Period(day.isoformat(), day, day)
    if cadence == "week":
        first = day - day.weekday() * _DAY
        year, week, _weekday = day.isocalendar()
        return Period(f"{year}-W{week:02d}", first, first + 6 * _DAY)
    months = _MONTHS[cadence]
    place = (day.month - 1) // months
    first = date(day.year, place * months + 1, 1)
    last = (first + (31 * months) * _DAY).replace(day=1) - _DAY
    return Period(_key(cadence, first, place), first, last)


def _key(cadence: str, first: date, place: int) -> str:
    if cadence == "year":
        return f"{first.year}"
    if cadence == "month":
        return f"{first.year}-{first.month:02d}"
    return f"{first.year}-{'Q' if cadence == 'quarter' else 'H'}{place + 1}"


def periods(cadence_on: CadenceOn, since: date, until: date, calendar: WorkingCalendar) -> Iterator[Period]:
    """The periods that touch `since` to `until`; a day or week in which nobody works has no duty (DOMAIN 5a).

    Each is of the cadence that held when it began, so that a change leaves the past as it was.
    """
    one = _next(cadence_on, since, cadence_on(period_of(cadence_on(since), since).first))
    while one.period.first <= until:
        period = one.period
        if any(True for _day in calendar.working_days(period.first, period.last)):
            yield period
        one = _next(cadence_on, period.last + _DAY, one.cadence)


@dataclass(frozen=True, slots=True)
class _Step:
    cadence: str
    period: Period


def _next(cadence_on: CadenceOn, day: date, former: str) -> _Step:
    """The period that follows: of the new cadence once one of its own has begun under it, of the former until then."""
    wanted = cadence_on(day)
    found = period_of(wanted, day)
    if cadence_on(found.first) != wanted:
        return _Step(former, period_of(former, day))
    return _Step(wanted, found)
