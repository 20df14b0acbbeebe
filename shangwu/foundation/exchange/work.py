"""The long work of imports: run in a job, started by the events of the door."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Acted, Refusal, act, on, undo
from shangwu.foundation.exchange.importing import Progress, Totals, run
from shangwu.foundation.exchange.mapping import Mapping
from shangwu.foundation.exchange.models import Import, ImportBatch
from shangwu.foundation.exchange.reading_in import importer_of, opened
from shangwu.foundation.files import intake, receipts, storage
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.running import Cancelled, Running
from shangwu.foundation.jobs.starting import cancel as cancel_job
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import missing

Steps = Callable[[int, int], None]
"""Told how many portions of how many are done."""

RUN, TAKE_BACK = "exchange.run", "exchange.take_back"
WATCHED = (Source.PAGE, Source.API)
"""Where a person waits for a job; the command line does the work itself."""


@on("exchange.import.started")
def queue_run(acted: Acted) -> None:
    """Queue the work in the transaction of the action that asked for it."""
    if acted.by.source in WATCHED:
        for record in acted.records:
            queue(acted.by, RUN, record, _("Import of %(name)s"))


@on("exchange.import.take_back_asked")
def queue_take_back(acted: Acted) -> None:
    """The same for taking back."""
    if acted.by.source in WATCHED:
        for record in acted.records:
            queue(acted.by, TAKE_BACK, record, _("Taking back %(name)s"))


@on("exchange.import.stop_asked")
def ask_to_stop(acted: Acted) -> None:
    """Tell the job that it is to stop."""
    for record in acted.records:
        for one in Job.objects.filter(name=RUN, once=str(record.public_id), state__in=Job.OPEN):
            cancel_job(one)


def queue(by: Actor, name: str, record: object, title: object) -> None:
    """One job for one import at a time."""
    assert isinstance(record, Import)
    said = str(title) % {"name": record.name}
    start(by, name, {"public_id": str(record.public_id)}, title=said, once=str(record.public_id), source=Source.IMPORT)


def import_of(by: Actor, public_id: str) -> Import:
    """The import that the work is about. Raises Refusal `missing`."""
    found = Import.objects.visible_to(by).filter(public_id=public_id).first()
    if found is None:
        raise missing()
    return found


@job(RUN, title=_("Import"))
def run_import(running: Running, *, public_id: str) -> None:
    """Bring an import's rows in. Safe to run twice: its portions are written down with their rows."""
    record = import_of(running.by, public_id)
    totals = Totals()

    def progress(rows: int, of_about: int) -> None:
        running.progress(rows, of_about, _("Rows"))

    try:
        with storage.on_disk(record.blob) as path:
            totals = bring_in(running.by, record, path, progress)
    except Cancelled:
        act(running.by, "exchange.import.cancel", record, counts_so_far(record))
        raise
    except (ValidationError, Refusal):
        act(running.by, "exchange.import.cancel", record, counts_so_far(record))
        raise
    running.result(**totals.counts())


def bring_in(by: Actor, record: Import, path: Path, progress: Progress) -> Totals:
    """Run an import to its end and write down how it ended."""
    mapping = Mapping.of_text(record.mapping)
    with (
        tempfile.TemporaryDirectory(prefix="import-") as folder,
        opened(path, record.name, importer_of(record.record_type, by), by, mapping) as file,
    ):
        refused_to = Path(folder) / "refused.xlsx"
        totals = run(file, mapping, record, progress, refused_to, "xlsx")
        receipt = keep_refused(by, refused_to, record.name) if refused_to.exists() else ""
    act(by, "exchange.import.finish", record, {**totals.counts(), "refused_rows": receipt})
    return totals


def keep_refused(by: Actor, path: Path, name: str) -> str:
    """Keep the file of refused rows; gives its receipt."""
    with path.open("rb") as file:
        kept = f"{Path(name).stem}.refused.xlsx"
        return receipts.receipt(intake.take(file, kept, entity=by.entity_id or 0), by)


def counts_so_far(record: Import) -> dict[str, int]:
    """What had become of the rows when an import ended early."""
    sums = dict.fromkeys(("rows", "accepted", "skipped", "made", "changed"), 0)
    for batch in ImportBatch.objects.filter(of_id=record.pk).values(*sums):
        for name, count in batch.items():
            sums[name] += count
    return {**sums, "refused": sums["rows"] - sums["accepted"] - sums["skipped"]}


@job(TAKE_BACK, title=_("Take an import back"))
def take_back(running: Running, *, public_id: str) -> None:
    """Undo an import's log entries, the last first. Safe to run twice: what is undone is passed over."""
    record = import_of(running.by, public_id)
    left_over = undo_entries(running.by, record, lambda done, total: running.progress(done, total, _("Portions")))
    act(running.by, "exchange.import.close", record, {"left_over": left_over})
    running.result(left_over=left_over)


def undo_entries(by: Actor, record: Import, progress: Steps) -> int:
    """Take back what the import did; gives the number of records that had to be left."""
    batches = list(ImportBatch.objects.filter(of_id=record.pk).order_by("-position"))
    for done, batch in enumerate(batches):
        progress(done, len(batches))
        with transaction.atomic():
            batch.left_over += sum(len(undo(by, entry, whole=False).refused) for entry in reversed(batch.entries))
            batch.entries = []
            batch.save(update_fields=["entries", "left_over"])
    return sum(batch.left_over for batch in batches)
