"""The long work of making a bundle: a job, started by the event of the door; the command does the same at once."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Acted, Refusal, act, on
from shangwu.foundation.evidence.building import build
from shangwu.foundation.evidence.models import Bundle
from shangwu.foundation.files import storage
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.running import MOST_RESULT, Cancelled, Running
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import missing

MAKE = "evidence.make"
WATCHED = (Source.PAGE, Source.API)
"""Where a person waits for a job; the command line does the work itself."""

Progress = Callable[[int, int, object], None]


@on("evidence.bundle.asked")
def queue(acted: Acted) -> None:
    """Queue the work in the transaction of the action that asked for it."""
    if acted.by.source in WATCHED:
        for record in acted.records:
            title = str(_("Audit bundle %(bundle)s")) % {"bundle": record}
            start(acted.by, MAKE, {"public_id": str(record.public_id)}, title=title, once=str(record.public_id))


@job(MAKE, title=_("Audit bundle"))
def make(running: Running, *, public_id: str) -> None:
    """Make the bundle. Safe to run twice: it only reads, and writes down its end once."""
    bundle = Bundle.objects.visible_to(running.by).filter(public_id=public_id, owner=running.by.person_id).first()
    if bundle is None:
        raise missing()
    if bundle.state == Bundle.State.MADE:
        return
    try:
        made = made_of(bundle, running.by, running.progress)
    except (Cancelled, ValidationError, Refusal):
        act(running.by, "evidence.bundle.end", bundle)
        raise
    # The page that waits for the job then offers the file at once.
    Job.objects.filter(pk=running.job.pk).update(
        file_name=bundle.file_name, file_entity=made["kept_for"], file_sha256=made["sha256"], file_size=made["size"]
    )
    running.result(**made)


def made_of(bundle: Bundle, by: Actor, progress: Progress) -> dict[str, Any]:
    """Make the bundle, keep its file, and write down what it holds. Raises Refusal `too_much`, `unsealed`."""
    data, counts = build(bundle, by, progress)
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        path = Path(folder) / "bundle.zip"
        path.write_bytes(data)
        with path.open("rb") as source:
            blob, _checked = storage.keep(source, entity=by.entity_id or 0, most=MOST_RESULT, check=lambda _path: None)
    told = {**counts, "kept_for": blob.entity, "sha256": blob.sha256, "size": blob.size}
    act(by, "evidence.bundle.finish", bundle, told)
    return told
