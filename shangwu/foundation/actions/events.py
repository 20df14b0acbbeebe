"""What the door announces. Subscribers run inside the action's transaction and receive the whole batch."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

if TYPE_CHECKING:
    from shangwu.foundation.actions.registry import Action


@dataclass(frozen=True, slots=True)
class Acted:
    """An action has been done: on which records, what changed in each, under which log entry.

    changes: per record, field -> (before, after); empty for a creation.
    also: other rows that the bodies changed or made; also_changes: what changed in each, None for one just made.
    """

    action: "Action"
    by: Actor
    records: Sequence[Record]
    changes: Sequence[dict[str, tuple[Any, Any]]]
    entry_id: int
    context: uuid.UUID
    inputs: Sequence[dict[str, Any]] = ()
    also: Sequence[Any] = field(default=())
    also_changes: Sequence[dict[str, tuple[Any, Any]] | None] = field(default=())


class Objected(Exception):
    """A subscriber can't follow for some of the records: the run is repeated without them, each with its refusal.

    culprits: primary keys of the action's records.
    """

    def __init__(self, culprits: Mapping[int, Refusal]) -> None:
        super().__init__(culprits)
        self.culprits = dict(culprits)


Subscriber = Callable[[Acted], None]

_everything: list[Subscriber] = []
_named: dict[str, list[Subscriber]] = defaultdict(list)


def subscribe(subscriber: Subscriber) -> Subscriber:
    """Hear of every action (search, notices, webhooks, duties). Usable as a decorator."""
    _everything.append(subscriber)
    return subscriber


def on(event: str) -> Callable[[Subscriber], Subscriber]:
    """Hear of one named event, such as `sales.order.confirmed`. A decorator."""

    def register(subscriber: Subscriber) -> Subscriber:
        _named[event].append(subscriber)
        return subscriber

    return register


def announce(acted: Acted) -> None:
    """Tell all subscribers, in the order of their registration."""
    for subscriber in (*_everything, *_named.get(acted.action.event, ())):
        subscriber(acted)


def heard() -> dict[str, int]:
    """How many listen to each named event, for the generated reference."""
    return {event: len(found) for event, found in _named.items()}
