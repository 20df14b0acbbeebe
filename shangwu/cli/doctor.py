"""`shangwu doctor`: is this installation safe to work on? Looks, and changes nothing."""

from __future__ import annotations

from typing import Any

import click
import psycopg

from shangwu.cli import checks, console
from shangwu.cli.checks import Finding, Level
from shangwu.cli.installation import Installation
from shangwu.cli.release import release
from shangwu.cli.trouble import Trouble

SIGNS = {Level.GOOD: "ok  ", Level.WARNING: "warn", Level.BAD: "BAD "}


@click.command("doctor", short_help="Check durability, versions, disk, log and backups.")
@console.var_option
@console.json_option
def command(var: str | None, as_json: bool) -> None:
    """Check the installation: versions, clocks, durability settings, disk, file system, pending migrations, how far the
    log is sealed, gaps in numbers, database roles, workers, and the age of the last backup. Changes nothing.

    The exit code is 1 when something is bad; warnings alone leave it 0.
    """
    installation = Installation(var)
    with installation.opened():
        found = examine(installation)
    answer: dict[str, Any] = {
        "release": release(),
        "findings": [finding.as_dict() for finding in found],
    }
    console.answer(answer, as_json=as_json, text="\n".join(_line(finding) for finding in found))
    bad = [finding for finding in found if finding.level is Level.BAD]
    if bad:
        raise Trouble(f"Not safe to work on ({', '.join(finding.name for finding in bad)}): mend what is marked BAD.")


def examine(installation: Installation) -> list[Finding]:
    """All findings, in the order in which they are shown. Django is ready."""
    found = [
        checks.runs_on(),
        checks.disk(installation.var),
        checks.file_system(installation.var),
        checks.secrets_private(installation.var),
        checks.front_end(),
        checks.last_backup(installation.var),
        checks.migrations(),
        checks.numbers(),
    ]
    with psycopg.connect(installation.url(), autocommit=True) as connection:
        found += [
            checks.server(connection),
            checks.clocks(connection),
            checks.durability(connection),
            checks.encoding(connection),
            checks.roles(connection),
            checks.sealed(connection),
            checks.workers(connection),
        ]
    return found


def _line(finding: Finding) -> str:
    return f"{SIGNS[finding.level]}  {finding.name:<12} {finding.sentence}"
