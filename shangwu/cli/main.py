"""The command `shangwu`: finds the subcommand, and turns a trouble into one sentence and an exit code.

Exit codes: 0 done, 1 refused or failed (one sentence on standard error), 2 wrong usage.
"""

from __future__ import annotations

import importlib
import sys

import click

from shangwu.cli.release import release
from shangwu.cli.trouble import Trouble

# Each command in a module of its own, loaded when it is asked for.
COMMANDS = {
    "run": "run",
    "worker": "worker",
    "migrate": "migrate",
    "demo": "demo",
    "create-admin": "create_admin",
    "import": "import_file",
    "export": "export",
    "backup": "backup",
    "restore": "restore",
    "verify-audit": "verify_audit",
    "clauses": "clauses",
    "bundle": "bundle",
    "doctor": "doctor",
}


class Commands(click.Group):
    """The subcommands, in the order in which an installation needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in our order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one subcommand."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"shangwu.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(release(), message="%(prog)s %(version)s")
def shangwu() -> None:
    """Shangwu: the software that a Business Department runs on.

    Start with `shangwu run`. Everything is kept in one data folder (--var, default ./var), with a
    PostgreSQL of its own; set DATABASE_URL to use another PostgreSQL 15 or later.
    """


def main() -> None:
    """Entry point of the command."""
    try:
        shangwu.main(prog_name="shangwu", standalone_mode=True)
    except Trouble as trouble:
        click.echo(f"shangwu: {trouble}", err=True)
        sys.exit(1)
