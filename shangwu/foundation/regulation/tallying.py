"""Replays of one form: a parameter's value singles out some of the records of twelve months, another value others; or
it says what they come to.

The room decorates a function that answers as its own actions and clocks do: while it runs, `policy` has the value that
is tried, so that nothing is reckoned twice in two ways.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from shangwu.foundation.policy.parameters import Parameter, supposing
from shangwu.foundation.records import clock
from shangwu.foundation.records.models import Record
from shangwu.foundation.regulation.replaying import Line, replays, whole_days

NAMED = 10
"""So many of those that the new value treats otherwise are named."""

_BULKY = ("search_text", "search_bigrams", "extra")


@dataclass(frozen=True, slots=True)
class Months:
    """The days over which records are looked at."""

    since: datetime.date
    until: datetime.date

    @property
    def moments(self) -> tuple[datetime.datetime, datetime.datetime]:
        """From the first moment to the last, for a `range`."""
        return whole_days(self.since, self.until)


Rows = QuerySet[Any, Any]
Among = Callable[[Months], Rows]
Pick = Callable[[Rows, Any], Rows | Iterable[Model]]
"""(records, value) -> those of them that the value singles out."""
Weigh = Callable[[Rows, Any], Iterable[tuple[str, Decimal]]]
"""(records, value) -> what each comes to: (currency, amount)."""


def picks(key: str, of: str, picked: str, among: Among) -> Callable[[Pick], Pick]:
    """Replay a parameter by what its value singles out. A decorator.

    of, picked: English source sentences of the two lines: all records that `among` finds, and those singled out.
    """

    def register(pick: Pick) -> Pick:
        @replays(lambda asked: asked == key)
        def replay(
            parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
        ) -> Iterator[Line]:
            rows = _light(among(Months(since, until)))
            before, after = (_picked(pick, rows, key, one) for one in (former, value))
            whole = rows.count()
            moved = sorted(before ^ after, reverse=True)
            yield Line(of, whole, whole)
            yield Line(picked, len(before), len(after), named=_named(rows, moved), changed=len(moved))

        return pick

    return register


def weighs(key: str, of: str, summed: str, among: Among) -> Callable[[Weigh], Weigh]:
    """Replay a parameter by what records come to under its value, in each currency. A decorator.

    of, summed: English source sentences; `currency` is filled into the second.
    """

    def register(weigh: Weigh) -> Weigh:
        @replays(lambda asked: asked == key)
        def replay(
            parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
        ) -> Iterator[Line]:
            rows = _light(among(Months(since, until)))
            before, after = (_weighed(weigh, rows, key, one) for one in (former, value))
            whole = rows.count()
            yield Line(of, whole, whole)
            for currency in sorted({*before, *after}):
                amounts = before.get(currency, Decimal()), after.get(currency, Decimal())
                yield Line(summed, *amounts, {"currency": currency})

        return weigh

    return register


def ago(days: int) -> datetime.datetime:
    """The moment so many days before now."""
    return clock.now() - datetime.timedelta(days=days)


def _light(rows: Rows) -> Rows:
    """The same without what only searches read: a year's records are many."""
    names = {one.name for one in rows.model._meta.concrete_fields}
    return rows.defer(*names.intersection(_BULKY))


def _picked(pick: Pick, rows: Rows, key: str, value: Any) -> set[int]:
    with supposing(key, value):
        found = pick(rows, value)
        if isinstance(found, QuerySet):
            return set(found.order_by().values_list("pk", flat=True))
        return {one.pk for one in found}


def _weighed(weigh: Weigh, rows: Rows, key: str, value: Any) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    with supposing(key, value):
        for currency, amount in weigh(rows, value):
            found[currency] = found.get(currency, Decimal()) + amount
    return found


def _named(rows: Rows, keys: list[int]) -> tuple[tuple[str, str], ...]:
    """The first of these records by type and public id; parts of a record have no name of their own."""
    if not issubclass(rows.model, Record):
        return ()
    found = dict(rows.model._default_manager.filter(pk__in=keys[:NAMED]).values_list("pk", "public_id"))
    label = rows.model._meta.label_lower
    return tuple((label, str(found[key])) for key in keys[:NAMED] if key in found)
