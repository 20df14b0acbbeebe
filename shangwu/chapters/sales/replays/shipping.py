"""2.6.3: shipments of which nothing is seen, and goods held back while money is overdue."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from shangwu.chapters.sales.credit import Debts, debts_of
from shangwu.chapters.sales.models import Order, Scan, Shipment
from shangwu.foundation.records import actors, clock
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.regulation.tallying import Rows, picks

WAITING = (Order.State.CONFIRMED, Order.State.SCHEDULED, Order.State.READY, Order.State.PART_SHIPPED)


@picks(
    "ship.stall", gettext_noop("Shipments that left"),
    gettext_noop("of these, an exception because nothing was seen of them for so long"),
    lambda months: Shipment.objects.filter(shipped_at__range=months.moments),
)  # fmt: skip
def stalled(rows: Rows, value: Any) -> Iterator[Shipment]:
    """2.6.3: those of which more than so many hours passed between two signs, or since the last."""
    seen: dict[int, list[datetime.datetime]] = defaultdict(list)
    for key, moment in Scan.objects.filter(shipment__in=rows.values("pk")).values_list("shipment_id", "known_at"):
        seen[key].append(moment)
    longest, now = datetime.timedelta(hours=value), clock.now()
    for one in rows:
        signs = [one.shipped_at, *seen[one.pk], one.trouble_taken_at, one.delivered_at or one.failed_at or now]
        known = sorted(sign for sign in signs if sign is not None)
        if any(later - earlier > longest for earlier, later in itertools.pairwise(known)):
            yield one


@picks(
    "ship.hold", gettext_noop("Orders whose goods have not all left"),
    gettext_noop("of these, held back today because the customer owes too much, or for too long"),
    lambda months: Order.objects.filter(state__in=WAITING, customer__isnull=False, archived_at__isnull=True),
)  # fmt: skip
def held_back(rows: Rows, value: Any) -> Iterator[Order]:
    """2.6.3: those of customers with a debt overdue by more than so many days, or beyond their limit."""
    orders = list(rows.select_related("customer"))
    debts, today = debts_of(orders, actors.system()), clock.today(timezone.get_default_timezone())
    yield from (one for one in orders if _is_held(debts, one, today))


def _is_held(debts: Debts, order: Order, today: datetime.date) -> bool:
    try:
        debts.require(order, today)
    except Refusal as refusal:
        return refusal.code == "credit_hold"
    return False
