"""The register of numbers: how far each series has come, and every number in between that stands on no record (3.3.1).

A gap is explained when a number behind it came from elsewhere, and the series went on behind that one. Any other gap
means that a record was taken out of the database by hand.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from shangwu.foundation.actions.registry import actions
from shangwu.foundation.numbering.gaps import Leaps, counted, day_of, runs
from shangwu.foundation.numbering.models import Counter
from shangwu.foundation.numbering.series import Series, series
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

    of: Series
    year: str
    drawn: int
    used: int
    gaps: tuple[Gap, ...]

    @property
    def label(self) -> Sentence:
        """What the series numbers."""
        return self.of.label

    @property
    def unexplained(self) -> int:
        """How many numbers are gone that nothing explains."""
        return sum(gap.count for gap in self.gaps if not gap.explained)


def register(only: Series | None = None, year: str = "") -> list[Standing]:
    """Every series that has drawn a number, by year, the latest first; or one series alone, or one year."""
    with gate.free_reading():
        return sorted(_standings(only, year), key=lambda one: (one.year, str(one.label)), reverse=True)


def counters_of(only: Series | None, year: str) -> "QuerySet[Counter]":
    """The counters of a series, or of all, in a year, or ever."""
    found = Counter.objects.filter(period__startswith=year) if year else Counter.objects.all()
    return found.filter(series=only.key) if only is not None else found


def _standings(only: Series | None, year: str) -> Iterator[Standing]:
    counters = counters_of(only, year).order_by("series", "period", "entity_code")
    for (key, of_year), found in itertools.groupby(counters, key=lambda one: (one.series, one.period[:4])):
        models = models_of(key)
        if key in series and models:  # else a series that this release no longer has
            yield _standing(series[key], models, of_year, list(found))


def models_of(key: str) -> list[type[Record]]:
    """The record types that draw their numbers from a series."""
    found: dict[type[Record], None] = {}
    for one in actions.values():
        if one.series is not None and key in _keys(one.series):
            found[one.model] = None
        found |= dict.fromkeys(model for model, by in one.numbers.items() if key in _keys(by))
    return list(found)


def _keys(of: Series) -> set[str]:
    return {of.key, *(one.key for one in of.formerly)}


def _standing(of: Series, models: Sequence[type[Record]], year: str, counters: list[Counter]) -> Standing:
    tables = [model._meta.db_table for model in models]
    counts = counted(of, counters, tables)
    gaps = [
        gap
        for counter, count in zip(counters, counts, strict=True)
        if count != counter.last
        for gap in _gaps(of, counter, tables)
    ]
    return Standing(of, year, sum(one.last for one in counters), sum(counts), tuple(gaps))


def _gaps(of: Series, counter: Counter, tables: Sequence[str]) -> Iterator[Gap]:
    day, leaps = day_of(counter), Leaps(counter)
    for first, last in reversed(runs(of, counter, tables)):
        begins, ends = (of.number(n, day, counter.entity_code) for n in (first, last))
        yield Gap(begins, ends, last - first + 1, leaps.explain(first, last))
