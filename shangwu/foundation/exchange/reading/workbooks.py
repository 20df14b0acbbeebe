"""Reading a workbook in the child process: xlsx, xlsm, xlsb, xls, ods by calamine, cells as text.

Known to the child process: no Django here.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import IO, Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from shangwu.foundation.files.unfit import Unfit

BATCH = 500
"""Rows of one answer."""

Spans = Mapping[int, Sequence[tuple[int, int]]]
"""First row of a cell -> (its column, its last row), for each cell that spans several rows; all counted from 0."""


def rows(file: IO[bytes], arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The sandbox's task. First the sheets' names and the one chosen, then rows in batches with their first line.

    `arguments["sheet"]`: a name, or empty for the first visible sheet that holds anything.
    Raises Unfit `encrypted`, `damaged`, `no_sheet`.
    """
    try:
        book = CalamineWorkbook.from_filelike(file)
        names = [sheet.name for sheet in book.sheets_metadata if is_table(sheet)]
        hidden = [sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible]
        sheet = chosen(book, names, hidden, str(arguments["sheet"]))
        spans = spans_of(sheet)
        told = {"sheets": names, "hidden": hidden, "sheet": sheet.name, "lines": sheet.total_height}
        yield told | {"spans": bool(spans)}
        line = 1
        batch: list[list[str]] = []
        offset = sheet.start[1] if sheet.start else 0
        for cells in spread(sheet.iter_rows(), spans, offset) if spans else sheet.iter_rows():
            batch.append([cell if type(cell) is str else text_of(cell) for cell in cells])
            if len(batch) == BATCH:
                yield {"line": line, "rows": batch}
                line, batch = line + BATCH, []
        yield {"line": line, "rows": batch}
    except PasswordError:
        raise Unfit("encrypted") from None
    except CalamineError as error:
        raise Unfit("damaged", part=str(error)[:100]) from None


def spans_of(sheet: CalamineSheet) -> Spans:
    """The cells that span several rows. Formats that don't say so have none."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        if bottom > top:
            found.setdefault(top, []).append((left, bottom))
    return found


def spread(rows: Iterable[list[Any]], spans: Spans, offset: int) -> Iterator[list[Any]]:
    """Each row with what spans it from above: the article of several lines, the day of several articles. A figure
    stands where it was written alone: one amount for several rows is not each row's amount.

    offset: columns to the left of the rows that hold nothing.
    """
    open_ones: list[tuple[int, int, Any]] = []
    for at, cells in enumerate(rows):
        open_ones = [one for one in open_ones if one[1] >= at]
        for place, _last, value in open_ones:
            if place < len(cells) and cells[place] == "":
                cells[place] = value
        for column, last in spans.get(at, ()):
            place = column - offset
            if 0 <= place < len(cells) and _is_said_of_all(cells[place]):
                open_ones.append((place, last, cells[place]))
        yield cells


def _is_said_of_all(cell: object) -> bool:
    """Whether what spans several rows holds for each of them: words and days do."""
    if isinstance(cell, str):
        return bool(cell.strip()) and not cell.strip().replace(",", "").replace(".", "", 1).isdigit()
    return isinstance(cell, datetime.date)


def is_table(sheet: SheetMetadata) -> bool:
    """False for charts, dialogs and macros."""
    return sheet.typ == SheetTypeEnum.WorkSheet


def chosen(book: CalamineWorkbook, names: list[str], hidden: list[str], wanted: str) -> CalamineSheet:
    """The sheet asked for, or the first visible one with cells in it. Raises Unfit `no_sheet`."""
    if wanted and wanted not in names:
        raise Unfit("no_sheet", part=wanted)
    for name in [wanted] if wanted else [name for name in names if name not in hidden] or names:
        sheet = book.get_sheet_by_name(name)
        if wanted or sheet.height:
            return sheet
    raise Unfit("no_rows")


def text_of(cell: object) -> str:
    """A cell's value as the text that a person would type: 83.0 is "83", a day is ISO, true is "true".

    Excel shows fifteen digits; what a float holds beyond them is noise of its arithmetic.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        text = f"{cell:.15g}"
        return text if "e" not in text else format(Decimal(text), "f")
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ", timespec="seconds" if not cell.microsecond else "milliseconds")
    if isinstance(cell, datetime.time):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(cell)
