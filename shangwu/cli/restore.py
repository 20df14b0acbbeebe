"""`shangwu restore`: a backup into an empty installation, compared table by table with what was backed up."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psycopg

from shangwu.cli import backup_folder, console, folders, rights, server_programs
from shangwu.cli.cluster import DATABASE, SERVER
from shangwu.cli.console import Progress
from shangwu.cli.installation import Installation
from shangwu.cli.table_digests import TABLES, differences, digests
from shangwu.cli.trouble import Damaged, Trouble

# The database gets its final name when every digest is right.
UNFINISHED = "shangwu_restored"


@click.command("restore", short_help="Restore a backup into an empty installation, or check one.")
@click.argument("source", metavar="BACKUP", type=click.Path(exists=True, path_type=Path))
@console.var_option
@click.option(
    "--check",
    is_flag=True,
    help="Read and compare every file of the backup, change nothing.",
)
@console.json_option
def command(source: Path, var: str | None, check: bool, as_json: bool) -> None:
    """Restore BACKUP (a folder or a .tar) into a new data folder, or into the empty database of DATABASE_URL.

    Everything is read and compared before anything is changed: a damaged or truncated backup is refused. After it,
    the digest of every table is compared with the backup's. Nothing is ever written over.
    """
    installation = Installation(var)
    with (
        console.progress_bar("Restore", hidden=as_json) as progress,
        _folder_of(source, installation) as folder,
    ):
        manifest = backup_folder.read_checked(folder, progress)
        rows = sum(table["rows"] for table in manifest["tables"].values())
        result = {
            "rows": rows,
            "tables": len(manifest["tables"]),
            "files": len(manifest["files"]) - 1,
        }
        if not check:
            restore_backup(installation, folder, manifest, progress)
    counted = f"{rows:,} rows of {result['tables']} tables and {result['files']} files"
    text = (
        f"The backup is whole: {counted}."
        if check
        else f"Restored and compared {counted}. Start it with `shangwu run`."
    )
    console.answer(result, as_json=as_json, text=text)


def restore_backup(
    installation: Installation,
    folder: Path,
    manifest: dict[str, Any],
    progress: Progress,
) -> None:
    """Restore a checked backup. Raises Trouble when the place is not empty, Damaged when a digest differs."""
    _refuse_to_overwrite(installation, manifest)
    with installation.database_running(), _empty_database(installation) as url:
        progress(0, 0, "database")
        with psycopg.connect(url) as connection:
            version = connection.info.server_version
        server_programs.restore(url, folder / backup_folder.DUMP, version)
        with psycopg.connect(url) as connection:
            differing = differences(manifest["tables"], digests(connection, progress))
        if differing:
            raise Damaged(
                f"{len(differing)} tables differ from the backup after restoring, {differing[0]} first: "
                "do not use this database, and keep the backup for an inquiry."
            )
        _copy_files(installation, folder, manifest, progress)
        if installation.cluster:
            rights.grant(url, SERVER)


@contextlib.contextmanager
def _empty_database(installation: Installation) -> Iterator[str]:
    """An empty database to restore into; it becomes the installation's when the block ends well."""
    cluster = installation.cluster
    if cluster is None:
        with psycopg.connect(installation.database_url) as connection:
            if connection.execute(TABLES.encode()).fetchone():
                raise Trouble("The database of DATABASE_URL is not empty: name an empty one; nothing was changed.")
        yield installation.database_url
        return
    if cluster.has_database():
        raise Trouble(f"{installation.var} already holds an installation: name a new folder with --var.")
    cluster.drop_database(UNFINISHED)
    cluster.ensure_database(UNFINISHED)
    try:
        yield cluster.url(UNFINISHED)
        cluster.rename_database(UNFINISHED, DATABASE)
    finally:
        # Not there any more when it has its final name.
        cluster.drop_database(UNFINISHED)


def _refuse_to_overwrite(installation: Installation, manifest: dict[str, Any]) -> None:
    for name, target in _targets(installation, manifest):
        # An equal file is what a restore left that was killed: its second try may go on.
        if target.exists() and backup_folder.describe_file(target) != manifest["files"][name]:
            raise Trouble(f"{target} is already there and differs: name a new folder with --var; nothing was changed.")


def _targets(installation: Installation, manifest: dict[str, Any]) -> list[tuple[str, Path]]:
    names = [name for name in manifest["files"] if name.startswith(f"{backup_folder.FILES}/")]
    return [(name, installation.var / Path(name).relative_to(backup_folder.FILES)) for name in names]


def _copy_files(
    installation: Installation,
    folder: Path,
    manifest: dict[str, Any],
    progress: Progress,
) -> None:
    targets = _targets(installation, manifest)
    for done, (name, target) in enumerate(targets):
        progress(done, len(targets), "files")
        try:
            copied = backup_folder.copy_file(folder / name, target)
        except OSError as error:
            raise Trouble(f"{target} can't be written ({error.strerror}): free some space, then try again.") from error
        if copied != manifest["files"][name]:
            raise Damaged(f"The backup has changed while it was read: {name}. Do not use this installation.")
    folders.sync_folder(installation.var)


@contextlib.contextmanager
def _folder_of(source: Path, installation: Installation) -> Iterator[Path]:
    """The backup's folder: itself, or a tar unpacked beside the data folder for the time of the block."""
    if source.is_dir():
        yield source
        return
    installation.make_folder()
    folders.require_free(installation.var, 2 * source.stat().st_size)
    unpacked = Path(tempfile.mkdtemp(prefix="unpacked.", suffix=".new", dir=installation.var))
    try:
        backup_folder.unpack(source, unpacked)
        yield unpacked
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
