"""The register of numbers as a page and as a workbook: standings and gaps, and below them a series number by number."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.administration.number_ledger import Line, lines
from shangwu.foundation.administration.number_telling import (
    NUMBERS,
    Secrets,
    cells,
    kind_of,
    name_of,
    state_of,
    titles,
    why,
)
from shangwu.foundation.administration.numbers import READERS, counters_of, models_of, register
from shangwu.foundation.audit.reading import How
from shangwu.foundation.exchange.exporting import note
from shangwu.foundation.exchange.pages.files import made
from shangwu.foundation.exchange.writing import Column, write
from shangwu.foundation.numbering.series import Place, Series, series
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.records.actors import Actor

SHOWN = 100
"""Lines of a page."""
YEAR = re.compile(r"[12][0-9]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a series or all, a year or ever. before: the number before which the page begins."""

    of: Series | None
    year: str
    before: Place | None = None

    def address(self, **other: Any) -> str:
        """The address of this question with some parts changed."""
        parts = {"series": self.of.key if self.of else "", "year": self.year, **other}
        return "?" + urlencode({name: value for name, value in parts.items() if value})


def kept(key: str) -> Series | None:
    """The series of this name, if records are numbered by it."""
    return series[key] if key in series and models_of(key) else None


def _asked(given: QueryDict) -> Asked:
    of, year = kept(given.get("series", "")), given.get("year", "")
    before = of.read(given.get("before", "")) if of is not None else None
    return Asked(of, year if YEAR.fullmatch(year) else "", before)


def show(request: Request) -> HttpResponse:
    """The register with its gaps, and the chosen series number by number; or all of it as a file with `form=xlsx`."""
    one = _asked(request.GET)
    if request.GET.get("form") == "xlsx":
        return workbook(request.actor, one, request.GET.urlencode())
    found = register(one.of, one.year)
    facts = {
        "page": page_facts(_("Register of numbers"), clause="3.3.1"),
        "standings": [(standing, Asked(standing.of, standing.year).address()) for standing in found],
        "gaps": [(standing, gap) for standing in found for gap in standing.gaps],
        "unexplained": sum(standing.unexplained for standing in found),
        "choices": [(key, each.label, each is one.of) for key, each in _numbered()],
        "years": [(year, year == one.year) for year in _years()],
        "file_url": one.address(form="xlsx"),
        **(_ledger(request, one) if one.of is not None else {}),
    }
    return render(request, "administration/numbers.html", facts)


def _numbered() -> list[tuple[str, Series]]:
    return sorted(((key, each) for key, each in series.items() if kept(key)), key=lambda pair: str(pair[1].label))


def _years() -> list[str]:
    periods = counters_of(None, "").exclude(period="").values_list("period", flat=True).distinct()
    return sorted({period[:4] for period in periods}, reverse=True)


def _ledger(request: Request, one: Asked) -> dict[str, Any]:
    assert one.of is not None
    secrets = Secrets()
    found = list(lines(request.actor, one.of, one.year, before=one.before, most=SHOWN + 1))
    drawn = [_line(line) for line in secrets.among(iter(found[:SHOWN]))]
    secrets.were_read(request.actor, How.PAGE)
    return {
        "ledger": one.of.label,
        "lines": drawn,
        "older_url": one.address(before=found[SHOWN - 1].first) if len(found) > SHOWN else "",
        "newest_url": one.address() if one.before else "",
    }


def _line(line: Line) -> dict[str, Any]:
    state, tone = state_of(line.record)
    return {
        "line": line,
        "kind": kind_of(line),
        "record": name_of(line),
        "url": record_url(line.model, line.record.public_id) if line.model and line.record else "",
        "state": state,
        "tone": tone,
        "made": formats.moment(line.record.created_at) if line.record else "",
        "why": why(line),
    }


def workbook(actor: Actor, one: Asked, query: str, how: How = How.EXPORT) -> HttpResponse:
    """The ledger as a download. query: how it was asked for, as the register of exports keeps it."""
    secrets = Secrets()
    with tempfile.NamedTemporaryFile(prefix="numbers-", suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    columns = [Column(title, place in NUMBERS) for place, title in enumerate(titles())]
    wanted = [one.of] if one.of is not None else [each for _key, each in _numbered()]
    count = write(path, "xlsx", columns, _rows(actor, wanted, one.year, secrets), title=_("Register of numbers"))
    note(actor, "numbering.counter", query[:1000], [column.title for column in columns], "xlsx", count)
    secrets.were_read(actor, how)
    return made(path, f"{_('Register of numbers')}.xlsx")


def _rows(actor: Actor, wanted: Sequence[Series], year: str, secrets: Secrets) -> Iterator[list[str]]:
    for of in wanted:
        for line in secrets.among(lines(actor, of, year)):
            yield cells(of.label, line)


page(
    Route(
        "numbers",
        "numbers/",
        show,
        reason="numbers, for those who keep registers; a record is named to those alone who may see it",
        clause="3.3.1",
        label=gettext_lazy("Register of numbers"),
        icon="clipboard-list",
        roles=READERS,
    )
)
