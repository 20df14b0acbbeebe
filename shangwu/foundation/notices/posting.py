"""Settles by which ways each notice goes outside, and when: once for each, by what its person has chosen.

Nothing is remembered but the rows themselves: a worker that slept or was killed, or a second one, makes no difference.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from shangwu.foundation.notices.models import Channel, Dispatch, Notice
from shangwu.foundation.notices.readers import Reader, readers
from shangwu.foundation.records import clock

PORTION = 1000


def post() -> int:
    """Settle the notices that nobody has settled yet; how many."""
    total = 0
    while found := _post_portion(clock.now()):
        total += found
    return total


def _post_portion(now: datetime) -> int:
    with transaction.atomic():
        unposted = Notice.objects.select_for_update(skip_locked=True).filter(posted_at__isnull=True)
        found = list(unposted.order_by("id")[:PORTION])
        who = readers({one.person_id for one in found})
        ways = [
            way
            for one in found
            if one.read_at is None and one.person_id in who
            for way in _ways(one, who[one.person_id], now)
        ]
        Dispatch.objects.bulk_create(ways, ignore_conflicts=True)
        Notice.objects.filter(pk__in=[one.pk for one in found]).update(posted_at=now)
    return len(found)


def _ways(notice: Notice, reader: Reader, now: datetime) -> Iterator[Dispatch]:
    for channel in reader.channels(notice.kind):
        yield Dispatch(
            notice=notice,
            person_id=notice.person_id,
            channel=channel,
            robot=reader.robots.get(channel),
            due_at=_due(notice, channel, reader, now),
        )


def _due(notice: Notice, channel: Channel, reader: Reader, now: datetime) -> datetime:
    """Urgent things at once; mail with the digest that came after the notice, however late it is settled."""
    if notice.urgent:
        return now
    if channel is Channel.MAIL:
        return reader.hours.next_slot(notice.at)
    return reader.hours.next_slot(now) if reader.hours.is_quiet(now) else now
