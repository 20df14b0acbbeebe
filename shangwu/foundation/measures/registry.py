"""The registry of fact sets and measures, filled by each chapter's measures.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import models

from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence

SCOPE_COLUMNS: Mapping[str, str] = {
    "owner_id": "bigint",
    "department_id": "bigint",
    "entity_id": "bigint",
    "secrecy": "smallint",
    "archived": "boolean",
}
"""Columns that every fact carries from its record, so that an engine can ask who may see it."""


class Unit(StrEnum):
    """What a measure counts in."""

    MONEY = "money"
    COUNT = "count"
    QUANTITY = "quantity"
    RATIO = "ratio"
    DAYS = "days"
    DATE = "date"


KINDS = frozenset({"bigint", "smallint", "integer", "text", "boolean", "date"})
"""PostgreSQL types that facts may have, beside `numeric(digits,places)`: floats would not add up to the cent."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a fact set: a SQL expression over its tables, and its PostgreSQL type. Raises ValueError for a type
    that facts can't have."""

    sql: str
    kind: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS and not self.kind.startswith("numeric("):
            raise ValueError(f"facts can't have the type {self.kind}")


@dataclass(frozen=True, slots=True)
class Joined:
    """Other records of which a few values stand in facts: where such a value changes, the facts change with it.

    values: the columns of their table. records: SQL about `r`, true of the records whose facts hold them, `{among}` in
    place of their ids.
    """

    model: type[models.Model]
    values: tuple[str, ...]
    records: str


@dataclass(frozen=True, slots=True)
class FactSet:
    """Rows for analysis, one record type's: exported month by month.

    source: the SQL after FROM; the record's own table has the alias `r`. period: SQL of the day that decides the month.
    columns: name -> column. where: which rows count at all. currency: SQL of the currency of the amounts, for sets that
    hold nothing but amounts: then only the rows in the reader's own are asked, for two currencies make no sum.
    rolled_by, sums: groupings and amounts that are also kept as sums by month; both empty where none are.
    seen_with: alias in `source` of the record with which a row is seen (a talk with its customer); its own otherwise.
    follows: alias -> record type of joined rows whose change changes a fact.
    varying: columns that differ between the rows of one record; all others are the record's own.
    first_of: name of a column that is 1 on the first row of each record, or of each value of `varying` columns within
    it, and else 0 -> the groups of varying columns that it serves. So that records are counted by adding up.
    closed: columns that are not for everybody -> who may see them, as the measures made of them say.
    named_by: alias of a followed record that names this one -> its column with this one's id.
    narrow: the source for a few records only, `{among}` in place of their ids, where PostgreSQL would otherwise read
    everything before it looks for them.
    records_of: the source without what its records hold several of; it suffices for the records' own columns.
    joins: what else is joined, of which only a few values stand in facts: a product's category, a customer's region.
    moments: moments in SQL whose passing changes a fact though nobody touches the record: what was in time is late.
    """

    name: str
    model: type[models.Model]
    source: str
    period: str
    columns: Mapping[str, Column]
    where: str = "true"
    currency: str = ""
    rolled_by: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    seen_with: str = ""
    follows: Mapping[str, type[models.Model]] = field(default_factory=dict)
    varying: tuple[str, ...] = ()
    first_of: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    closed: Mapping[str, Callable[[Actor], bool]] = field(default_factory=dict)
    named_by: Mapping[str, str] = field(default_factory=dict)
    narrow: str = ""
    records_of: str = ""
    joins: tuple[Joined, ...] = ()
    moments: tuple[str, ...] = ()

    @property
    def seen_as(self) -> type[models.Model]:
        """The record type whose scope decides who sees a row. Raises KeyError if it isn't followed."""
        return self.follows[self.seen_with] if self.seen_with else self.model

    @property
    def all_columns(self) -> dict[str, Column]:
        """Declared columns, the record's id, its day and month, and the scope columns.

        The month stands by itself because most questions ask by it: cutting it out of ten million days costs more
        than adding up their amounts.
        """
        scope = {name: Column(self._scope(name), kind) for name, kind in SCOPE_COLUMNS.items()}
        when = {
            "day": Column(self.period, "date"),
            "month": Column(f"date_trunc('month', {self.period})::date", "date"),
        }
        money = {"currency": Column(self.currency, "text")} if self.currency else {}
        return {"record_id": Column("r.id", "bigint"), **when, **scope, **money, **self.columns}

    def _scope(self, name: str) -> str:
        """The SQL of a scope column: of the row, or of what it is seen with; the legal entity is always the row's."""
        if name == "archived":
            return "r.archived_at IS NOT NULL"
        if not self.seen_with or name == "entity_id":
            return f"r.{name}"
        other = f"{self.seen_with}.{name}"
        return f"greatest(r.secrecy, {other})" if name == "secrecy" else other


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to group: a column of the fact set and what people call it.

    model: the record type that the column's ids point to; its names are drawn through the reader's gate.
    choices: labels of a column with fixed values. key: an Ibis expression over the fact table instead of the column
    itself, for what depends on the day on which it is asked; the column is the one that it is made of. sql: the same
    key in PostgreSQL's words, made of the column's, for the list behind a figure.
    """

    name: str
    label: Sentence
    column: str
    model: type[models.Model] | None = None
    choices: Mapping[str, Sentence] = field(default_factory=dict)
    key: Callable[[Any], Any] | None = None
    sql: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A number that a measure is worked out of: an Ibis expression over the same facts."""

    name: str
    label: Sentence
    value: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Formula:
    """How a measure follows from its terms, so that a figure can be shown filled in and worked out again.

    said: terms and signs only, such as `%(part)s ÷ %(whole)s`. adds: whether what the rows give comes to the whole.
    """

    said: str
    terms: tuple[Term, ...]
    work: Callable[[Mapping[str, Any]], Any]
    adds: bool = False


def quotient(part: Term, whole: Term) -> Formula:
    """A share or a mean: nothing of nothing."""
    return Formula(
        f"%({part.name})s ÷ %({whole.name})s",
        (part, whole),
        lambda terms: (
            terms[part.name] / terms[whole.name] if terms[whole.name] and terms[part.name] is not None else None
        ),
    )


def difference(more: Term, less: Term) -> Formula:
    """One number less another."""
    return Formula(
        f"%({more.name})s − %({less.name})s",
        (more, less),
        lambda terms: None if terms[more.name] is None else terms[more.name] - (terms[less.name] or 0),
        adds=True,
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """A named number: one definition for every page, report, KPI and token.

    value: an Ibis expression over the fact table. basis: which rows count, in words.
    gate: who may ask; a measure made of a gated column needs that column's gate.
    adds_up: its value is made of sums of the set's `sums` or of their differences, so that sums of sums answer it too.
    counts_records: it counts the records of the rows, each once.
    formula: how it follows from other numbers of the same facts; without one it is counted or summed as defined.
    parameters: keys of the regulation's parameters that its rows were judged by.
    new_in: a column whose values may be new, as the rows then say by `<column>_is_new`: the legal entity has no fact of
    the value before the first day asked for, nor before that of the month, quarter or year where these are grouped.
    """

    name: str
    label: Sentence
    unit: Unit
    facts: str
    clause: str
    basis: Sentence
    definition: Sentence
    value: Callable[[Any], Any]
    dimensions: tuple[str, ...] = ()
    version: int = 1
    adds_up: bool = False
    counts_records: bool = False
    gate: Callable[[Actor], bool] | None = None
    formula: Formula | None = None
    parameters: tuple[str, ...] = ()
    new_in: str = ""

    @property
    def is_additive(self) -> bool:
        """Whether the values of parts come to the value of the whole: of sums and counts of records, not of shares."""
        if self.formula is not None:
            return self.formula.adds
        return self.unit in (Unit.MONEY, Unit.QUANTITY) and self.adds_up

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of its formula."""
        return self.formula.terms if self.formula is not None else ()


fact_sets: dict[str, FactSet] = {}
dimensions: dict[str, Dimension] = {}
measures: dict[str, Measure] = {}


def declare(*found: FactSet | Dimension | Measure) -> None:
    """Register fact sets, dimensions and measures. Raises ValueError for a name declared twice."""
    for one in found:
        registry: dict[str, Any] = (
            fact_sets if isinstance(one, FactSet) else dimensions if isinstance(one, Dimension) else measures
        )
        if one.name in registry:
            raise ValueError(f"{one.name} is declared twice")
        registry[one.name] = one
