"""What `shangwu doctor` looks at: each check gives one finding, with what to do when it is not good."""

from __future__ import annotations

import enum
import json
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from shangwu.cli import folders, static_files
from shangwu.cli.cluster_settings import DURABILITY
from shangwu.cli.release import release
from shangwu.cli.trouble import Trouble

# Below this, a busy day may fill the disk before anybody looks.
LITTLE_DISK = 2048 * folders.MEGABYTE
NO_DISK = 200 * folders.MEGABYTE
UNSEALED_SECONDS = 60
CLOCKS_APART_SECONDS = 5
OLD_BACKUP_DAYS = 7
SILENT_WORKER_SECONDS = 60
LOG_TABLES = ("audit_entry", "audit_entryrecord", "audit_seal", "audit_head")


class Level(enum.StrEnum):
    """How good a finding is."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """What one check found: a sentence that ends with what to do, if anything is to do."""

    name: str
    level: Level
    sentence: str

    def as_dict(self) -> dict[str, str]:
        """For --json."""
        return {"name": self.name, "level": self.level.value, "sentence": self.sentence}


def runs_on() -> Finding:
    """Which release, on which Python."""
    return Finding(
        "release",
        Level.GOOD,
        f"Shangwu {release()} on Python {platform.python_version()}.",
    )


def disk(var: Path) -> Finding:
    """Is there room on the data folder's disk?"""
    free = folders.free_bytes(var)
    level = Level.BAD if free < NO_DISK else Level.WARNING if free < LITTLE_DISK else Level.GOOD
    todo = "" if level is Level.GOOD else " Free some: without space nothing more can be saved."
    return Finding("disk", level, f"{free // folders.MEGABYTE:,} MB are free for {var}.{todo}")


def file_system(var: Path) -> Finding:
    """Does the data folder stand on a local disk?"""
    try:
        folders.require_local(var)
    except Trouble as trouble:
        return Finding("file system", Level.BAD, str(trouble))
    return Finding(
        "file system",
        Level.GOOD,
        f"{folders.file_system(var) or 'unknown kind'}, local.",
    )


def secrets_private(var: Path) -> Finding:
    """Can only the owner read the secret key and the database's password?"""
    secret = [
        var / "secret.key",
        var / "postgres" / "password",
        *sorted(var.glob("keys/*")),
    ]
    opened = [path for path in secret if path.is_file() and path.stat().st_mode & 0o077]
    if opened:
        return Finding(
            "secrets",
            Level.BAD,
            f"Others can read {opened[0]}: change its mode to 600, then its content.",
        )
    return Finding("secrets", Level.GOOD, "Keys and passwords are readable by their owner only.")


def front_end() -> Finding:
    """Are the pages' styles and scripts there?"""
    try:
        static_files.require_built()
    except Trouble as trouble:
        return Finding("front end", Level.BAD, str(trouble))
    return Finding("front end", Level.GOOD, "Built.")


def last_backup(var: Path) -> Finding:
    """When was the last backup taken by this installation?"""
    from datetime import UTC, datetime

    from shangwu.foundation.records import clock

    try:
        noted: dict[str, str] = json.loads((var / "last_backup.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return Finding(
            "backup",
            Level.WARNING,
            "No backup was ever taken here: run `shangwu backup`, each night.",
        )
    taken = datetime.strptime(noted["at"], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    days = (clock.now() - taken).days
    if days > OLD_BACKUP_DAYS:
        return Finding(
            "backup",
            Level.WARNING,
            f"The last backup is {days} days old: run `shangwu backup`.",
        )
    return Finding("backup", Level.GOOD, f"The last one, {days} days ago, is {noted['to']}.")


def migrations() -> Finding:
    """Does the database fit this release?"""
    from shangwu.cli.migrate import pending

    steps = pending()
    if steps:
        return Finding(
            "migrations",
            Level.BAD,
            f"{len(steps)} are to do: take a backup, then run `shangwu migrate`.",
        )
    return Finding("migrations", Level.GOOD, "The database is up to date.")


def numbers() -> Finding:
    """Does every number that was drawn stand on a record?"""
    from shangwu.cli.migrate import pending

    if pending():
        return Finding("numbers", Level.WARNING, "Not looked at before the database is up to date.")
    from shangwu.foundation.administration.numbers import register

    gone = [(one, gap) for one in register() for gap in one.gaps if not gap.explained]
    if gone:
        one, gap = gone[0]
        return Finding(
            "numbers",
            Level.BAD,
            f"{sum(gap.count for _one, gap in gone):,} numbers stand on no record, such as {gap.first} ({one.label}): "
            "somebody has deleted rows. Compare with a backup, and run `shangwu verify-audit`.",
        )
    return Finding("numbers", Level.GOOD, "Every number that was drawn stands on a record, or its gap is explained.")


def server(connection: psycopg.Connection) -> Finding:
    """Which PostgreSQL?"""
    version = connection.info.parameter_status("server_version")
    old = connection.info.server_version < 150000
    todo = ": Shangwu needs 15 or later." if old else "."
    return Finding("server", Level.BAD if old else Level.GOOD, f"PostgreSQL {version}{todo}")


def clocks(connection: psycopg.Connection) -> Finding:
    """Do this machine and the database tell the same time?"""
    from shangwu.foundation.records import clock

    told = float(_one(connection, "SELECT extract(epoch FROM clock_timestamp())"))
    apart = abs(clock.now().timestamp() - told)
    if apart > CLOCKS_APART_SECONDS:
        return Finding(
            "clock",
            Level.WARNING,
            f"This machine and the database are {apart:,.0f} s apart: set both by a time server.",
        )
    return Finding("clock", Level.GOOD, "This machine and the database tell the same time.")


def durability(connection: psycopg.Connection) -> Finding:
    """Is what was acknowledged still there after a power cut?"""
    # Stricter than "on", such as synchronous_commit=remote_apply, is fine.
    wrong = [f"{name} is off" for name in DURABILITY if _shown(connection, name) == "off"]
    if wrong:
        return Finding(
            "durability",
            Level.BAD,
            f"A power cut loses what was saved ({', '.join(wrong)}): set it to on.",
        )
    return Finding(
        "durability",
        Level.GOOD,
        "What is saved survives a power cut (fsync, full pages, commit: on).",
    )


def encoding(connection: psycopg.Connection) -> Finding:
    """Can the database hold every character?"""
    found = _shown(connection, "server_encoding")
    if found != "UTF8":
        return Finding(
            "encoding",
            Level.BAD,
            f"The database is {found}: make one with encoding UTF8 and restore there.",
        )
    return Finding("encoding", Level.GOOD, "UTF8.")


def roles(connection: psycopg.Connection) -> Finding:
    """May the application's role change the log, or more than it needs?"""
    if _one(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        return Finding(
            "roles",
            Level.WARNING,
            "DATABASE_URL is a superuser: give Shangwu a role of its own.",
        )
    owned = _one(
        connection,
        "SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND pg_get_userbyid(relowner) = current_user",
        [list(LOG_TABLES)],
    )
    if owned:
        return Finding(
            "roles",
            Level.WARNING,
            "One database role owns the log and writes to it: triggers alone protect it. See docs/how-to/run-for-real.",
        )
    return Finding("roles", Level.GOOD, "The role that serves people can't change the log.")


def sealed(connection: psycopg.Connection) -> Finding:
    """How far is the log sealed?"""
    if _one(connection, "SELECT to_regclass('audit_seal')") is None:
        return Finding("log", Level.WARNING, "This database has no sealed log yet.")
    waiting = _one(
        connection,
        "SELECT extract(epoch FROM now() - min(entry.at))::bigint"
        " FROM audit_pending pending JOIN audit_entry entry ON entry.id = pending.entry_id",
    )
    horizon = _one(connection, "SELECT coalesce(max(position), 0) FROM audit_seal")
    if waiting is not None and waiting > UNSEALED_SECONDS:
        return Finding(
            "log",
            Level.BAD,
            f"Entries wait for their seal since {waiting:,} s (sealed up to {horizon:,}): see that a worker runs.",
        )
    return Finding("log", Level.GOOD, f"Sealed up to position {horizon:,}.")


def workers(connection: psycopg.Connection) -> Finding:
    """Does anybody run the jobs?"""
    if _one(connection, "SELECT to_regclass('procrastinate_workers')") is None:
        return Finding("workers", Level.WARNING, "This database has no job queue yet.")
    alive = _one(
        connection,
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
        [SILENT_WORKER_SECONDS],
    )
    waiting = _one(
        connection,
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at <= now()",
    )
    if not alive:
        return Finding(
            "workers",
            Level.WARNING,
            f"None runs, {waiting} jobs are late: start `shangwu run` or `worker`.",
        )
    return Finding("workers", Level.GOOD, f"{alive} run.")


def _shown(connection: psycopg.Connection, setting: str) -> str:
    return str(_one(connection, "SELECT current_setting(%s)", [setting]))


def _one(connection: psycopg.Connection, question: str, parameters: list[Any] | None = None) -> Any:
    row = connection.execute(question.encode(), parameters).fetchone()
    return row[0] if row else None
