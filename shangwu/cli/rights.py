"""Two database roles: the owner changes the schema, the other serves people and can't change what is only added to."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql

from shangwu.cli.trouble import Trouble

# A table is append-only when its declaration gave it this trigger; pgtrigger adds a digest to the name.
APPEND_ONLY = "pgtrigger_append_only_%"
TABLES = """
    SELECT schema.nspname, relation.relname, EXISTS (SELECT 1 FROM pg_trigger
    WHERE tgrelid = relation.oid AND tgname LIKE %s)
    FROM pg_class relation JOIN pg_namespace schema ON schema.oid = relation.relnamespace
    WHERE relation.relkind IN ('r', 'p') AND schema.nspname = 'public' ORDER BY 2
"""


def grant(owner_url: str, role: str) -> None:
    """Give `role` exactly what serving people needs, after every change of the schema.

    It may read and write rows, only add to append-only tables, and change no schema. Raises Trouble when the role is
    not there or the address is not the owner's.
    """
    try:
        with psycopg.connect(owner_url) as connection:
            tables = connection.execute(TABLES.encode(), [APPEND_ONLY]).fetchall()
            for statement in _statements(tables, role):
                connection.execute(statement)
    except psycopg.errors.UndefinedObject as error:
        raise Trouble(f'There is no database role "{role}": create it first (CREATE ROLE {role} LOGIN).') from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise Trouble("Rights are given by the owner of the tables: use its address in DATABASE_URL.") from error


def _statements(tables: list[tuple[str, str, bool]], role: str) -> Iterator[sql.Composed]:
    to = sql.Identifier(role)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to)
    yield sql.SQL("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {}").format(to)
    for schema, table, only_added_to in tables:
        name = sql.Identifier(schema, table)
        yield sql.SQL("REVOKE ALL ON {} FROM {}").format(name, to)
        rights = sql.SQL("SELECT, INSERT" if only_added_to else "SELECT, INSERT, UPDATE, DELETE")
        yield sql.SQL("GRANT {} ON {} TO {}").format(rights, name, to)
