"""What a person has still to do today: rooms above say it, the digests list it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from shangwu.foundation.notices.models import Kind


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that is open. said: in the language of the moment; stays_inside: it must not be named outside."""

    person_id: int
    kind: Kind
    said: str
    due_at: datetime
    stays_inside: bool = False


Source = Callable[[Collection[int], datetime], Iterable[Open]]
_sources: list[Source] = []


def outstanding(source: Source) -> Source:
    """Register what is open: source(person ids, until) gives what each must have done by then. A decorator."""
    _sources.append(source)
    return source


def still_open(person_ids: Collection[int], until: datetime) -> list[Open]:
    """All that is open of these persons and due by a moment, the earliest first."""
    found = [one for source in _sources for one in source(person_ids, until)]
    return sorted(found, key=lambda one: (one.due_at, one.said))
