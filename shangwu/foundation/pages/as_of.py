"""Looking at another day: `?on=2026-11-24` in an address, the banner that says so, and links that keep the day."""

import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import editions
from shangwu.foundation.regulation.models import Edition

ON = "on"
_LAST = datetime.time(23, 59, 59, 999_999)


def asked_on(request: HttpRequest) -> datetime.date | None:
    """The day that the address asks about; None for today, and for what is no day."""
    day = formats.asked_day(request.GET.get(ON, ""))
    return None if day == formats.today() else day


def past(on: datetime.date | None) -> datetime.date | None:
    """The day for what is only known up to now: a day that lies ahead counts as today."""
    return on if on is not None and on < formats.today() else None


def moment_of(on: datetime.date | None, actor: Actor) -> datetime.datetime:
    """As of when a day is looked at: its last moment where the reader is; now for today, and for days to come."""
    now = clock.now()
    return now if on is None else min(now, datetime.datetime.combine(on, _LAST, actor.zone))


def dated(address: str, on: datetime.date | None) -> str:
    """An address that keeps the day."""
    return f"{address}?{urlencode({ON: on.isoformat()})}" if on else address


def as_of(request: HttpRequest, on: datetime.date | None) -> dict[str, Any]:
    """What a page says of its day: the day, whether it lies ahead, the edition that holds on it, the way back."""
    query = request.GET.copy()
    for name in (ON, "as_of"):
        query.pop(name, None)
    held = editions.held_on(on)
    edition = {"label": f"{held.number} {held.title}", "since": held.since, "url": _url_of(held)} if held else None
    return {
        "day": on,
        "is_ahead": on is not None and on > formats.today(),
        "edition": edition,
        "today_url": request.path + (f"?{query.urlencode()}" if query else ""),
    }


def _url_of(held: editions.Held) -> str:
    return record_url(Edition, held.public_id)
