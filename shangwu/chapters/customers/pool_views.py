"""Whose contacts one sees in the pool: so many customers a day, that nobody copies the pool out (2.5.1).

The limit is for who sells; sales support and the heads keep the pool and see it whole.
"""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer, PoolView
from shangwu.foundation.audit.reading import How, watch_reading
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

LIMITED = (Role.SALES, Role.CHANNELS)
KEEPERS = (Role.SALES_SUPPORT, Role.HEAD, Role.EXECUTIVE, Role.VICE_EXECUTIVE)


def limit_of(by: Actor) -> int:
    """How many customers of the pool somebody opens in a day; 0 where there is no limit."""
    if by.person_id is None or by.is_system or by.holds_any(KEEPERS) or not by.holds_any(LIMITED):
        return 0
    return int(policy("pool.views"))


@watch_reading(Customer)
def note_views(by: Actor, keys: Sequence[int], how: How) -> None:
    """2.5.1: write down which customers of the pool are opened. Refuses `views` beyond the day's limit.

    Who opens the same one again, on that day, has opened it once.
    """
    limit = limit_of(by)
    if not limit or not keys or by.person_id is None:
        return
    with gate.free_reading():  # of the rows that the reader is about to be shown
        pooled = set(Customer.objects.filter(pk__in=keys, owner__isnull=True).values_list("pk", flat=True))
    if not pooled:
        return
    today = clock.today(by.zone)
    seen = set(PoolView.objects.filter(person=by.person_id, day=today).values_list("customer", flat=True))
    new = sorted(pooled - seen)
    if len(seen) + len(new) > limit:
        said = _(
            "You have opened %(count)s customers of the pool today, and %(limit)s are the most. Claim one of them, or "
            "go on tomorrow."
        )
        raise Refusal("views", said, {"count": len(seen), "limit": limit})
    rows = [PoolView(person_id=by.person_id, customer_id=key, day=today) for key in new]
    PoolView.objects.bulk_create(rows, ignore_conflicts=True)


def shown_with_contacts(customers: QuerySet[Customer], by: Actor) -> QuerySet[Customer]:
    """Of `customers` those whose contacts somebody sees: of the pool only such as they have opened today."""
    if not limit_of(by):
        return customers
    opened = PoolView.objects.filter(person=by.person_id, day=clock.today(by.zone), customer=OuterRef("pk"))
    return customers.filter(Q(owner__isnull=False) | Q(Exists(opened)))
