"""The days that a bundle covers, as moments of the asker's zone, and as of when it tells."""

import datetime
from dataclasses import dataclass

from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to `last`, both included: `since` to before `until`. as_of: its end, or now while it runs."""

    first: datetime.date
    last: datetime.date
    since: datetime.datetime
    until: datetime.datetime
    as_of: datetime.datetime


def span_of(first: datetime.date, last: datetime.date, by: Actor) -> Span:
    """The span of these days where `by` works."""
    since = datetime.datetime.combine(first, datetime.time(), by.zone)
    until = datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), by.zone)
    return Span(first, last, since, until, min(clock.now(), until))
