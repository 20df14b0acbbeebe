"""`shangwu bundle`: what a clause asked for in a period and what proves it, as one file that is checked without us."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import click

from shangwu.cli import console
from shangwu.cli.engines import engine, told_to_people
from shangwu.cli.installation import Installation

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("bundle", short_help="Take the audit bundle of a clause.")
@click.argument("code")
@click.option("--from", "first", type=_DAY, help="First day; default: of the last month.")
@click.option("--to", "last", type=_DAY, help="Last day; default: of the month.")
@click.option(
    "--file", "to", type=click.Path(dir_okay=False, path_type=Path), help="Where to; default: a name of ours."
)
@click.option("--as", "account", help="Account with whose rights it is made; default: the only administrator.")
@console.var_option
@console.json_option
def command(
    code: str,
    first: datetime.datetime | None,
    last: datetime.datetime | None,
    to: Path | None,
    account: str | None,
    var: str | None,
    as_json: bool,
) -> None:
    """Take the audit bundle of clause CODE (such as 2.6.1): its text as of then, parameters, duties, evidence,
    approvals and log entries, as far as the account may see them, signed, with a verify.py that runs on plain Python.
    """
    with Installation(var).opened(), told_to_people():
        take_bundle = engine("shangwu.foundation.evidence.command", "take_bundle")
        with console.progress_bar(f"Bundle {code}", hidden=as_json) as progress:
            result: dict[str, Any] = take_bundle(
                code,
                first=first.date() if first else None,
                last=last.date() if last else None,
                to=to,
                account=account,
                progress=progress,
            )
    held = f"{result['duties']:,} duties, {result['records']:,} records, {result['entries']:,} log entries"
    console.answer(result, as_json=as_json, text=f"{held} to {result['to']}\nSHA-256 {result['sha256']}")
