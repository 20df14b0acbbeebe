"""Which days a report is about, and with which others they are compared (DOMAIN W7)."""

import datetime
from dataclasses import dataclass

from shangwu.chapters.analytics.periods import Span

_DAY = datetime.timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
TREND_MONTHS = 13
"""A year and the month with which the last one is compared."""


@dataclass(frozen=True, slots=True)
class Spans:
    """The days of a report. prior: the period before. year: the same days a year earlier.

    rate_now, rate_then: what is compared year on year. Spring Festival moves between January and February: January
    alone has no rate, and February is compared together with January.
    """

    now: Span
    prior: Span
    year: Span
    rate_now: Span | None
    rate_then: Span | None

    @property
    def asked(self) -> dict[str, Span]:
        """All spans that are asked for, each once, by name."""
        found = {"now": self.now, "prior": self.prior, "year": self.year}
        if self.rate_now is not None and self.rate_then is not None and self.rate_now != self.now:
            found |= {"rate_now": self.rate_now, "rate_then": self.rate_then}
        return found


def first_of(cadence: str, day: datetime.date) -> datetime.date:
    """The first day of the period in which a day lies. Raises KeyError for an unknown cadence."""
    months = MONTHS[cadence]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def months_on(first: datetime.date, months: int) -> datetime.date:
    """The first of the month so many months later, or earlier."""
    place = first.year * 12 + first.month - 1 + months
    return datetime.date(place // 12, place % 12 + 1, 1)


def last_of_month(first: datetime.date) -> datetime.date:
    """The last day of the month that begins on `first`."""
    return months_on(first, 1) - _DAY


def span_of(first: datetime.date, months: int) -> Span:
    """Whole months from `first` on."""
    return Span(first, months_on(first, months) - _DAY)


def spans(cadence: str, first: datetime.date) -> Spans:
    """The days of a period that begins on `first`, and what they are compared with."""
    months = MONTHS[cadence]
    now, year = span_of(first, months), span_of(months_on(first, -12), months)
    rate_now: Span | None = now
    rate_then: Span | None = year
    if cadence == "month" and first.month == 1:
        rate_now = rate_then = None
    elif cadence == "month" and first.month == 2:
        rate_now, rate_then = span_of(first.replace(month=1), 2), span_of(datetime.date(first.year - 1, 1, 1), 2)
    return Spans(now, span_of(months_on(first, -months), months), year, rate_now, rate_then)


def trend(cadence: str, first: datetime.date) -> list[datetime.date]:
    """The months that the trend shows, oldest first: up to the last of the period."""
    last = months_on(first, MONTHS[cadence] - 1)
    return [months_on(last, -back) for back in reversed(range(TREND_MONTHS))]
