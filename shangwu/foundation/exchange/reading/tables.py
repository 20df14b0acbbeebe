"""The way in: any table file as a header and rows."""

import gzip
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.exchange.reading.encodings import encoding_of, lines_of
from shangwu.foundation.exchange.reading.headers import headed
from shangwu.foundation.exchange.reading.separated import is_hint, records, separator_of
from shangwu.foundation.exchange.reading.sheets import Note, Sheet
from shangwu.foundation.files.inspection import Report, inspect
from shangwu.foundation.files.sandbox import Limits, stream

WORKBOOKS = "shangwu.foundation.exchange.reading.workbooks:rows"
LIMITS = Limits(cpu=60, wait=30.0)
"""A workbook of 200,000 rows takes 4 s of CPU to read, and its first answer comes when all of it is in memory."""


def table(file: Path, name: str, *, sheet: str = "", encoding: str = "", separator: str = "") -> Sheet:
    """Read the file at `file` that people call `name`. What is not given is found out and told in the notes.

    Rows are read while they are asked for, in little memory whatever the file's size. Raises ValidationError with
    the reason when this is no table that we read.
    """
    report = inspect(file, name, rename=True)
    notes = [Note(code, sentence, {}) for code, sentence in zip(report.notices, report.sentences(), strict=True)]
    if report.kind.family == "sheet":
        found = workbook(file, sheet)
    elif report.kind.family == "text" or report.kind.code == "gz":
        _refuse_markup(file)
        found = separated(file, report, encoding, separator)
    else:
        raise ValidationError(
            _("This is no table but: %(kind)s. Save the table as .xlsx or .csv and choose that."),
            code="no_table",
            params={"kind": _(report.kind.label)},
        )
    found.notes[:0] = notes
    return found


def _refuse_markup(file: Path) -> None:
    """Excel 2003 wrote tables as XML and called them .xls: as text each line of it would be a row."""
    with file.open("rb") as opened:
        head = opened.read(200).replace(b"\0", b"")
    if b"<?xml" in head.lower()[:16]:
        raise ValidationError(
            _("This table is XML, as Excel 2003 wrote it. Open it in Excel, save it as .xlsx and choose that."),
            code="xml_table",
        )


def workbook(file: Path, sheet: str) -> Sheet:
    """A sheet of a workbook, read by a child process while rows are asked for."""
    answers = stream(WORKBOOKS, file, {"sheet": sheet}, LIMITS)
    first = next(answers)
    notes: list[Note] = []
    others = [name for name in first["sheets"] if name != first["sheet"]]
    if others and not sheet:
        notes.append(
            Note(
                "sheets",
                _("Read from the sheet “%(sheet)s”; the file also holds: %(others)s."),
                {"sheet": first["sheet"], "others": ", ".join(others)},
            )
        )
    if first["spans"]:
        sentence = _(
            "Cells that span several rows were read in each of them; figures were not, they stand in the first."
        )
        notes.append(Note("spans", sentence, {}))
    batches = (enumerate(answer["rows"], answer["line"]) for answer in answers)
    header, rows, more = headed(chain.from_iterable(batches))
    return Sheet(header, rows, notes + more, sheet=first["sheet"], sheets=tuple(first["sheets"]), lines=first["lines"])


def separated(file: Path, report: Report, encoding: str, separator: str) -> Sheet:
    """A text file, compressed or not."""

    def opener() -> IO[bytes]:
        return gzip.open(file) if report.kind.code == "gz" else file.open("rb")  # type: ignore[return-value]

    notes: list[Note] = []
    found, is_sure, lost_line, count = encoding_of(opener, encoding)
    if not is_sure:
        sentence = _("Read as %(encoding)s, which is what the text looks like: check the names below.")
        notes.append(Note("encoding", sentence, {"encoding": found.upper()}))
    if lost_line:
        sentence = _("Characters were lost before the file came here (“�”, first in line %(line)s); export it again.")
        notes.append(Note("lost_characters", sentence, {"line": lost_line}))
    separator = separator or separator_of(lines_of(opener, found))
    header, rows, more = headed(content(lines_of(opener, found), separator), separator)
    return Sheet(header, rows, notes + more, encoding=found, separator=separator, lines=count)


def content(lines: Iterator[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """The records without Excel's hint in the first line."""
    found = records(lines, separator)
    first = next(found, None)
    if first and not is_hint("".join(first[1]) + separator if len(first[1]) == 2 else "".join(first[1])):
        yield first
    yield from found
