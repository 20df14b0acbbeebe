"""Evenings, nights and days off are quiet by each person's own clock and calendar; digests come on working days."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.calendars.years import Day, Kind, YearEdition
from shangwu.foundation.notices.models import Slot
from shangwu.foundation.notices.quiet import Hours, Span, within

ZONES = ("Asia/Taipei", "America/New_York", "Europe/Berlin")
NIGHT: Span = (datetime.time(20), datetime.time(8))
SLOTS = ((Slot.MORNING, datetime.time(8, 50)), (Slot.EVENING, datetime.time(17)))
MAKE_UP = datetime.date(2026, 9, 26)  # a Saturday that is worked
HOLIDAY = datetime.date(2026, 9, 25)  # a Friday that is not


def calendar(zone: str) -> WorkingCalendar:
    special = {MAKE_UP: Day(True, "調休", Kind.MAKE_UP), HOLIDAY: Day(False, "中秋", Kind.HOLIDAY)}
    editions = [YearEdition(2026, special), YearEdition(2027)]
    return WorkingCalendar.of("T", zone, editions)


def hours(zone: str, quiet: Span = NIGHT, rest_days: bool = True) -> Hours:
    return Hours(ZoneInfo(zone), calendar(zone), quiet, rest_days, SLOTS)


def at(text: str, zone: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize("zone", ZONES)
def test_the_night_is_quiet_over_midnight(zone: str) -> None:
    quiet = [hour for hour in range(24) if hours(zone).is_quiet(at(f"2026-09-22 {hour:02}:00", zone))]
    assert quiet == [0, 1, 2, 3, 4, 5, 6, 7, 20, 21, 22, 23]
    assert not hours(zone).is_quiet(at("2026-09-22 19:59:59", zone))
    assert hours(zone).is_quiet(at("2026-09-22 07:59:59", zone))


@pytest.mark.parametrize("zone", ZONES)
def test_a_saturday_that_is_worked_is_not_quiet_and_a_holiday_is(zone: str) -> None:
    assert not hours(zone).is_quiet(at("2026-09-26 10:00", zone))
    assert hours(zone).is_quiet(at("2026-09-25 10:00", zone))
    assert hours(zone).is_quiet(at("2026-09-27 10:00", zone))
    assert not hours(zone, rest_days=False).is_quiet(at("2026-09-27 10:00", zone))


@pytest.mark.parametrize("zone", ZONES)
def test_the_digest_waits_for_the_next_working_day(zone: str) -> None:
    one = hours(zone)
    assert one.next_slot(at("2026-09-24 12:00", zone)) == at("2026-09-24 17:00", zone)
    assert one.next_slot(at("2026-09-24 17:00", zone)) == at("2026-09-26 08:50", zone)
    assert one.next_slot(at("2026-09-26 18:00", zone)) == at("2026-09-28 08:50", zone)
    assert one.slot_of(at("2026-09-26 08:49", zone)) is None
    assert one.slot_of(at("2026-09-26 08:50", zone)) == (MAKE_UP, Slot.MORNING)
    assert one.slot_of(at("2026-09-26 16:59", zone)) == (MAKE_UP, Slot.MORNING)
    assert one.slot_of(at("2026-09-26 17:00", zone)) == (MAKE_UP, Slot.EVENING)
    assert one.slot_of(at("2026-09-26 20:00", zone)) is None
    assert one.slot_of(at("2026-09-25 10:00", zone)) is None


def test_a_year_that_nobody_has_published_is_worked_monday_to_friday() -> None:
    assert hours(ZONES[0]).is_working(datetime.date(2031, 1, 3))
    assert not hours(ZONES[0]).is_working(datetime.date(2031, 1, 4))


times = st.times().map(lambda one: one.replace(second=0, microsecond=0, tzinfo=None))
moments = st.integers(0, 353 * 24 * 60).map(
    lambda minutes: datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=minutes)
)


@given(zone=st.sampled_from(ZONES), quiet=st.tuples(times, times), moment=moments)
@settings(max_examples=300, deadline=None)
def test_whatever_the_hours_a_digest_is_later_soon_and_never_in_them(
    zone: str, quiet: Span, moment: datetime.datetime
) -> None:
    one = hours(zone, quiet)
    found = one.next_slot(moment)
    assert moment < found <= moment + datetime.timedelta(days=8)
    if any(not within(quiet, slot) for _name, slot in SLOTS):
        assert not one.is_quiet(found)
        local = found.astimezone(one.zone)
        assert local.time() in {slot for _name, slot in SLOTS}
        assert one.slot_of(found) is not None


@given(quiet=st.tuples(times, times), moment=times)
def test_a_span_and_its_opposite_share_the_day(quiet: Span, moment: datetime.time) -> None:
    begins, ends = quiet
    if begins != ends:
        assert within((begins, ends), moment) != within((ends, begins), moment)
