"""When a duty is due: pure values that are told a start and a calendar (DOMAIN 0.1, 0.2, 5a).

The start day isn't counted; what ends on a day ends at the close of business; a last day that isn't worked moves to the
next one that is; hours run at once. An amount is the key of a parameter, read as it was when the duty opened.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Self

from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.policy.parameters import Kind
from shangwu.foundation.policy.units import Unit

Read = Callable[[str], Any]
Amount = int | str
_DAY = timedelta(days=1)
_LEAP_YEAR = 2024


class Deadline(ABC):
    """A way to come from a start to the last moment that is in time."""

    unit: ClassVar[Unit] = Unit.NONE
    kind: ClassVar[Kind] = Kind.NUMBER

    @abstractmethod
    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        """The last moment in time. Raises ValidationError `calendar` for a year that nobody has published."""

    @property
    def own_amount(self) -> Amount | None:
        """The number, time or day that it counts with; None for a compound."""
        return getattr(self, "amount", None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The parameters that it reads."""
        return tuple(dict.fromkeys(_keys(self)))

    def with_key(self, key: str) -> Self:
        """The same, its amount read from a parameter."""
        return replace(self, amount=key)  # type: ignore[type-var]  # every simple deadline is a dataclass


def _keys(one: Deadline) -> Iterator[str]:
    for each in fields(one):  # type: ignore[arg-type]  # every deadline is a dataclass
        value = getattr(one, each.name)
        if isinstance(value, Deadline):
            yield from _keys(value)
        elif isinstance(value, str):
            yield value


def _clock(text: str) -> time:
    return time.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class WorkingDays(Deadline):
    """The close of business of the n-th working day after the start.

    received: what comes after the close of business, or on a day off, counts as having come the next working day.
    """

    amount: Amount
    received: bool = False
    unit = Unit.WORKING_DAYS

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        day = calendar.counts_for(start) if self.received else calendar.day_of(start)
        return calendar.close_of_business(calendar.add_working_days(day, _number(self.amount, read)))


@dataclass(frozen=True, slots=True)
class Days(Deadline):
    """The n-th calendar day after the start, rolled forward to a working day; a watch period stays where it falls."""

    amount: Amount
    rolls: bool = True
    unit = Unit.DAYS

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        day = calendar.day_of(start) + _number(self.amount, read) * _DAY
        return calendar.close_of_business(calendar.roll_forward(day)) if self.rolls else calendar.end_of_day(day)


@dataclass(frozen=True, slots=True)
class Hours(Deadline):
    """So many hours after the start, day and night."""

    amount: Amount
    unit = Unit.HOURS

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        return start + timedelta(hours=_number(self.amount, read))


@dataclass(frozen=True, slots=True)
class WorkingHours(Deadline):
    """So many hours of working time after the start."""

    amount: Amount
    unit = Unit.HOURS

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        return calendar.add_working_hours(start, _number(self.amount, read))


@dataclass(frozen=True, slots=True)
class TimeOfDay(Deadline):
    """That time of the day on which the start counts: what comes later, or on a day off, counts for the next."""

    amount: str
    kind = Kind.TIME

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        until = _clock(_text(self.amount, read))
        return datetime.combine(calendar.counts_for(start, until), until, calendar.zone)


@dataclass(frozen=True, slots=True)
class WorkingDaysBefore(Deadline):
    """The close of business, or a time, of the n-th working day before the start, whose own day isn't counted."""

    amount: Amount
    by: str = ""
    unit = Unit.WORKING_DAYS

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        day = calendar.add_working_days(calendar.day_of(start), -_number(self.amount, read))
        return _at_time(calendar, day, self.by, read)


@dataclass(frozen=True, slots=True)
class DaysBefore(Deadline):
    """The end of the n-th calendar day before the start: a watch period, which does not roll."""

    amount: Amount
    unit = Unit.DAYS

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        return calendar.end_of_day(calendar.day_of(start) - _number(self.amount, read) * _DAY)


@dataclass(frozen=True, slots=True)
class DayOfMonth(Deadline):
    """The next n-th of a month after the start, rolled forward."""

    amount: Amount
    unit = Unit.DAY_OF_MONTH

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        day, number = calendar.day_of(start), _number(self.amount, read)
        first = day.replace(day=1)
        found = first + (number - 1) * _DAY
        if found <= day:
            found = (first + 32 * _DAY).replace(day=1) + (number - 1) * _DAY
        return calendar.close_of_business(calendar.roll_forward(found))


@dataclass(frozen=True, slots=True)
class WorkingDayOfMonth(Deadline):
    """The n-th working day of the month after the start's."""

    amount: Amount
    unit = Unit.WORKING_DAY_OF_MONTH

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        month = (calendar.day_of(start).replace(day=1) + 32 * _DAY).replace(day=1)
        return calendar.close_of_business(calendar.nth_working_day(month.year, month.month, _number(self.amount, read)))


@dataclass(frozen=True, slots=True)
class DayOfYear(Deadline):
    """The next such day ("11-15") after the start, rolled forward."""

    amount: str
    kind = Kind.DAY_OF_YEAR

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        day, text = calendar.day_of(start), _text(self.amount, read)
        found = next(one for year in (day.year, day.year + 1) if (one := _in_year(year, text)) > day)
        return calendar.close_of_business(calendar.roll_forward(found))


@dataclass(frozen=True, slots=True)
class LastWorkingDay(Deadline):
    """A time on the last working day up to the start: of a week or month that ends then."""

    amount: str = ""
    kind = Kind.TIME

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        return _at_time(calendar, calendar.roll_back(calendar.day_of(start)), self.amount, read)


@dataclass(frozen=True, slots=True)
class Start(Deadline):
    """The close of business of the start's own day, or of the next that is worked."""

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        return calendar.close_of_business(calendar.roll_forward(calendar.day_of(start)))


@dataclass(frozen=True, slots=True)
class Later(Deadline):
    """The later of two."""

    one: Deadline
    other: Deadline

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        return max(self.one.at(start, calendar, read), self.other.at(start, calendar, read))


@dataclass(frozen=True, slots=True)
class Earlier(Deadline):
    """The earlier of two: the law's day beside the house's."""

    one: Deadline
    other: Deadline

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        return min(self.one.at(start, calendar, read), self.other.at(start, calendar, read))


@dataclass(frozen=True, slots=True)
class After(Deadline):
    """One deadline counted from another: a working day after the month was locked."""

    first: Deadline
    then: Deadline

    def at(self, start: datetime, calendar: WorkingCalendar, read: Read) -> datetime:
        return self.then.at(self.first.at(start, calendar, read), calendar, read)


def _number(amount: Amount, read: Read) -> int:
    return int(read(amount)) if isinstance(amount, str) else amount


def _text(amount: str, read: Read) -> str:
    """A time or day as written, or as a parameter says."""
    return amount if amount[:1].isdigit() else str(read(amount))


def _at_time(calendar: WorkingCalendar, day: date, by: str, read: Read) -> datetime:
    if not by:
        return calendar.close_of_business(day)
    return datetime.combine(day, _clock(_text(by, read)), calendar.zone)


def _in_year(year: int, text: str) -> date:
    """That day of a year; 29 February is the 28th where there is none."""
    wanted = date.fromisoformat(f"{_LEAP_YEAR}-{text}")
    try:
        return wanted.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
