"""When people are left in peace, and when their digests come: by their own clock and their entity's calendar."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from shangwu.foundation.calendars.working import MONDAY_TO_FRIDAY, WorkingCalendar
from shangwu.foundation.notices.models import Slot
from shangwu.foundation.policy.parameters import policy

Span = tuple[time, time]

SEARCHED = 40
"""Days that are looked through for the next working one; the longest holidays are a quarter of it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A person's day. quiet: a span that may pass midnight. calendar: None where nobody keeps one. rest_days: peace on
    days off too. slots: the times of the two digests."""

    zone: ZoneInfo
    calendar: WorkingCalendar | None
    quiet: Span
    rest_days: bool
    slots: tuple[tuple[Slot, time], ...]

    def is_working(self, day: date) -> bool:
        """Whether a day is worked: a Saturday that makes up for a holiday is. Monday to Friday where nobody knows."""
        if self.calendar is not None:
            try:
                return self.calendar.is_working(day)
            except ValidationError:
                # The year is not published yet.
                return day.weekday() in MONDAY_TO_FRIDAY
        return day.weekday() in MONDAY_TO_FRIDAY

    def is_quiet(self, moment: datetime) -> bool:
        """Whether only what is urgent may be told."""
        local = moment.astimezone(self.zone)
        return within(self.quiet, local.time()) or (self.rest_days and not self.is_working(local.date()))

    def next_slot(self, moment: datetime) -> datetime:
        """The next time of a digest, on a working day and outside the person's quiet hours, in UTC."""
        first = moment.astimezone(self.zone).date()
        for ahead in range(SEARCHED):
            day = first + timedelta(days=ahead)
            if not self.is_working(day):
                continue
            for _slot, at in self.slots:
                found = datetime.combine(day, at, self.zone).astimezone(UTC)
                if found > moment and not within(self.quiet, at):
                    return found
        return moment + timedelta(days=1)

    def slot_of(self, moment: datetime) -> tuple[date, Slot] | None:
        """The digest whose time it is: from its hour to the next one, or to the quiet hours; None on days off."""
        local = moment.astimezone(self.zone)
        passed = [slot for slot, at in self.slots if at <= local.time()]
        if not passed or not self.is_working(local.date()) or within(self.quiet, local.time()):
            return None
        return local.date(), passed[-1]


def within(span: Span, at: time) -> bool:
    """Whether a time of day lies in a span, which may pass midnight. Its end does not belong to it."""
    begins, ends = span
    return begins <= at < ends if begins <= ends else at >= begins or at < ends


def house_span() -> Span:
    """The house's quiet hours."""
    begins, ends = str(policy("notify.quiet")).split("-")
    return time.fromisoformat(begins), time.fromisoformat(ends)


def house_slots() -> tuple[tuple[Slot, time], ...]:
    """The times of the digests, in order."""
    morning, evening = policy("notify.digest"), policy("notify.unfinished")
    found = ((Slot.MORNING, time.fromisoformat(morning)), (Slot.EVENING, time.fromisoformat(evening)))
    return tuple(sorted(found, key=lambda one: one[1]))
