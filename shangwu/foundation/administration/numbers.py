"""The register of numbers: how far each series has come, and every number in between that stands on no record (3.3.1).

A gap is explained when a number behind it came from elsewhere, and the series went on behind that one. Any other gap
means that a record was taken out of the database by hand.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.actions.registry import actions
from shangwu.foundation.numbering.gaps import counted, day_of, leapt_over, runs
from shangwu.foundation.numbering.models import Counter
from shangwu.foundation.numbering.series import Series, series
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

READERS = frozenset({Role.SECRETARY, Role.ARCHIVIST, Role.AUDITOR, Role.ADMINISTRATOR, Role.HEAD, Role.EXECUTIVE})


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that stand on no record, from `first` to `last`. explained: the one behind them came from elsewhere."""

    first: str
    last: str
    count: int
    explained: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a series has come in a year: numbers drawn or registered, those that stand on records, the gaps."""

    label: Sentence
    year: str
    drawn: int
    used: int
    gaps: tuple[Gap, ...]

    @property
    def unexplained(self) -> int:
        """How many numbers are gone that nothing explains."""
        return sum(gap.count for gap in self.gaps if not gap.explained)


def register() -> list[Standing]:
    """Every series that has drawn a number, by year, the latest first."""
    with gate.free_reading():
        return sorted(_standings(), key=lambda one: (one.year, str(one.label)), reverse=True)


def _standings() -> Iterator[Standing]:
    counters = Counter.objects.order_by("series", "period", "entity_code")
    for (key, year), found in itertools.groupby(counters, key=lambda one: (one.series, one.period[:4])):
        models = _models_of(key)
        if key in series and models:  # else a series that this release no longer has
            yield _standing(series[key], models, year, list(found))


def _models_of(key: str) -> list[type[Record]]:
    """The record types that draw their numbers from a series."""
    found: dict[type[Record], None] = {}
    for one in actions.values():
        if one.series is not None and one.series.key == key:
            found[one.model] = None
        found |= dict.fromkeys(model for model, by in one.numbers.items() if by.key == key)
    return list(found)


def _standing(of: Series, models: Sequence[type[Record]], year: str, counters: list[Counter]) -> Standing:
    tables = [model._meta.db_table for model in models]
    counts = counted(of, counters, tables)
    gaps = [
        _gap(of, counter, first, last)
        for counter, count in zip(counters, counts, strict=True)
        if count != counter.last
        for first, last in runs(of, counter, tables)
    ]
    return Standing(of.label, year, sum(one.last for one in counters), sum(counts), tuple(gaps))


def _gap(of: Series, counter: Counter, first: int, last: int) -> Gap:
    def number(n: int) -> str:
        return of.number(n, day_of(counter), counter.entity_code)

    return Gap(number(first), number(last), last - first + 1, leapt_over(counter, first, last))


def show(request: Request) -> HttpResponse:
    """The register, and under it the gaps."""
    found = register()
    facts = {
        "page": page_facts(_("Register of numbers"), clause="3.3.1"),
        "standings": found,
        "gaps": [(one, gap) for one in found for gap in one.gaps],
        "unexplained": sum(one.unexplained for one in found),
    }
    return render(request, "administration/numbers.html", facts)


page(
    Route(
        "numbers",
        "numbers/",
        show,
        reason="counts of numbers, for those who keep registers; no record is named beyond its number",
        clause="3.3.1",
        label=gettext_lazy("Register of numbers"),
        icon="clipboard-list",
        roles=READERS,
    )
)
