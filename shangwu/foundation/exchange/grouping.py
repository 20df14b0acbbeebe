"""Rows that belong together, though they may stand apart in the file: an order's header is repeated on each line."""

import marshal
import tempfile
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from shangwu.foundation.exchange.reading.sheets import Row


def grouped(rows: Iterator[Row], columns: list[int]) -> Iterator[list[Row]]:
    """The rows in groups that agree in `columns`, groups in the order of their first row.

    A row with a fault, or with nothing in these columns, is a group of its own. Rows wait in a temporary file, their
    places in memory: a quarter of a million rows take about 30 MB.
    """
    with tempfile.TemporaryFile() as spool:
        places: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        end = 0
        for row in rows:
            key = tuple(row.cells[at].strip() for at in columns if at < len(row.cells))
            if row.fault is not None or not any(key):
                key = ("", str(end), "")
            length = spool.write(_spooled(row))
            places.setdefault(key, []).append((end, length))
            end += length
        for found in places.values():
            group = []
            for place, length in found:
                spool.seek(place)
                group.append(_row_of(spool.read(length)))
            yield group


def _spooled(row: Row) -> bytes:
    # Read back by this very process: nothing else takes so little time.
    fault = row.fault
    told = (str(fault.message), fault.code, dict(fault.params or {})) if fault else None
    return marshal.dumps((row.line, row.cells, told))


def _row_of(spooled: bytes) -> Row:
    line, cells, fault = marshal.loads(spooled)
    return Row(line, cells, ValidationError(fault[0], fault[1], fault[2]) if fault else None)
