"""ECharts options for answers of measures. The table behind each chart is drawn from the same option."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from shangwu.foundation.measures.asking import Answer

COLOURS = ("$c1", "$c2", "$c3", "$c4", "$c5", "$c6")
MOST_BARS = 12


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
    """Horizontal bars of the largest values of one dimension; the rest together as one bar."""
    names, rows = largest(answer, others)
    series = [
        {
            "type": "bar",
            "name": str(measure.label),
            "data": [plain(row[place]) for row in reversed(rows)],
            "itemStyle": {"color": COLOURS[place]},
            "barMaxWidth": 12,
        }
        for place, measure in enumerate(answer.measures)
    ]
    return {
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": list(reversed(names))},
        "series": series,
        "sw": {"decimals": 0},
    }


def largest(answer: Answer, others: str) -> tuple[list[str], list[list[Decimal]]]:
    """Names and values, largest first; beyond MOST_BARS they are summed under `others`, so that totals agree."""
    (dimension,) = answer.by
    labels: Mapping[Any, str] = answer.labels[dimension.name]
    found = [(labels.get(row[0]) or "—", [Decimal(value or 0) for value in row[1:]]) for row in answer.rows]
    found.sort(key=lambda pair: pair[1][0], reverse=True)
    kept, rest = found[:MOST_BARS], found[MOST_BARS:]
    if rest:
        kept.append((others, [sum((row[place] for _name, row in rest), Decimal()) for place in range(len(rest[0][1]))]))
    return [name for name, _values in kept], [values for _name, values in kept]


def plain(value: Any) -> float | None:
    """A number for drawing only; sums stay exact in the answer."""
    return None if value is None else round(float(value), 2)


def agrees(answers: Sequence[Answer]) -> bool:
    """Whether all answers come to the same total: the sentence under the charts says so."""
    return len({answer.total() for answer in answers}) <= 1
