"""Asks measures: which numbers, by what, over which days, for whom."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.labels import labels
from shangwu.foundation.measures import engine, rolling, visibility
from shangwu.foundation.measures.registry import Dimension, FactSet, Measure, dimensions, fact_sets, measures
from shangwu.foundation.people.models import Department, Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, Sentence

MONTH = Dimension("month", _("Month"), "month")
DAY = Dimension("day", _("Day"), "day")
QUARTER = Dimension("quarter", _("Quarter"), "month")
YEAR = Dimension("year", _("Year"), "month")
TIME = {one.name: one for one in (MONTH, DAY, QUARTER, YEAR)}
RECORD = Dimension("record", _("Record"), "record_id")
"""The single record: what stands behind a figure."""
SCOPE = {
    "entity": Dimension("entity", _("Legal entity"), "entity_id", model=Entity),
    "department": Dimension("department", _("Department"), "department_id", model=Department),
    "secrecy": Dimension("secrecy", _("Secrecy level"), "secrecy"),
}
"""Whose rows they are and how secret: every fact says so, whatever it is about."""
ALWAYS = {**TIME, **SCOPE, RECORD.name: RECORD}
"""Groupings that every measure allows."""

Source = Callable[[FactSet, bool], tuple[Any, datetime.datetime]]
"""Where the rows come from: the facts as published now, or a snapshot of them; True asks for their sums by month."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of an answer: one value per dimension, then one per measure. as_of: when the facts were exported.

    labels: per dimension, raw value -> what the reader may read for it. snapshot: digest of the locked months that
    it was read from; empty for the facts as they are now.
    """

    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...]
    rows: list[tuple[Any, ...]]
    as_of: datetime.datetime | None
    labels: Mapping[str, Mapping[Any, str]]
    snapshot: str = ""

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
    source: Source | None = None,
) -> Answer:
    """The measures `names`, grouped `by` dimensions, from `since` up to and including `until`.

    where: dimension -> the values that count. All measures must stand on one fact set. source: read these rows instead
    of the facts as published now.
    Raises Refusal: `missing` for an unknown or gated measure, `facts` when nothing has been exported yet.
    """
    posed = question(actor, names, by=by, since=since, until=until, where=where, source=source)
    keys = [f"by_{one.name}" for one in posed.by]
    rows = engine.rows(posed.table.order_by(keys) if keys else posed.table)
    return Answer(posed.measures, posed.by, rows, posed.as_of, labels_of(actor, posed.by, rows))


@dataclass(frozen=True, slots=True)
class Question:
    """A question not yet answered: an Ibis table, a column `by_<dimension>` each and `<measure>` with `_` for dots.

    With terms, those of each measure's formula follow as `<measure>__<term>`.

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
    source: Source | None = None,
    terms: bool = False,
) -> Question:
    """What `ask` asks, as an expression of the engine. Raises the same refusals."""
    asked = tuple(allowed(actor, name) for name in names)
    facts = fact_sets[_one_fact_set(asked)]
    wanted = tuple(_dimension(name, asked) for name in by)
    only = [(_dimension(name, asked), list(values)) for name, values in (where or {}).items()]
    columns = {one.column for one in wanted}
    kept = {one.column: values for one, values in only}
    # What was frozen under a former definition may lack the columns that count.
    counting = {} if source else {one.name: rolling.counting_column(facts, one, columns, kept) for one in asked}
    added = [one for one in asked if not counting.get(one.name)]
    new_in = sorted({one.new_in for one in asked} - {""})
    sums = not terms and rolling.answers(facts, added, columns.union(kept, new_in), since, until)
    table, as_of = (source or engine.table)(facts, sums)
    known = engine.table(facts, sums)[0] if source and new_in else table
    table = in_own_currency(visibility.visible(table, facts.seen_as, actor), facts, actor)
    when = table.month if sums else table.day
    if since is not None:
        table = table.filter(when >= since)
    if until is not None:
        table = table.filter(when <= until)
    for one, counted in only:
        table = table.filter(_among(_filtered(table, one), counted))
    for column in new_in:
        table = with_new(table, known, column, "month" if sums else "day", since, [one.name for one in wanted])
    keys = {f"by_{one.name}": _key(table, one) for one in wanted}
    values = {column_of(one.name): _value(one, table, counting.get(one.name, "")) for one in asked}
    if terms:
        values |= {f"{column_of(one.name)}__{term.name}": term.value(table) for one in asked for term in one.terms}
    return Question(asked, wanted, table.group_by(**keys).agg(**values) if keys else table.agg(**values), as_of)


def in_own_currency(table: Any, facts: FactSet, actor: Actor) -> Any:
    """The rows whose amounts are in the currency of the reader's legal entity, and of frozen ones those that do not say
    theirs; all rows of facts that are not about amounts alone, and for the house itself, which asks by legal entity."""
    if not facts.currency or not actor.currency or "currency" not in table.columns:
        return table
    return table.filter(table.currency.isnull() | (table.currency == actor.currency))


def _value(one: Measure, table: Any, counting: str) -> Any:
    return table[counting].sum().cast("int64").fill_null(0) if counting else one.value(table)


def with_new(
    table: Any, known: Any, column: str, when: str, since: datetime.date | None, by: Sequence[str] = ()
) -> Any:
    """The rows with what `Measure.new_in` says of a column; not known where no day is asked for or grouped.

    known: all facts of the house, or of each value the first, with their days in the column `when`. That something was
    sold before is no secret: whoever sees a row learns whether its channel is new, not who had sold there.
    """
    import ibis

    firsts = known.group_by(of_entity=known.entity_id, of_value=known[column]).agg(first_on=known[when].min())
    found = table.left_join(firsts, [table.entity_id == firsts.of_entity, table[column] == firsts.of_value])
    begins = [_first_day(found, name) for name in by if name in TIME]
    if since is not None:
        begins.append(ibis.literal(since))
    is_new = ibis.null("boolean")
    if begins:
        is_new = found[column].cast("string").fill_null("") != ""  # no channel is no new one
        for day in begins:
            is_new &= ~(found.first_on < day).fill_null(False)
    return found.mutate(**{f"{column}_is_new": is_new}).drop("of_entity", "of_value", "first_on")


def _first_day(table: Any, name: str) -> Any:
    """The first day of each row's group, of a grouping by time."""
    import ibis

    return ibis.date(table.month.year(), 1, 1) if name == "year" else _key(table, TIME[name])


def column_of(name: str) -> str:
    """The column of a question that holds a measure."""
    return name.replace(".", "_")


def _among(column: Any, values: Sequence[Any]) -> Any:
    """Rows with one of these values; None stands for no value."""
    known = [one for one in values if one is not None]
    found = column.isin(known)
    return found | column.isnull() if len(known) < len(values) else found


def allowed(actor: Actor, name: str) -> Measure:
    """The measure of that name. Raises Refusal `missing` for an unknown one, and for one that is not the actor's."""
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
    if name in ALWAYS:
        return ALWAYS[name]
    if name not in dimensions or any(name not in one.dimensions for one in asked):
        raise Refusal("invalid", _("These measures can't be grouped that way. Choose another grouping."))
    return dimensions[name]


def _filtered(table: Any, one: Dimension) -> Any:
    return table[one.column] if one.key is None else one.key(table)


def _key(table: Any, one: Dimension) -> Any:
    column = _filtered(table, one)
    if one.name == "year":
        return column.year()
    return _first_of_quarter(column) if one.name == "quarter" else column


def _first_of_quarter(day: Any) -> Any:
    """Made of year and month, for engines do not agree on what cutting a day short gives."""
    import ibis

    return ibis.date(day.year(), (day.quarter() - 1) * 3 + 1, 1)


def labels_of(
    actor: Actor, wanted: Sequence[Dimension], rows: Sequence[tuple[Any, ...]]
) -> dict[str, Mapping[Any, str]]:
    """What the reader may read for the raw values at the head of each row, per dimension."""
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
    if one.name == "quarter":
        return f"{value.year}-Q{(value.month + 2) // 3}"
    return one.choices.get(value, value)
