"""`shangwu migrate`: makes the database, or brings it up to date."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import click

from shangwu.cli import console, first_start, rights
from shangwu.cli.installation import Installation
from shangwu.cli.trouble import Trouble

# One migration at a time, however many machines start together.
LOCK = 2026_0701


@click.command("migrate", short_help="Make the database, or bring it up to date.")
@console.var_option
@click.option(
    "--check",
    is_flag=True,
    help="Only say whether something is to do (then the exit code is 1).",
)
@click.option("--grant-to", metavar="ROLE", help="Database role that serves people: give it the rights for that.")
@console.json_option
def command(var: str | None, check: bool, grant_to: str | None, as_json: bool) -> None:
    """Make the database, or bring it up to date with this release. Safe to run twice, and on many machines at once.

    Take a backup first: `shangwu backup`. With DATABASE_URL, use its owner's address here and --grant-to the role
    of the processes that serve people, which then can't change the log or the schema.
    """
    installation = Installation(var)
    if installation.cluster and not check:
        with installation.database_running():
            new = first_start.prepare(installation)
        console.answer({"new": new}, as_json=as_json, text="The database is up to date.")
        return
    with installation.opened():
        steps = pending()
        if check:
            console.answer(
                {"pending": steps},
                as_json=as_json,
                text="\n".join(steps) or "Nothing to do.",
            )
            if steps:
                raise Trouble(f"{len(steps)} migrations are to do: take a backup, then run `shangwu migrate`.")
            return
        with _one_at_a_time(installation):
            if steps and not as_json:
                console.note(f"Bringing the database up to date: {len(steps)} steps…")
            _migrate()
            if grant_to:
                rights.grant(installation.url(), grant_to)
        console.answer(
            {"applied": steps},
            as_json=as_json,
            text=f"{len(steps)} migrations applied.",
        )


def pending() -> list[str]:
    """The migrations that are to do, as "app.name". Django is ready."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError

    from shangwu.cli.quick_migrations import quickly

    try:
        with quickly():
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        raise Trouble(f"A migration failed and was rolled back ({str(error).strip().splitlines()[0]}).") from error


@contextlib.contextmanager
def _one_at_a_time(installation: Installation) -> Iterator[None]:
    import psycopg

    with psycopg.connect(installation.url(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield
