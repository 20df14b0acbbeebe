"""When the house stood still: no tick and no action for hours of working time. Deadlines in it move a working day."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from shangwu.foundation.audit.models import Entry
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.duties.models import Beat
from shangwu.foundation.policy.parameters import policy

OUTAGE = "outage.hours"
BEAT = timedelta(minutes=10)
"""Signs of life closer than this join into one beat: the clock ticks every minute."""


@dataclass(frozen=True, slots=True)
class Outage:
    """From the last sign of life to the next."""

    since: datetime
    until: datetime


def beat(now: datetime) -> None:
    """Note that the house is at work. What people did while the clock slept counts as signs of life too."""
    last = Beat.objects.order_by("-until").first()
    if last is None:
        Beat.objects.create(since=now, until=now)
        return
    if now <= last.until:
        return
    signs = [*Entry.objects.filter(at__gt=last.until, at__lt=now).order_by("at").values_list("at", flat=True), now]
    made: list[Beat] = []
    changed = last
    for sign in signs:
        if sign - changed.until <= BEAT:
            changed.until = sign
        else:
            changed = Beat(since=sign, until=sign)
            made.append(changed)
    last.save(update_fields=["until"])
    Beat.objects.bulk_create(made)


def outages() -> list[Outage]:
    """Every gap between beats of at least the hours that count (DOMAIN 5), in order."""
    beats = list(Beat.objects.order_by("since").values_list("since", "until"))
    least = timedelta(hours=int(policy(OUTAGE)))
    gaps = (Outage(before[1], after[0]) for before, after in itertools.pairwise(beats))
    return [one for one in gaps if one.until - one.since >= least]


def first_sign() -> datetime | None:
    """When the house first was at work; None before that."""
    return Beat.objects.order_by("since").values_list("since", flat=True).first()


def moved_by(found: list[Outage], due: datetime, calendar: WorkingCalendar) -> tuple[datetime, int]:
    """A deadline after the outages that it fell into, and by how many working days it moved.

    An outage counts by its working hours: nobody misses the house at night.
    """
    moved = 0
    least = timedelta(hours=int(policy(OUTAGE))) if found else timedelta(0)
    for one in found:
        if one.since <= due <= one.until and calendar.working_hours_between(one.since, one.until) >= least:
            local = due.astimezone(calendar.zone)
            day = calendar.add_working_days(local.date(), 1)
            due = datetime.combine(day, local.time(), calendar.zone)
            moved += 1
    return due, moved
