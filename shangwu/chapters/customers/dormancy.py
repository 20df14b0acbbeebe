"""Who has not ordered for long is dormant, and lost in the end (2.5.1, DOMAIN W5). Higher rooms say who has; the file
keeps no such day."""

import datetime
import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from shangwu.chapters.customers.models import Customer, Opportunity
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.people.zones import lies_in, zones
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors, clock, gate

PORTION = 500
DORMANT, LOST, WARN = "customer.dormant", "customer.lost", "customer.lost_warn"

Ordered = Callable[[datetime.date], QuerySet]  # type: ignore[type-arg]
"""What was ordered on that day or since, each naming in `customer` who ordered it."""

_ordered: list[Ordered] = []


def ordered_since(asked: Ordered) -> Ordered:
    """Register who knows of orders. A decorator."""
    _ordered.append(asked)
    return asked


def silent_for(days: int, zone: str) -> QuerySet[Customer]:
    """Who became a customer before so many days and has not ordered since, by the days of the zone where they are."""
    since = clock.now() - datetime.timedelta(days=days)
    silent = Customer.objects.filter(lies_in(zone), won_at__lt=since, archived_at__isnull=True)
    return without_orders_since(silent, since.astimezone(zoneinfo.ZoneInfo(zone)).date())


def without_orders_since(rows: QuerySet[Customer], day: datetime.date) -> QuerySet[Customer]:
    """Those of `rows` who have not ordered on that day or since."""
    for asked in _ordered:
        # Not "pk not in": beyond the memory of one question the database would search all orders for each customer.
        rows = rows.filter(~Exists(asked(day).filter(customer=OuterRef("pk"))))
    return rows


def given_up_after(dormant: int, more: int, zone: str) -> QuerySet[Customer]:
    """Whom nothing has brought back: dormant customers without an order for the days of dormancy and so many more, of
    whom no opportunity is open. Nobody, where no more days are set."""
    return _silent_beyond(dormant, more, zone) if more else Customer.objects.none()


def lost_after(dormant: int, more: int, zone: str) -> QuerySet[Customer]:
    """Those among them whose owner has been warned of it for the days that the regulation gives."""
    warned_by = clock.today(zoneinfo.ZoneInfo(zone)) - datetime.timedelta(days=policy(WARN))
    return given_up_after(dormant, more, zone).filter(~_talked_since(), loss_warned_on__lte=warned_by)


def lost_soon(dormant: int, more: int, zone: str) -> QuerySet[Customer]:
    """Whose owner is to be warned: those who come to it in these days, or have come to it unwarned; once more, where
    there have been talks since."""
    ahead = _silent_beyond(dormant, max(more - policy(WARN), 0), zone) if more else Customer.objects.none()
    return ahead.filter(Q(loss_warned_on__isnull=True) | _talked_since())


def _talked_since() -> Exists:
    """Whether an opportunity was closed, or put away while it was open, on the day of the warning or since."""
    warned = OuterRef("loss_warned_on")
    since = Q(closed_on__gte=warned) | Q(state=Opportunity.State.OPEN, archived_at__date__gte=warned)
    return Exists(Opportunity.objects.filter(since, customer=OuterRef("pk")))


def _silent_beyond(dormant: int, more: int, zone: str) -> QuerySet[Customer]:
    silent = silent_for(dormant + more, zone).filter(state=Customer.State.DORMANT)
    return silent.filter(~Exists(Opportunity.objects.filter(
        customer=OuterRef("pk"), state=Opportunity.State.OPEN, archived_at__isnull=True,
    )))  # fmt: skip


def look_after() -> int:
    """Give up whom nothing has brought back, warn of whom that will happen to, then put to rest who has not ordered for
    the days that the regulation gives; how many. Safe to miss and to repeat: who falls dormant tonight is not lost in
    the same night, and nobody of whom the owner was not warned."""
    with gate.free_reading():
        dormant, more = policy(DORMANT), policy(LOST)
        with translation.override(settings.LANGUAGE_CODE):
            reason = _("No order for %(days)s days.") % {"days": dormant + more}
        given_up = sum(_each("lose", lost_after(dormant, more, zone), reason) for zone in zones())
        warned = sum(_each("warn_of_loss", lost_soon(dormant, more, zone)) for zone in zones())
        won = Customer.State.WON
        rested = sum(_each("rest", silent_for(dormant, zone).filter(state=won)) for zone in zones())
        return given_up + warned + rested


def _each(verb: str, wanted: QuerySet[Customer], reason: str = "") -> int:
    """Do it in portions, each a transaction of its own."""
    done = 0
    keys = list(wanted.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), PORTION):
        rows = [Row(target=one) for one in Customer.objects.filter(pk__in=keys[start : start + PORTION])]
        done += len(act_many(actors.system(), f"customers.customer.{verb}", rows, reason=reason).done)
    return done
