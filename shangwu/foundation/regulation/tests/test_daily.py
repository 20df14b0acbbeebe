"""What begins on days that lie ahead: today's is remembered, what is to come is what the tables say."""

import datetime
from collections.abc import Callable, Iterator

import pytest

from shangwu.foundation.records import clock
from shangwu.foundation.regulation.daily import Daily

pytestmark = pytest.mark.clause("1")

MORNING = datetime.datetime(2026, 11, 24, 1, tzinfo=datetime.UTC)
AHEAD = datetime.date(2026, 12, 1)
Move = Callable[[datetime.timedelta], None]


@pytest.fixture
def move() -> Iterator[Move]:
    """So much after the morning it is now."""
    former = clock.replace_source(lambda: MORNING)
    yield lambda after: clock.replace_source(lambda: MORNING + after) and None
    clock.replace_source(former)


def test_todays_is_read_once_a_day_and_what_lies_ahead_anew(move: Move) -> None:
    tables = ["first"]
    daily = Daily(lambda: list(tables))
    assert daily.known() == (datetime.date(2026, 11, 24), ["first"])
    tables.append("by another process")
    move(datetime.timedelta(hours=1))
    assert daily.known()[1] == ["first"]
    assert daily.known(datetime.date(2026, 11, 23))[1] == ["first"]
    assert daily.known(AHEAD)[1] == tables
    move(datetime.timedelta(days=1))
    tables.append("third")
    assert daily.known() == (datetime.date(2026, 11, 25), tables)


def test_many_questions_about_what_is_to_come_are_one_reading(move: Move) -> None:
    readings: list[int] = []
    daily = Daily(lambda: readings.append(1))
    for _n in range(50):
        daily.known(AHEAD)
    assert len(readings) == 1
    daily.forget()
    daily.known(AHEAD)
    assert len(readings) == 2
