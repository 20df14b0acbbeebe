"""The ledger of numbers: every number that a series has drawn, the latest first, with the record that bears it (3.3.1).

A record is named to those alone who may see it. Numbers that no record bears stand together, with the reason.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shangwu.foundation.administration.numbers import counters_of, models_of
from shangwu.foundation.numbering.gaps import Leaps, counted, day_of, runs
from shangwu.foundation.numbering.models import Counter
from shangwu.foundation.numbering.series import Place, Series
from shangwu.foundation.pages.lists.find import deferred
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

AT_ONCE = 200
"""Numbers whose records are looked for together: by the numbers themselves, so that their index answers."""


@dataclass(frozen=True, slots=True)
class Line:
    """A number of the ledger, or a run of numbers from `first` to `last` that no record bears.

    model: what kind of record bears it; None for a run. record: None for one that the reader may not see.
    explained: whether the run is missing because numbers behind it came from elsewhere.
    """

    first: str
    last: str
    count: int = 1
    model: type[Record] | None = None
    record: Any = None
    explained: bool = False


def lines(
    by: Actor, of: Series, year: str = "", *, before: Place | None = None, most: int | None = None
) -> Iterator[Line]:
    """The ledger of a series, in a year or ever. before: only what stands before this number. most: so many."""
    models = models_of(of.key)
    waiting = itertools.islice(_drawn(of, models, year, before, most), most)
    while some := list(itertools.islice(waiting, AT_ONCE)):
        borne = _borne(by, models, [line.first for line in some if line.model is not None])
        for line in some:
            if line.model is not None:
                model, record = borne.get(line.first, (line.model, None))
                yield replace(line, model=model, record=record)
            else:
                yield line


def _drawn(
    of: Series, models: Sequence[type[Record]], year: str, before: Place | None, most: int | None
) -> Iterator[Line]:
    """The lines, without the records: those of a counter one after the other, the latest counter first."""
    tables = [model._meta.db_table for model in models]
    with gate.free_reading():
        counters = list(counters_of(of, year).order_by("-period", "-entity_code"))
        if before is not None:
            counters = [one for one in counters if _place(one) <= (before.period, before.entity_code)]
        counts = counted(of, counters, tables)
    for one, count in zip(counters, counts, strict=True):
        is_first = before is not None and _place(one) == (before.period, before.entity_code)
        top = min(one.last, before.n - 1) if before is not None and is_first else one.last
        whole = count == one.last
        with gate.free_reading():
            missing = [] if whole else runs(of, one, tables, top=top, most=most)
            leaps = Leaps(one) if missing else None
        day = day_of(one)
        for first, last, is_gap in _stretches(top, missing):
            begins, ends = (of.number(n, day, one.entity_code) for n in (first, last))
            explained = leaps is not None and is_gap and leaps.explain(first, last)
            yield Line(begins, ends, last - first + 1, None if is_gap else models[0], explained=explained)


def _place(one: Counter) -> tuple[str, str]:
    return one.period, one.entity_code


def _stretches(top: int, missing: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """(first, last, whether no record bears them), from the top down: numbers one by one, what is missing in runs."""
    for first, last in missing:
        yield from ((n, n, False) for n in range(top, last, -1))
        yield first, min(last, top), True
        top = first - 1
    yield from ((n, n, False) for n in range(top, 0, -1))


def _borne(
    by: Actor, models: Sequence[type[Record]], numbers: Sequence[str]
) -> dict[str, tuple[type[Record], Record | None]]:
    """Which kind of record bears each number, and the record itself where the reader sees it."""
    found: dict[str, tuple[type[Record], Record | None]] = {}
    for model in models:
        manager: Any = model._default_manager
        if len(models) > 1:
            with gate.free_reading():
                held = manager.filter(number__in=numbers).values_list("number", flat=True)
                found |= dict.fromkeys(held, (model, None))
        seen = manager.visible_to(by, archived=True).filter(number__in=numbers).defer(*deferred(model))
        found |= {row.number: (model, row) for row in seen}
    return found
