"""Counting in working days and working hours (civil code, articles 200-204; DOMAIN 0.2 and 5a).

The start day is not counted; a last day that isn't worked moves to the next one that is; a day ends at midnight, or at
the close of business where hours are kept. Everything refuses to cross into a year that nobody has published.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.calendars.hours import Segment, read_segments, spans
from shangwu.foundation.calendars.years import Day, YearEdition, known_years

MONDAY_TO_FRIDAY = frozenset(range(5))
OFFICE_HOURS = read_segments("09:00-12:00,13:00-18:00")
_DAY = timedelta(days=1)
_MICROSECONDS_PER_HOUR = 3_600_000_000


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days and hours are worked. weekdays: 0 is Monday. hours: none means that a day has no close of business."""

    name: str
    zone: ZoneInfo
    years: Mapping[int, YearEdition]
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    hours: tuple[Segment, ...] = OFFICE_HOURS

    @classmethod
    def of(cls, name: str, zone: str, editions: Iterable[YearEdition], on: date | None = None) -> "WorkingCalendar":
        """The calendar as it was known `on` that day, Monday to Friday in office hours."""
        return cls(name, ZoneInfo(zone), known_years(editions, on))

    # Days

    def exception(self, day: date) -> Day | None:
        """What is special about `day`. Raises ValidationError `calendar`, as everything here, for an unknown year."""
        try:
            return self.years[day.year].days.get(day)
        except KeyError:
            raise ValidationError(
                _(
                    "There is no calendar %(calendar)s for %(year)s. Ask an administrator to add the year under "
                    "Settings > Calendars."
                ),
                code="calendar",
                params={"calendar": self.name, "year": str(day.year)},
            ) from None

    def is_working(self, day: date) -> bool:
        """Is `day` worked?"""
        exception = self.exception(day)
        return day.weekday() in self.weekdays if exception is None else exception.is_working

    def is_provisional(self, day: date) -> bool:
        """Was the year of `day` guessed, not published? Deadlines in it may still move."""
        self.exception(day)
        return self.years[day.year].is_provisional

    def working_days(self, first: date, last: date) -> Iterator[date]:
        """The working days from `first` to `last`, both included."""
        return (day for day in _days(first, last) if self.is_working(day))

    def working_days_of(self, year: int) -> int:
        """How many days of `year` are worked: 251 of 2024, 248 of 2025 and 2026 in the mainland."""
        return sum(1 for _day in self.working_days(date(year, 1, 1), date(year, 12, 31)))

    def roll_forward(self, day: date) -> date:
        """`day`, or the next working day when it isn't worked."""
        while not self.is_working(day):
            day += _DAY
        return day

    def roll_back(self, day: date) -> date:
        """`day`, or the last working day before when it isn't worked."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self.roll_forward(day + _DAY)

    def previous_working_day(self, day: date) -> date:
        """The last working day before `day`."""
        return self.roll_back(day - _DAY)

    def add_working_days(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`, which isn't counted itself; before it, when `count` is below 0.

        0 gives `start`, or the next working day when it isn't worked.
        """
        if count == 0:
            return self.roll_forward(start)
        step = self.next_working_day if count > 0 else self.previous_working_day
        for _each in range(abs(count)):
            start = step(start)
        return start

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days after `start` up to and including `end`; below 0 when `end` lies before.

        For a working day: `working_days_between(day, add_working_days(day, n)) == n`.
        """
        if end < start:
            return -sum(1 for _day in self.working_days(end, start - _DAY))
        return sum(1 for _day in self.working_days(start + _DAY, end))

    def nth_working_day(self, year: int, month: int, number: int) -> date:
        """The `number`-th working day of a month; it may lie in a later one."""
        return self.add_working_days(date(year, month, 1) - _DAY, number)

    def last_working_day(self, year: int, month: int) -> date:
        """The last working day of a month, or before it when the whole month is off."""
        return self.previous_working_day(date(year + month // 12, month % 12 + 1, 1))

    # Moments

    def end_of_day(self, day: date) -> datetime:
        """The last moment of `day`: what happens at it is in time."""
        return datetime.combine(day, time.max, self.zone)

    def close_of_business(self, day: date) -> datetime:
        """The end of the last working hour of `day`, or of the day itself where no hours are kept."""
        return datetime.combine(day, self.hours[-1].end, self.zone) if self.hours else self.end_of_day(day)

    def day_of(self, moment: datetime) -> date:
        """The local day of `moment`."""
        return _aware(moment).astimezone(self.zone).date()

    def counts_for(self, moment: datetime, until: time | None = None) -> date:
        """The working day that a receipt at `moment` counts for: its own up to `until` (close of business when not
        given), else the next."""
        local = _aware(moment).astimezone(self.zone)
        day = local.date()
        closes = self.close_of_business(day) if until is None else datetime.combine(day, until, self.zone)
        return day if self.is_working(day) and local <= closes else self.next_working_day(day)

    def add_working_hours(self, start: datetime, hours: Decimal | int) -> datetime:
        """The moment when `hours` of working time have passed since `start`, in local time.

        Exactly at the end of a segment it is that end, not the next beginning. Raises ValueError where no hours are
        kept or `hours` is below 0.
        """
        left = timedelta(microseconds=int(hours * _MICROSECONDS_PER_HOUR))
        if left < timedelta(0) or not self.hours:
            raise ValueError("working hours are counted forward, in a calendar that has hours")
        now = _aware(start).astimezone(UTC)
        day = self.day_of(start)
        while left:
            day = self.roll_forward(day)
            for opens, closes in spans(day, self.hours, self.zone):
                begins = max(opens, now)
                if begins + left <= closes:
                    now, left = begins + left, timedelta(0)
                    break
                left -= max(closes - begins, timedelta(0))
            day += _DAY
        return now.astimezone(self.zone)

    def working_hours_between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; none when `end` lies before."""
        first, last = _aware(start).astimezone(UTC), _aware(end).astimezone(UTC)
        worked = timedelta(0)
        for day in self.working_days(self.day_of(start), self.day_of(end)):
            for opens, closes in spans(day, self.hours, self.zone):
                worked += max(min(closes, last) - max(opens, first), timedelta(0))
        return worked


def _days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment has a time zone")
    return moment
