"""Running an import: every portion through the door, its fate written down, the refused rows set aside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shangwu.foundation.exchange import lines
from shangwu.foundation.exchange.candidates import Candidate
from shangwu.foundation.exchange.engine import Report, portions
from shangwu.foundation.exchange.mapping import Mapping
from shangwu.foundation.exchange.models import Import, ImportBatch
from shangwu.foundation.exchange.reading.sheets import Row
from shangwu.foundation.exchange.reading_in import Opened
from shangwu.foundation.exchange.refused import write_refused
from shangwu.foundation.exchange.writing import Form

Progress = Callable[[int, int], None]
"""Told how many rows of about how many have been dealt with; may raise to stop between two portions."""


@dataclass
class Totals:
    """The sums of all portions, in rows and in records; the first reasons, for those who only look."""

    rows: int = 0
    accepted: int = 0
    refused: int = 0
    skipped: int = 0
    made: int = 0
    changed: int = 0
    reasons: dict[int, list[str]] = field(default_factory=dict)

    SHOWN = 1_000

    def add(self, report: Report) -> None:
        """Take a portion in."""
        self.rows += report.rows
        self.accepted += report.accepted
        self.refused += report.refused
        self.skipped += report.skipped
        self.made += report.made
        self.changed += report.changed
        for line, said in report.reasons.items():
            if len(self.reasons) < self.SHOWN:
                self.reasons[line] = said

    def counts(self) -> dict[str, int]:
        """The sums as an import keeps them."""
        return {name: getattr(self, name) for name in ("rows", "accepted", "refused", "skipped", "made", "changed")}


def check(opened: Opened, mapping: Mapping, progress: Progress, most: int | None = None) -> Totals:
    """What would become of the file, or of its first `most` rows; nothing is kept."""
    engine, totals = opened.engine(mapping), Totals()
    for portion in portions(opened.candidates(mapping)):
        totals.add(engine.check(portion))
        progress(totals.rows, opened.sheet.lines)
        if most is not None and totals.rows >= most:
            break
    return totals


def run(opened: Opened, mapping: Mapping, of: Import, progress: Progress, refused_to: Path, form: Form) -> Totals:
    """Bring the file in. Safe to run again: portions that are written down already are passed over.

    The refused rows stand in `refused_to` at the end; if none was refused or `progress` stopped it, there is no file.
    """
    engine, totals = opened.engine(mapping, past_lines(of)), Totals()
    written = {batch.position: batch for batch in ImportBatch.objects.filter(of_id=of.pk)}

    def refused() -> Iterator[tuple[Row, list[str]]]:
        for position, portion in enumerate(portions(opened.candidates(mapping))):
            if position in written:
                report = report_of(written[position])
            else:
                report = engine.patiently(portion, lambda done, at=position: keep(of, at, done))  # type: ignore[misc]
            totals.add(report)
            yield from rows_refused(portion, report)
            progress(totals.rows, opened.sheet.lines)

    count = 0
    try:
        count = write_refused(refused_to, form, opened.sheet.header, refused())
    finally:
        if not count:
            refused_to.unlink(missing_ok=True)
    return totals


def rows_refused(portion: list[Candidate], report: Report) -> Iterator[tuple[Row, list[str]]]:
    """The refused rows of a portion with their reasons."""
    for one in portion:
        for row in one.rows:
            if row.line in report.reasons:
                yield row, report.reasons[row.line]


def keep(of: Import, position: int, report: Report) -> None:
    """Write down what became of a portion, in its own transaction."""
    ImportBatch.objects.create(
        of_id=of.pk,
        position=position,
        rows=report.rows,
        accepted=report.accepted,
        skipped=report.skipped,
        made=report.made,
        changed=report.changed,
        lines=lines.as_text(report.lines),
        entries=report.entries,
        reasons=report.reasons,
    )


def report_of(batch: ImportBatch) -> Report:
    """A portion's report as it was written down."""
    reasons: dict[int, list[str]] = {int(line): said for line, said in batch.reasons.items()}
    return Report(
        batch.rows, batch.accepted, batch.skipped, batch.made, batch.changed, [], list(batch.entries), reasons
    )


def past_lines(of: Import) -> frozenset[int]:
    """Lines of the same file that an earlier import has brought in, and that were not taken back.

    They count only for rows without a key: there the same bytes are the same rows.
    """
    earlier: Any = Import.objects.unscoped(reason="a file that someone else has imported must not go in twice")
    earlier = earlier.filter(sha256=of.sha256, record_type=of.record_type).exclude(pk=of.pk)
    earlier = earlier.exclude(state=Import.State.UNDONE).values_list("pk", flat=True)
    found: set[int] = set()
    for text in ImportBatch.objects.filter(of_id__in=list(earlier)).values_list("lines", flat=True):
        found |= lines.of_text(text)
    return frozenset(found)
