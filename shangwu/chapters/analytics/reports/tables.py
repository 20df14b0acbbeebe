"""Clause 2.7.2: numbers of a report as tables, each cell with the address that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shangwu.chapters.analytics.reports.models import SalesReport
from shangwu.foundation.measures.registry import Measure, Unit
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url

NONE = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number as it is printed, and where it is explained."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A figure as a table: heads, rows of label and cells; `bars` are the values of the first column, for a chart.

    proven: whether a page of the report proves it; else each cell leads to where it is explained.
    """

    key: str
    title: str
    url: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    bars: Sequence[tuple[str, Decimal]]
    note: str = ""
    is_trend: bool = False
    by: str = ""
    proven: bool = True


def figure_url(report: SalesReport, key: str, row: Any = None) -> str:
    """The page that explains a figure; at the row, if one is named."""
    place = f"#row-{row}" if row not in (None, "") else ""
    return url("analytics.salesreport.figure", public_id=report.public_id, figure=key) + place


def number_of(measure: Measure | None, value: Decimal | None, currency: str) -> str:
    """A number in its unit's form."""
    if value is None:
        return NONE
    if measure is not None and measure.unit is Unit.MONEY:
        return formats.money(value, currency)
    if measure is not None and measure.unit is Unit.RATIO:
        return formats.percent(value)
    return formats.number(formats.round_to(value, 2).normalize() + 0)
