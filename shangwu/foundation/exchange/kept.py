"""Which bytes are still needed, and the nightly look at them; old jobs are cleared away."""

import datetime
import logging
from collections.abc import Iterator
from typing import Any

from shangwu.foundation.exchange.models import Import
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.scrub import refers, scrub
from shangwu.foundation.files.storage import Blob
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.records import clock

log = logging.getLogger("shangwu.files")

JOBS_KEPT = datetime.timedelta(days=30)
"""How long an ended job and its result file can be looked up."""
NEEDED = "the scrub compares all kept bytes with all rows; it reads no content"


@refers
def attached() -> Iterator[Blob]:
    """Files on records; those taken away are kept as well: their record's history names them."""
    rows: Any = StoredFile.objects.unscoped(reason=NEEDED)
    yield from (Blob(*row) for row in rows.exclude(sha256="").values_list("kept_for", "sha256", "size"))


@refers
def imported() -> Iterator[Blob]:
    """Files that were imported, and their refused rows."""
    rows: Any = Import.objects.unscoped(reason=NEEDED)
    yield from (Blob(*row) for row in rows.exclude(sha256="").values_list("kept_for", "sha256", "size"))
    refused = rows.filter(refused_size__isnull=False)
    yield from (Blob(*row) for row in refused.values_list("kept_for", "refused_sha256", "refused_size"))


@refers
def results() -> Iterator[Blob]:
    """Result files of jobs."""
    yield from (one.blob for one in Job.objects.filter(file_size__isnull=False) if one.blob is not None)


@every("40 3 * * *", "files.scrub")
def look() -> int:
    """Clear old jobs away, then read every kept byte; damage is told in the log by its address."""
    Job.objects.filter(ended_at__lt=clock.now() - JOBS_KEPT).delete()
    found = scrub()
    for address in found.damaged:
        log.error("A kept file is lost or damaged: %s. Put it back from the backup.", address)
    return len(found.damaged)
