"""Every record's table gets two small indexes over its own fields: they hold only the rows that have any.

They are made after migrations, by the role that owns the tables, so that no chapter has to name them.
"""

from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections

from shangwu.foundation.records.models import Record

VALUES = 'CREATE INDEX "{name}" ON "{table}" USING gin (extra jsonb_path_ops) WHERE extra <> \'{{}}\'::jsonb'
"""Serves equality: a choice, yes or no."""

WORDS = 'CREATE INDEX "{name}" ON "{table}" USING gin (shangwu_own_bigrams(extra)) WHERE extra <> \'{{}}\'::jsonb'
"""Serves the search in texts."""


def make(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Make the indexes that are missing. Called after each `migrate`."""
    connection = connections[using]
    if not _can_split_words(connection):
        return
    tables = [one._meta.db_table for one in apps.get_models() if issubclass(one, Record)]
    wanted = {f"{table[:50]}_own_{kind}": (table, text) for table in tables for kind, text in _KINDS.items()}
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s)", [list(wanted)])
        there = {name for (name,) in cursor.fetchall()}
        for name, (table, text) in wanted.items():
            if name not in there and table in present:
                cursor.execute(text.format(name=name, table=table))


def _can_split_words(connection: Any) -> bool:
    """Whether this room's own migrations are there: one may migrate a part of the house only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('shangwu_own_bigrams(jsonb)') IS NOT NULL")
        return bool(cursor.fetchone()[0])


_KINDS = {"values": VALUES, "words": WORDS}
