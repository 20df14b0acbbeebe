"""Working hours of a day, written `09:00-12:00,13:00-18:00`."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class Segment(NamedTuple):
    """From `start` to `end` of one day, local time."""

    start: time
    end: time


def read_segments(text: str) -> tuple[Segment, ...]:
    """The segments in `text`, in order. Raises ValidationError `hours`: unreadable, overlapping, or ending early."""
    segments: list[Segment] = []
    try:
        for part in filter(None, text.replace(" ", "").split(",")):
            start, end = part.split("-")
            segments.append(Segment(time.fromisoformat(start), time.fromisoformat(end)))
    except ValueError:
        raise _refused(text) from None
    ends_early = any(segment.end <= segment.start for segment in segments)
    if ends_early or any(later.start < earlier.end for earlier, later in pairwise(segments)):
        raise _refused(text)
    return tuple(segments)


def write_segments(segments: Sequence[Segment]) -> str:
    """The text that `read_segments` reads."""
    return ",".join(f"{segment.start:%H:%M}-{segment.end:%H:%M}" for segment in segments)


def spans(day: date, segments: Sequence[Segment], zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Each segment of `day` as two moments in UTC, in which hours can be added across a change of the clock."""
    for segment in segments:
        yield (
            datetime.combine(day, segment.start, zone).astimezone(UTC),
            datetime.combine(day, segment.end, zone).astimezone(UTC),
        )


def _refused(text: str) -> ValidationError:
    return ValidationError(
        _("%(text)s are no working hours. Write the parts of the day in order, like 09:00-12:00,13:00-18:00."),
        code="hours",
        params={"text": text},
    )
