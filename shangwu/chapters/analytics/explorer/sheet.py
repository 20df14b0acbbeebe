"""The answer to a question of the explorer: rows by columns by measures, with totals that are asked, never guessed.

Only the rows that are shown are asked for: the engine finds the largest, then fills their cells.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shangwu.chapters.analytics.explorer import keys
from shangwu.chapters.analytics.explorer.asked import Asked
from shangwu.foundation.measures import engine
from shangwu.foundation.measures.asking import TIME, Question, column_of, labels_of, question
from shangwu.foundation.measures.registry import Dimension, Measure
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

MOST_ROWS, MOST_COLUMNS = 200, 60

Values = tuple[Any, ...]
"""One per measure."""


@dataclass(frozen=True, slots=True)
class Head:
    """A row or a column: its raw value, what the reader reads, and how an address calls it; "" where it can't."""

    value: Any
    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """rows, columns: as shown; without a grouping one head without a value. cells: by (row, column) value.

    row_totals, column_totals: over everything, what is not shown included. all_rows: how many there are.
    """

    measures: tuple[Measure, ...]
    row: Dimension | None
    column: Dimension | None
    rows: list[Head]
    columns: list[Head]
    cells: Mapping[tuple[Any, Any], Values]
    row_totals: Mapping[Any, Values]
    column_totals: Mapping[Any, Values]
    total: Values
    all_rows: int
    all_columns: int
    as_of: datetime.datetime

    @property
    def hidden_rows(self) -> int:
        """Rows that are not shown."""
        return self.all_rows - len(self.rows)

    @property
    def hidden_columns(self) -> int:
        """Columns that are not shown."""
        return self.all_columns - len(self.columns)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Puts one question again and again, grouped otherwise."""

    actor: Actor
    names: tuple[str, ...]
    since: datetime.date | None
    until: datetime.date | None
    where: Mapping[str, Sequence[Any]]

    def pose(self, *by: str, **only: Sequence[Any]) -> Question:
        where = {**self.where}
        for name, wanted in only.items():
            kept = where.get(name)
            where[name] = [one for one in wanted if kept is None or one in kept]
        return question(self.actor, self.names, by=by, since=self.since, until=self.until, where=where)

    def totals(self, *by: str, **only: Sequence[Any]) -> dict[Any, Values]:
        rows = engine.rows(self.pose(*by, **only).table)
        return {row[0] if by else None: row[len(by) :] for row in rows}


def sheet(actor: Actor, asked: Asked, *, most_rows: int = MOST_ROWS) -> Sheet:
    """Answer a question. Raises what `question` raises."""
    span = asked.span(clock.today(actor.zone))
    asking = _Asking(actor, asked.measures, span.since, span.until, keys.values(actor, asked))
    whole = asking.pose()
    total = engine.rows(whole.table)[0]
    row, all_rows, row_totals = _largest(asking, asked.row, most_rows)
    column, all_columns, column_totals = _largest(asking, asked.column, MOST_COLUMNS)
    rows, columns = (_heads(actor, one, found) for one, found in ((row, row_totals), (column, column_totals)))
    return Sheet(
        whole.measures, row, column, rows, columns, _cells(asking, row, column, rows, columns, row_totals, total),
        row_totals, column_totals, total, all_rows, all_columns, whole.as_of,
    )  # fmt: skip


def _largest(asking: _Asking, name: str, most: int) -> tuple[Dimension | None, int, dict[Any, Values]]:
    """A grouping's values with their totals: the latest times in order, else the largest by the first measure."""
    if not name:
        return None, 1, {}
    posed = asking.pose(name)
    key, first = posed.table[f"by_{name}"], posed.table[column_of(asking.names[0])]
    order = [key.desc()] if name in TIME else [first.desc(nulls_first=False), key]
    found = engine.rows(posed.table.order_by(order).limit(most))
    count = len(found) if len(found) < most else engine.rows(posed.table.aggregate(n=posed.table.count()))[0][0]
    rows = sorted(found, key=lambda row: (row[0] is None, row[0])) if name in TIME else found
    return posed.by[0], count, {row[0]: row[1:] for row in rows}


def _heads(actor: Actor, one: Dimension | None, found: Mapping[Any, Values]) -> list[Head]:
    if one is None:
        return [Head(None, "", "")]
    labels = labels_of(actor, [one], [(value,) for value in found])[one.name]
    called = keys.tokens(actor, one, found)
    return [Head(value, labels.get(value) or "—", called.get(value, "")) for value in found]


def _cells(
    asking: _Asking,
    row: Dimension | None,
    column: Dimension | None,
    rows: Sequence[Head],
    columns: Sequence[Head],
    row_totals: Mapping[Any, Values],
    total: Values,
) -> dict[tuple[Any, Any], Values]:
    if row is None:
        return {(None, None): total}
    if column is None:
        return {(value, None): values for value, values in row_totals.items()}
    # Times are many only by days, and are no values of a filter.
    only = {
        one.name: [head.value for head in heads]
        for one, heads in ((row, rows), (column, columns))
        if one.name not in TIME
    }
    posed = asking.pose(row.name, column.name, **only)
    return {(found[0], found[1]): found[2:] for found in engine.rows(posed.table)}


def exact(value: Any) -> Decimal:
    """A value as a decimal; nothing counts as nought."""
    return Decimal(0) if value is None else value if isinstance(value, Decimal) else Decimal(str(value))
