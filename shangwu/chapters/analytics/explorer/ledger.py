"""The rows behind a figure, asked of the ledger itself by the very SQL that makes the facts.

So a list can be narrowed to what a figure counts, whatever its groupings are, through the list's own gate.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from shangwu.chapters.analytics.explorer.asked import grouping
from shangwu.chapters.analytics.periods import Span
from shangwu.foundation.measures.arrow_types import arrow_type
from shangwu.foundation.measures.registry import Column, FactSet

Where = Mapping[str, Sequence[Any]]


def records_behind(facts: FactSet, span: Span, where: Where, currency: str) -> Q:
    """The condition on the record type: what this figure counts, today, of amounts those in this currency. Who may see
    it is asked beside."""
    condition, given = _condition(facts, span, where)
    if facts.currency and currency:
        condition, given = f"{condition} AND ({facts.currency}) = %s", [*given, currency]
    return Q(pk__in=RawSQL(f"SELECT r.id FROM {facts.source} WHERE {condition}", given))


def ledger_rows(facts: FactSet, span: Span, where: Where, *, most: int) -> Any:
    """The facts' rows as they would be exported now, as an Arrow table; None for more than `most`."""
    condition, given = _condition(facts, span, where)
    columns = facts.all_columns
    drawn = ", ".join(f"({one.sql})::{one.kind} AS {name}" for name, one in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {drawn} FROM {facts.source} WHERE {condition} LIMIT {most + 1}", given)
        found = cursor.fetchall()
    return None if len(found) > most else _table(columns, found)


def first_days(facts: FactSet, column: str) -> Any:
    """The first day on which each legal entity has a record with each value of a column, as an Arrow table."""
    columns = {"entity_id": facts.all_columns["entity_id"], column: facts.columns[column]}
    drawn = ", ".join(f"({one.sql})::{one.kind}" for one in columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {drawn}, min({facts.period}) FROM {facts.records_of} WHERE ({facts.where}) GROUP BY 1, 2"
        )
        return _table({**columns, "day": facts.all_columns["day"]}, cursor.fetchall())


def _table(columns: Mapping[str, Column], rows: Sequence[tuple[Any, ...]]) -> Any:
    import pyarrow as arrow

    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    return arrow.table(
        {name: arrow.array(cells[at], arrow_type(one.kind)) for at, (name, one) in enumerate(columns.items())}
    )


def _condition(facts: FactSet, span: Span, where: Where) -> tuple[str, list[Any]]:
    parts, given = [f"({facts.where})"], list[Any]()
    for sign, day in ((">=", span.since), ("<=", span.until)):
        if day is not None:
            parts.append(f"({facts.period}) {sign} %s")
            given.append(day)
    for name, values in where.items():
        one = grouping(name)
        column = facts.all_columns[one.column].sql
        sql = one.sql(column) if one.sql is not None else column
        known = [value for value in values if value is not None]
        among = f"({sql}) = ANY(%s)"
        parts.append(f"({among} OR ({sql}) IS NULL)" if len(known) < len(values) else among)
        given.append(known)
    return " AND ".join(parts), given
