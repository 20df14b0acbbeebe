"""2.5.3: how soon complaints are taken up, returns without a reason, complaints that come again."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangwu.chapters.customers import clocks
from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.repeats import is_like
from shangwu.foundation.records import clock
from shangwu.foundation.regulation.replaying import nothing_to_replay
from shangwu.foundation.regulation.tallying import Months, Rows, picks

REGISTERED = gettext_noop("Complaints registered")

nothing_to_replay(
    _("There is nothing to try it on: of a link to a customer is not kept when it was made, nor when it was opened."),
    "complaint.link",
)


def _registered(months: Months) -> Rows:
    return Complaint.objects.filter(registered_at__range=months.moments)


@picks("complaint.target", REGISTERED, gettext_noop("of these, taken up later than the target"), _registered)
def past_target(rows: Rows, value: Any) -> Iterator[Complaint]:
    """2.5.3: those taken up after so many working hours, or not yet. Where no calendar is known there is no target."""
    now = clock.now()
    for one in rows:
        target = clocks.target_of(one, one.registered_at)
        if target is not None and (one.accepted_at or now) > target:
            yield one


@picks(
    "complaint.return", gettext_noop("Complaints of consumers who say when the goods came"),
    gettext_noop("of these, in time for a return without a reason"),
    lambda months: _registered(months).filter(is_consumer=True, goods_received_on__isnull=False),
)  # fmt: skip
def in_time(rows: Rows, value: Any) -> Iterator[Complaint]:
    """2.5.3: those that came to us within so many days of the goods."""
    for one in rows:
        last = clocks.last_day_of_return(one, one.goods_received_on, one.registered_at)
        if clocks.day_of(one, one.received_at) <= last:
            yield one


@picks(
    "complaint.repeat", gettext_noop("Complaints of known customers"), gettext_noop("of these, repeats"),
    lambda months: _registered(months).filter(customer__isnull=False, archived_at__isnull=True),
)  # fmt: skip
def repeats(rows: Rows, value: Any) -> Iterator[Complaint]:
    """2.5.3: those of the same customer and kind as one before, within so many days."""
    customers = {one.customer_id for one in rows}
    before: dict[int | None, list[Complaint]] = defaultdict(list)
    known = Complaint.objects.filter(customer__in=customers, archived_at__isnull=True)
    for one in known.exclude(state=Complaint.State.REFUSED).order_by("-pk"):
        before[one.customer_id].append(one)
    yield from (one for one in rows if any(is_like(earlier, one) for earlier in before[one.customer_id]))
