"""The kinds of table, as house/tables.toml lists them, and what stands in a table now."""

import tomllib
from functools import cache
from typing import Any

from django.db import connection

from tests.support import ROOT


@cache
def reviewed() -> dict[str, Any]:
    """The reviewed list: kind to its tables."""
    return tomllib.loads((ROOT / "house" / "tables.toml").read_text())


def tables() -> set[str]:
    """Every table, view and materialised view of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r','p','v','m')"
        )
        return {name for (name,) in cursor.fetchall()}


def kind_of(table: str) -> str:
    """record, trace or comfort; "" for a table that nobody has put on the list."""
    lists = reviewed()
    if table.endswith("history") and table.removesuffix("history") in lists["record"]:
        return "trace"
    kinds = [kind for kind in ("record", "trace", "comfort") if table in lists[kind]]
    assert len(kinds) < 2, f"{table} is of two kinds"
    return kinds[0] if kinds else ""


def digests(kind: str) -> dict[str, str]:
    """A digest of all rows of every table of a kind."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables()):
            if kind_of(table) == kind:
                cursor.execute(
                    f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"
                )
                found[table] = cursor.fetchone()[0]
    return found
