"""The refused rows as a file that can be mended and sent again: the same columns, and why."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from shangwu.foundation.exchange.reading.sheets import Row
from shangwu.foundation.exchange.writing import MOST_CHARACTERS, Column, Form, write

REASON_MARK = "\u26a0"
"""Begins the titles of our two columns, so that they are passed over when the file comes back."""


def write_refused(path: Path, form: Form, header: Sequence[str], rows: Iterable[tuple[Row, Sequence[str]]]) -> int:
    """Write each refused row with its line in the first file and its reasons; gives their number."""
    columns = [Column(title) for title in header]
    columns += [Column(f"{REASON_MARK} {_('Line')}", is_number=True), Column(f"{REASON_MARK} {_('Reason')}")]
    return write(path, form, columns, cells_of(rows, len(header)), title=_("Refused rows"))


def cells_of(rows: Iterable[tuple[Row, Sequence[str]]], width: int) -> Iterator[list[str]]:
    """A row that is too short or too long keeps what it has: surplus cells stand after the reason."""
    for row, reasons in rows:
        cells = [cut(cell) for cell in row.cells]
        filled = cells[:width] + [""] * (width - len(cells))
        yield [*filled, str(row.line), " ".join(reasons), *cells[width:]]


def cut(cell: str) -> str:
    """A cell too long for any sheet shows that it was cut: its row was refused, and is looked at by a person."""
    return cell if len(cell) <= MOST_CHARACTERS else cell[: MOST_CHARACTERS - 1] + "\N{HORIZONTAL ELLIPSIS}"


def is_ours(title: str) -> bool:
    """Whether a column is one that we added."""
    return title.startswith(REASON_MARK)
