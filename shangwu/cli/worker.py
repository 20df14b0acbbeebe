"""`shangwu worker`: runs jobs from the queue, on any number of machines."""

from __future__ import annotations

import os
import sys

import click

from shangwu.cli import console
from shangwu.cli.installation import Installation


@click.command("worker", short_help="Run jobs from the queue (also part of `run`).")
@console.var_option
@click.option(
    "--concurrency",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Jobs at the same time.",
)
@click.option(
    "--queue",
    "queues",
    multiple=True,
    help="Only this queue: default (what people start), clock or webhooks (repeatable). Otherwise all.",
)
@click.option("--until-empty", is_flag=True, help="End when no job is left.")
def command(var: str | None, concurrency: int, queues: tuple[str, ...], until_empty: bool) -> None:
    """Run jobs until SIGTERM or Ctrl-C: what runs then may finish for 10 s, and is taken up again by another worker.

    Start as many as you like, on as many machines as you like: they share the queue in the database.
    """
    installation = Installation(var)
    arguments = [
        # The web process checks the settings; here that would only load every page and keep it, 12 MB.
        "--skip-checks",
        "worker",
        "--concurrency",
        str(concurrency),
        "--shutdown-graceful-timeout",
        "10",
    ]
    if queues:
        arguments += ["--queues", ",".join(queues)]
    if until_empty:
        arguments.append("--one-shot")
    if installation.cluster is None:
        # Nothing of ours has to outlive it: become it, so that it alone hears its signals.
        os.execve(
            sys.executable,
            [sys.executable, "-m", "django", "procrastinate", *arguments],
            installation.environment(),
        )
    with installation.opened():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["shangwu", "procrastinate", *arguments])
