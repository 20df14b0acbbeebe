"""Parameters that the clauses leave open. Declared in each chapter's policy.py, read by `policy`."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from shangwu.foundation.policy.units import Unit
from shangwu.foundation.records.refusals import Sentence


class Kind(StrEnum):
    """What values a parameter has, and how each is stored.

    NUMBER: int or Decimal, as its default is. SWITCH: bool. CHOICE: a key of `parts`. TIME: "17:30".
    HOURS: "09:00-12:00,13:00-18:00". SPAN: "20:00-08:00", may pass midnight. DAY_OF_YEAR: "12-15".
    SHARES: {part: whole points}, 100 in all. ORDER: every key of `parts` once, in a tuple.
    TABLE: {name: Decimal}, such as the minimum wage by city; where there are `parts`, they are all the names.
    """

    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    TIME = "time"
    HOURS = "hours"
    SPAN = "span"
    DAY_OF_YEAR = "day of the year"
    SHARES = "shares"
    ORDER = "order"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Clamp:
    """What the law of one jurisdiction leaves of a parameter, and the sentence that says so."""

    note: Sentence
    only: tuple[Any, ...] = ()
    least: Any = None
    most: Any = None

    def lawful(self, value: Any) -> Any:
        """`value`, or the nearest that the law allows."""
        if self.only:
            return value if value in self.only else self.only[0]
        if self.least is not None and value < self.least:
            return self.least
        return self.most if self.most is not None and value > self.most else value


@dataclass(frozen=True, slots=True)
class Parameter:
    """A blank of the regulation: its key, clause, unit, bounds and the value it has until it is changed.

    parts: names of the choices, shares or steps. not_below, not_above: another parameter that it may not pass.
    warn_above: beyond it the legal note is shown as a warning, and the value still allowed.
    clamps: by jurisdiction, what its law leaves. touches_pay: it bears on pay or discipline, so a change needs the
    record of the consultation, the proof of publication and each employee's signature before it takes effect.
    """

    key: str
    clause: str
    label: Sentence
    default: Any
    unit: Unit = Unit.NONE
    least: Any = None
    most: Any = None
    legal_note: Sentence = ""
    kind: Kind = Kind.NUMBER
    parts: Mapping[str, Sentence] = field(default_factory=dict)
    not_below: str = ""
    not_above: str = ""
    warn_above: Any = None
    clamps: Mapping[str, Clamp] = field(default_factory=dict)
    touches_pay: bool = False

    def lawful(self, value: Any, jurisdiction: str) -> Any:
        """`value` as the law of a jurisdiction leaves it; unchanged where we know of no such law."""
        clamp = self.clamps.get(jurisdiction)
        return clamp.lawful(value) if clamp else value


parameters: dict[str, Parameter] = {}

Reader = Callable[[Parameter, datetime.date | None], Any]


def _default(parameter: Parameter, on: datetime.date | None) -> Any:
    return parameter.default


_reader: Reader = _default
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_supposed: ContextVar[Mapping[str, Any]] = ContextVar("supposed values of parameters", default=_NOTHING)


def declare(*found: Parameter) -> None:
    """Register parameters. Raises ValueError for a key declared twice."""
    for parameter in found:
        if parameter.key in parameters:
            raise ValueError(f"parameter {parameter.key} is declared twice")
        parameters[parameter.key] = parameter


def policy(key: str, on: datetime.date | None = None, *, jurisdiction: str = "") -> Any:
    """The value of parameter `key` on a date (today when None), as the law of `jurisdiction` leaves it.

    Raises KeyError for a key that no chapter declares.
    """
    parameter, supposed = parameters[key], _supposed.get()
    value = supposed[key] if key in supposed else _reader(parameter, on)
    return parameter.lawful(value, jurisdiction) if jurisdiction else value


@contextmanager
def supposing(key: str, value: Any) -> Iterator[None]:
    """Let `policy` answer as if a parameter had always had this value: for what a proposal would change. Nothing may be
    written meanwhile."""
    token = _supposed.set({**_supposed.get(), key: value})
    try:
        yield
    finally:
        _supposed.reset(token)


def read_with(reader: Reader) -> None:
    """Let the regulation answer with its effective-dated values instead of the defaults."""
    global _reader
    _reader = reader
