"""Which line names the columns, and what is mended in it."""

import csv
import re
from collections.abc import Iterator
from itertools import chain, islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.exchange.reading.sheets import Note, Row

LOOKED_AT = 20
"""Lines that may be titles before the header."""
MOST_COLUMNS = 1_000
NUMBER = re.compile(r"^[\s\d.,:/+-]+%?$")

Record = tuple[int, list[str]]


def headed(records: Iterator[Record], separator: str = "") -> tuple[list[str], Iterator[Row], list[Note]]:
    """The header, the rows below it, notes on what was passed over or mended.

    Raises ValidationError `no_rows` for a file without a header, `columns` for too many.
    """
    notes: list[Note] = []
    head = list(islice((record for record in records if any(cell.strip() for cell in record[1])), LOOKED_AT))
    if not head:
        raise ValidationError(
            _("The file holds no rows. Check that you chose the right file and sheet."), code="no_rows"
        )
    head = unquoted(head, separator, notes)
    at = header_at([cells for _line, cells in head])
    if at:
        notes.append(Note("titles", _("%(count)s lines above the header were passed over."), {"count": at}))
    line, names = head[at]
    width = max(len(cells) for _line, cells in head[at:]) if not separator else len(names)
    header = named(trimmed(names + [""] * (width - len(names)), [cells for _line, cells in head[at + 1 :]]), notes)
    if len(header) > MOST_COLUMNS:
        raise ValidationError(
            _("The file has more than %(most)s columns. Remove those that are not needed."),
            code="columns",
            params={"most": MOST_COLUMNS},
        )
    notes.append(Note("header", _("Line %(line)s names the columns."), {"line": line}))
    return header, fitted(chain(head[at + 1 :], records), len(header)), notes


def unquoted(head: list[Record], separator: str, notes: list[Note]) -> list[Record]:
    """Some programs put the whole header in one pair of quotation marks; it is split when that fits the rows."""
    line, cells = head[0]
    rows = [len(cells) for _line, cells in head[1:]]
    if not separator or len(trimmed(cells, [])) != 1 or not rows:
        return head
    split = next(csv.reader([cells[0]], delimiter=separator, skipinitialspace=True), [])
    if len(split) == 1 or len(split) != max(set(rows), key=rows.count):
        return head
    notes.append(Note("header_quoted", _("The whole header stood in one cell; it was split."), {}))
    return [(line, split), *head[1:]]


def header_at(head: list[list[str]]) -> int:
    """The first line as wide as the table that holds names, not numbers; the first of all when there is none."""
    widths = [sum(1 for cell in cells if cell.strip()) for cells in head]
    usual = max(widths)
    for at, cells in enumerate(head):
        words = [cell for cell in cells if cell.strip() and not NUMBER.match(cell)]
        if widths[at] * 10 >= usual * 6 and len(words) * 2 > widths[at]:
            return at
    return 0


def trimmed(cells: list[str], below: list[list[str]]) -> list[str]:
    """Without the empty columns at the right end that hold nothing below either."""
    end = len(cells)
    while end and not cells[end - 1].strip() and not any(row[end - 1].strip() for row in below if len(row) >= end):
        end -= 1
    return cells[:end]


def named(cells: list[str], notes: list[Note]) -> list[str]:
    """Each column with a name of its own: blanks get their letter, a repeated name a number."""
    seen: dict[str, int] = {}
    header = []
    for position, cell in enumerate(cells):
        name = " ".join(cell.split()) or letters(position)
        seen[name] = seen.get(name, 0) + 1
        header.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    repeated = sum(count - 1 for count in seen.values())
    if repeated:
        notes.append(
            Note("repeated", _("Columns that repeat a name and got a number: %(count)s."), {"count": repeated})
        )
    return header


def letters(position: int) -> str:
    """The column's letters as spreadsheets show them: 0 is A, 26 is AA."""
    text, position = "", position + 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def fitted(records: Iterator[Record], width: int) -> Iterator[Row]:
    """Each record as a row of the header's width; empty ones left out, ragged ones with their fault."""
    for line, cells in records:
        count = len(cells)
        if count > width and not any(cells[width:]):
            cells, count = cells[:width], width
        joined = "".join(cells)
        if joined and not joined.isspace():
            yield Row(line, cells, None if count == width else ragged(count, width))


def ragged(count: int, width: int) -> ValidationError:
    """The fault of a row with too few or too many cells."""
    return ValidationError(
        _(
            "The row has %(count)s cells, the header has %(width)s. "
            "A separator or a quotation mark is too much or missing: mend the row."
        ),
        code="ragged",
        params={"count": count, "width": width},
    )
