"""Once round the house, in every dress asked for."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from django.conf import settings
from playwright.sync_api import sync_playwright

from shangwu.foundation.people.models import Account
from tests.chromium import chromium
from tests.shots import furnishing, pictures, sheet
from tests.shots.looking import Dress, Looker
from tests.shots.places import Place, Visitors, places
from tests.shots.sheet import Shot

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=zh-TW")


def go_round(
    address: str,
    into: Path,
    wanted: Sequence[str],
    languages: Iterable[str],
    widths: Iterable[int],
    themes: Iterable[str],
) -> int:
    """Visit the wanted pages (all, if none is named); how many pictures show a fault."""
    began = time.monotonic()
    settings.ALLOWED_HOSTS = ["localhost"]
    logging.getLogger("django.request").setLevel(logging.ERROR)  # who may not see a page is asked for it, too
    furnishing.furnish()
    visitors = Visitors()
    found = list(places(visitors, wanted))
    click.echo(f"{len(found)} pages, found in {time.monotonic() - began:.0f} s.", err=True)
    into.mkdir(parents=True, exist_ok=True)
    shots: list[Shot] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        for language in languages:
            Account.objects.filter(is_demo=True).update(language=language)
            for dress in (Dress(language, width, theme) for width in widths for theme in themes):
                shots += _in_one_dress(Looker(browser, address, visitors, dress), found, into)
        browser.close()
    where = sheet.write(into, shots)
    faulty = sum(bool(one.faults) for one in shots)
    click.echo(f"{len(shots)} pictures, {faulty} with faults, {time.monotonic() - began:.0f} s: {where}")
    return faulty


def take_for_readme(address: str) -> None:
    """Take README's pictures anew."""
    settings.ALLOWED_HOSTS = ["localhost"]
    visitors = Visitors()
    Account.objects.filter(is_demo=True).update(language="zh-hant")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        for picture in pictures.take(browser, address, visitors):
            click.echo(f"{picture} {picture.stat().st_size:,} bytes")
        browser.close()


def _in_one_dress(looker: Looker, found: Sequence[Place], into: Path) -> list[Shot]:
    folder = into / str(looker.dress)
    folder.mkdir(exist_ok=True)
    shots = []
    for place in found:
        file = folder / f"{place.name}.png"
        faults = looker.look(place, file)
        for fault in faults:
            click.echo(f"{looker.dress} {place.name} ({place.who}): {fault}")
        shots.append(Shot(place, looker.dress, f"{folder.name}/{file.name}", faults))
    looker.close()
    return shots
