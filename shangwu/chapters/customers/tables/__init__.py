"""The tables as they come with the house, one line for each entry; what is deeper or newer comes by import (2.5).

industries.tsv: GB/T 4754-2017, sections and divisions. areas.tsv: GB/T 2260, provinces and prefectures, with codes that
hold no more; counties and cities of Taiwan by the Ministry of the Interior; the 18 districts of Hong Kong. stages.tsv,
reasons.tsv: how far opportunities come, and why they are won and lost.
"""

import datetime
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple


class Line(NamedTuple):
    """One entry. parent: the code of the wider entry, "" for none. until: the last day, None while it holds."""

    code: str
    level: int
    parent: str
    jurisdiction: str
    name: str
    name_hans: str
    name_en: str
    edition: str
    since: datetime.date
    until: datetime.date | None


def lines(table: str) -> Iterator[Line]:
    """The entries of "industries" or "areas", wider ones before those that belong to them."""
    text = files(__name__).joinpath(f"{table}.tsv").read_text(encoding="utf-8")
    found = [_line(each) for each in text.splitlines() if not each.startswith("#")]
    return iter(sorted(found, key=lambda one: (one.level, one.code)))


def _line(text: str) -> Line:
    code, level, parent, jurisdiction, name, hans, english, edition, since, until = text.split("\t")
    day = datetime.date.fromisoformat
    return Line(
        code, int(level), parent, jurisdiction, name, hans, english, edition, day(since), day(until) if until else None
    )


def ranked(table: str) -> Iterator[dict[str, str | int]]:
    """The entries of "stages" or "reasons" of opportunities as columns and their values (2.5.2)."""
    text = files(__name__).joinpath(f"{table}.tsv").read_text(encoding="utf-8")
    for each in text.splitlines():
        if not each.startswith("#"):
            kind, position, share, name, hans, english = each.split("\t")
            more = {"share": int(share)} if share else {}
            yield {"kind": kind, "position": int(position), "name": name, "name_hans": hans, "name_en": english, **more}
