"""A figure that explains itself (2.7.2): what it means, how it was worked out, by which rule, from which rows.

The rows are found twice: in the facts, to say what each adds; and in the ledger as it is now, to work it out again.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import models

from shangwu.chapters.analytics.explorer import keys
from shangwu.chapters.analytics.explorer.asked import Asked
from shangwu.chapters.analytics.explorer.ledger import first_days, ledger_rows
from shangwu.chapters.analytics.periods import Span
from shangwu.foundation.measures import engine, visibility
from shangwu.foundation.measures.asking import RECORD, column_of, in_own_currency, question, with_new
from shangwu.foundation.measures.engines import rows_of
from shangwu.foundation.measures.registry import Measure, Unit, fact_sets
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

SHOWN = 20
MOST_AGAIN = 200_000
"""Rows of the ledger that are worked out again while a person waits."""


@dataclass(frozen=True, slots=True)
class Figure:
    """terms: values by term of the formula. records: (key, value) of the largest rows; count: how many there are.

    rows_sum: of what all rows add, for measures that add up. as_of: when the facts were exported.
    """

    measure: Measure
    value: Any
    terms: Mapping[str, Any]
    span: Span
    records: list[tuple[int, Any]]
    count: int
    rows_sum: Decimal | None
    as_of: datetime.datetime

    @property
    def model(self) -> type[models.Model]:
        """The record type of the rows."""
        return fact_sets[self.measure.facts].model

    @property
    def filled_in(self) -> Any:
        """The formula worked out with its terms; None without one."""
        return self.measure.formula.work(self.terms) if self.measure.formula is not None else None


def figure(actor: Actor, asked: Asked, *, shown: int = SHOWN) -> Figure:
    """The one figure of the first measure that is asked for. Raises what `question` raises."""
    span = asked.span(clock.today(actor.zone))
    name, where = asked.measures[0], keys.values(actor, asked)
    days: Any = {"since": span.since, "until": span.until}
    whole = question(actor, [name], **days, where=where, terms=True)
    (one,) = whole.measures
    value, *terms = engine.rows(whole.table)[0]
    records = question(actor, [name], by=[RECORD.name], **days, where=where).table
    column = records[column_of(name)]
    count, added = engine.rows(
        records.aggregate(n=records.count(), added=column.sum() if adds(one) else column.count())
    )[0]
    return Figure(
        one, value, dict(zip((term.name for term in one.terms), terms, strict=True)), span,
        engine.rows(records.order_by([column.desc(nulls_first=False), records.by_record]).limit(shown)), count,
        added if adds(one) else None, whole.as_of,
    )  # fmt: skip


def adds(one: Measure) -> bool:
    """Whether the rows' own values come to the whole: sums do, and counts of records."""
    return one.is_additive or (one.unit is Unit.COUNT and one.formula is None)


def worked_out_again(actor: Actor, asked: Asked) -> Any:
    """The same figure from the ledger as it is now, row by row, past all exported facts; None for too many rows.

    The same gate holds: the rows carry the columns by which the reader's scope is asked.
    """
    import ibis

    name = asked.measures[0]
    (one,) = question(actor, [name]).measures
    facts = fact_sets[one.facts]
    rows = ledger_rows(facts, asked.span(clock.today(actor.zone)), keys.values(actor, asked), most=MOST_AGAIN)
    if rows is None:
        return None
    table = in_own_currency(visibility.visible(ibis.memtable(rows), facts.seen_as, actor), facts, actor)
    if one.new_in:
        known = ibis.memtable(first_days(facts, one.new_in))
        table = with_new(table, known, one.new_in, "day", asked.span(clock.today(actor.zone)).since)
    return rows_of(table.aggregate(found=one.value(table)).to_pyarrow())[0][0]


def equal(one: Any, other: Any) -> bool:
    """Whether two workings came to the same: money to the last digit, means to what doubles hold."""
    if one is None or other is None:
        return one is other or not (one or other)
    if isinstance(one, float) or isinstance(other, float):
        return abs(float(one) - float(other)) <= 1e-9 * max(1.0, abs(float(one)))
    return bool(one == other)


def of_measure(asked: Asked, name: str) -> Asked:
    """The same question of one measure."""
    return replace(asked, measures=(name,), row="", column="", look="table", narrow="")
