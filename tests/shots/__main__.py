"""Starts the demo, visits its pages, writes shots/."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from shangwu.cli.installation import Installation
from tests.running import ROOT, running

LANGUAGES, WIDTHS, THEMES = ("zh-hant", "zh-hans", "en"), ("1440", "390"), ("light", "dark")


@click.command()
@click.option("--page", "pages", multiple=True, help="Only pages whose name holds this text.")
@click.option("--language", "languages", multiple=True, type=click.Choice(LANGUAGES))
@click.option("--width", "widths", multiple=True, type=click.Choice(WIDTHS))
@click.option("--theme", "themes", multiple=True, type=click.Choice(THEMES))
@click.option("--into", type=click.Path(path_type=Path), default=ROOT / "shots", help="Folder for the pictures.")
@click.option("--var", type=click.Path(path_type=Path), help="A data folder to keep; else a new one, gone at the end.")
@click.option("--address", help="A demo that runs already on --var, instead of starting one.")
@click.option("--readme", is_flag=True, help="Only take README's pictures anew, into docs/pictures.")
def main(
    pages: tuple[str, ...], languages: tuple[str, ...], widths: tuple[str, ...], themes: tuple[str, ...],
    into: Path, var: Path | None, address: str | None, readme: bool,
) -> None:  # fmt: skip
    """Take a picture of every page of the demo, and list what is wrong with them."""
    with _demo(var, address) as (folder, found):
        os.environ.update(Installation(folder).environment(), SHANGWU_DEMO="1", DJANGO_ALLOW_ASYNC_UNSAFE="1")
        import django

        django.setup()
        from tests.shots.round import go_round, take_for_readme

        if readme:
            take_for_readme(found)
            return
        faults = go_round(
            found, into, pages, languages or LANGUAGES, [int(one) for one in widths or WIDTHS], themes or THEMES
        )
    sys.exit(1 if faults else 0)


@contextlib.contextmanager
def _demo(var: Path | None, address: str | None) -> Iterator[tuple[Path, str]]:
    """(data folder, address) of a demo that answers."""
    folder = var or Path(tempfile.mkdtemp(prefix="shangwu-shots-")) / "var"
    if address:
        yield folder, address
        return
    click.echo("Starting the demo…", err=True)
    began = time.monotonic()
    try:
        with running(folder, "--demo") as house:
            click.echo(f"It answers at {house.address} after {time.monotonic() - began:.0f} s.", err=True)
            yield folder, house.address
    finally:
        if var is None:
            shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    main()
