"""Tables that go out, as files in which no formula can run.

Two forms. "view": what a person opens, xlsx with text cells only, or csv in which a cell that a spreadsheet would
compute starts with an apostrophe. "exchange": csv for programs, every cell as it is, read back without loss.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Form = Literal["xlsx", "csv", "exchange"]

MOST_ROWS = 1_048_576
"""Rows of a sheet, the header's among them; a longer table goes on in a further sheet."""
MOST_CHARACTERS = 32_767
"""Characters of an Excel cell."""
COMPUTED = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""First characters that make a spreadsheet compute a csv cell, the full-width ones in Chinese and Japanese locales."""
NUMBER = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SHEET_SIGNS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
WIDTHS = (6.0, 50.0)
LOOKED_AT = 200
"""Rows that the columns' widths are taken from."""


class Column(NamedTuple):
    """A column of the file: its title, and whether its cells are numbers (set flush right)."""

    title: str
    is_number: bool = False


def write(path: Path, form: Form, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, title: str = "") -> int:
    """Write the table to `path` while the rows come; gives their number. `title` names the sheet.

    Raises ValidationError `cell_too_long` for a cell that Excel can't hold: csv can.
    """
    if form == "xlsx":
        return write_workbook(path, columns, rows, title)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL if form == "exchange" else csv.QUOTE_MINIMAL)
        guard = (lambda cell: cell) if form == "exchange" else inert
        writer.writerow([guard(column.title) for column in columns])
        count = 0
        for row in rows:
            writer.writerow([guard(cell) for cell in row])
            count += 1
    return count


def inert(cell: str) -> str:
    """A csv cell that no spreadsheet computes. A plain negative number is no formula and stays one."""
    return f"'{cell}" if COMPUTED.match(cell) and not NUMBER.match(cell) else cell


def write_workbook(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[str]], title: str) -> int:
    """Stream the rows into text cells; memory does not grow with them."""
    # Imported when it is needed: it would stay in every web process and idle worker.
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
    head = book.add_format({"bold": True, "bg_color": "#EFEAE0", "bottom": 1, "text_wrap": True, "valign": "top"})
    left, right = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "align": "right"})
    formats = [right if column.is_number else left for column in columns]
    count = 0
    waiting = iter(rows)
    first = list(islice(waiting, LOOKED_AT))
    widths = [width_of(column.title, (row[at] for row in first)) for at, column in enumerate(columns)]
    try:
        for number, part in enumerate(sheets(first, waiting), 1):
            sheet = book.add_worksheet(sheet_name(title, number))
            sheet.freeze_panes(1, 0)
            sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
            for at, width in enumerate(widths):
                sheet.set_column(at, at, width, formats[at])
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column.title, head)
            for line, row in enumerate(part, 1):
                for at, cell in enumerate(row):
                    if cell:
                        sheet.write_string(line, at, writable(cell), formats[at])
                count += 1
    finally:
        book.close()
    return count


def sheets(first: list[Sequence[str]], rows: Iterator[Sequence[str]]) -> Iterator[Iterator[Sequence[str]]]:
    """The rows in portions that a sheet can hold, at least one."""
    waiting: list[Sequence[str]] = []

    def portion(begin: list[Sequence[str]]) -> Iterator[Sequence[str]]:
        yield from begin
        for count, row in enumerate(rows, len(begin) + 2):
            if count > MOST_ROWS:
                waiting.append(row)
                return
            yield row

    yield portion(first)
    while waiting:
        yield portion([waiting.pop()])


def writable(cell: str) -> str:
    """A cell as XML can hold it. Raises ValidationError `cell_too_long`."""
    if len(cell) > MOST_CHARACTERS:
        raise ValidationError(
            _("A cell holds %(length)s characters, more than Excel can. Export as CSV instead."),
            code="cell_too_long",
            params={"length": len(cell)},
        )
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", cell)


def sheet_name(title: str, number: int) -> str:
    """A name that Excel takes: 31 characters, none of []:*?/\\, not "History", no apostrophe at an end."""
    name = SHEET_SIGNS.sub(" ", title).strip("' ") or "Sheet"
    if name.lower() == "history":
        name = f"{name} 1"
    ending = f" {number}" if number > 1 else ""
    return name[: 31 - len(ending)].rstrip("' ") + ending


def width_of(title: str, cells: Iterable[str]) -> float:
    """The column's width in characters; Chinese ones count twice."""
    longest = max([shown(title), *(max(map(shown, cell.split("\n"))) for cell in cells)])
    return min(max(longest + 2.0, WIDTHS[0]), WIDTHS[1])


def shown(text: str) -> int:
    """How wide a line is shown, in half-width characters."""
    return len(text) if text.isascii() else sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in text)
