"""A person's dates as a calendar program reads them (iCalendar, RFC 5545): rooms above say them, this writes them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from shangwu.foundation.notices import wording
from shangwu.foundation.records.actors import Actor


@dataclass(frozen=True, slots=True)
class Dated:
    """One date. key: the same whenever it is asked, and no other's. starts: a moment, or a day for the whole of it.
    ends: empty for a deadline, which is a moment. stays_inside: not to be named on other people's machines."""

    key: str
    starts: datetime | date
    title: str
    address: str
    changed_at: datetime
    ends: datetime | None = None
    place: str = ""
    stays_inside: bool = False


Source = Callable[[Actor], Iterable[Dated]]
_sources: list[Source] = []


def dated(source: Source) -> Source:
    """Register what stands in people's calendars: source(actor) gives what this person has to come. A decorator."""
    _sources.append(source)
    return source


def dates_of(actor: Actor) -> list[Dated]:
    """All dates of one person, in a stable order."""
    return sorted((one for source in _sources for one in source(actor)), key=lambda one: one.key)


def calendar_text(dates: Iterable[Dated]) -> bytes:
    """The dates as an iCalendar object, in the language of the moment."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shangwu//Shangwu//EN", "CALSCALE:GREGORIAN",
             f"X-WR-CALNAME:{_escaped(_('My duties'))}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]  # fmt: skip
    for one in dates:
        lines += _event(one)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(one: Dated) -> list[str]:
    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    title = wording.things(1) if one.stays_inside else wording.shortened(one.title)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{one.key}@{host}",
        f"DTSTAMP:{_moment(one.changed_at)}",
        f"SUMMARY:{_escaped(title)}",
    ]
    if isinstance(one.starts, datetime):
        lines.append(f"DTSTART:{_moment(one.starts)}")
        lines.append(f"DTEND:{_moment(one.ends or one.starts)}")
    else:
        lines.append(f"DTSTART;VALUE=DATE:{one.starts:%Y%m%d}")
        lines.append(f"DTEND;VALUE=DATE:{one.starts + timedelta(days=1):%Y%m%d}")
    if one.place and not one.stays_inside:
        lines.append(f"LOCATION:{_escaped(wording.shortened(one.place))}")
    lines += [f"URL:{settings.SITE_ADDRESS}{one.address}", "TRANSP:TRANSPARENT", "END:VEVENT"]
    return lines


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """A TEXT value: RFC 5545, 3.3.11."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A content line of at most 75 bytes, the rest on lines that begin with a space; no character is split."""
    found, width = [b""], 75
    for character in line:
        raw = character.encode()
        if len(found[-1]) + len(raw) > width:
            found.append(b"")
            width = 74
        found[-1] += raw
    return b"\r\n ".join(found) + b"\r\n"
