"""A robot's test goes out like any other message; what must be read stands in the digests until it is confirmed."""

from collections.abc import Collection, Iterator
from datetime import datetime

from shangwu.foundation.actions.door import Acted, subscribe
from shangwu.foundation.notices.models import Dispatch, Kind, Notice, Robot
from shangwu.foundation.notices.outstanding import Open, outstanding
from shangwu.foundation.records import clock


@subscribe
def queue_test(acted: Acted) -> None:
    """Write down that robots have to say their test."""
    if acted.action.name == "notices.robot.test":
        now = clock.now()
        robots = [one for one in acted.records if isinstance(one, Robot)]
        Dispatch.objects.bulk_create(Dispatch(channel=one.platform, robot=one, due_at=now) for one in robots)


@outstanding
def unconfirmed(person_ids: Collection[int], until: datetime) -> Iterator[Open]:
    """What a person must read and has not confirmed."""
    waiting = Notice.objects.filter(person__in=person_ids, must_read=True, confirmed_at__isnull=True)
    for one in waiting.order_by("pk"):
        yield Open(one.person_id, Kind.ISSUED, one.sentence, one.at, one.stays_inside)
