"""`shangwu demo`: loads the demo department into a new database."""

from __future__ import annotations

import click

from shangwu.cli import console, first_start
from shangwu.cli.engines import told_to_people
from shangwu.cli.installation import Installation


@click.command("demo", short_help="Load the demo department into a new database.")
@console.var_option
@click.option("--seed", type=int, default=first_start.DEMO_SEED, show_default=True, help="Same seed, same data.")
@console.json_option
def command(var: str | None, seed: int, as_json: bool) -> None:
    """Load the demo department: forty people in all roles, their customers, and two years of orders.

    Refused when the database already holds records. Its sign-ins work on this machine only.
    """
    installation = Installation(var)
    with installation.database_running():
        if installation.cluster and not installation.cluster.has_database():
            first_start.prepare(installation, demo_seed=seed)
            console.answer({"seed": seed}, as_json=as_json, text="The demo department is loaded.")
            return
    with installation.opened(), told_to_people():
        from shangwu.demo import load, sign_ins

        with console.progress_bar("Loading the demo department", hidden=as_json) as progress:
            loaded = load(seed=seed, progress=lambda done, total: progress(done, total, "records"))
        first_start.write_demo_mark(installation, sign_ins())
    counted = ", ".join(f"{count:,} {what}" for what, count in loaded.items())
    console.answer({"seed": seed, "loaded": loaded}, as_json=as_json, text=f"The demo department is loaded: {counted}.")
