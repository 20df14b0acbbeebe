"""Starting and stopping jobs."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.jobs.declaring import declared
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.queue import app
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import Refusal, Sentence


def start(
    by: Actor,
    name: str,
    arguments: dict[str, Any],
    *,
    title: Sentence = "",
    once: str = "",
    source: Source = Source.JOB,
) -> Job:
    """Queue a declared job for `by`. In a transaction it starts when that is committed, and not if it is not.

    once: refuses `running` while a job of this name with the same mark is open.
    """
    job = Job(
        name=name,
        title=str(title or declared[name].title)[:200],
        person_id=by.person_id,
        source=source,
        language=by.language,
        address=by.address,
        arguments=arguments,
        once=once,
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            job.save()
            job.queued = app.configure_task("jobs.run").defer(job_id=job.pk)
            job.save(update_fields=["queued"])
    except IntegrityError as error:
        if not once or not Job.objects.filter(name=name, once=once, state__in=Job.OPEN).exists():
            raise
        raise Refusal("running", _("This is being done already. Wait until it has ended, or cancel it.")) from error
    return job


def begun(
    by: Actor, name: str, arguments: dict[str, Any], *, once: str, title: Sentence = "", source: Source = Source.JOB
) -> Job:
    """As `start`; but a form that is sent twice starts nothing twice: while `by`'s own job with this mark is open, the
    answer is that one. Raises Refusal `running` for another's."""
    try:
        return start(by, name, arguments, title=title, once=once, source=source)
    except Refusal as refusal:
        mine = Job.objects.filter(name=name, once=once, person_id=by.person_id or 0, state__in=Job.OPEN).first()
        if refusal.code != "running" or mine is None:
            raise
        return mine


def cancel(job: Job) -> None:
    """Ask a job to stop. A waiting one stops at once, a running one after the batch it is in."""
    stopped = Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, cancel_asked=True, ended_at=clock.now()
    )
    if not stopped:
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_asked=True)
