"""Deadlines equal a table made by hand from the rules of counting and the published holidays, exchanges included."""

import json
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shangwu.chapters.appraisal.duties import APPROVED, CHECKED, LOCKED, SCORED
from shangwu.foundation.calendars.seeds import seeded_year
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.calendars.years import Day, Kind, YearEdition
from shangwu.foundation.duties.deadlines import (
    After,
    DayOfMonth,
    DayOfYear,
    Days,
    DaysBefore,
    Deadline,
    Earlier,
    Hours,
    LastWorkingDay,
    Later,
    Start,
    TimeOfDay,
    WorkingDayOfMonth,
    WorkingDays,
    WorkingDaysBefore,
    WorkingHours,
)
from shangwu.foundation.policy.parameters import policy
from tests.support import real_data


def published(jurisdiction: str, year: int) -> YearEdition:
    """A year as its government published it, from the files of real input."""
    days: dict[date, Day] = {}
    if jurisdiction == "CN":
        for one in json.loads(real_data(f"calendars/cn_{year}.json").read_text(encoding="utf-8"))["days"]:
            off = one["isOffDay"]
            days[date.fromisoformat(one["date"])] = Day(not off, one["name"], Kind.HOLIDAY if off else Kind.MAKE_UP)
    else:
        for one in json.loads(real_data(f"calendars/tw_{year}.json").read_text(encoding="utf-8")):
            day = date.fromisoformat(one["date"])
            if one["isHoliday"] != (day.weekday() >= 5):
                kind = Kind.HOLIDAY if one["isHoliday"] else Kind.MAKE_UP
                days[day] = Day(not one["isHoliday"], one["description"], kind)
    return YearEdition(year, days)


def mainland() -> WorkingCalendar:
    return WorkingCalendar.of("CN", "Asia/Shanghai", [published("CN", 2024), published("CN", 2025)])


def taiwan() -> WorkingCalendar:
    return WorkingCalendar.of("TW", "Asia/Taipei", [published("TW", 2024)])


# Counted by hand on the published calendars: start, deadline, last moment in time.
MAINLAND = [
    # Spring Festival 2024: 10 to 17 February off, 4 and 18 February worked.
    ("2024-02-02 10:00", WorkingDays(1), "2024-02-04 18:00"),
    ("2024-02-09 10:00", WorkingDays(1), "2024-02-18 18:00"),
    ("2024-02-08 10:00", WorkingDays(3), "2024-02-19 18:00"),
    ("2024-02-08 10:00", Days(3), "2024-02-18 18:00"),
    ("2024-02-08 10:00", Days(3, rolls=False), "2024-02-11 23:59"),
    # Qingming: 4 to 6 April off, 7 April (Sunday) worked.
    ("2024-04-03 09:00", WorkingDays(1), "2024-04-07 18:00"),
    ("2024-04-03 09:00", WorkingDays(2), "2024-04-08 18:00"),
    # Labour Day: 1 to 5 May off, 28 April and 11 May worked.
    ("2024-04-26 09:00", WorkingDays(1), "2024-04-28 18:00"),
    ("2024-04-30 09:00", WorkingDays(5), "2024-05-10 18:00"),
    ("2024-04-30 09:00", WorkingDays(6), "2024-05-11 18:00"),
    # National Day: 1 to 7 October off, 29 September and 12 October worked.
    ("2024-09-30 09:00", WorkingDays(1), "2024-10-08 18:00"),
    ("2024-09-27 09:00", WorkingDays(1), "2024-09-29 18:00"),
    ("2024-10-11 09:00", WorkingDays(1), "2024-10-12 18:00"),
    ("2024-10-11 09:00", WorkingDays(2), "2024-10-14 18:00"),
    ("2024-09-30 09:00", Days(1), "2024-10-08 18:00"),
    ("2024-10-01 12:00", WorkingDays(1), "2024-10-08 18:00"),
    # 2025: 28 January to 4 February off, 26 January and 8 February worked.
    ("2025-01-24 17:00", WorkingDays(1), "2025-01-26 18:00"),
    ("2025-01-27 17:00", WorkingDays(1), "2025-02-05 18:00"),
    ("2025-02-07 17:00", WorkingDays(1), "2025-02-08 18:00"),
    # 1 to 8 October 2025 off, 28 September and 11 October worked.
    ("2025-09-26 09:00", WorkingDays(3), "2025-09-30 18:00"),
    ("2025-09-30 09:00", WorkingDays(2), "2025-10-10 18:00"),
    ("2025-09-30 09:00", WorkingDays(3), "2025-10-11 18:00"),
    # What comes after the close of business, or on a day off, counts as having come the next working day.
    ("2024-09-30 18:00", WorkingDays(1, received=True), "2024-10-08 18:00"),
    ("2024-09-30 18:01", WorkingDays(1, received=True), "2024-10-09 18:00"),
    ("2024-10-03 10:00", WorkingDays(1, received=True), "2024-10-09 18:00"),
    # Hours run at once; hours of work do not.
    ("2024-09-30 17:00", Hours(2), "2024-09-30 19:00"),
    ("2024-09-30 17:00", Hours(24), "2024-10-01 17:00"),
    ("2024-09-30 17:00", WorkingHours(2), "2024-10-08 10:00"),
    ("2024-09-30 11:00", WorkingHours(2), "2024-09-30 14:00"),
    # A time of the day on which the start counts.
    ("2024-10-08 10:00", TimeOfDay("18:00"), "2024-10-08 18:00"),
    ("2024-10-08 18:00", TimeOfDay("18:00"), "2024-10-08 18:00"),
    ("2024-10-08 18:01", TimeOfDay("18:00"), "2024-10-09 18:00"),
    ("2024-10-05 09:00", TimeOfDay("17:30"), "2024-10-08 17:30"),
    # Counted back, the start day is not counted.
    ("2024-10-08 00:00", WorkingDaysBefore(1), "2024-09-30 18:00"),
    ("2024-10-01 00:00", WorkingDaysBefore(5), "2024-09-25 18:00"),
    ("2024-10-08 09:30", WorkingDaysBefore(1, by="17:00"), "2024-09-30 17:00"),
    ("2024-10-31 00:00", DaysBefore(30), "2024-10-01 23:59"),
    # Fixed days roll forward.
    ("2024-09-30 23:59", DayOfMonth(5), "2024-10-08 18:00"),
    ("2024-10-05 10:00", DayOfMonth(5), "2024-11-05 18:00"),
    ("2024-04-30 23:59", DayOfMonth(10), "2024-05-10 18:00"),
    ("2023-12-31 23:59", DayOfYear("11-15"), "2024-11-15 18:00"),
    ("2024-12-31 23:59", DayOfYear("01-31"), "2025-02-05 18:00"),
    ("2024-11-15 00:00", DayOfYear("11-15"), "2025-11-17 18:00"),
    ("2023-12-31 23:59", DayOfYear("02-29"), "2024-02-29 18:00"),
    ("2024-12-31 23:59", DayOfYear("02-29"), "2025-02-28 18:00"),
    # The n-th working day of the month after.
    ("2024-09-30 23:59", WorkingDayOfMonth(5), "2024-10-12 18:00"),
    ("2024-09-30 23:59", WorkingDayOfMonth(8), "2024-10-16 18:00"),
    # The last working day of a week, and of a month.
    ("2024-10-13 23:59", LastWorkingDay("17:00"), "2024-10-12 17:00"),
    ("2024-10-06 23:59", LastWorkingDay("17:00"), "2024-09-30 17:00"),
    ("2024-06-30 23:59", LastWorkingDay(), "2024-06-28 18:00"),
    # The day itself, and compounds.
    ("2024-10-02 10:00", Start(), "2024-10-08 18:00"),
    ("2024-09-30 23:59", Later(DayOfMonth(5), WorkingDayOfMonth(5)), "2024-10-12 18:00"),
    ("2024-09-30 23:59", Earlier(DayOfMonth(5), WorkingDayOfMonth(5)), "2024-10-08 18:00"),
    ("2024-09-30 23:59", After(WorkingDayOfMonth(5), WorkingDays(1)), "2024-10-14 18:00"),
]

TAIWAN = [
    # Lunar New Year 2024: 8 to 14 February off, 17 February (Saturday) worked.
    ("2024-02-07 10:00", WorkingDays(1), "2024-02-15 18:00"),
    ("2024-02-07 10:00", WorkingDays(3), "2024-02-17 18:00"),
    ("2024-02-07 10:00", WorkingDays(4), "2024-02-19 18:00"),
    ("2024-02-07 10:00", Days(3), "2024-02-15 18:00"),
    # 28 February, 4 and 5 April, 10 June, 17 September, 10 October off.
    ("2024-02-27 10:00", WorkingDays(1), "2024-02-29 18:00"),
    ("2024-04-03 10:00", WorkingDays(1), "2024-04-08 18:00"),
    ("2024-06-07 10:00", WorkingDays(1), "2024-06-11 18:00"),
    ("2024-09-16 10:00", WorkingDays(1), "2024-09-18 18:00"),
    ("2024-10-09 10:00", WorkingDays(1), "2024-10-11 18:00"),
    ("2024-10-09 10:00", TimeOfDay("17:30"), "2024-10-09 17:30"),
    ("2024-03-31 23:59", WorkingDayOfMonth(4), "2024-04-08 18:00"),
    ("2024-03-31 23:59", DayOfMonth(5), "2024-04-08 18:00"),
]


def amount(key: str) -> object:
    return policy(key)


def at(text: str, calendar: WorkingCalendar) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.zone)


@pytest.mark.parametrize(("start", "deadline", "due"), MAINLAND)
def test_mainland_2024_and_2025(start: str, deadline: Deadline, due: str) -> None:
    found = deadline.at(at(start, mainland()), mainland(), amount)
    assert f"{found:%Y-%m-%d %H:%M}" == due


@pytest.mark.parametrize(("start", "deadline", "due"), TAIWAN)
def test_taiwan_2024(start: str, deadline: Deadline, due: str) -> None:
    found = deadline.at(at(start, taiwan()), taiwan(), amount)
    assert f"{found:%Y-%m-%d %H:%M}" == due


CHAIN = [
    (date(2025, 12, 31), ("01-06", "01-07", "01-08", "01-12")),
    (date(2026, 4, 30), ("05-08", "05-09", "05-11", "05-12")),
    (date(2026, 7, 31), ("08-05", "08-06", "08-10", "08-11")),
    (date(2026, 9, 30), ("10-10", "10-12", "10-13", "10-14")),
]


@pytest.mark.clause("3.5.3")
@pytest.mark.parametrize(("ends", "expected"), CHAIN)
def test_the_closing_chain_of_a_month(ends: date, expected: tuple[str, ...]) -> None:
    calendar = WorkingCalendar.of("CN", "Asia/Shanghai", [seeded_year("CN", year) for year in (2025, 2026)])
    end = calendar.end_of_day(ends)
    assert tuple(f"{one.at(end, calendar, amount):%m-%d}" for one in (LOCKED, SCORED, CHECKED, APPROVED)) == expected


def test_the_examples_of_a_complaint() -> None:
    """Received on Tuesday 29 September 2026: taken up 30-09, solution 09-10, answer 14-10 (10-10 is worked)."""
    calendar = WorkingCalendar.of("CN", "Asia/Shanghai", [seeded_year("CN", 2026)])
    start = at("2026-09-29 10:00", calendar)
    found = [WorkingDays(count, received=True).at(start, calendar, amount) for count in (1, 3, 7)]
    assert [f"{one:%m-%d}" for one in found] == ["09-30", "10-09", "10-14"]


@given(some.dates(date(2024, 1, 5), date(2025, 11, 1)), some.times(), some.integers(1, 25))
def test_more_days_are_never_earlier_and_end_on_a_working_day(day: date, clock: time, count: int) -> None:
    calendar = mainland()
    moment = datetime.combine(day, clock, calendar.zone)
    days = [WorkingDays(one).at(moment, calendar, amount) for one in (count, count + 1)]
    assert moment < days[0] < days[1]
    assert all(calendar.is_working(one.date()) for one in days)
    assert calendar.working_days_between(moment.date(), days[0].date()) == count


@pytest.mark.parametrize("zone", ["Asia/Taipei", "America/New_York", "Europe/Berlin"])
def test_a_deadline_falls_on_the_entitys_own_day(zone: str) -> None:
    calendar = WorkingCalendar.of("X", zone, [YearEdition(2026)])
    start = datetime(2026, 3, 27, 23, 30, tzinfo=ZoneInfo(zone))
    due = WorkingDays(1).at(start.astimezone(ZoneInfo("UTC")), calendar, amount)
    assert f"{due:%Y-%m-%d %H:%M}" == "2026-03-30 18:00"
    assert due.utcoffset() == due.astimezone(ZoneInfo(zone)).utcoffset()
