"""What begins on days that lie ahead when it is decided: read into memory once a day, and anew for what is to come."""

import datetime
from collections.abc import Callable
from typing import Generic, TypeVar

from django.utils import timezone

from shangwu.foundation.records import clock

FRESH = datetime.timedelta(seconds=1)
"""For so long what is to come need not be read again."""

Found = TypeVar("Found")


class Daily(Generic[Found]):
    """What `read` finds. Today's needs no news until tomorrow; of what lies ahead another process may know more."""

    def __init__(self, read: Callable[[], Found]) -> None:
        self._read = read
        self._kept: tuple[datetime.datetime, tuple[datetime.datetime, datetime.datetime], datetime.date, Found] | None
        self._kept = None

    def known(self, on: datetime.date | None = None) -> tuple[datetime.date, Found]:
        """Today, and what is known, read anew where `on` lies ahead."""
        now = clock.now()
        if self._kept is not None:
            read_at, (begins, ends), today, found = self._kept
            is_ahead = on is not None and on > today
            if begins <= now < ends and not (is_ahead and abs(now - read_at) > FRESH):
                return today, found
        found = self._read()
        today = now.astimezone(timezone.get_default_timezone()).date()
        self._kept = now, _span(today), today, found
        return today, found

    def forget(self) -> None:
        """Read it again at the next question."""
        self._kept = None


def _span(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """When a day of the house begins, and when the next one does, as instants that compare fast."""
    zone = timezone.get_default_timezone()
    midnights = (datetime.datetime.combine(one, datetime.time(), zone) for one in (day, day + datetime.timedelta(1)))
    begins, ends = (one.astimezone(datetime.UTC) for one in midnights)
    return begins, ends
