"""What parameters are worth on a day: adopted proposals, read into memory once a day and after each adoption.

A value holds from a day that lies ahead when it is adopted, so a process that has read today's values needs no news
until tomorrow: reading a parameter asks the database nothing. What is to come is read anew (`daily`).
"""

import datetime
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.policy.reading import restored
from shangwu.foundation.records import gate
from shangwu.foundation.regulation.daily import Daily


@dataclass(frozen=True, slots=True)
class Held:
    """A value that a parameter has from a day on, and the number of the proposal that gave it."""

    since: datetime.date
    value: Any
    by: str


def value_on(parameter: Parameter, on: datetime.date | None) -> Any:
    """The value on a day, today when None; the default before the first change."""
    held = held_on(parameter.key, on)
    return parameter.default if held is None else held.value


def held_on(key: str, on: datetime.date | None = None) -> Held | None:
    """Which change gives the parameter its value on a day; None while it has its default."""
    today, held = _changes.known(on)
    found = held.get(key)
    if not found:
        return None
    place = bisect_right(found, on or today, key=lambda one: one.since)
    return found[place - 1] if place else None


def history(key: str) -> list[Held]:
    """All changes of a parameter that were ever adopted, those to come included, oldest first."""
    _today, held = _changes.known(datetime.date.max)
    return list(held.get(key, []))


def forget() -> None:
    """Read the values again at the next question: one has been adopted."""
    _changes.forget()


def _adopted() -> dict[str, list[Held]]:
    from shangwu.foundation.regulation.models import Proposal

    found: dict[str, list[Held]] = defaultdict(list)
    with gate.free_reading():
        rows = Proposal.objects.filter(state="adopted").order_by("effective_from", "id")
        for key, since, value, number in rows.values_list("key", "effective_from", "value", "number"):
            if key in parameters:
                found[key].append(Held(since, restored(parameters[key], value), number or ""))
    return found


_changes = Daily(lambda: _adopted())
