"""ECharts options for answers of measures. The table behind each chart is drawn from the same option.

Where a chart shows less than there is, `sw.table` holds all of it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from shangwu.foundation.measures.asking import Answer

COLOURS = ("$c1", "$c2", "$c3", "$c4", "$c5", "$c6")
MOST_BARS = 12

Sized = tuple[str, list[Decimal]]
"""A name, and its value by each measure."""


def lines_by_month(answer: Answer, this_month: str) -> dict[str, Any]:
    """One line per measure over months without gaps; the piece to this month, which is not over, is dotted."""
    months = [f"{row[0]:%Y-%m}" for row in answer.rows if row[0] is not None]
    rows = [row for row in answer.rows if row[0] is not None]
    series = [
        {
            "type": "line",
            "name": str(measure.label),
            "data": [plain(row[1 + place]) for row in rows],
            "symbol": "none",
            "lineStyle": {"width": 2, "color": COLOURS[place]},
            "itemStyle": {"color": COLOURS[place]},
        }
        for place, measure in enumerate(answer.measures)
    ]
    return {
        "xAxis": {"type": "category", "data": months, "boundaryGap": False},
        "yAxis": {"type": "value"},
        "series": [unfinished(line, months, this_month) for line in series],
        "sw": {"decimals": 0},
    }


def unfinished(line: dict[str, Any], periods: Sequence[str], current: str) -> dict[str, Any]:
    """A line whose value of the current period is drawn as not whole yet: a few days would look like a fall."""
    return {**line, "open": periods.index(current)} if current in periods else line


def bars(answer: Answer, others: str) -> dict[str, Any]:
    """Horizontal bars of the largest values of one dimension; the rest together as one bar. The table has them all."""
    every = by_size(answer)
    shown = largest(every, others)
    series = [
        {
            "type": "bar",
            "name": str(measure.label),
            "data": [plain(values[place]) for _name, values in reversed(shown)],
            "itemStyle": {"color": COLOURS[place]},
            "barMaxWidth": 12,
        }
        for place, measure in enumerate(answer.measures)
    ]
    table = {
        "head": [str(answer.by[0].label), *(str(measure.label) for measure in answer.measures)],
        "rows": [[name, *(plain(value) for value in values)] for name, values in every],
    }
    return {
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": [name for name, _values in reversed(shown)]},
        "series": series,
        "sw": {"decimals": 0, "table": table},
    }


def by_size(answer: Answer) -> list[Sized]:
    """Names and values of one dimension, largest first."""
    (dimension,) = answer.by
    labels: Mapping[Any, str] = answer.labels[dimension.name]
    found = [(labels.get(row[0]) or "—", [Decimal(value or 0) for value in row[1:]]) for row in answer.rows]
    return sorted(found, key=lambda pair: pair[1][0], reverse=True)


def largest(every: Sequence[Sized], others: str) -> list[Sized]:
    """The first MOST_BARS; what comes after is summed under `others`, so that totals agree."""
    kept, rest = list(every[:MOST_BARS]), every[MOST_BARS:]
    if rest:
        columns = zip(*(values for _name, values in rest), strict=True)
        kept.append((others, [sum(column, Decimal()) for column in columns]))
    return kept


def plain(value: Any) -> float | None:
    """A number for drawing only; sums stay exact in the answer."""
    return None if value is None else round(float(value), 2)


def agrees(answers: Sequence[Answer]) -> bool:
    """Whether all answers come to the same total: the sentence under the charts says so."""
    return len({answer.total() for answer in answers}) <= 1
