"""What the API reads beside the record types: the regulation, the board, a file. Each room registers its own in api.py.

A reading is asked with GET only, by sign-in or by a token that may `read` or holds the reading's own scope.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.api import vocabulary
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.pages import formats
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, Sentence

ON = "on"
_DAY = Input(ON, Kind.DATE, _("Day"))

Answer = Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One address. answer: asked with who reads, the query that was given, and what the path names; gives plain data
    or a response of its own, and raises Refusals.

    name: operation and url name. scope: what a token needs if not all reading. asks: the query's parameters with
    their schemas. names: what the path names, with an example each. shape: the JSON schema of the answer; None for a
    file.
    """

    name: str
    path: str
    answer: Answer
    scope: str
    label: Sentence
    said: str
    shape: Schema | None
    asks: Mapping[str, Schema] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def address(self, **instead: str) -> str:
        """The address, with the examples for what is not said."""
        return reverse(f"api-1:{self.name}", kwargs={**self.names, **instead})


_readings: dict[str, Reading] = {}


def reading(one: Reading) -> Reading:
    """Register a reading. Raises ValueError for a name that there is already."""
    if one.name in _readings:
        raise ValueError(f"{one.name} is registered twice")
    _readings[one.name] = one
    vocabulary.reading_scopes.add(one.scope)
    return one


def readings() -> tuple[Reading, ...]:
    """All readings, by name."""
    return tuple(_readings[name] for name in sorted(_readings))


ON_SCHEMA: Schema = {"type": "string", "format": "date", "description": "As of this day; today when left out."}


def day_of(given: Mapping[str, str], by: Actor, *, past: bool = False) -> datetime.date | None:
    """The day that a query asks about; None for today.

    past: what is known up to now only. Raises Refusal("invalid") for what is no day, or lies ahead then.
    """
    if ON not in given:
        return None
    day: datetime.date = validated((_DAY,), ON, {ON: given[ON]})[ON]
    today = clock.today(by.zone)
    if day < formats.EARLIEST or (past and day > today):
        said = _("Nothing is known of this day: it lies too far back, or ahead. Ask about another one.")
        raise Refusal("invalid", said, fields={ON: [said]})
    return None if day == today else day
