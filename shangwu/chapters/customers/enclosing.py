"""What other rooms put into a mail as it leaves (2.5.2): a link that nobody of ours sees, a paper as it stands then."""

from collections.abc import Callable
from dataclasses import dataclass, field

from shangwu.chapters.customers.models import Message


@dataclass(slots=True)
class Enclosed:
    """lines: further lines of text. files: (name, bytes, media type)."""

    lines: list[str] = field(default_factory=list)
    files: list[tuple[str, bytes, str]] = field(default_factory=list)


Enclose = Callable[[Message], Enclosed | None]
_ways: list[Enclose] = []


def encloses(way: Enclose) -> Enclose:
    """Register a function that answers what goes with a mail, or None. It reads freely. A decorator."""
    _ways.append(way)
    return way


def enclosed_with(message: Message) -> Enclosed:
    """All that goes with a mail, from every room."""
    whole = Enclosed()
    for way in _ways:
        if (found := way(message)) is not None:
            whole.lines += found.lines
            whole.files += found.files
    return whole
