"""Deadlines in working days and hours: hand-made tables, real calendars, and brute force."""

import csv
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some

from shangwu.foundation.calendars.hours import read_segments, write_segments
from shangwu.foundation.calendars.seeds import seeded_year
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.calendars.years import Day, Kind, YearEdition, known_years
from tests.support import real_data

MAINLAND = WorkingCalendar.of("CN", "Asia/Shanghai", [seeded_year("CN", year) for year in range(2023, 2028)])
TAIWAN = WorkingCalendar.of("TW", "Asia/Taipei", [seeded_year("TW", year) for year in range(2023, 2028)])
DAYS = some.dates(date(2023, 6, 1), date(2027, 6, 30))


def on(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str, calendar: WorkingCalendar = MAINLAND) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.zone)


@pytest.mark.parametrize(
    ("calendar", "year", "days"),
    [(MAINLAND, 2024, 251), (MAINLAND, 2025, 248), (MAINLAND, 2026, 248), (TAIWAN, 2024, 251)],
)
def test_a_years_working_days(calendar: WorkingCalendar, year: int, days: int) -> None:
    assert calendar.working_days_of(year) == days


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_mainland_agrees_with_the_state_councils_notice(year: int) -> None:
    published = json.loads(real_data(f"calendars/cn_{year}.json").read_text("utf-8"))
    off = {on(day["date"]): day["isOffDay"] for day in published["days"]}
    day = date(year, 1, 1)
    while day.year == year:
        assert MAINLAND.is_working(day) is not off.get(day, day.weekday() >= 5), day
        day += timedelta(1)


def test_taiwan_agrees_with_the_governments_table() -> None:
    published = json.loads(real_data("calendars/tw_2024.json").read_text("utf-8"))
    assert len(published) == 366
    for day in published:
        assert TAIWAN.is_working(on(f"{day['date'][:4]}-{day['date'][4:6]}-{day['date'][6:]}")) is not day["isHoliday"]
    name = "calendars/113年中華民國政府行政機關辦公日曆表.csv"
    with real_data(name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    days_off = [row[0] for row in rows if row[2] == "2"]
    assert len(days_off) == 115
    assert [day for day in days_off if TAIWAN.is_working(on(f"{day[:4]}-{day[4:6]}-{day[6:]}"))] == []


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-09-24", 10, "2026-10-15"),  # a loan of ten working days over the National Day
        ("2026-09-29", 1, "2026-09-30"),  # a complaint of Tuesday: accepted,
        ("2026-09-29", 3, "2026-10-09"),  # planned,
        ("2026-09-29", 7, "2026-10-14"),  # answered; Saturday the 10th is worked
        ("2026-10-01", -5, "2026-09-23"),  # a promotion is approved before its start; Sunday the 20th is worked
        ("2026-10-03", 0, "2026-10-08"),
        ("2026-10-08", 0, "2026-10-08"),
    ],
)
def test_working_days_are_counted_without_the_start(start: str, count: int, end: str) -> None:
    assert MAINLAND.add_working_days(on(start), count) == on(end)


@pytest.mark.parametrize(
    ("month", "lock", "head", "staff", "last"),
    [
        ((2026, 1), "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-12"),
        ((2026, 5), "2026-05-08", "2026-05-09", "2026-05-11", "2026-05-12"),
        ((2026, 8), "2026-08-05", "2026-08-06", "2026-08-10", "2026-08-11"),
        ((2026, 10), "2026-10-10", "2026-10-12", "2026-10-13", "2026-10-14"),
    ],
)
def test_the_chain_that_closes_a_month(month: tuple[int, int], lock: str, head: str, staff: str, last: str) -> None:
    """Each step by its day of the month, rolled forward, but a working day after the step before."""

    def fixed(day: int) -> date:
        return MAINLAND.roll_forward(date(*month, day))

    locked = max(fixed(5), MAINLAND.nth_working_day(*month, 3))
    scored = max(fixed(5), MAINLAND.add_working_days(locked, 1))
    checked = max(fixed(8), MAINLAND.add_working_days(scored, 1))
    approved = max(fixed(10), MAINLAND.add_working_days(checked, 1))
    assert [locked, scored, checked, approved] == [on(lock), on(head), on(staff), on(last)]


def test_a_months_ends() -> None:
    assert MAINLAND.last_working_day(2026, 9) == on("2026-09-30")
    assert MAINLAND.last_working_day(2026, 12) == on("2026-12-31")
    assert MAINLAND.last_working_day(2026, 1) == on("2026-01-30")
    assert MAINLAND.nth_working_day(2026, 10, 1) == on("2026-10-08")


@given(DAYS, some.integers(-60, 60), some.sampled_from([MAINLAND, TAIWAN]))
def test_counting_agrees_with_brute_force(start: date, count: int, calendar: WorkingCalendar) -> None:
    day, left, step = start, abs(count), timedelta(1 if count > 0 else -1)
    while left:
        day += step
        left -= calendar.is_working(day)
    end = calendar.add_working_days(start, count)
    assert end == (day if count else calendar.roll_forward(start))
    if count and calendar.is_working(start):
        assert calendar.working_days_between(start, end) == count


@given(DAYS, DAYS)
def test_days_between_are_those_after_the_start(start: date, end: date) -> None:
    count = sum(
        MAINLAND.is_working(date.fromordinal(each)) for each in range(start.toordinal() + 1, end.toordinal() + 1)
    )
    if start <= end:
        assert MAINLAND.working_days_between(start, end) == count


@pytest.mark.parametrize("calendar", [MAINLAND, TAIWAN])
def test_an_unknown_year_refuses_and_says_what_to_do(calendar: WorkingCalendar) -> None:
    with pytest.raises(ValidationError) as refused:
        calendar.add_working_days(on("2027-12-31"), 1)
    assert refused.value.code == "calendar"
    assert "2028" in refused.value.messages[0]
    assert calendar.name in refused.value.messages[0]


def test_a_guessed_year_says_so() -> None:
    assert MAINLAND.is_provisional(on("2027-05-01"))
    assert not MAINLAND.is_provisional(on("2026-05-01"))


def test_kinds_of_days_are_told_apart() -> None:
    kinds = {day: found.kind for day, found in MAINLAND.years[2026].days.items()}
    assert [kinds[on(f"2026-10-0{day}")] for day in (1, 2, 3, 4, 7)] == [Kind.HOLIDAY] * 3 + [Kind.REST] * 2
    assert kinds[on("2026-10-10")] is Kind.MAKE_UP


def test_a_result_can_be_repeated_with_the_edition_of_its_day() -> None:
    """A calendar that changed in mid-year: the later notice adds a day off."""
    first = YearEdition(2026, {}, published_on=on("2025-11-04"))
    second = YearEdition(2026, {on("2026-09-03"): Day(False, "Parade", Kind.HOLIDAY)}, published_on=on("2026-05-01"))
    before = WorkingCalendar.of("own", "Asia/Shanghai", [second, first], on=on("2026-04-30"))
    after = WorkingCalendar.of("own", "Asia/Shanghai", [second, first])
    assert before.add_working_days(on("2026-09-02"), 1) == on("2026-09-03")
    assert after.add_working_days(on("2026-09-02"), 1) == on("2026-09-04")
    assert known_years([second], on("2026-04-30")) == {}


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-09-29T10:00", 2, "2026-09-29T12:00"),
        ("2026-09-29T11:00", 2, "2026-09-29T14:00"),
        ("2026-09-29T12:30", 1, "2026-09-29T14:00"),
        ("2026-09-30T17:00", 2, "2026-10-08T10:00"),
        ("2026-10-03T03:00", 8, "2026-10-08T18:00"),
        ("2026-09-29T20:00", 0, "2026-09-29T20:00"),
        ("2026-09-29T09:00", Decimal("0.5"), "2026-09-29T09:30"),
    ],
)
def test_working_hours_skip_lunch_nights_and_holidays(start: str, hours: Decimal | int, end: str) -> None:
    assert MAINLAND.add_working_hours(at(start), hours) == at(end)


@given(some.integers(0, 300 * 24 * 60), some.integers(0, 4000))
def test_added_hours_are_the_hours_between(begins: int, minutes: int) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=begins)
    end = MAINLAND.add_working_hours(start, Decimal(minutes) / 60)
    assert abs(MAINLAND.working_hours_between(start, end) - timedelta(minutes=minutes)) < timedelta(milliseconds=1)


def test_hours_are_real_hours_when_the_clock_changes() -> None:
    """Nobody works at night here, so a whole shift round the change: 2026-03-29 in Berlin has no 02:30."""
    berlin = WorkingCalendar(
        "DE", ZoneInfo("Europe/Berlin"), {2026: YearEdition(2026)}, frozenset(range(7)), read_segments("00:00-08:00")
    )
    start = datetime(2026, 3, 29, 0, 0, tzinfo=berlin.zone)
    assert berlin.add_working_hours(start, 3).isoformat() == "2026-03-29T04:00:00+02:00"


@pytest.mark.parametrize(
    ("received", "counts_for"),
    [
        ("2026-09-29T17:30", "2026-09-29"),
        ("2026-09-29T17:31", "2026-09-30"),
        ("2026-09-30T17:31", "2026-10-08"),
        ("2026-10-03T09:00", "2026-10-08"),
        ("2026-10-10T09:00", "2026-10-10"),
    ],
)
def test_what_comes_late_or_on_a_day_off_counts_for_the_next_day(received: str, counts_for: str) -> None:
    assert MAINLAND.counts_for(at(received), time(17, 30)) == on(counts_for)


def test_the_local_day_decides() -> None:
    evening_in_london = datetime(2026, 9, 29, 20, 0, tzinfo=UTC)
    assert MAINLAND.day_of(evening_in_london) == on("2026-09-30")


def test_ends_of_days() -> None:
    day = on("2026-09-30")
    assert MAINLAND.close_of_business(day) == at("2026-09-30T18:00")
    assert MAINLAND.end_of_day(day) < at("2026-10-01T00:00")
    assert MAINLAND.end_of_day(day).date() == day
    without_hours = WorkingCalendar("CN", MAINLAND.zone, MAINLAND.years, hours=())
    assert without_hours.close_of_business(day) == MAINLAND.end_of_day(day)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        MAINLAND.counts_for(datetime(2026, 9, 29, 9))  # noqa: DTZ001


def test_segments_are_read_and_written() -> None:
    text = "09:00-12:00,13:00-18:00"
    assert write_segments(read_segments(" 09:00 - 12:00, 13:00-18:00")) == text
    assert read_segments("") == ()


@pytest.mark.parametrize("text", ["9-12", "12:00-09:00", "09:00-13:00,12:00-18:00", "09:00", "25:00-26:00"])
def test_unreadable_hours_are_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_segments(text)
    assert refused.value.code == "hours"
