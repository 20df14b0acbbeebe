"""Northwind as tables: a PostgreSQL script of INSERTs, turned into CSV files that our reader takes.

Scripts are no import format of the product; only tests read this one.
"""

import csv
import re
from pathlib import Path

from tests.support import real_data

INSERT = re.compile(r"^INSERT INTO (\w+) VALUES \((.*)\);$", re.MULTILINE)
CREATE = re.compile(r"^CREATE TABLE (\w+) \((.*?)^\);", re.MULTILINE | re.DOTALL)
VALUE = re.compile(r"\s*(?:'((?:[^']|'')*)'|([^,]*))\s*(?:,|$)")


def northwind(folder: Path) -> dict[str, Path]:
    """Write each table as `<folder>/<table>.csv` with its column names; gives the paths by table."""
    script = real_data("northwind/northwind.sql").read_text("utf-8")
    paths = {}
    for table, columns in CREATE.findall(script):
        rows = [values(content) for name, content in INSERT.findall(script) if name == table]
        if rows:
            paths[table] = folder / f"{table}.csv"
            with paths[table].open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(names(columns))
                writer.writerows(rows)
    return paths


def names(columns: str) -> list[str]:
    """The column names of a CREATE TABLE."""
    return [
        line.split()[0] for line in columns.strip().splitlines() if not line.strip().upper().startswith("CONSTRAINT")
    ]


def values(content: str) -> list[str]:
    """The values of one INSERT; NULL is empty, a doubled apostrophe is one."""
    found, at = [], 0
    while at < len(content):
        match = VALUE.match(content, at)
        assert match, content
        plain = (match[2] or "").strip()
        found.append(match[1].replace("''", "'") if match[1] is not None else "" if plain == "NULL" else plain)
        at = match.end()
    return found
