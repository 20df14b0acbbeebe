"""Whether an uploaded table speaks of a person, though none of its rows ever became a record."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from django.core.exceptions import ValidationError

from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.reading.tables import table
from shangwu.foundation.exchange.reading.words import folded
from shangwu.foundation.files.storage import Blob, on_disk
from shangwu.foundation.text.redaction import pattern_of

FEWEST_DIGITS = 7
"""Digits of a number by which one reaches somebody: fewer are a postcode or a year."""

Raw = Callable[[Blob, str], bool]
"""Whether a pattern stands in bytes that are no table."""


def files_that_speak(one: Import, values: Sequence[str], raw: Raw) -> bool:
    """Whether the file of an import, or that of its refused rows, has a row of the person with these values."""
    told = [(one.blob, one.name), *([(one.refused_blob, one.refused_name)] if one.refused_blob else [])]
    return any(_speaks(blob, name, values, raw) for blob, name in told)


def _speaks(blob: Blob, name: str, values: Sequence[str], raw: Raw) -> bool:
    try:
        with on_disk(blob) as path:
            return any(is_of(row, values) for row in _rows(path, name))
    except FileNotFoundError:
        return False
    except (ValidationError, UnicodeError):
        return raw(blob, pattern_of(values))


def _rows(path: Path, name: str) -> Iterator[list[str]]:
    """The header and all rows of every sheet. Raises ValidationError when this is no table."""
    first = table(path, name)
    others = [one for one in first.sheets if one != first.sheet]
    for sheet in (first, *(table(path, name, sheet=one) for one in others)):
        yield sheet.header
        with closing(sheet.rows) as rows:  # type: ignore[type-var]  # a generator, whose child process ends with it
            yield from (row.cells for row in rows)


def is_of(cells: Sequence[str], values: Sequence[str]) -> bool:
    """Whether a row is the person's: their mail or number stands in it, or two of their values as whole cells. A name
    alone is many people's."""
    reaching = pattern_of(one for one in values if _reaches(one))
    if reaching and any(re.search(reaching, cell, re.IGNORECASE) for cell in cells):
        return True
    return len({folded(one) for one in cells} & {folded(one) for one in values}) >= 2


def _reaches(value: str) -> bool:
    is_number = not re.search(r"[^\W\d_]", value) and len(re.sub(r"\D", "", value)) >= FEWEST_DIGITS
    return "@" in value or (is_number and not re.fullmatch(r"\d{4}-\d\d-\d\d", value))
