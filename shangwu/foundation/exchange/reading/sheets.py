"""What every reader gives: a header, rows of text, and what the reader of the file should know."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django_stubs_ext import StrPromise


class Row(NamedTuple):
    """One row. `line`: where it begins in the file, counted from 1, the header's lines included.

    `cells` are as many as the header has, unless `fault` says why they are not.
    """

    line: int
    cells: list[str]
    fault: ValidationError | None = None


class Note(NamedTuple):
    """Something about the file that its owner should know or check, with the values that fill its sentence."""

    code: str
    sentence: StrPromise
    params: dict[str, str | int]

    def __str__(self) -> str:
        return str(self.sentence) % self.params


@dataclass
class Sheet:
    """A table. `rows` can be read once; reading may raise ValidationError when the file breaks off in the middle.

    `lines`: about how many there are to read, for those who tell how far they are.
    `sheet` and `sheets` are names in a workbook, `encoding` and `separator` those of a text; empty for the other.
    """

    header: list[str]
    rows: Iterator[Row]
    notes: list[Note]
    lines: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    separator: str = ""
