"""The figures of a report as charts: options for the page, and plain SVG for paper."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shangwu.chapters.analytics.charts import COLOURS, plain
from shangwu.chapters.analytics.reports.tables import Table

WIDTH, HEIGHT, MOST = 520, 110, 12
"""Units of the drawing on paper, and how many bars a chart of the page has."""


def option(table: Table) -> dict[str, Any]:
    """An ECharts option: a line over months, else bars with the largest on top."""
    values = [plain(value) for _label, value in table.bars]
    names = [label for label, _value in table.bars]
    colour = {"color": COLOURS[0]}
    if table.is_trend:
        line = {"type": "line", "name": table.heads[0], "data": values, "symbol": "none", "itemStyle": colour}
        return {
            "xAxis": {"type": "category", "data": names, "boundaryGap": False}, "yAxis": {"type": "value"},
            "series": [line], "sw": {"decimals": 0},
        }  # fmt: skip
    bars = {"type": "bar", "name": table.heads[0], "data": values[:MOST][::-1], "itemStyle": colour}
    return {
        "yAxis": {"type": "category", "data": names[:MOST][::-1]}, "xAxis": {"type": "value"}, "series": [bars],
        "sw": {"decimals": 0},
    }  # fmt: skip


def lengths(bars: Sequence[tuple[str, Decimal]]) -> list[float]:
    """How long each bar is, as a share of the longest; nothing for what is below zero."""
    most = max((value for _label, value in bars), default=Decimal())
    return [float(max(value, Decimal()) / most) if most > 0 else 0.0 for _label, value in bars]


def svg(bars: Sequence[tuple[str, Decimal]]) -> str:
    """Columns side by side on paper, without words: the table below names each."""
    if not bars:
        return ""
    step = WIDTH / len(bars)
    drawn = "".join(
        f'<rect x="{place * step + 3:.1f}" y="{HEIGHT * (1 - length):.1f}" width="{step - 6:.1f}" '
        f'height="{HEIGHT * length:.1f}" fill="#5b6b7a"/>'
        for place, length in enumerate(lengths(bars))
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{drawn}</svg>'
