"""One run of a job: its actor, its progress, its cancel, its result."""

import logging
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.files.storage import keep
from shangwu.foundation.jobs.declaring import declared
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor, Source, system
from shangwu.foundation.records.refusals import Refusal

log = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds between two writes of the progress: it must cost nothing beside the work."""
MOST_RESULT = 1 << 30
"""Bytes of a result file."""


class Cancelled(Exception):
    """Someone asked the job to stop."""


class Superseded(Exception):
    """The job was given to another worker: this run must not go on."""


class Running:
    """What the work is given. `by`: the person who wants it, with today's rights, acting by way of the job."""

    def __init__(self, job: Job, by: Actor) -> None:
        self.job, self.by = job, by
        self._written = 0.0

    def progress(self, done: int, total: int = 0, said: object = "") -> None:
        """Tell how far the work is. Raises Cancelled or Superseded: call it between batches, never inside one."""
        now = time.monotonic()
        if now - self._written < PAUSE:
            return
        self._written = now
        self._write(done=done, total=total, said=str(said)[:200])

    def result(self, **values: Any) -> None:
        """What came out, for the page that shows the job."""
        self.job.result = {**self.job.result, **values}
        self._write(result=self.job.result)

    def file(self, path: Path, name: str) -> None:
        """Keep the file at `path` as the job's result, under a name for people."""
        with path.open("rb") as source:
            entity = self.by.entity_id or 0
            blob, _checked = keep(source, entity=entity, most=MOST_RESULT, check=lambda _path: None)
        self._write(
            file_name=name[:200], file_entity=blob.entity, file_sha256=blob.sha256, file_size=blob.size
        )  # fmt: skip

    def _write(self, **values: Any) -> None:
        """Write columns of this attempt. Raises when it is cancelled, or no longer ours."""
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state=Job.State.RUNNING)
        if not mine.update(**values):
            raise Superseded
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise Cancelled


def run(job_id: int) -> Job | None:
    """Run a job to its end, in this process. None when it was cancelled or done before.

    Whatever the work raises is the job's end: a sentence for people, the rest for the log.
    """
    job = _begin(job_id)
    if job is None:
        return None
    running = Running(job, _actor(job))
    try:
        with translation.override(job.language), gate.request_code():
            declared[job.name].work(running, **job.arguments)
    except Superseded:
        return None
    except Cancelled:
        _end(job, Job.State.CANCELLED)
    except (ValidationError, Refusal) as refusal:
        with translation.override(job.language):
            said = " ".join(_sentences(refusal))
        _end(job, Job.State.FAILED, error=said)
    else:
        _end(job, Job.State.DONE)
    return job


def fail(job_id: int) -> None:
    """End a job whose process broke down again and again."""
    job = Job.objects.filter(pk=job_id, state__in=Job.OPEN).first()
    if job is not None:
        with translation.override(job.language):
            said = str(_("The work stopped by itself. Start it again; if it stops again, tell your administrator."))
        _end(job, Job.State.FAILED, error=said)


def _begin(job_id: int) -> Job | None:
    job = Job.objects.select_related("person").filter(pk=job_id, state__in=Job.OPEN).first()
    if job is None:
        return None
    if job.cancel_asked:
        _end(job, Job.State.CANCELLED)
        return None
    attempt = job.attempt + 1
    started = Job.objects.filter(pk=job_id, attempt=job.attempt, state__in=Job.OPEN).update(
        attempt=attempt, state=Job.State.RUNNING, started_at=clock.now(), result={}, error=""
    )
    if not started:
        return None
    job.attempt, job.state, job.result = attempt, Job.State.RUNNING, {}
    return job


def _actor(job: Job) -> Actor:
    if job.person_id is None:
        return system(Source(job.source))
    with gate.free_reading():
        person = Person.objects.get(pk=job.person_id)
    return actor_of(person, source=Source(job.source), language=job.language, address=job.address)


def _end(job: Job, state: Job.State, error: str = "") -> None:
    job.state, job.error = state, error
    Job.objects.filter(pk=job.pk, attempt=job.attempt, state__in=Job.OPEN).update(
        state=state, error=error, ended_at=clock.now()
    )


def _sentences(refusal: ValidationError | Refusal) -> Iterable[str]:
    return refusal.messages if isinstance(refusal, ValidationError) else [str(refusal.sentence)]
