"""Who has not ordered for long is dormant (2.5.1, DOMAIN W5). Higher rooms say who has; the file keeps no such day."""

import datetime
from collections.abc import Callable

from django.db.models import Exists, OuterRef, QuerySet

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors, clock, gate

PORTION = 500

Ordered = Callable[[datetime.date], QuerySet]  # type: ignore[type-arg]
"""What was ordered on that day or since, each naming in `customer` who ordered it."""

_ordered: list[Ordered] = []


def ordered_since(asked: Ordered) -> Ordered:
    """Register who knows of orders. A decorator."""
    _ordered.append(asked)
    return asked


def silent_for(days: int) -> QuerySet[Customer]:
    """Who became a customer before so many days and has not ordered since."""
    since = clock.now() - datetime.timedelta(days=days)
    silent = Customer.objects.filter(won_at__lt=since, archived_at__isnull=True)
    return without_orders_since(silent, since.date())


def without_orders_since(rows: QuerySet[Customer], day: datetime.date) -> QuerySet[Customer]:
    """Those of `rows` who have not ordered on that day or since."""
    for asked in _ordered:
        # Not "pk not in": beyond the memory of one question the database would search all orders for each customer.
        rows = rows.filter(~Exists(asked(day).filter(customer=OuterRef("pk"))))
    return rows


def look_after() -> int:
    """Put to rest who has not ordered for the days that the regulation gives; how many. Safe to miss and to repeat."""
    done = 0
    with gate.free_reading():
        silent = silent_for(policy("customer.dormant")).filter(state=Customer.State.WON)
        keys = list(silent.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), PORTION):
            rows = [Row(target=one) for one in Customer.objects.filter(pk__in=keys[start : start + PORTION])]
            done += len(act_many(actors.system(), "customers.customer.rest", rows).done)
    return done
