"""A digest of every table: does a restored database hold exactly what was backed up?"""

from __future__ import annotations

import hashlib
from typing import Any

import psycopg
from psycopg import sql

from shangwu.cli.console import Progress

# Whatever these are on a server, the text of a value must be the same on both sides.
SAME_TEXT = """
    SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601';
    SET bytea_output = 'hex'; SET extra_float_digits = 1; SET xmloption = 'content'; SET lc_monetary = 'C'
"""
TABLES = """
    SELECT schema.nspname, relation.relname FROM pg_class relation JOIN pg_namespace schema
    ON schema.oid = relation.relnamespace WHERE relation.relkind = 'r' AND relation.relpersistence <> 't'
    AND schema.nspname !~ '^pg_' AND schema.nspname <> 'information_schema' ORDER BY 1, 2
"""
# Rows have no order: each row's SHA-256 is added up, in two halves of 64 bits, without overflow.
DIGEST = """
    SELECT count(*), coalesce(sum(('x' || left(hash, 16))::bit(64)::bigint::numeric), 0)::text,
    coalesce(sum(('x' || substr(hash, 17, 16))::bit(64)::bigint::numeric), 0)::text
    FROM (SELECT encode(sha256(convert_to(row_of_table::text, 'UTF8')), 'hex') AS hash FROM ONLY {} row_of_table) hashed
"""


def digests(connection: psycopg.Connection, progress: Progress) -> dict[str, dict[str, Any]]:
    """Of every table of ours, "schema.table": number of rows and a digest that no order of rows changes."""
    connection.execute(SAME_TEXT.encode())
    tables = connection.execute(TABLES.encode()).fetchall()
    found: dict[str, dict[str, Any]] = {}
    for done, (schema, table) in enumerate(tables):
        progress(done, len(tables), "digests")
        row = connection.execute(sql.SQL(DIGEST).format(sql.Identifier(schema, table))).fetchone()
        if row is None:
            raise AssertionError("an aggregate has one row")
        both = hashlib.sha256(f"{row[1]} {row[2]}".encode()).hexdigest()
        found[f"{schema}.{table}"] = {"rows": row[0], "digest": both}
    progress(len(tables), len(tables), "digests")
    return found


def differences(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[str]:
    """The tables that differ, by name."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
