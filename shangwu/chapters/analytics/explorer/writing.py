"""A sheet as a table of texts: for a file, for a mail."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.explorer import saying
from shangwu.chapters.analytics.explorer.sheet import Sheet
from shangwu.foundation.exchange.writing import Column, write_workbook
from shangwu.foundation.measures.registry import Unit
from shangwu.foundation.records.actors import Actor


def columns_of(found: Sheet) -> list[Column]:
    """The titles: what the rows are, then each column with each measure."""
    first = str(found.row.label) if found.row is not None else ""
    titles = [
        " · ".join(
            filter(None, [head.label, str(one.label) if found.column is None or len(found.measures) > 1 else ""])
        )
        for head in found.columns
        for one in found.measures
    ]
    totals = [_("In all") + f" · {one.label}" for one in found.measures] if found.column is not None else []
    return [Column(first), *(Column(title, True) for title in (*titles, *totals))]


def rows_of(found: Sheet, actor: Actor) -> list[list[str]]:
    """The cells in words, the totals last."""
    nothing = (None,) * len(found.measures)

    def line(label: str, cells: Sequence[Sequence[object]]) -> list[str]:
        return [
            label,
            *(
                saying.of_measure(value, one, actor)
                for values in cells
                for one, value in zip(found.measures, values, strict=True)
            ),
        ]

    rows = []
    for head in found.rows:
        cells = [found.cells.get((head.value, column.value), nothing) for column in found.columns]
        whole = [found.row_totals.get(head.value, found.total)] if found.column is not None else []
        rows.append(line(head.label or _("In all"), [*cells, *whole]))
    if found.row is not None:
        cells = [found.column_totals.get(column.value, found.total) for column in found.columns]
        rows.append(line(_("In all"), [*cells, *([found.total] if found.column is not None else [])]))
    return rows


def workbook(found: Sheet, actor: Actor, title: str) -> Path:
    """An xlsx file of the sheet as it is shown; whoever takes it removes it."""
    with tempfile.NamedTemporaryFile(prefix="analysis-", suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    write_workbook(path, columns_of(found), rows_of(found, actor), title)
    return path


def currencies(found: Sheet, actor: Actor) -> str:
    """The currency of the money shown; "" without any."""
    return actor.currency if any(one.unit is Unit.MONEY for one in found.measures) else ""
