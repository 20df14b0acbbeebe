"""The spans of days that the analysis page offers."""

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Sentence

CHOICES: Mapping[str, Sentence] = {
    "month": _("This month"),
    "quarter": _("This quarter"),
    "year": _("This year"),
    "last_12": _("Last 12 months"),
    "all": _("All"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` to `until`, both included; None is open."""

    since: datetime.date | None
    until: datetime.date | None

    @property
    def year_before(self) -> "Span":
        """The same days a year earlier; the last of February stands for the 29th."""
        return Span(_year_before(self.since), _year_before(self.until))


def _year_before(day: datetime.date | None) -> datetime.date | None:
    if day is None:
        return None
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def span(choice: str, today: datetime.date) -> Span:
    """The days of a named choice as of `today`. An unknown name means the whole time."""
    match choice:
        case "month":
            return Span(today.replace(day=1), today)
        case "quarter":
            return Span(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today)
        case "year":
            return Span(today.replace(month=1, day=1), today)
        case "last_12":
            # Twelve months with this one, so that the same span a year earlier ends where it begins.
            next_month = (today.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
            return Span(_year_before(next_month), today)
    return Span(None, None)


def between(since: str, until: str) -> Span | None:
    """The span of two days as typed; None when neither is one."""
    found = Span(_day(since), _day(until))
    return found if found.since or found.until else None


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
