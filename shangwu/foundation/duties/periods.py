"""The periods of duties that come round: days, weeks, months, quarters, half-years, years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shangwu.foundation.calendars.working import WorkingCalendar

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


def periods(cadence: str, since: date, until: date, calendar: WorkingCalendar) -> Iterator[Period]:
    """The periods that touch `since` to `until`; a day or week in which nobody works has no duty (DOMAIN 5a)."""
    one = period_of(cadence, since)
    while one.first <= until:
        if any(True for _day in calendar.working_days(one.first, one.last)):
            yield one
        one = period_of(cadence, one.last + _DAY)
