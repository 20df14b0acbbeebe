"""Asks measures: which numbers, by what, over which days, for whom."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.labels import labels
from shangwu.foundation.measures import engine, rolling, visibility
from shangwu.foundation.measures.registry import Dimension, Measure, dimensions, fact_sets, measures
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, Sentence

MONTH = Dimension("month", _("Month"), "month")
DAY = Dimension("day", _("Day"), "day")
YEAR = Dimension("year", _("Year"), "month")
TIME = {one.name: one for one in (MONTH, DAY, YEAR)}


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of an answer: one value per dimension, then one per measure. as_of: when the facts were exported.

    labels: per dimension, raw value -> what the reader may read for it.
    """

    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...]
    rows: list[tuple[Any, ...]]
    as_of: datetime.datetime | None
    labels: Mapping[str, Mapping[Any, str]]

    def total(self, place: int = 0) -> Decimal:
        """The sum of one measure over all rows; for money and counts only."""
        return sum((Decimal(row[len(self.by) + place] or 0) for row in self.rows), Decimal())


def ask(
    actor: Actor,
    names: Sequence[str],
    *,
    by: Sequence[str] = (),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    where: Mapping[str, Sequence[Any]] | None = None,
) -> Answer:
    """The measures `names`, grouped `by` dimensions, from `since` up to and including `until`.

    where: dimension -> the values that count. All measures must stand on one fact set.
    Raises Refusal: `missing` for an unknown or gated measure, `facts` when nothing has been exported yet.
    """
    posed = question(actor, names, by=by, since=since, until=until, where=where)
    keys = [f"by_{one.name}" for one in posed.by]
    rows = engine.rows(posed.table.order_by(keys) if keys else posed.table)
    return Answer(posed.measures, posed.by, rows, posed.as_of, _labels(actor, posed.by, rows))


@dataclass(frozen=True, slots=True)
class Question:
    """A question not yet answered: an Ibis table, a column `by_<dimension>` each and `<measure>` with `_` for dots.

    For work over very many groups that goes on in the engine; it passed the same gates as an answer does.
    """

    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...]
    table: Any
    as_of: datetime.datetime


def question(
    actor: Actor,
    names: Sequence[str],
    *,
    by: Sequence[str] = (),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    where: Mapping[str, Sequence[Any]] | None = None,
) -> Question:
    """What `ask` asks, as an expression of the engine. Raises the same refusals."""
    asked = tuple(_allowed(actor, name) for name in names)
    facts = fact_sets[_one_fact_set(asked)]
    wanted = tuple(_dimension(name, asked) for name in by)
    only = [(_dimension(name, asked), list(values)) for name, values in (where or {}).items()]
    columns = {one.column for one in wanted} | {one.column for one, _values in only}
    sums = rolling.answers(facts, asked, columns, since, until)
    table, as_of = engine.table(facts, sums=sums)
    table = visibility.visible(table, facts.model, actor)
    when = table.month if sums else table.day
    if since is not None:
        table = table.filter(when >= since)
    if until is not None:
        table = table.filter(when <= until)
    for one, allowed in only:
        table = table.filter(_filtered(table, one).isin(allowed))
    keys = {f"by_{one.name}": _key(table, one) for one in wanted}
    values = {one.name.replace(".", "_"): one.value(table) for one in asked}
    return Question(asked, wanted, table.group_by(**keys).agg(**values) if keys else table.agg(**values), as_of)


def _allowed(actor: Actor, name: str) -> Measure:
    found = measures.get(name)
    if found is None or (found.gate is not None and not found.gate(actor)):
        raise Refusal("missing", _("There is no measure of that name, or it is not yours to see."))
    return found


def _one_fact_set(asked: Sequence[Measure]) -> str:
    names = {one.facts for one in asked}
    if len(names) != 1:
        raise Refusal("invalid", _("These measures stand on different facts. Ask for them one by one."))
    return names.pop()


def _dimension(name: str, asked: Sequence[Measure]) -> Dimension:
    if name in TIME:
        return TIME[name]
    if name not in dimensions or any(name not in one.dimensions for one in asked):
        raise Refusal("invalid", _("These measures can't be grouped that way. Choose another grouping."))
    return dimensions[name]


def _filtered(table: Any, one: Dimension) -> Any:
    return table[one.column] if one.key is None else one.key(table)


def _key(table: Any, one: Dimension) -> Any:
    column = _filtered(table, one)
    if one.name == "year":
        return column.year()
    return column


def _labels(actor: Actor, wanted: Sequence[Dimension], rows: Sequence[tuple[Any, ...]]) -> dict[str, Mapping[Any, str]]:
    found: dict[str, Mapping[Any, str]] = {}
    for place, one in enumerate(wanted):
        values = {row[place] for row in rows if row[place] is not None}
        if one.model is not None:
            found[one.name] = labels(actor, one.model, values)
        else:
            found[one.name] = {value: str(_named(one, value)) for value in values}
    return found


def _named(one: Dimension, value: Any) -> Sentence:
    if one.name == "month":
        return f"{value:%Y-%m}"
    return one.choices.get(value, value)
