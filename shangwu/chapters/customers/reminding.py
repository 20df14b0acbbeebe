"""Who has promised a customer something for today hears of it in the morning (2.5.2).

Nothing is remembered but the notices themselves: what somebody was told of is not told again, and a worker that slept
tells of what has fallen due since.
"""

import datetime
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.models import Communication, Opportunity, Promise
from shangwu.foundation.notices.models import Kind, Notice
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.zones import zones
from shangwu.foundation.records import clock, gate

MORNING = 8
"""The hour from which one is told, where one is."""

LOOKED_BACK = datetime.timedelta(days=30)
"""How far back former reminders are looked for; who had none since is told of everything that is overdue."""

DUE = gettext_noop("Due with %(customer)s: %(what)s")
MANY_DUE = gettext_noop("%(count)s next steps and promises to customers are due or overdue. My day lists them.")

Due = dict[int, list[tuple[datetime.date, Any]]]


def remind() -> int:
    """Tell each person, where it is morning, of what is due; how many were told. Safe to miss and to repeat."""
    with gate.free_reading():
        return sum(_remind(zone) for zone in zones())


def _remind(zone: str) -> int:
    now = clock.now().astimezone(zoneinfo.ZoneInfo(zone))
    if now.hour < MORNING:
        return 0
    due = _due(zone, now.date())
    told = _told_on(due.keys(), now)
    done = 0
    for person, found in due.items():
        news = [one for day, one in found if day > told.get(person, datetime.date.min)]
        if len(found) == 1 and news:
            done += notify([person], DUE, _said(news[0]), kind=Kind.DUTY, about=news[0])
        elif news:
            done += notify([person], MANY_DUE, {"count": len(found)}, kind=Kind.DUTY)
    return done


def _due(zone: str, today: datetime.date) -> Due:
    """Person -> (day, record) of all that is open with its day reached, of those who live by that zone."""
    found: Due = defaultdict(list)
    here = Q(entity__zone=zone)
    if zone == settings.TIME_ZONE:
        here |= Q(entity__isnull=True)
    people = Person.objects.filter(here, state=Person.State.ACTIVE, archived_at__isnull=True).values("pk")
    for rows, by, on in open_steps(today):
        for one in rows.filter(**{f"{by}__in": people}).select_related("customer").order_by(on, "pk"):
            found[getattr(one, f"{by}_id")].append((getattr(one, on), one))
    return found


def open_steps(today: datetime.date) -> Iterable[tuple[Any, str, str]]:
    """(records, who does it, by when): follow-ups, next steps of opportunities, promises."""
    steps = Communication.objects.filter(next_on__lte=today, next_done_at__isnull=True, archived_at__isnull=True)
    yield steps, "next_by", "next_on"
    chances = Opportunity.objects.filter(state=Opportunity.State.OPEN, next_on__lte=today, archived_at__isnull=True)
    yield chances, "owner", "next_on"
    promises = Promise.objects.filter(state=Promise.State.OPEN, due_on__lte=today, archived_at__isnull=True)
    yield promises, "owner", "due_on"


def _told_on(persons: Collection[int], now: datetime.datetime) -> dict[int, datetime.date]:
    """Person -> the day of the last reminder."""
    rows = Notice.objects.filter(person__in=list(persons), message__in=[DUE, MANY_DUE], at__gte=now - LOOKED_BACK)
    last = rows.order_by().values_list("person").annotate(last=Max("at"))
    return {person: at.astimezone(now.tzinfo).date() for person, at in last}


def _said(record: Any) -> dict[str, object]:
    return {"customer": record.customer, "what": record.what if isinstance(record, Promise) else record.next_step}
