"""Cells as days and moments. Whether 01/02 is January or February is decided by the column, never by one cell."""

import datetime
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.exchange.reading.words import folded, is_nothing, table, words

REPUBLIC_BEGINS = 1911
"""The year before the first of the Republic of China: year 113 is 2024."""
SERIAL_ZERO = datetime.date(1899, 12, 30)
SERIALS = (20_000, 80_000)
"""Spreadsheet day numbers from 1954 to 2119; other numbers are no days."""
PIVOT = 69
"""Two-digit years from here on are of the last century, as POSIX has it."""


class Order(StrEnum):
    """How the column writes days whose year does not come first."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


class Reading(NamedTuple):
    """How to read a column's days; `is_sure`: a cell proves it, or the year comes first everywhere."""

    order: Order
    is_sure: bool


NUMERIC = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})\Z", re.ASCII)
WORDED = re.compile(r"(\d{2,4})\s*\u5e74\s*(\d{1,2})\s*\u6708\s*(\d{1,2})\s*\u65e5?\Z", re.ASCII)
COMPACT = re.compile(r"(\d{4}|\d{3})(\d{2})(\d{2})\Z", re.ASCII)
NAMED = re.compile(
    r"(?:(\d{1,2})[-\s./]+([a-z]{3})[a-z]*[-\s.,/]+(\d{2,4})|([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4}))\Z"
)
SERIAL = re.compile(r"\d{5}(\.\d+)?\Z", re.ASCII)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\Z", re.ASCII)
ZONED = re.compile(r"(z|[+-]\d{2}:?\d{2})\Z")


def order_of(cells: Iterable[str]) -> Reading:
    """Day or month first? A number above 12 proves it. Mixed proofs: the majority, and the others are refused later."""
    month_first = day_first = doubtful = 0
    for cell in cells:
        found = NUMERIC.match(split(folded(cell))[0])
        if not found or len(found[1]) > 2:
            continue
        first, second = int(found[1]), int(found[2])
        day_first += first > 12 >= second
        month_first += second > 12 >= first
        doubtful += first <= 12 and second <= 12
    order = Order.DAY_FIRST if day_first > month_first else Order.MONTH_FIRST
    return Reading(order, bool(day_first) != bool(month_first) or not (day_first or doubtful))


def day(cell: str, order: Order = Order.MONTH_FIRST) -> datetime.date | None:
    """A day: ISO, 2024/1/2, 113/01/02 and Chinese forms, 20240102, 8 Nov 2016, a spreadsheet's serial.

    None for a cell without a value. Raises ValidationError `day`.
    """
    if is_nothing(cell):
        return None
    return known_day(split(folded(cell))[0], order)


def moment(cell: str, zone: datetime.tzinfo, order: Order = Order.MONTH_FIRST) -> datetime.datetime | None:
    """A moment; without a time it is the day's beginning in `zone`. Raises ValidationError `day` or `clock`."""
    if is_nothing(cell):
        return None
    text = folded(cell)
    date_text, clock_text = split(text)
    date = known_day(date_text, order)
    if not clock_text and SERIAL.match(date_text):
        seconds = round(float("0" + date_text[5:]) * 86_400)
        return datetime.datetime.combine(date, datetime.time(), zone) + datetime.timedelta(seconds=seconds)
    time, given = clock(clock_text)
    return datetime.datetime.combine(date, time, given or zone)


def split(text: str) -> tuple[str, str]:
    """The day's and the time's part of a folded cell."""
    if ":" not in text:
        return text.strip(), ""
    found = clocked().match(text)
    return (found[1].strip(), found[2]) if found else (text.strip(), "")


@cache
def clocked() -> re.Pattern[str]:
    """A day, perhaps a "T" or a comma, then a time with or without a word for the half of the day before it."""
    return re.compile(rf"(.*?)[\s,t]*((?:{halves()})?\s*\d{{1,2}}:\d\d.*)\Z", re.ASCII)


@cache
def halves() -> str:
    """The words for forenoon and afternoon as alternatives of a pattern."""
    return "|".join(map(re.escape, sorted(words("afternoon") | words("forenoon"), key=len, reverse=True)))


@lru_cache(maxsize=20_000)
def known_day(text: str, order: Order) -> datetime.date:
    """The day of a folded text; tables repeat their days, so the last ones are remembered."""
    for republic in words("republic"):
        if text.startswith(republic):
            # Year 99 of the Republic has two digits; with three it can't be taken for a month or a day.
            text = re.sub(r"\A\d{1,2}(?=\D)", lambda year: year[0].zfill(3), text.removeprefix(republic).strip())
    try:
        if found := NUMERIC.match(text):
            return numeric(found[1], found[2], found[3], order)
        if found := WORDED.match(text) or COMPACT.match(text):
            return datetime.date(full_year(found[1], first=True), int(found[2]), int(found[3]))
        if found := NAMED.match(text):
            parts = (found[3], found[2], found[1]) if found[1] else (found[6], found[4], found[5])
            return datetime.date(full_year(parts[0]), table()["months"][parts[1]], int(parts[2]))
        if SERIAL.match(text) and SERIALS[0] <= int(text[:5]) <= SERIALS[1]:
            return SERIAL_ZERO + datetime.timedelta(days=int(text[:5]))
    except (ValueError, KeyError):
        pass
    raise ValidationError(_("“%(cell)s” is not a day. Write it as 2026-01-31."), code="day", params={"cell": text[:60]})


def numeric(first: str, second: str, third: str, order: Order) -> datetime.date:
    """Three numbers. A first of three or four digits is the year. Raises ValueError for no day."""
    if len(first) >= 3:
        return datetime.date(full_year(first, first=True), int(second), int(third))
    if len(third) not in {2, 4}:
        raise ValueError(third)
    month, date = (first, second) if order is Order.MONTH_FIRST else (second, first)
    return datetime.date(full_year(third), int(month), int(date))


def full_year(text: str, *, first: bool = False) -> int:
    """The year of our era. Where the year comes first, two or three digits count from the Republic's beginning."""
    year = int(text)
    if len(text) == 4:
        return year
    if first:
        return REPUBLIC_BEGINS + year
    return year + (1900 if year >= PIVOT else 2000)


def clock(text: str) -> tuple[datetime.time, datetime.timezone | None]:
    """A time of day and the zone it names, if it names one. Raises ValidationError `clock`."""
    given = None
    if found := ZONED.search(text):
        text = text[: found.start()]
        given = datetime.datetime.fromisoformat(f"2000-01-01T00:00{found[1].upper()}").tzinfo
    later = any(word in text for word in words("afternoon"))
    sooner = any(word in text for word in words("forenoon"))
    plain = re.sub(halves(), "", text).strip()
    if not plain:
        return datetime.time(), None
    found = CLOCK.match(plain)
    hour = int(found[1]) if found else 99
    if (later or sooner) and hour <= 12:
        hour = hour % 12 + (12 if later else 0)
    if not found or hour > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        raise ValidationError(
            _("“%(cell)s” is not a time. Write it as 17:30."), code="clock", params={"cell": text[:60]}
        )
    return datetime.time(hour, int(found[2]), int(found[3] or 0)), given if isinstance(
        given, datetime.timezone
    ) else None
