"""Contracts by the clock: they come into force, end, remind of what is near (2.6.2). It may be missed and repeated."""

import datetime
import zoneinfo

from django.db.models import F, Q, QuerySet, Value

from shangwu.chapters.customers.protection import shifted
from shangwu.chapters.sales.models import Contract
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.people.zones import lies_in, zones
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors, clock, gate

State = Contract.State
PORTION = 200


@every("17 * * * *", "sales.contracts")
def look_after() -> int:
    """Do what the day asks for in each time zone; how many contracts were touched. A second run finds nothing to do."""
    with gate.free_reading():
        return sum(_look_after(zone) for zone in sorted(zones()))


def _look_after(zone: str) -> int:
    today = clock.today(zoneinfo.ZoneInfo(zone))
    ours = Contract.objects.filter(lies_in(zone), archived_at__isnull=True)
    begun = _each("put_in_force", ours.filter(state=State.SIGNED, starts_on__lte=today))
    ended = _each("expire", ours.filter(state=State.IN_FORCE, ends_on__lt=today))
    running = ours.filter(state=State.IN_FORCE, suspended_at__isnull=True)
    return begun + ended + _each("remind", running.filter(_unreminded(today)), on=today)


def _unreminded(today: datetime.date) -> Q:
    """Those with a milestone or an undecided end so near that its reminder is due and was not given yet."""
    found = _near("milestone_on", policy("contract.milestone"), today)
    for days in (policy("contract.remind_first"), policy("contract.remind_last")):
        found |= _near("ends_on", days, today) & Q(decided_at__isnull=True)
    return found


def _near(name: str, days: int, today: datetime.date) -> Q:
    since = Q(reminded_on__isnull=True) | Q(reminded_on__lt=shifted(F(name), "-", Value(days)))
    return since & Q(**{f"{name}__gte": today, f"{name}__lte": today + datetime.timedelta(days=days)})


def _each(verb: str, wanted: QuerySet[Contract], **given: object) -> int:
    """Do it in portions, each a transaction of its own."""
    done, last = 0, 0
    while found := list(wanted.filter(pk__gt=last).order_by("pk")[:PORTION]):
        rows = [Row(given, one) for one in found]
        done += len(act_many(actors.system(), f"sales.contract.{verb}", rows).done)
        last = found[-1].pk
    return done
