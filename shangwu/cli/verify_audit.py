"""`shangwu verify-audit`: is the log what it was when it was sealed?"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from shangwu.cli import console
from shangwu.cli.engines import told_to_people
from shangwu.cli.installation import Installation
from shangwu.cli.trouble import Trouble


@click.command("verify-audit", short_help="Check the sealed log, and name the first bad entry.")
@click.option(
    "--heads",
    type=click.Path(exists=True, path_type=Path),
    help="Signed daily heads kept elsewhere.",
)
@console.var_option
@console.json_option
def command(heads: Path | None, var: str | None, as_json: bool) -> None:
    """Recompute the whole chain of the log and compare it with the signed heads outside the database.

    Says how far the log is sealed. The exit code is 1 when an entry was changed, deleted, swapped or rebuilt, and the
    first bad one is named. A log rebuilt as a whole is found only by heads that were kept out of the forger's reach:
    where heads were written and none is found, the exit code is 1 too.
    """
    with Installation(var).opened(), told_to_people():
        from shangwu.foundation.audit.verify import verify

        with console.progress_bar("Checking the log", hidden=as_json) as progress:
            report = verify(heads, lambda done: progress(done, 0, "entries"))
    sealed = f"{report.checked:,} entries checked, sealed up to position {report.horizon:,}, {report.waiting:,} waiting"
    outside = f"{report.heads:,} heads outside the database, {report.erased:,} entries with erased values"
    answer = dataclasses.asdict(report) | {"is_sound": report.is_sound}
    console.answer(answer, as_json=as_json, text=f"{sealed}; {outside}.")
    if not report.is_sound:
        named = f"Entry {report.first_bad}: " if report.first_bad is not None else ""
        raise Trouble(f"{named}{report.fault} Keep this database and its backups as they are.")
