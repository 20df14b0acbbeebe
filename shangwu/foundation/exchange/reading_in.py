"""One file on its way in: opened, its columns understood, its rows as candidates, its end counted."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.exchange.candidates import Candidate, Maker
from shangwu.foundation.exchange.declarations import Importer, importers
from shangwu.foundation.exchange.engine import Engine
from shangwu.foundation.exchange.mapping import Mapping, missing_targets, proposed
from shangwu.foundation.exchange.reading.proposals import Proposal
from shangwu.foundation.exchange.reading.sheets import Row, Sheet
from shangwu.foundation.exchange.reading.tables import table
from shangwu.foundation.exchange.refused import is_ours
from shangwu.foundation.exchange.targets import Manner, Target, targets_of
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

SAMPLE = 500
"""Rows that proposals and the manner of days and amounts are taken from."""


def importer_of(record: str, by: Actor) -> Importer:
    """The importer of a record type, for one who may make such records. Raises Refusal."""
    found = importers.get(record)
    if found is None:
        known = ", ".join(sorted(importers))
        raise Refusal(
            "missing", _("“%(record)s” can't be imported. Possible are: %(known)s."), {"record": record, "known": known}
        )
    if not found.making.admits(by) or not found.making.may(by, None):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    return found


@dataclass
class Opened:
    """A file that is being read. sample: its first rows, which stand in `rows` too."""

    importer: Importer
    by: Actor
    sheet: Sheet
    sample: list[Row]
    targets: dict[str, Target]

    @property
    def rows(self) -> Iterator[Row]:
        """All rows, once."""
        return chain(self.sample, self.sheet.rows)

    @property
    def cells(self) -> list[list[str]]:
        """The cells of the sample's sound rows."""
        return [row.cells for row in self.sample if row.fault is None]

    def proposal(self) -> tuple[Mapping, list[Proposal]]:
        """What the columns probably are; our own columns of refused rows are none."""
        header = ["" if is_ours(title) else title for title in self.sheet.header]
        return proposed(header, self.targets, self.cells)

    def candidates(self, mapping: Mapping) -> Iterator[Candidate]:
        """The records that the rows ask for. Raises ValidationError when the mapping lacks what is needed."""
        require_whole(mapping, self.targets)
        return Maker(self.importer, self.by, self.sheet.header, mapping, self.targets, self.manner(mapping)).candidates(
            self.rows
        )

    def manner(self, mapping: Mapping) -> Manner:
        """How the file writes days and amounts."""
        return mapping.manner(self.targets, self.cells)[0]

    def engine(self, mapping: Mapping, past: frozenset[int] = frozenset()) -> Engine:
        """The way through the door."""
        return Engine(self.importer, self.by, mapping.mode, titles_of(self.sheet.header, mapping), past)

    def close(self) -> None:
        """Stop reading: a workbook's child process ends."""
        if hasattr(self.sheet.rows, "close"):
            self.sheet.rows.close()


def opened(file: Path, name: str, importer: Importer, by: Actor, mapping: Mapping) -> closing[Opened]:
    """Open a file, as its mapping says that it is to be read. Raises ValidationError when it is no table."""
    sheet = table(file, name, sheet=mapping.sheet, encoding=mapping.encoding, separator=mapping.separator)
    sample = list(islice(sheet.rows, SAMPLE))
    return closing(Opened(importer, by, sheet, sample, targets_of(importer, by)))


def require_whole(mapping: Mapping, targets: dict[str, Target]) -> None:
    """Raises ValidationError `unmapped` for required fields without a column, `no_columns` for an empty mapping."""
    if not mapping.columns:
        raise ValidationError(
            _("No column of the file was recognised. Say which column is which field."), code="no_columns"
        )
    if missing := missing_targets(mapping, targets):
        raise ValidationError(
            _("These fields are needed, and no column fills them: %(names)s. Choose their columns or fixed values."),
            code="unmapped",
            params={"names": ", ".join(str(target.label) for target in missing)},
        )


def titles_of(header: Sequence[str], mapping: Mapping) -> dict[str, str]:
    """Target name -> column title."""
    return {name: header[at] for at, names in mapping.columns.items() if at < len(header) for name in names}
