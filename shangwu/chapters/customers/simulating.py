"""What other terms of the pool would do: who would lose which customer, and when (2.5.1)."""

import datetime
import zoneinfo
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.after_contracts import TERM, ending
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.protection import PLACES, Terms, standing, terms
from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.records import clock
from shangwu.foundation.regulation.replaying import Line, replays

ENDED = gettext_noop("Customers after their last contract, in the pool within %(days)s days")
HELD = gettext_noop("Customers without an order that somebody has")
WITHIN = gettext_noop("of these, in the pool within %(days)s days")


def held(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those of `rows` whose owner's protection runs."""
    return rows.filter(protected_until__isnull=False, archived_at__isnull=True)


def under(rows: QuerySet[Customer], rule: Terms, zone: str, today: datetime.date) -> Any:
    """The same with `then`: until when each would be protected if these terms held from today on."""
    return held(rows).annotate(then=standing(rule, zone, today))


def by_day(rows: QuerySet[Customer, Any], column: str, until: datetime.date) -> dict[datetime.date, int]:
    """Day -> how many customers lie in the pool from that day on; the day after their last protected one."""
    ending = rows.filter(**{f"{column}__lt": until}).order_by().values_list(column).annotate(count=Count("pk"))
    return {day + datetime.timedelta(days=1): count for day, count in ending}


def asked_terms(given: Mapping[str, str], now: Terms) -> tuple[Terms, str]:
    """The terms of the address, within the bounds of their parameters; else those that hold, and why."""
    values = {}
    for key, name in PLACES.items():
        one, text = parameters[key], given.get(name, "").strip()
        values[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else getattr(now, name)
        if not one.least <= values[name] <= one.most:
            said = _("“%(name)s” is a whole number from %(least)s to %(most)s.")
            return now, said % {"name": one.label, "least": one.least, "most": one.most}
    if values["most"] < max(values.values()):
        return now, _("The longest protection is not shorter than the others.")
    return Terms(**values), ""


@replays(lambda key: key in PLACES)
def replay(parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date) -> Iterator[Line]:
    """For a proposal: how many customers go to the pool soon, with the terms that hold and with the proposed one."""
    zone = settings.TIME_ZONE
    today = clock.today(zoneinfo.ZoneInfo(zone))
    before, after = (_with(parameter.key, one) for one in (former, value))
    rows = Customer.objects.all()
    total = held(rows).count()
    yield Line(HELD, total, total)
    for days in (7, 30):
        end = today + datetime.timedelta(days=days)
        counts = [under(rows, one, zone, today).filter(then__lt=end).count() for one in (before, after)]
        yield Line(WITHIN, counts[0], counts[1], {"days": str(days)})


@replays(lambda key: key == TERM)
def replay_contracts(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """For a proposal: how many customers whose contract has ended go to the pool soon, with either term."""
    today = clock.today(zoneinfo.ZoneInfo(settings.TIME_ZONE))
    rows = Customer.objects.all()
    for days in (7, 30):
        counts = [ending(rows, today, days, term).count() for term in (former, value)]
        yield Line(ENDED, counts[0], counts[1], {"days": str(days)})


def _with(key: str, value: int) -> Terms:
    now = terms()
    given = {name: getattr(now, name) for name in PLACES.values()} | {PLACES[key]: value}
    return Terms(**given)
