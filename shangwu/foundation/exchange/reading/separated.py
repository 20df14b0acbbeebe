"""Separated text: csv, tsv, semicolons, bars, with quotes, line ends in cells and the slips that real files have."""

import csv
from collections.abc import Iterator
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SEPARATORS = (",", "\t", ";", "|")
SNIFFED = 50
"""Records that the separator is told from."""
LONGEST_CELL = 1 << 17
"""Characters. A longer cell is a quotation mark that was never closed."""
HINT = "sep="
NONE = "\x1f"
"""Stands for "one column": a character that no text holds."""

Record = tuple[int, list[str]]


def separator_of(lines: Iterator[str]) -> str:
    """The separator that splits the first records most evenly; NONE for a file of one column."""
    head = list(islice(lines, SNIFFED * 2))
    if head and is_hint(head[0]):
        return head[0][len(HINT)]
    scores = {separator: evenness(head, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator])
    return best if scores[best] > (0, 0.5) else NONE


def is_hint(line: str) -> bool:
    """Excel's own first line "sep=;"."""
    return line.lower().startswith(HINT) and len(line.strip("\r\n")) == len(HINT) + 1


def evenness(head: list[str], separator: str) -> tuple[int, float]:
    """How well a separator splits: 1 when every record has the same number of cells (more than one), then a score.

    A first record of another width than the others speaks against it: decimal commas look like that.
    """
    rows = [cells for _, cells in islice(records(iter(head), separator, whole=False), SNIFFED) if any(cells)]
    widths = [len(cells) for cells in rows]
    usual = max(set(widths), key=widths.count, default=1)
    if usual == 1:
        return 0, 0.0
    if len(rows[0]) == 1 and rows[0][0].count(separator) == usual - 1:
        widths[0] = usual  # a header in one pair of quotation marks
    share = widths.count(usual) / len(widths)
    return int(share == 1), share * (usual - 1) * (1 if widths[0] == usual else 0.25)


def records(lines: Iterator[str], separator: str, *, whole: bool = True) -> Iterator[Record]:
    """The line where each record begins, and its cells. Raises ValidationError `quote` for one that never ends.

    `whole`: False for the beginning of a file, whose last record may well be open.
    """
    csv.field_size_limit(LONGEST_CELL)
    quotes, ended = 0, False

    def counted() -> Iterator[str]:
        nonlocal quotes, ended
        for line in lines:
            quotes += line.count('"')
            yield line
        ended = True

    reader = csv.reader(counted(), delimiter=separator)
    begins = 1
    try:
        for cells in reader:
            if ended and quotes % 2:
                # The reader asked for more lines than there are: it waited for the closing mark.
                raise csv.Error("open at the end")
            quotes = 0
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        if whole:
            raise ValidationError(
                _("A quotation mark opened in line %(line)s is never closed. Close it, or remove it."),
                code="quote",
                params={"line": begins},
            ) from None
