"""How long a complaint has taken and by when something is due: counted by the calendar of its legal entity (2.5.3).

Deadlines are those of the duties, so that a list, a page and My day never say different things. Nothing here queries
for a row: people, calendars and parameters come from the duties' directory.
"""

import copy
import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from shangwu.chapters.customers.models import Complaint
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.judging import Judged, judged
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock

TAKE_UP, PLAN, REPLY, CHECK, CONTAIN = "2.5.3.1", "2.5.3.2", "2.5.3.3", "2.5.3.4", "2.5.3.6"
RUNNING = (TAKE_UP, CONTAIN, PLAN, REPLY)
"""Duties whose deadlines count from the registration."""

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Time:
    """Working time that a complaint has taken: gross, and net of what the customer's papers took."""

    gross: datetime.timedelta
    net: datetime.timedelta
    stands: bool


@dataclass(frozen=True, slots=True)
class Due:
    """The next deadline: which duty, and until when."""

    code: str
    at: datetime.datetime

    def is_late(self, now: datetime.datetime) -> bool:
        """Whether it has passed."""
        return now > self.at


def day_of(complaint: Any, moment: datetime.datetime) -> datetime.date:
    """The day of a moment where the complaint's legal entity is."""
    return directory.present().day_of(moment, complaint.entity_id)


def calendar_of(complaint: Any, on: datetime.datetime) -> WorkingCalendar | None:
    """The calendar of the complaint's legal entity as it is known at a moment; None where nobody keeps one."""
    return directory.present().calendar(complaint.entity_id, day_of(complaint, on))


def jurisdiction_of(complaint: Any) -> str:
    """The law under which the complaint's legal entity stands."""
    return directory.present().jurisdiction(complaint.entity_id)


def working_time(calendar: WorkingCalendar, since: datetime.datetime, until: datetime.datetime) -> datetime.timedelta:
    """Working hours between two moments. Raises ValidationError `calendar` for a year that nobody has published."""
    return calendar.working_hours_between(since, until) if until > since else datetime.timedelta()


def time_of(complaint: Any, now: datetime.datetime | None = None) -> Time | None:
    """What a complaint has taken until its answer, or until now; opened again, it is counted from there, as its terms
    are. None where no calendar is known."""
    now = now or clock.now()
    until = min(one for one in (complaint.replied_at, complaint.refused_at, now) if one is not None)
    if complaint.reopened_at is not None and until < complaint.reopened_at:
        until = now
    calendar = calendar_of(complaint, now)
    if calendar is None:
        return None
    try:
        gross = working_time(calendar, complaint.reopened_at or complaint.registered_at, until)
        paused = datetime.timedelta(minutes=complaint.paused_minutes)
        if complaint.paused_at is not None:
            paused += working_time(calendar, complaint.paused_at, until)
    except ValidationError:
        return None
    return Time(gross, max(gross - paused, datetime.timedelta()), complaint.paused_at is not None)


def is_contained(complaint: Any) -> bool:
    """Whether it is written down how the danger is contained, since it was opened again if it was."""
    contained, opened = complaint.contained_at, complaint.reopened_at
    return contained is not None and (opened is None or contained > opened)


def duties_of(complaint: Any, codes: tuple[str, ...], now: datetime.datetime) -> list[Judged]:
    """What these duties say of a complaint now; those that do not ask are left out."""
    return [one for code in codes for one in judged(rules[code], [complaint], now) if isinstance(one, Judged)]


def next_due(complaint: Any, now: datetime.datetime | None = None) -> Due | None:
    """The next deadline of a complaint that is still open; None when nothing is due."""
    now = now or clock.now()
    open_ones = [
        Due(one.rule, one.due_at)
        for one in duties_of(complaint, (*RUNNING, CHECK), now)
        if one.due_at is not None and one.done_at is None
    ]
    return min(open_ones, key=lambda one: one.at, default=None)


def moved_on(complaint: Complaint, calendar: WorkingCalendar, ended_at: datetime.datetime) -> datetime.datetime:
    """Where the clock starts after a pause: later by the working days that the pause took.

    A Taiwanese consumer's fifteen days are the law's: the start moves only so far that the answer stays within them.
    """
    assert complaint.paused_at is not None
    days = calendar.working_days_between(calendar.day_of(complaint.paused_at), calendar.day_of(ended_at))
    start, former = complaint.clock_start, complaint.clock_start
    for count in range(days, -1, -1):
        start = _later(former, count, calendar)
        if not is_capped(complaint) or _reply_due(complaint, start) <= legal_limit(complaint, calendar):
            return start
    return former


def _later(start: datetime.datetime, days: int, calendar: WorkingCalendar) -> datetime.datetime:
    """The start, so many working days later at the same time of day; a receipt after hours counts as the next day's."""
    if not days:
        return start
    day = calendar.add_working_days(calendar.counts_for(start), days)
    at = start.astimezone(calendar.zone).timetz().replace(tzinfo=None)
    if calendar.counts_for(start) != calendar.day_of(start):
        at = calendar.hours[0].start if calendar.hours else datetime.time()
    return datetime.datetime.combine(day, at, calendar.zone)


def target_of(complaint: Any, registered_at: datetime.datetime) -> datetime.datetime | None:
    """Until when a complaint should be taken up, in working hours; its duty gives longer. None without a calendar."""
    calendar = calendar_of(complaint, registered_at)
    if calendar is None:
        return None
    try:
        return calendar.add_working_hours(registered_at, policy("complaint.target"))
    except ValidationError:
        return None


def last_day_of_return(complaint: Any, received_on: datetime.date, now: datetime.datetime) -> datetime.date:
    """The last day on which goods bought online go back without a reason: the day of receipt is not counted, and a
    last day that is not worked moves on to the next one that is (Civil Code, articles 201 and 203)."""
    day: datetime.date = received_on + policy("complaint.return", received_on) * _DAY
    calendar = calendar_of(complaint, now)
    try:
        return calendar.roll_forward(day) if calendar is not None else day
    except ValidationError:
        return day


def is_capped(complaint: Any) -> bool:
    """Whether the law of consumers in Taiwan sets a limit that no pause moves."""
    return bool(complaint.is_consumer) and jurisdiction_of(complaint) == "TW"


def legal_limit(complaint: Any, calendar: WorkingCalendar) -> datetime.datetime:
    """The fifteenth calendar day after the registration, in Taiwan (consumer protection act, article 43)."""
    day = calendar.day_of(complaint.reopened_at or complaint.registered_at)
    return calendar.end_of_day(day + policy("complaint.consumer", day) * _DAY)


def _reply_due(complaint: Complaint, start: datetime.datetime) -> datetime.datetime:
    """When the answer would be due if the clock had started then."""
    supposed = copy.copy(complaint)
    supposed.clock_start, supposed.paused_at = start, None
    (found,) = duties_of(supposed, (REPLY,), start)
    return found.due_at or start
