"""Is the database up to date? Asked cheaply, so that an unchanged installation starts without loading Django."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path
from typing import Any

import shangwu
from shangwu.cli import folders

# Distributions whose migrations we run beside our own.
LIBRARIES = ("django", "django-allauth", "django-pghistory", "procrastinate")


def code_digest() -> str:
    """A digest of all migrations that this code knows: our files, and the versions of the libraries."""
    root = Path(shangwu.__file__).parent
    ours = sorted(str(path.relative_to(root)) for path in root.glob("**/migrations/*.py"))
    theirs = [f"{name}=={importlib.metadata.version(name)}" for name in LIBRARIES]
    return hashlib.sha256("\n".join([*ours, *theirs]).encode()).hexdigest()


def database_state(url: str) -> dict[str, Any]:
    """How many migrations the database has had, the first and the last moment of them; empty for a new database.

    The first moment stays the same for the database's whole life: it tells one database from another.
    """
    import psycopg

    with psycopg.connect(url, connect_timeout=10) as connection:
        found = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
        if found is None or found[0] is None:
            return {}
        row = connection.execute(
            "SELECT count(*), min(applied)::text, max(applied)::text FROM django_migrations"
        ).fetchone()
    return dict(zip(("count", "first", "last"), row, strict=True)) if row and row[0] else {}


def is_current(var: Path, url: str) -> bool:
    """Was this very code's last migration of this very database complete?"""
    return bool(_read(var / "migrated.json") == _mark(url))


def remember_current(var: Path, url: str) -> None:
    """Note that the database is up to date with this code."""
    folders.write_private(var / "migrated.json", json.dumps(_mark(url)))


def _mark(url: str) -> dict[str, Any]:
    return {"code": code_digest(), "database": database_state(url)}


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
