"""Duties in the digests and in people's calendars."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from shangwu.foundation.duties.models import OPEN, Duty
from shangwu.foundation.notices.dates import Dated, dated
from shangwu.foundation.notices.models import Kind
from shangwu.foundation.notices.outstanding import Open, outstanding
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

SHOWN_SINCE = timedelta(days=30)
"""What has been overdue for longer is no date any more."""


@outstanding
def open_duties(person_ids: Collection[int], until: datetime) -> Iterator[Open]:
    """What is late or due by a moment, of those who have to do it today."""
    mine = Q(acting__in=person_ids) | Q(holder__in=person_ids, acting__isnull=True)
    due = Duty.objects.filter(OPEN, mine, opened_at__lte=clock.now(), due_at__lte=until)
    for one in due.filter(due_at__gt=until - SHOWN_SINCE).order_by("due_at", "pk"):
        person = one.acting_id or one.holder_id
        if person is not None and one.due_at is not None:
            yield Open(person, Kind.DUTY, str(one.declared.label), one.due_at, one.secrecy > 0)


@dated
def dates_of_duties(actor: Actor) -> Iterator[Dated]:
    """The deadlines of one's open duties."""
    now = clock.now()
    mine = Q(acting=actor.person_id) | Q(holder=actor.person_id, acting__isnull=True)
    due = Duty.objects.filter(OPEN, mine, opened_at__lte=now, due_at__gt=now - SHOWN_SINCE)
    for one in due.order_by("pk"):
        if one.due_at is not None:
            yield Dated(
                key=f"duty-{one.rule}-{one.subject_key}-{one.period}",
                starts=one.due_at,
                title=str(one.declared.label),
                address="/",
                changed_at=one.opened_at,
                stays_inside=one.secrecy > 0,
            )
