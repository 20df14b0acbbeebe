"""The line grid: a record's parts as a sheet, with columns that the server works out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.pages.elements import Column
from shangwu.foundation.pages.forms.entries import Entries, initial, last, row_count
from shangwu.foundation.pages.forms.fields import Field
from shangwu.foundation.pages.forms.shares import is_share, label_of
from shangwu.foundation.records.refusals import Sentence

PREFIX = "__prefix__"
"""What the script replaces by the number of a new row."""

SHORT_TEXT = 20
"""Up to this length a text needs no more room than a figure."""

SIDE_BY_SIDE = 9
"""Beyond so many columns a row is drawn as a card: their heads would not fit."""

Errors = Mapping[str, Sequence[Sentence]]


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head. computed: the server fills it, from a column of its own if there is one; nobody types there.
    width: in CSS, "" for what is left."""

    name: str
    label: Sentence
    computed: bool
    numeric: bool
    width: str = ""
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A field, or the place of a worked-out value."""

    head: Head
    field: Field | None = None
    id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of the sheet. gone: taken away, but kept in the form so that it can come back."""

    place: str
    number: int
    cells: list[Cell]
    gone: bool = False
    errors: Sequence[Sentence] = ()


@dataclass(slots=True)
class Grid:
    """The parts of one relation in a form."""

    one: Input
    entries: Entries
    heads: list[Head]
    errors: Errors = field(default_factory=dict)
    computed: Mapping[str, str] = field(default_factory=dict)
    editable: bool = True

    @property
    def name(self) -> str:
        """The relation, which is the prefix of all names in the grid."""
        return self.one.name

    @property
    def label(self) -> Sentence:
        """What the rows are called."""
        return self.one.label

    @property
    def rows(self) -> list[GridRow]:
        """The rows as they were entered; an empty form shows one to begin with."""
        count = max(row_count(self.entries, self.name), 1)
        number = 0
        found = []
        for place in range(count):
            gone = bool(last(self.entries, f"{self.name}-{place}-DELETE"))
            number += 0 if gone else 1
            found.append(self._row(str(place), number, gone))
        return found

    @property
    def total_forms(self) -> int:
        """How many rows the form holds, for the script that adds more."""
        return max(row_count(self.entries, self.name), 1)

    @property
    def blank(self) -> GridRow:
        """The row that the script copies."""
        return self._row(PREFIX, 0, False)

    @property
    def is_many(self) -> bool:
        """Whether a row has too many fields for one line."""
        return len(self.heads) > SIDE_BY_SIDE

    @property
    def filled(self) -> int:
        """How many rows are there to count."""
        return sum(1 for row in self.rows if not row.gone)

    def _row(self, place: str, number: int, gone: bool) -> GridRow:
        inputs = {part.name: part for part in self.one.parts}
        cells = []
        for head in self.heads:
            name = f"{self.name}-{place}-{head.name}"
            if head.computed:
                cells.append(Cell(head, id=f"sum_{name}", text=self.computed.get(name, "")))
            else:
                said = list(self.errors.get(name, ()))
                entries = self._with_default(inputs[head.name], name)
                cells.append(Cell(head, Field(inputs[head.name], name, entries, said, labelled=True)))
        return GridRow(place, number, cells, gone, self.errors.get(f"{self.name}-{place}", ()))

    def _with_default(self, part: Input, name: str) -> Entries:
        """A row that nobody has filled yet shows what its inputs begin with."""
        if name in self.entries:
            return self.entries
        return {**self.entries, name: [initial(part)]}


def heads(one: Input, names: Sequence[str | Column], hidden: frozenset[str]) -> list[Head]:
    """The columns of a grid: inputs in the order wished, and further fields of the part as worked-out columns."""
    inputs = {part.name: part for part in one.parts if part.name not in hidden}
    found = []
    for name in names or tuple(inputs):
        if isinstance(name, Column):
            if not hidden.intersection(name.needs):
                found.append(Head(name.name, name.label, True, True, name.width or "96px", name))
        elif name in inputs:
            numeric = inputs[name].kind in (Kind.INTEGER, Kind.DECIMAL)
            found.append(Head(name, label_of(inputs[name]), False, numeric, _width(inputs[name])))
        elif name not in hidden and one.model is not None:
            found.append(Head(name, _label(one.model, name), True, True, "96px"))
    return found


def _width(part: Input) -> str:
    """Room for what a column holds: names take what is left over."""
    match part.kind:
        case Kind.INTEGER | Kind.DECIMAL:
            return "62px" if is_share(part) else "84px"
        case Kind.DATE | Kind.CHOICE | Kind.MOMENT:
            return "118px"
        case Kind.BOOLEAN:
            return "64px"
        case Kind.TEXT if part.max_length is not None and part.max_length <= SHORT_TEXT:
            return "72px"
        case Kind.TEXT:
            return "12%"
        case _:
            return ""


def _label(model: type[models.Model], name: str) -> Sentence:
    known: Any = model._meta.get_field(name)
    return known.verbose_name  # type: ignore[no-any-return]
