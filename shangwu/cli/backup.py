"""`shangwu backup`: database, files and keys of one moment, while people work."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psycopg

from shangwu.cli import backup_folder, console, folders, server_programs
from shangwu.cli.console import Progress
from shangwu.cli.installation import Installation
from shangwu.cli.release import release
from shangwu.cli.table_digests import digests
from shangwu.cli.trouble import Trouble


@click.command("backup", short_help="Back up database, files and keys.")
@click.argument("to", required=False, type=click.Path(path_type=Path))
@console.var_option
@console.json_option
def command(to: Path | None, var: str | None, as_json: bool) -> None:
    """Back up the database, the files and the keys to the folder TO, or to one file if TO ends with .tar.

    Default: VAR/backups/ and the time. People may go on working. It holds the installation's secrets: keep it as
    safe as the installation itself, and on another machine. Try it with `shangwu restore --check TO`.
    """
    installation = Installation(var)
    if installation.cluster and not installation.cluster.data.exists():
        raise Trouble(f"There is no installation in {installation.var} to back up: name it with --var.")
    with installation.database_running(), console.progress_bar("Backup", hidden=as_json) as progress:
        result = make_backup(installation, to, progress)
    rows, tables = result["rows"], result["tables"]
    text = f"Backed up {rows:,} rows of {tables} tables and {result['files']} files to {result['to']}"
    console.answer(result, as_json=as_json, text=text)


def make_backup(installation: Installation, to: Path | None, progress: Progress) -> dict[str, Any]:
    """Make a backup; the database runs. Raises Trouble, and then leaves nothing behind."""
    url = installation.url(as_owner=True)
    try:
        with psycopg.connect(url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            stamp, size = _moment(connection)
            to = (to or installation.var / "backups" / f"shangwu-{stamp}").resolve()
            with _building(to) as building:
                folders.require_free(building, size // 2 + 100 * folders.MEGABYTE)
                manifest = _fill(installation, building, connection, url, progress)
                _finish(building, to)
    except psycopg.OperationalError as error:
        raise Trouble(f"The database was lost during the backup ({str(error).strip()}): start it again.") from error
    except OSError as error:
        raise Trouble(f"The backup can't be written ({error.strerror}): free some space at its place.") from error
    folders.write_private(installation.var / "last_backup.json", json.dumps({"at": stamp, "to": str(to)}))
    rows = sum(table["rows"] for table in manifest["tables"].values())
    return {
        "to": str(to),
        "tables": len(manifest["tables"]),
        "rows": rows,
        "files": len(manifest["files"]) - 1,
    }


def _moment(connection: psycopg.Connection) -> tuple[str, int]:
    """The moment of the snapshot (UTC), and the size of the database in bytes."""
    row = connection.execute(
        "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD-HH24MISS'), pg_database_size(current_database())"
    ).fetchone()
    if row is None:
        raise AssertionError("a question without a table has one row")
    return row[0], row[1]


@contextlib.contextmanager
def _building(to: Path) -> Iterator[Path]:
    """A folder beside the backup's place to build it in; gone when the building fails."""
    if to.exists() and (to.is_file() or any(to.iterdir())):
        raise Trouble(f"{to} is already there: choose another name; a backup is never written over.")
    building = to.with_name(f"{to.name}.{os.getpid()}.new")
    folders.make_folder(building.parent)
    folders.make_folder(building)
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _finish(building: Path, to: Path) -> None:
    """Give the whole backup its name."""
    if to.suffix == ".tar":
        backup_folder.pack(building, to)
    else:
        building.rename(to)
        folders.sync_folder(to.parent)


def _fill(
    installation: Installation,
    building: Path,
    connection: psycopg.Connection,
    url: str,
    progress: Progress,
) -> dict[str, Any]:
    snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
    migrations = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    version = connection.info.parameter_status("server_version")
    progress(0, 0, "database")
    dumped = building / backup_folder.DUMP
    server_programs.dump(url, dumped, snapshot[0] if snapshot else "")
    dumped.chmod(0o600)
    tables = digests(connection, progress)
    with dumped.open("rb") as written:
        os.fsync(written.fileno())
    # Files after the snapshot: what its rows refer to was on disk before they were written, and never changes.
    listed = {backup_folder.DUMP: backup_folder.describe_file(dumped)}
    sources = list(backup_folder.files_of(installation.var))
    for done, source in enumerate(sources):
        progress(done, len(sources), "files")
        name = f"{backup_folder.FILES}/{source.relative_to(installation.var)}"
        listed[name] = backup_folder.copy_file(source, building / name)
    manifest = {
        "release": release(),
        "postgresql": version,
        "migrations": [row[0] for row in migrations],
        "tables": tables,
        "files": listed,
    }
    backup_folder.write_manifest(building, manifest)
    return manifest
