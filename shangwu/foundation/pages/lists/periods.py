"""Spans of days as an address says them: `this_week`, `last_14`, `2026-11-01..2026-11-30`, `2026-11-01..`."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shangwu.foundation.pages import formats
from shangwu.foundation.records.refusals import Sentence

_DAYS = re.compile(r"(last|next)_([1-9]\d{0,3})")
_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?")

Day = datetime.date
Bounds = tuple[Day | None, Day | None]
ONE = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, both included; None is open. `text`: how it is said."""

    first: Day | None
    last: Day | None
    text: str


def _week(today: Day, shift: int) -> Bounds:
    monday = today + datetime.timedelta(days=7 * shift - today.weekday())
    return monday, monday + 6 * ONE


def _months(today: Day, shift: int, length: int = 1) -> Bounds:
    start = today.year * 12 + (today.month - 1) // length * length + shift * length
    end = start + length
    return Day(start // 12, start % 12 + 1, 1), Day(end // 12, end % 12 + 1, 1) - ONE


NAMED: dict[str, tuple[Sentence, Callable[[Day], Bounds]]] = {
    "today": (_("today"), lambda today: (today, today)),
    "yesterday": (_("yesterday"), lambda today: (today - ONE, today - ONE)),
    "tomorrow": (_("tomorrow"), lambda today: (today + ONE, today + ONE)),
    "this_week": (_("this week"), lambda today: _week(today, 0)),
    "last_week": (_("last week"), lambda today: _week(today, -1)),
    "next_week": (_("next week"), lambda today: _week(today, 1)),
    "this_month": (_("this month"), lambda today: _months(today, 0)),
    "last_month": (_("last month"), lambda today: _months(today, -1)),
    "next_month": (_("next month"), lambda today: _months(today, 1)),
    "this_quarter": (_("this quarter"), lambda today: _months(today, 0, 3)),
    "last_quarter": (_("last quarter"), lambda today: _months(today, -1, 3)),
    "this_year": (_("this year"), lambda today: _months(today, 0, 12)),
    "last_year": (_("last year"), lambda today: _months(today, -1, 12)),
    "past": (_("before today"), lambda today: (None, today - ONE)),
    "future": (_("after today"), lambda today: (today + ONE, None)),
}
OFFERED = ("today", "this_week", "last_week", "next_week", "last_14", "this_month", "last_month", "this_quarter",
           "this_year", "last_year", "past")  # fmt: skip


def span(token: str) -> Span | None:
    """The span that a token means today; None for one that means nothing."""
    today = formats.today()
    if token in NAMED:
        label, bounds = NAMED[token]
        return Span(*bounds(today), str(label))
    if match := _DAYS.fullmatch(token):
        return _counted(today, match[1], int(match[2]))
    if match := _SPAN.fullmatch(token):
        return _absolute(match[1], match[2])
    return None


def _counted(today: Day, direction: str, days: int) -> Span:
    far = datetime.timedelta(days=days)
    if direction == "last":
        said = ngettext("last %(days)s day", "last %(days)s days", days)
        return Span(today - far + ONE, today, said % {"days": days})
    said = ngettext("next %(days)s day", "next %(days)s days", days)
    return Span(today, today + far - ONE, said % {"days": days})


def _absolute(first: str | None, last: str | None) -> Span | None:
    try:
        since = Day.fromisoformat(first) if first else None
        until = Day.fromisoformat(last) if last else None
    except ValueError:
        return None
    if since is None and until is None:
        return None
    return Span(since, until, f"{first or ''} – {last or ''}".strip())


def offered() -> list[tuple[str, str]]:
    """Tokens and names of the spans that a filter's menu offers."""
    return [(token, found.text) for token in OFFERED if (found := span(token)) is not None]
