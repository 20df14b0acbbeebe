"""`shangwu export`: records as xlsx or csv, as their list shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shangwu.cli import console
from shangwu.cli.engines import engine, told_to_people
from shangwu.cli.installation import Installation

FORMS = (".xlsx", ".csv")


@click.command("export", short_help="Export records as xlsx or csv.")
@click.argument("record")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to: .xlsx or .csv.",
)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FIELD=VALUE",
    help="As in the list's address, such as state=confirmed; repeatable.",
)
@click.option(
    "--column", "columns", multiple=True, metavar="NAME", help="A column to show; repeatable. Default: the list's."
)
@click.option("--lines", "with_lines", is_flag=True, help="A row for each line of a record, as such files come in.")
@click.option(
    "--as",
    "account",
    help="Account whose view is exported; default: the only administrator.",
)
@console.var_option
@console.json_option
def command(
    record: str,
    to: Path | None,
    filters: tuple[str, ...],
    columns: tuple[str, ...],
    with_lines: bool,
    account: str | None,
    var: str | None,
    as_json: bool,
) -> None:
    """Export the records of type RECORD, such as "customers.customer", that the account may see.

    Cells are text, so that no formula can run. Default: RECORD.xlsx in this folder.
    """
    asked = [_parts(one) for one in filters]
    to = to or Path(f"{record}.xlsx")
    if to.suffix.lower() not in FORMS:
        raise click.UsageError(f'--to takes a name that ends with .xlsx or .csv, not "{to}".')
    with Installation(var).opened(), told_to_people():
        export_records = engine("shangwu.foundation.exchange.command", "export_records")
        with console.progress_bar(f"Exporting {record}", hidden=as_json) as progress:
            result: dict[str, Any] = export_records(
                record,
                to=to,
                filters=asked,
                columns=columns,
                with_lines=with_lines,
                account=account,
                progress=progress,
            )
    console.answer(result, as_json=as_json, text=f"{result['rows']:,} rows to {result['to']}")


def _parts(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not name:
        raise click.UsageError(f'--filter takes FIELD=VALUE, not "{given}".')
    return name, value
