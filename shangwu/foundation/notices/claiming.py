"""Takes what is due for oneself before it is sent: of two workers one sends it, and a dead one's is taken over."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from shangwu.foundation.notices.models import Dispatch, Notice
from shangwu.foundation.records import clock

CLAIM = timedelta(minutes=5)
"""A claim older than this is of a worker that died: the longest call takes ten seconds."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
"""How long to wait after each failure; after the last one it is given up. It stands inside all the same."""

AT_ONCE = 500


def free(now: datetime) -> Q:
    """What nobody is at."""
    return Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM)


def due(channel: str, now: datetime) -> "QuerySet[Dispatch]":
    """What may be sent by a channel now."""
    return Dispatch.objects.filter(free(now), channel=channel, due_at__lte=now, finished_at__isnull=True)


def claimed(waiting: "QuerySet[Dispatch]", now: datetime, most: int = AT_ONCE) -> list[Dispatch]:
    """Take dispatches for oneself, the oldest first, with their notices."""
    with transaction.atomic():
        rows = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("notice")
        found = list(rows.order_by("pk")[:most])
        Dispatch.objects.filter(pk__in=[one.pk for one in found]).update(claimed_at=now)
    return found


def unread(dispatches: Iterable[Dispatch]) -> list[Notice]:
    """What they tell, without what has been read inside meanwhile."""
    return [one.notice for one in dispatches if one.notice is not None and one.notice.read_at is None]


def finish(dispatches: Iterable[Dispatch], trouble: str = "") -> None:
    """They were sent, need not be sent, or are given up for `trouble`."""
    keys = [one.pk for one in dispatches]
    Dispatch.objects.filter(pk__in=keys).update(finished_at=clock.now(), claimed_at=None, trouble=trouble)


def put_back(dispatches: Iterable[Dispatch], at: datetime) -> None:
    """Send them later; that is no failure."""
    Dispatch.objects.filter(pk__in=[one.pk for one in dispatches]).update(due_at=at, claimed_at=None)


def fail(dispatches: Iterable[Dispatch], trouble: str) -> None:
    """They could not be sent: try again later, until it is given up."""
    now = clock.now()
    for one in dispatches:
        if one.attempts >= len(WAITS):
            finish([one], trouble)
            continue
        Dispatch.objects.filter(pk=one.pk).update(
            due_at=now + WAITS[one.attempts], attempts=F("attempts") + 1, claimed_at=None, trouble=trouble
        )
