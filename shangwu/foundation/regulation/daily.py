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
        self._kept: tuple[datetime.datetime, datetime.date, Found] | None = None

    def known(self, on: datetime.date | None = None) -> tuple[datetime.date, Found]:
        """Today, and what is known, read anew where `on` lies ahead."""
        now = clock.now()
        today = now.astimezone(timezone.get_default_timezone()).date()
        if self._kept is not None:
            read_at, day, found = self._kept
            is_ahead = on is not None and on > today
            if day == today and not (is_ahead and abs(now - read_at) > FRESH):
                return today, found
        found = self._read()
        self._kept = now, today, found
        return today, found

    def forget(self) -> None:
        """Read it again at the next question."""
        self._kept = None
