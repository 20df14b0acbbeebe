"""Clause 2.7.1: freezing a month is a job, begun by the action that asks for it; a locked month is closed."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.closing import freezing
from shangwu.chapters.analytics.closing.models import MonthClose
from shangwu.foundation.actions import closed
from shangwu.foundation.actions.closed import Day
from shangwu.foundation.actions.door import Acted, on
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.measures.registry import fact_sets
from shangwu.foundation.records.actors import Source
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

LOCK = "analytics.lock_month"
WATCHED = (Source.PAGE, Source.API)
"""Where a person waits for a job; commands and the demo do the work themselves."""


@on("analytics.monthclose.lock_asked")
def queue(acted: Acted) -> None:
    """Queue the work in the transaction of the action that asked for it. Refuses `running`."""
    if acted.by.source in WATCHED:
        for record in acted.records:
            title = str(_("Lock %(month)s")) % {"month": record}
            start(acted.by, LOCK, {"public_id": str(record.public_id)}, title=title, once=str(record.public_id))


@job(LOCK, title=_("Lock a month"))
def lock_month(running: Running, *, public_id: str) -> None:
    """Freeze the month's facts and lock it. Safe to run twice: a locked month stays as it is."""
    close = MonthClose.objects.visible_to(running.by).filter(public_id=public_id).first()
    if close is None:
        raise missing()
    if close.state != MonthClose.State.LOCKED:
        close = freezing.lock(running.by, close, running.progress)
    running.result(snapshot=close.snapshot)


@closed.question
def of_locked_months(model: type[Record], days: Collection[Day]) -> set[Day]:
    """2.7.1: nothing of what is measured happens any more in a month that is locked."""
    if not any(facts.model is model for facts in fact_sets.values()):
        return set()
    months = {day.replace(day=1) for _entity, day in days}
    locked = MonthClose.objects.filter(state=MonthClose.State.LOCKED, month__in=months)
    found = set(locked.values_list("entity_id", "month"))
    return {(entity, day) for entity, day in days if (entity, day.replace(day=1)) in found}
