"""A sheet of the explorer as the page draws it: a table whose every figure leads to its explanation, and a chart."""

import datetime
from collections.abc import Sequence
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.charts import COLOURS, plain
from shangwu.chapters.analytics.explorer import figures, keys, saying
from shangwu.chapters.analytics.explorer.asked import Asked
from shangwu.chapters.analytics.explorer.independence import independence
from shangwu.chapters.analytics.explorer.sheet import Head, Sheet
from shangwu.chapters.analytics.periods import Span
from shangwu.foundation.measures.asking import TIME
from shangwu.foundation.measures.registry import Unit, fact_sets
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.records.actors import Actor

Facts = dict[str, Any]

BARS, SERIES = 24, 6
CHARTED_MONTHS = 60


def figure_url(asked: Asked) -> str:
    """Where a figure explains itself: stable, and short."""
    return f"{url('analytics.figure')}?{asked.query}"


def compared_url(asked: Asked, before: Span) -> str:
    """The same, beside the figure of other days: how it has changed, and both with their rows."""
    days = {"before_since": before.since, "before_until": before.until}
    return f"{figure_url(asked)}&{urlencode({name: day.isoformat() for name, day in days.items() if day})}"


class Table:
    """Draws a sheet for one reader."""

    def __init__(self, found: Sheet, asked: Asked, actor: Actor, today: datetime.date) -> None:
        self.found, self.asked, self.actor, self.today = found, asked, actor, today

    def facts(self) -> Facts:
        """groups: columns over their measures; rows with their cells; the last row holds the totals."""
        found = self.found
        nothing = (None,) * len(found.measures)
        total_head = Head(None, _("In all"), "")
        columns = [*found.columns, *([total_head] if found.column is not None else [])]
        rows = []
        for head in found.rows:
            cells = [self._cells(found.cells.get((head.value, one.value), nothing), head, one) for one in found.columns]
            if found.column is not None:
                cells.append(self._cells(found.row_totals.get(head.value, nothing), head, None))
            rows.append({"label": head.label or _("In all"), "cells": list(chain.from_iterable(cells))})
        return {
            "of": found.row.label if found.row is not None else "",
            "groups": [one.label for one in columns] if found.column is not None else [],
            "width": len(found.measures),
            "heads": [one.label for _column in columns for one in found.measures],
            "rows": rows,
            "total": self._total() if found.row is not None else [],
            "hidden": self._hidden(),
        }

    def _total(self) -> list[Facts]:
        found = self.found
        cells = [self._cells(found.column_totals.get(one.value, found.total), None, one) for one in found.columns]
        if found.column is not None:
            cells.append(self._cells(found.total, None, None))
        return list(chain.from_iterable(cells))

    def _cells(self, values: Sequence[Any], row: Head | None, column: Head | None) -> list[Facts]:
        at = {}
        for dimension, head in ((self.found.row, row), (self.found.column, column)):
            if dimension is None or head is None:
                continue
            if not head.token or (dimension.name in TIME and head.value is None):
                return [{"text": self._said(place, value), "url": ""} for place, value in enumerate(values)]
            at[dimension.name] = (head.value, head.token)
        question = keys.narrowed(self.asked, self.today, at)
        return [
            {
                "text": self._said(place, value),
                "url": figure_url(figures.of_measure(question, self.found.measures[place].name))
                if value is not None
                else "",
            }
            for place, value in enumerate(values)
        ]

    def _said(self, place: int, value: Any) -> str:
        return saying.of_measure(value, self.found.measures[place], self.actor)

    def _hidden(self) -> str:
        found = self.found
        rows, columns = formats.number(found.hidden_rows), formats.number(found.hidden_columns)
        if found.hidden_rows and found.hidden_columns:
            said = _("%(rows)s more rows and %(columns)s more columns are not shown; the totals hold them.")
            return said % {"rows": rows, "columns": columns}
        if found.hidden_rows:
            return _("%(rows)s more rows are not shown; the totals hold them.") % {"rows": rows}
        if found.hidden_columns:
            return _("%(columns)s more columns are not shown; the totals hold them.") % {"columns": columns}
        return ""


def chart(found: Sheet) -> Facts | None:
    """Lines over time, else bars; one series for each column, or each measure. None where nothing is grouped."""
    if found.row is None:
        return None
    is_time = found.row.name in TIME
    heads = found.rows[-CHARTED_MONTHS:] if is_time else found.rows[:BARS]
    columns = found.columns[:SERIES] if found.column is not None else found.columns
    named = [
        (column.label if found.column is not None else str(one.label), column.value, place)
        for column in columns
        for place, one in enumerate(found.measures)
        if found.column is None or place == 0
    ]
    series = []
    for at, (name, value, place) in enumerate(named):
        data = [_drawn(found.cells.get((head.value, value)), place) for head in heads]
        colour = COLOURS[at % len(COLOURS)]
        look: Facts = {"itemStyle": {"color": colour}, "name": name, "data": data}
        if is_time:
            series.append({"type": "line", "symbol": "none", "lineStyle": {"width": 2, "color": colour}, **look})
        else:
            series.append({"type": "bar", "barMaxWidth": 18, **look})
    return {
        "option": {
            "xAxis": {"type": "category", "data": [head.label for head in heads]},
            "yAxis": {"type": "value"},
            "series": series,
            "sw": {"decimals": 0 if found.measures[0].unit in (Unit.MONEY, Unit.COUNT) else 2},
        },
        "legend": [{"label": name, "color": f"c{at % len(COLOURS) + 1}"} for at, (name, _v, _p) in enumerate(named)],
    }


def _drawn(values: Sequence[Any] | None, place: int) -> float | None:
    value = values[place] if values is not None else None
    return None if isinstance(value, datetime.date) else plain(value)


def dependence(found: Sheet) -> str:
    """For counts by two groupings that are shown whole: whether these go together, in a sentence; "" otherwise."""
    if found.row is None or found.column is None or found.hidden_rows or found.hidden_columns:
        return ""
    one = found.measures[0]
    if one.unit is not Unit.COUNT or TIME.keys() & {found.row.name, found.column.name}:
        return ""
    # An order with goods of two categories stands in both: such counts are no table of contingency.
    if one.counts_records and {found.row.column, found.column.column}.intersection(fact_sets[one.facts].varying):
        return ""
    table = [[_count(found, row, column) for column in found.columns] for row in found.rows]
    return saying.dependence(str(found.row.label), str(found.column.label), independence(table))


def _count(found: Sheet, row: Head, column: Head) -> int:
    values = found.cells.get((row.value, column.value))
    return int(values[0] or 0) if values is not None else 0


def chips(actor: Actor, asked: Asked) -> list[Facts]:
    """The filters that are set, each with the address without it."""
    here = url("analytics.explorer")
    said = saying.conditions(actor, asked)
    return [
        {"label": label, "text": text, "url": f"{here}?{asked.only(name, ()).query}"}
        for (name, _values), (label, text) in zip(asked.where, said, strict=True)
    ]


def hidden_inputs(asked: Asked, *without: str) -> list[tuple[str, str]]:
    """The other parts of the address, for a form that changes one."""
    return [pair for pair in asked.pairs() if pair[0] not in without]


def direction(value: Any) -> str:
    """up, down, or neither."""
    return "up" if value > 0 else "down" if value < 0 else ""


def with_look(asked: Asked, look: str) -> str:
    """The same question, shown otherwise."""
    return "?" + urlencode([*(pair for pair in asked.pairs() if pair[0] != "look"), ("look", look)])
