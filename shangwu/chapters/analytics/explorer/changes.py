"""Changes by the rules of 2.7.2: against the month before and the year before, and what has no percentage.

Base nothing or missing: a dash. Base below nought: the difference alone. Shares differ in percentage points.
January and February are judged against the year before as one, for the Spring Festival moves between them.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shangwu.chapters.analytics.periods import Span
from shangwu.foundation.pages import formats

NOTHING = "—"
PLACES = 2
FESTIVAL = (1, 2)
"""Months between which the Spring Festival moves."""

Series = Mapping[datetime.date, Decimal]


@dataclass(frozen=True, slots=True)
class Change:
    """rate: in per cent, None where there is none. difference: in the unit of the figure, None without a base.

    together: it is that of January and February as one.
    """

    rate: Decimal | None = None
    difference: Decimal | None = None
    together: bool = False

    @property
    def trend(self) -> str:
        """up, down, or nothing to say."""
        moved = self.difference or 0
        return "up" if moved > 0 else "down" if moved < 0 else ""

    def said(self, currency: str = "") -> str:
        """+20.00%; only the difference where the base lies below nought; a dash without a base."""
        if self.rate is not None:
            return f"{_sign(self.rate)}{formats.number(abs(self.rate), PLACES)}%"
        if self.difference is None:
            return NOTHING
        return f"{_sign(self.difference)}{formats.money(abs(self.difference), currency)}"


def _sign(value: Decimal) -> str:
    return "+" if value >= 0 else formats.MINUS


def change(now: Decimal | None, base: Decimal | None) -> Change:
    """From a base to now, by the rules above."""
    if now is None or base is None or base == 0:
        return Change()
    difference = now - base
    return Change(None if base < 0 else formats.round_to(difference / base * 100, PLACES), difference)


def points(now: Decimal | None, base: Decimal | None) -> str:
    """Between two shares (0 to 1), in percentage points: +0.60; a dash where one is missing."""
    if now is None or base is None:
        return NOTHING
    moved = formats.round_to((now - base) * 100, PLACES)
    return f"{_sign(moved)}{formats.number(abs(moved), PLACES)}"


def month_on_month(series: Series, month: datetime.date) -> Change:
    """Against the month before."""
    before = (month.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    return change(series.get(month), series.get(before))


def year_on_year(series: Series, month: datetime.date) -> Change:
    """Against the same month a year before; January and February as one, a dash until both are there."""
    if month.month not in FESTIVAL:
        return change(series.get(month), series.get(month.replace(year=month.year - 1)))
    now, base = (_festival(series, year) for year in (month.year, month.year - 1))
    found = change(now, base)
    return Change(found.rate, found.difference, together=True)


def compared_spans(span: Span, today: datetime.date) -> tuple[Span, Span] | None:
    """Which days are judged against which of the year before.

    Days of January and February alone are judged as both months together: None until these are over. None as well
    where a span has no beginning or no end, for then there is nothing to compare.
    """
    first, last = span.since, span.until
    if first is None or last is None:
        return None
    if first.year == last.year and {first.month, last.month} <= set(FESTIVAL):
        both = Span(first.replace(month=1, day=1), first.replace(month=3, day=1) - datetime.timedelta(days=1))
        return None if both.until is None or both.until >= today else (both, _both_before(both))
    return span, span.year_before


def _both_before(both: Span) -> Span:
    """January and February of the year before: whole, whether or not one of them is of a leap year."""
    assert both.since is not None
    first = both.since.replace(year=both.since.year - 1)
    return Span(first, first.replace(month=3) - datetime.timedelta(days=1))


def _festival(series: Series, year: int) -> Decimal | None:
    both = [series.get(datetime.date(year, month, 1)) for month in FESTIVAL]
    return None if any(one is None for one in both) else sum((one for one in both if one is not None), Decimal())
