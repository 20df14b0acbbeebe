"""`shangwu import`: a file's rows into records, through the same door as everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shangwu.cli import console
from shangwu.cli.engines import engine, told_to_people
from shangwu.cli.installation import Installation
from shangwu.cli.trouble import Trouble

SHOWN_REASONS = 10


@click.command("import", short_help="Import a file's rows as records.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--record",
    required=True,
    help='Which record a row becomes, such as "customers.customer".',
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON: column to field.",
)
@click.option("--dry-run", is_flag=True, help="Check every row, write nothing.")
@click.option("--as", "account", help="Account on whose behalf; default: the only administrator.")
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where refused rows go.",
)
@console.var_option
@console.json_option
def command(
    file: Path,
    record: str,
    mapping: Path | None,
    dry_run: bool,
    account: str | None,
    refused: Path | None,
    var: str | None,
    as_json: bool,
) -> None:
    """Import FILE (xlsx, xls, csv or tsv in any encoding). Valid rows go in; refused rows come back as a file.

    Without --mapping the columns are matched by their names and contents. A mapping is a JSON file, column to field:

    \b
      {"Order ID": "number", "Customer ID": "customer", "Sales": "lines.net"}
      {"columns": {"First": "name", "Last": "name"}, "fixed": {"kind": "person"}, "mode": "both", "order": "dmy"}

    A file whose rows are order lines becomes records in passes, each skipping what is there: first
    customers.customer, then sales.product, then sales.order, whose rows with one number make one order.

    9.80000019 is read as the 9.8 that a program with short floats meant; other numbers with more decimals than are
    kept are refused. Running it again makes no doubles. Rows that are there already, or are empty in all columns of
    interest, are passed over. The exit code is 1 when every row was refused, else 0: see "refused" in --json.
    """
    with Installation(var).opened(), told_to_people():
        import_file = engine("shangwu.foundation.exchange.command", "import_file")
        with console.progress_bar(f"Importing {file.name}", hidden=as_json) as progress:
            result: dict[str, Any] = import_file(
                file,
                record=record,
                mapping=mapping,
                dry_run=dry_run,
                account=account,
                refused_to=refused or file.with_name(f"{file.stem}.refused.csv"),
                progress=progress,
            )
    console.answer(result, as_json=as_json, text=_told(result, dry_run))
    if result["rows"] and result["refused"] == result["rows"]:
        raise Trouble("No row could go in: see the reasons, or give the columns with --mapping.")


def _told(result: dict[str, Any], dry_run: bool) -> str:
    would = "would go in" if dry_run else "went in"
    passed_over = f"{result['skipped']:,} passed over, " if result["skipped"] else ""
    lines = [
        f"{result['rows']:,} rows read, {result['accepted']:,} {would}, {passed_over}{result['refused']:,} refused."
    ]
    lines += [f"  row {reason['row']}: {reason['sentence']}" for reason in result["reasons"][:SHOWN_REASONS]]
    if result["refused"] and result.get("refused_file"):
        lines.append(f"Refused rows, to mend and import again: {result['refused_file']}")
    return "\n".join(lines)
