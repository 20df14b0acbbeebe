"""The pieces of which pages are declared: columns, filters, views, groups of fields, tables of parts.

A plain string stands for a field with everything derived from the model: label, look, alignment, width, filter.
A piece is written out only where a page wants more than that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence

Begins = Callable[[Actor, Any, Mapping[str, Sequence[str]]], Mapping[str, list[str]]]
"""From who opens a fresh form, of which record, and what its address asks for, to what it begins with: texts by the
inputs' names. The record is None in a form that makes one."""


def this_minute(*names: str) -> Begins:
    """Moments that begin as the minute at which the form is opened: what is logged has just happened."""

    def begins(actor: Actor, _record: Any, _asked: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        return {name: [f"{clock.now().astimezone(actor.zone):%Y-%m-%dT%H:%M}"] for name in names}

    return begins


class Look(StrEnum):
    """How a value is drawn. Derived from the model field unless a column says otherwise."""

    KEY = "key"
    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    MONEY = "money"
    RATE = "rate"
    DATE = "date"
    MOMENT = "moment"
    STATE = "state"
    CHOICE = "choice"
    YES_NO = "yes_no"
    REFERENCE = "reference"
    PERSON = "person"
    PERSONS = "persons"
    LISTED = "listed"
    PROGRESS = "progress"
    TAGS = "tags"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list, one fact of a detail, one cell of a part.

    name: a field of the record, or a name of its own when `value` is given.
    value: computes what is shown from the loaded row alone; it never queries. `needs` names the fields it reads,
    so that a gated field hides the column too. `related` names reference fields it wants the labels of.
    currency: the field that holds the currency of an amount. open_while: states in which a passed day is late.
    total: sum it in the footer. edit: may be edited in the list (if the record's edit action takes it).
    """

    name: str
    label: Sentence = ""
    look: Look | None = None
    shown: bool = True
    value: Callable[[Any], Any] | None = None
    needs: tuple[str, ...] = ()
    currency: str = ""
    open_while: tuple[str, ...] | None = None
    total: bool = False
    edit: bool = True
    width: str = ""
    places: int | None = None
    tones: tuple[tuple[str, str], ...] = ()


def Money(name: str, label: Sentence = "", *, currency: str = "currency", total: bool = True, **more: Any) -> Column:  # noqa: N802
    """An amount: right-aligned, in its currency's places, summed in the footer over the whole filter."""
    return Column(name, label, Look.MONEY, currency=currency, total=total, **more)


def Due(  # noqa: N802
    name: str, label: Sentence = "", *, open_while: Sequence[str] = (), look: Look = Look.DATE, **more: Any
) -> Column:
    """A promised day or moment: amber when near, cinnabar when passed while the record is in one of `open_while`."""
    return Column(name, label, look, open_while=tuple(map(str, open_while)), **more)


def Rate(name: str, label: Sentence = "", **more: Any) -> Column:  # noqa: N802
    """A share (0.05) shown in percent."""
    return Column(name, label, Look.RATE, **more)


def Progress(name: str, value: Callable[[Any], int | None], *, label: Sentence, needs: Sequence[str] = ()) -> Column:  # noqa: N802
    """A short bar from 0 to 100, computed from the row."""
    return Column(name, label, Look.PROGRESS, value=value, needs=tuple(needs), edit=False)


def Computed(  # noqa: N802
    name: str, value: Callable[[Any], Any], *, label: Sentence, look: Look = Look.TEXT, needs: Sequence[str] = ()
) -> Column:
    """A value computed from the row in memory."""
    return Column(name, label, look, value=value, needs=tuple(needs), edit=False)


def Digest(name: str) -> Column:  # noqa: N802
    """A hash in hexadecimal: its first twelve digits, all of it on pointing."""
    return Column(name, look=Look.DIGEST)


def Hidden(column: "str | Column", **more: Any) -> Column:  # noqa: N802
    """A column that is there to be chosen, but not shown at first."""
    made = Column(column, **more) if isinstance(column, str) else column
    return replace(made, shown=False)


class Sort(StrEnum):
    """What kind of question a filter asks. Derived from the model field unless the page says otherwise."""

    CHOICE = "choice"
    REFERENCE = "reference"
    PERIOD = "period"
    RANGE = "range"
    TEXT = "text"
    YES_NO = "yes_no"
    PERSONS = "persons"


@dataclass(frozen=True, slots=True)
class Filter:
    """One question that a list can be asked. `pinned`: its chip stands in the bar even when it is not set.

    also: a column that names several records of the same type: a row is found by either.
    """

    name: str
    label: Sentence = ""
    sort: Sort | None = None
    pinned: bool = False
    also: str = ""


def Period(name: str, label: Sentence = "") -> Filter:  # noqa: N802
    """A span of days: relative (this week, last 14 days) or from a day to a day."""
    return Filter(name, label, Sort.PERIOD)


def Range(name: str, label: Sentence = "") -> Filter:  # noqa: N802
    """From a number to a number."""
    return Filter(name, label, Sort.RANGE)


def Contains(name: str, label: Sentence = "") -> Filter:  # noqa: N802
    """Part of a text."""
    return Filter(name, label, Sort.TEXT)


@dataclass(frozen=True, slots=True)
class View:
    """A view that comes with the page, a tab: `View("mine", _("Mine"), "owner=me")`.

    key: stands in the address. query: the filter as it stands in an address; "me" is the reader.
    """

    key: str
    label: Sentence
    query: str = ""
    columns: tuple[str, ...] = ()
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """How a card comes to a lane: a verb of its record, with the inputs that name the lane."""

    verb: str
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Board:
    """A board whose cards people move: `by` is the field whose values are the lanes, a choice or a small table.

    step: how a card comes to a lane, given the value of the choice or the record of the table; None where none does by
    hand. Without it a board only shows.
    """

    by: str
    step: Callable[[Any], Step | None]


@dataclass(frozen=True, slots=True)
class Lines:
    """Parts of a record in a form: a grid of rows. Without `fields`: all that the action takes. A field that it does
    not take, or a computed column, is worked out while somebody types."""

    relation: str
    fields: tuple[str | Column, ...]

    def __init__(self, relation: str, *fields: str | Column) -> None:
        object.__setattr__(self, "relation", relation)
        object.__setattr__(self, "fields", fields)


@dataclass(frozen=True, slots=True)
class Group:
    """A card of a form, or of facts: a title and its inputs in order. `Wide("remark")` takes the whole width.

    Facts may be columns.

    clause: shown beside the title. help: one sentence under it.
    """

    title: Sentence
    items: "tuple[str | Wide | Lines | Column, ...]"
    clause: str = ""
    help: Sentence = ""

    def __init__(
        self, title: Sentence, *items: "str | Wide | Lines | Column", clause: str = "", help: Sentence = ""
    ) -> None:
        for name, value in (("title", title), ("items", items), ("clause", clause), ("help", help)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands over a form while it is filled in: a route that is asked with these fields as they change.

    The route answers a fragment; `besides` names the record that is being edited.
    """

    route: str
    fields: tuple[str, ...]

    def __init__(self, route: str, *fields: str) -> None:
        object.__setattr__(self, "route", route)
        object.__setattr__(self, "fields", fields)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a clause asks, and how it stands. mark: as `face.mark` has it, "" while it can't be said yet."""

    label: Sentence
    mark: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Checklist:
    """What stands beside a form about the record as it would be: `ask(actor, record)`, asked while a person types.

    record: None while too little is entered to make one.
    It reads as the form's action reads, beyond the actor's scope: what it tells, it must be allowed to tell.
    """

    title: Sentence
    ask: Callable[[Actor, Any], Sequence[Checked]]
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Wide:
    """An input with its width in columns of the form's six."""

    name: str
    columns: int = 6


@dataclass(frozen=True, slots=True)
class Parts:
    """A table of a record's parts on its detail page: `Parts("lines", "product", "quantity", Money("amount"))`."""

    relation: str
    columns: tuple[str | Column, ...]
    title: Sentence = ""
    gate: Callable[[Any], bool] | None = field(default=None, compare=False)

    def __init__(self, relation: str, *columns: str | Column, title: Sentence = "") -> None:
        for name, value in (("relation", relation), ("columns", columns), ("title", title), ("gate", None)):
            object.__setattr__(self, name, value)
