"""The rows of a list as they were on a past day: behind the gate of today, with the values and for the filters of then.

The list's own question is asked of the same table, only that a common table expression of that name stands before it:
for each row that the reader may see today, the last of its history up to the day. What a filter looks up in other
tables, and what a reference is called, are today's.
"""

import datetime
from contextlib import suppress
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from shangwu.foundation.pages.as_of import moment_of
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.patience import patience

_OF_THEN = """
WITH {table} AS NOT MATERIALIZED (
    SELECT held.*{generated} FROM (
        SELECT seen.{key}, {columns} FROM ({seen}) seen ({key}) CROSS JOIN LATERAL (
            SELECT * FROM {history} told WHERE told.pgh_obj_id = seen.{key} AND told.changed_at <= %s
            ORDER BY told.version DESC, told.pgh_id DESC LIMIT 1
        ) former WHERE former.secrecy <= %s
    ) held
)
"""

_GENERATED = """
SELECT a.attname, pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %s::regclass AND a.attgenerated = 's'
"""


def rows_on(wanted: Any, on: datetime.date, actor: Actor) -> list[Any]:
    """The rows of that day that a queryset asks for. Raises Refusal("slow") when it takes too long."""
    with patience(), gate.free_reading(), suppress(EmptyResultSet):
        before, given = _of_then(wanted.model, on, actor)
        sql, parameters = wanted.query.sql_with_params()
        return list(wanted.model.objects.raw(before + sql, [*given, *parameters]))
    return []


def count_on(wanted: Any, on: datetime.date, actor: Actor) -> int:
    """How many rows of that day a queryset asks for. Raises Refusal("slow") when it takes too long."""
    with patience(), gate.free_reading(), suppress(EmptyResultSet), connection.cursor() as cursor:
        before, given = _of_then(wanted.model, on, actor)
        sql, parameters = wanted.values("pk").query.sql_with_params()
        cursor.execute(f"{before} SELECT count(*) FROM ({sql}) counted", [*given, *parameters])
        return int(cursor.fetchone()[0])
    return 0


def _of_then(model: Any, on: datetime.date, actor: Actor) -> tuple[str, list[Any]]:
    """What stands before the question, and its parameters."""
    quoted, moment = connection.ops.quote_name, moment_of(on, actor)
    there = model.objects.visible_to(actor, archived=True).filter(created_at__lte=moment).order_by()
    seen, given = there.values("pk").query.sql_with_params()
    kept = [
        one.column
        for one in model._meta.concrete_fields
        if not (one.primary_key or isinstance(one, models.GeneratedField))
    ]
    before = _OF_THEN.format(
        table=quoted(model._meta.db_table),
        key=quoted(model._meta.pk.column),
        columns=", ".join(f"former.{quoted(one)}" for one in kept),
        generated="".join(f", {made} AS {quoted(name)}" for name, made in _generated(model)),
        seen=seen,
        history=quoted(history_models[model]._meta.db_table),
    )
    return before, [*given, moment, actor.clearance]


def _generated(model: type[models.Model]) -> list[tuple[str, str]]:
    """Columns that history does not keep, as the database works them out, and how it does so."""
    with connection.cursor() as cursor:
        cursor.execute(_GENERATED, [connection.ops.quote_name(model._meta.db_table)])
        return [(name, made.replace("%", "%%")) for name, made in cursor.fetchall()]
