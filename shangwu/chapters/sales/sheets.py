"""A customer's own sheet as the lines of an order: what each column is, proposed and remembered for them (2.6.1)."""

import csv
import io
import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shangwu.chapters.sales.models import Order
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.inputs import Input
from shangwu.foundation.exchange import pasting
from shangwu.foundation.exchange.pasting import MOST_ROWS, Block, Table, header_of, table_of, targets_of
from shangwu.foundation.exchange.reading.headers import header_at
from shangwu.foundation.exchange.reading.tables import table
from shangwu.foundation.exchange.uploading import signature
from shangwu.foundation.records.actors import Actor

COLUMNS, NAMED_IN = "columns", "named_in"


def lines_input() -> Input:
    """The lines of an order, as its creation takes them."""
    return next(one for one in registry.get("sales.order.create").inputs if one.name == "lines")


def text_of_file(path: Path, name: str) -> str:
    """The first sheet of a file as text, its cells apart by tabs. Raises ValidationError when it is no table."""
    sheet = table(path, name)
    written = io.StringIO()
    writer = csv.writer(written, delimiter="\t", lineterminator="\n")
    writer.writerow(sheet.header)
    rows = list(islice(sheet.rows, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise ValidationError(
            _("This is more than %(most)s rows. Import it as a file, or take it in parts."),
            code="large",
            params={"most": MOST_ROWS},
        )
    writer.writerows(row.cells for row in rows)
    return written.getvalue()


def read_sheet(by: Actor, customer_id: int, text: str, chosen: str = "") -> Block:
    """The rows of a sheet as lines. chosen: a mapping as `mapping_text` writes it; empty: the one remembered for this
    customer and these columns, else a proposal. Raises ValidationError `large`, `quote`, `mapping`, `no_rows`."""
    rows = table_of(text)
    if not any(any(cells) for cells in rows):
        raise ValidationError(_("There are no rows. Choose the file, or paste the rows."), code="no_rows")
    named_in, columns = read_mapping(chosen) if chosen else (None, None)
    if named_in is None:
        named_in = _named_in(rows, by)
    if columns is None:
        columns = remembered(by, customer_id, _mark(rows, named_in))
    return pasting.read(by, lines_input(), rows, columns=columns, named_in=named_in)


def _named_in(rows: Table, by: Actor) -> int:
    """The row that names the columns: by the names that we know, else the first that holds words above figures."""
    if known := header_of(rows, targets_of(lines_input(), by)):
        return known
    head = [cells for cells in rows[:20] if any(cells)]
    at = header_at(head)
    words = [cell for cell in head[at] if cell and not any(sign.isdigit() for sign in cell)]
    is_header = len(words) == sum(map(bool, head[at])) and len(head) > at + 1
    return rows.index(head[at]) + 1 if is_header else 0


def _mark(rows: Table, named_in: int) -> str:
    """The same for sheets with the same columns."""
    if 0 < named_in <= len(rows):
        return signature(rows[named_in - 1])
    return signature([f"no names, {max(map(len, rows), default=0)} columns"])


def mark_of(block: Block, text: str) -> str:
    """By which the mapping of a sheet is found again."""
    return _mark(table_of(text), block.named_in)


def remembered(by: Actor, customer_id: int, mark: str) -> dict[int, str] | None:
    """How the customer's last sheet with these columns was read, by whoever took that order."""
    former = Order.objects.visible_to(by, archived=True).filter(customer=customer_id, sheet_signature=mark)
    found: Mapping[str, Any] | None = former.order_by("-id").values_list("sheet_columns", flat=True).first()
    return {int(place): str(name) for place, name in found.items()} if found else None


def mapping_text(columns: Mapping[int, str], named_in: int) -> str:
    """A mapping as the action takes it."""
    return json.dumps({NAMED_IN: named_in, COLUMNS: {str(place): name for place, name in columns.items()}})


def read_mapping(text: str) -> tuple[int | None, dict[int, str] | None]:
    """(row that names the columns, column -> field) of such a text. Raises ValidationError `mapping`."""
    try:
        given = json.loads(text)
        named_in = given.get(NAMED_IN)
        columns = given.get(COLUMNS)
        read = None if columns is None else {int(place): str(name) for place, name in columns.items() if name}
        if read is not None and (len(set(read.values())) < len(read) or any(place < 0 for place in read)):
            raise ValueError("two columns for one field")
        return (None if named_in is None else max(int(named_in), 0)), read
    except (ValueError, TypeError, AttributeError) as error:
        raise ValidationError(
            _("The mapping can't be read. Say for each column which one field it fills."), code="mapping"
        ) from error
