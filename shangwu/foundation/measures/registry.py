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
class FactSet:
    """Rows for analysis, one record type's: exported month by month.

    source: the SQL after FROM; the record's own table has the alias `r`. period: SQL of the day that decides the month.
    columns: name -> column. where: which rows count at all.
    rolled_by, sums: groupings and amounts that are also kept as sums by month; both empty where none are.
    """

    name: str
    model: type[models.Model]
    source: str
    period: str
    columns: Mapping[str, Column]
    where: str = "true"
    rolled_by: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()

    @property
    def all_columns(self) -> dict[str, Column]:
        """Declared columns, the record's id, its day and month, and the scope columns.

        The month stands by itself because most questions ask by it: cutting it out of ten million days costs more
        than adding up their amounts.
        """
        scope = {
            name: Column("r.archived_at IS NOT NULL" if name == "archived" else f"r.{name}", kind)
            for name, kind in SCOPE_COLUMNS.items()
        }
        when = {
            "day": Column(self.period, "date"),
            "month": Column(f"date_trunc('month', {self.period})::date", "date"),
        }
        return {"record_id": Column("r.id", "bigint"), **when, **scope, **self.columns}


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to group: a column of the fact set and what people call it.

    model: the record type that the column's ids point to; its names are drawn through the reader's gate.
    choices: labels of a column with fixed values. key: an Ibis expression over the fact table instead of the column
    itself, for what depends on the day on which it is asked; the column is the one that it is made of.
    """

    name: str
    label: Sentence
    column: str
    model: type[models.Model] | None = None
    choices: Mapping[str, Sentence] = field(default_factory=dict)
    key: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A named number: one definition for every page, report, KPI and token.

    value: an Ibis expression over the fact table. basis: which rows count, in words.
    gate: who may ask; a measure made of a gated column needs that column's gate.
    adds_up: its value is a sum of the set's `sums` or of their differences, so that sums of sums answer it too.
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
    gate: Callable[[Actor], bool] | None = None


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
