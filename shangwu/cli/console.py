"""How the command speaks: results on standard output, progress and troubles on standard error."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

Progress = Callable[[int, int, str], None]
"""Called as progress(done, total, what): `total` is 0 while it is not known yet."""


def say(text: str = "") -> None:
    """One line for a person."""
    click.echo(text)


def note(text: str) -> None:
    """One line beside the result: it must not stand in a pipe's way."""
    click.echo(text, err=True)


def own_name() -> str:
    """How this command is called from here: by its name where it is found, else by its path."""
    beside = Path(sys.executable).parent / "shangwu"
    return "shangwu" if shutil.which("shangwu") or not beside.exists() else str(beside)


def table(rows: list[list[str]]) -> list[str]:
    """Lines with aligned columns; Chinese signs are two columns wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def answer(result: dict[str, Any], *, as_json: bool, text: str) -> None:
    """The result of a command: one JSON object, or the text for a person."""
    click.echo(json.dumps(result, ensure_ascii=False, default=str) if as_json else text)


@contextlib.contextmanager
def progress_bar(what: str, *, hidden: bool = False) -> Iterator[Progress]:
    """A bar on a terminal, a line per part elsewhere, nothing when hidden (with --json)."""
    if hidden:
        yield lambda done, total, part: None
    elif sys.stderr.isatty():
        with _drawn_bar(what) as move:
            yield move
    else:
        yield _Lines(what)


@contextlib.contextmanager
def _drawn_bar(what: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)

        def move(done: int, total: int, part: str) -> None:
            bars.update(task, completed=done, total=total or None, description=part or what)

        yield move


class _Lines:
    """Progress for a log file: one line when the part changes."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._part = ""

    def __call__(self, done: int, total: int, part: str) -> None:
        if part != self._part:
            self._part = part
            note(f"{self._what}: {part}")


json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
var_option = click.option(
    "--var",
    type=click.Path(file_okay=False),
    envvar=["SHANGWU_VAR", "VAR"],
    help="Data folder; also VAR in the environment. Default: ./var",
)
