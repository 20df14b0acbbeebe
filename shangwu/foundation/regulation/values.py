"""What parameters are worth on a day: adopted proposals, read into memory once a day and after each adoption.

A value holds from a day that lies ahead when it is adopted, so a process that has read today's values needs no news
until tomorrow: reading a parameter asks the database nothing.
"""

import datetime
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.policy.reading import restored
from shangwu.foundation.records import clock, gate


@dataclass(frozen=True, slots=True)
class Held:
    """A value that a parameter has from a day on, and the number of the proposal that gave it."""

    since: datetime.date
    value: Any
    by: str


@dataclass(frozen=True, slots=True)
class _Known:
    day: datetime.date
    held: dict[str, list[Held]]


_known: _Known | None = None


def value_on(parameter: Parameter, on: datetime.date | None) -> Any:
    """The value on a day, today when None; the default before the first change."""
    held = held_on(parameter.key, on)
    return parameter.default if held is None else held.value


def held_on(key: str, on: datetime.date | None = None) -> Held | None:
    """Which change gives the parameter its value on a day; None while it has its default."""
    today = clock.today(timezone.get_default_timezone())
    known = _known if _known is not None and _known.day == today else _learn(today)
    found = known.held.get(key, [])
    place = bisect_right(found, on or today, key=lambda one: one.since)
    return found[place - 1] if place else None


def history(key: str) -> list[Held]:
    """All changes of a parameter that were ever adopted, those to come included, oldest first."""
    held_on(key)
    return list(_known.held.get(key, [])) if _known else []


def forget() -> None:
    """Read the values again at the next question: one has been adopted."""
    global _known
    _known = None


def _learn(today: datetime.date) -> _Known:
    global _known
    _known = _Known(today, _adopted())
    return _known


def _adopted() -> dict[str, list[Held]]:
    from shangwu.foundation.regulation.models import Proposal

    found: dict[str, list[Held]] = defaultdict(list)
    with gate.free_reading():
        rows = Proposal.objects.filter(state="adopted").order_by("effective_from", "id")
        for key, since, value, number in rows.values_list("key", "effective_from", "value", "number"):
            if key in parameters:
                found[key].append(Held(since, restored(parameters[key], value), number or ""))
    return found
