"""From an empty folder to a whole installation, and from yesterday's to today's.

A new embedded database is built under another name and gets its own when it is whole, demo included:
whatever kills a first start, the second begins anew.
"""

from __future__ import annotations

import json
from typing import Any

from shangwu.cli import folders, migrations, rights
from shangwu.cli.cluster import DATABASE, OWNER, SERVER
from shangwu.cli.console import note
from shangwu.cli.installation import Installation
from shangwu.cli.trouble import Trouble

DEMO_SEED = 20261123
UNFINISHED = "shangwu_new"


def prepare(installation: Installation, *, demo_seed: int | None = None) -> bool:
    """Make the database, or bring it up to date. True when it is new. The server must be running.

    demo_seed: load the demo department of this seed into a new database.
    """
    if installation.cluster:
        if installation.cluster.has_database():
            bring_up_to_date(installation)
            return False
        _build(installation, demo_seed)
        return True
    new = not migrations.database_state(installation.database_url)
    _refuse_half_loaded(installation)
    bring_up_to_date(installation)
    if new and demo_seed is not None:
        loading = installation.var / "demo.loading"
        loading.touch()
        installation.child("demo", "--seed", str(demo_seed))
        loading.unlink()
    return new


def bring_up_to_date(installation: Installation, database: str = DATABASE) -> None:
    """Migrate, unless there is nothing to do."""
    if not migrations.is_current(installation.var, installation.url(database)):
        _migrate(installation, database)
        migrations.remember_current(installation.var, installation.url(database))


def demo_sign_ins(installation: Installation) -> list[dict[str, Any]] | None:
    """The demo's sign-ins if this very database holds the demo department, else None."""
    try:
        mark = json.loads(installation.demo_mark.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    state = migrations.database_state(installation.url())
    if not state or mark.get("database") != state["first"]:
        return None
    sign_ins: list[dict[str, Any]] = mark.get("sign_ins", [])
    return sign_ins


def write_demo_mark(installation: Installation, sign_ins: list[dict[str, Any]]) -> None:
    """Note which database holds the demo department, and who may sign in to it."""
    state = migrations.database_state(installation.url())
    mark = {"database": state["first"], "sign_ins": sign_ins}
    folders.write_private(installation.demo_mark, json.dumps(mark, ensure_ascii=False, default=str))


def has_accounts(installation: Installation) -> bool:
    """Can anybody sign in? True when in doubt."""
    import psycopg

    with psycopg.connect(installation.url(), connect_timeout=10) as connection:
        try:
            return connection.execute("SELECT 1 FROM people_account LIMIT 1").fetchone() is not None
        except psycopg.errors.UndefinedTable:
            return True


def _build(installation: Installation, demo_seed: int | None) -> None:
    cluster = installation.cluster
    if cluster is None:
        raise ValueError("only an embedded database is built aside")
    cluster.drop_database(UNFINISHED)
    cluster.ensure_database(UNFINISHED, hurried=True)
    note("Making the database…")
    _migrate(installation, UNFINISHED)
    if demo_seed is not None:
        installation.child("demo", "--seed", str(demo_seed), database=UNFINISHED)
    cluster.rename_database(UNFINISHED, DATABASE)
    migrations.remember_current(installation.var, installation.url())


def _migrate(installation: Installation, database: str) -> None:
    installation.child("migrate", database=database, as_owner=True)
    if installation.cluster:
        rights.grant(installation.cluster.url(database, OWNER), SERVER)


def _refuse_half_loaded(installation: Installation) -> None:
    if (installation.var / "demo.loading").exists():
        raise Trouble(
            "The demo department was only half loaded when the last start was stopped: "
            f"empty the database of DATABASE_URL, remove {installation.var / 'demo.loading'}, then start again."
        )
