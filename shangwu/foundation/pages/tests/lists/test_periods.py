"""Spans of days mean what people mean by them, on the reader's business date."""

import datetime
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.pages.lists import periods
from shangwu.foundation.pages.lists.cursor import Cursor
from shangwu.foundation.records import clock

Day = datetime.date


@pytest.fixture
def monday() -> Iterator[None]:
    former = clock.replace_source(lambda: datetime.datetime(2026, 11, 23, 2, 0, tzinfo=datetime.UTC))
    yield
    clock.replace_source(former)


@pytest.mark.parametrize(
    ("token", "first", "last"),
    [
        ("today", Day(2026, 11, 23), Day(2026, 11, 23)),
        ("this_week", Day(2026, 11, 23), Day(2026, 11, 29)),
        ("last_week", Day(2026, 11, 16), Day(2026, 11, 22)),
        ("this_month", Day(2026, 11, 1), Day(2026, 11, 30)),
        ("next_month", Day(2026, 12, 1), Day(2026, 12, 31)),
        ("this_quarter", Day(2026, 10, 1), Day(2026, 12, 31)),
        ("last_quarter", Day(2026, 7, 1), Day(2026, 9, 30)),
        ("last_year", Day(2025, 1, 1), Day(2025, 12, 31)),
        ("last_14", Day(2026, 11, 10), Day(2026, 11, 23)),
        ("next_1", Day(2026, 11, 23), Day(2026, 11, 23)),
        ("past", None, Day(2026, 11, 22)),
        ("2026-02-01..", Day(2026, 2, 1), None),
        ("..2026-02-01", None, Day(2026, 2, 1)),
        ("2026-02-01..2026-02-03", Day(2026, 2, 1), Day(2026, 2, 3)),
    ],
)
def test_a_span_means_its_days(monday: None, token: str, first: Day | None, last: Day | None) -> None:
    found = periods.span(token)
    assert found is not None
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("token", ["", "..", "2026-02-30..", "last_0", "last_99999", "soon", "0000-00-00..", "today "])
def test_what_means_nothing_is_no_span(monday: None, token: str) -> None:
    assert periods.span(token) is None


@given(st.one_of(st.none(), st.text(max_size=40), st.integers(-(2**60), 2**60)), st.integers(0, 10**8))
def test_a_place_survives_its_address(value: str | int | None, rank: int) -> None:
    place = Cursor.read(str(Cursor(_KEY, value, rank)))
    assert place == Cursor(_KEY, value, rank)


@given(st.text(max_size=200))
def test_a_broken_place_is_none(text: str) -> None:
    found = Cursor.read(text)
    assert found is None or str(found)


_KEY = uuid.uuid4()
