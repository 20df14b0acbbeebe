"""The clock of the pool: counts anew, takes back, warns (2.5.1). What it missed, it finds in the tables."""

import datetime
import zoneinfo
from collections.abc import Iterator

from django.db.models import F, Q, QuerySet, Value

from shangwu.chapters.customers.after_contracts import TERM, ending
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.protection import shifted, standing, terms
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.people.zones import lies_in, zones
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors, clock, gate

PORTION = 500
OWNERS = "owner__entity"
"""Whose days count."""


def look_after() -> int:
    """Do what the day asks for in each time zone; how many customers were touched.

    Safe to miss and to repeat: the second run in a row finds nothing to do.
    """
    with gate.free_reading():
        return sum(_look_after(zone) for zone in zones())


def _look_after(zone: str) -> int:
    today = clock.today(zoneinfo.ZoneInfo(zone))
    ours = _held(zone)
    counted = _each("count_anew", ours.filter(_is_off(zone, today)), zone)
    taken = _each("recycle", ours.filter(protected_until__lt=today), zone)
    warned = _each("warn", ours.filter(_unwarned(today)), zone)
    return counted + taken + warned + _look_after_contracts(zone, today)


def _look_after_contracts(zone: str, today: datetime.date) -> int:
    """The same for those whose contract has ended, while the regulation gives a term for it."""
    if not policy(TERM):
        return 0
    ours = Customer.objects.filter(lies_in(zone, OWNERS))
    taken = _each("recycle", ending(ours, today), zone)
    due = Q()
    for days in (policy("pool.warn_first"), policy("pool.warn_last")):
        since = Q(warned_on__isnull=True) | Q(warned_on__lt=shifted(F("kept_until"), "-", Value(days)))
        due |= Q(kept_until__lte=today + datetime.timedelta(days=days)) & since
    ahead = ending(ours, today, policy("pool.warn_first") + 1)
    return taken + _each("warn", ahead.filter(due, kept_until__gte=today), zone)


def _held(zone: str) -> QuerySet[Customer]:
    """Customers without an order whose owners' days begin in that zone."""
    held = Customer.objects.filter(lies_in(zone, OWNERS), owner__isnull=False, won_at=None, archived_at=None)
    return held.exclude(state=Customer.State.BLACKLISTED)


def _is_off(zone: str, today: datetime.date) -> Q:
    """What does not stand as the values of today say: since they changed, or since a file came in without a day."""
    return Q(protected_until__isnull=True) | ~Q(protected_until=standing(terms(), zone, today))


def _unwarned(today: datetime.date) -> Q:
    """Those whose first or last warning is due and was not given yet."""
    found = Q()
    for days in (policy("pool.warn_first"), policy("pool.warn_last")):
        ahead = today + datetime.timedelta(days=days)
        since = Q(warned_on__isnull=True) | Q(warned_on__lt=shifted(F("protected_until"), "-", Value(days)))
        found |= Q(protected_until__lte=ahead) & since
    return found & Q(protected_until__gte=today)


def _each(verb: str, wanted: QuerySet[Customer], zone: str) -> int:
    """Do it in portions, each a transaction of its own. Who was quicker is left: the body looks again."""
    done = 0
    for keys in _portions(wanted):
        rows = [Row({"zone": zone}, one) for one in Customer.objects.filter(pk__in=keys).order_by("pk")]
        done += len(act_many(actors.system(), f"customers.customer.{verb}", rows).done)
    return done


def _portions(wanted: QuerySet[Customer]) -> Iterator[list[int]]:
    last = 0
    while keys := list(wanted.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PORTION]):
        yield keys
        last = keys[-1]
