"""Where goods are, whoever tells it (2.6.3): one interface, an adapter for each way, and what the house does with it.

An adapter only speaks its platform's language. What it brings goes through the door here, once each, so that it does
not matter whether a scan was pushed, asked for, or both, nor how often.
"""

import dataclasses
import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Greatest

from shangwu.chapters.sales.actions.carriers import Carriers, recognised, table
from shangwu.chapters.sales.actions.tracking import is_news, known_of, last_sign
from shangwu.chapters.sales.models import Carrier, Scan, Seen, Shipment, Watch
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.people.models import Entity
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors, clock
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.models import Record

log = logging.getLogger("shangwu.tracking")

HOUSE = actors.system(Source.JOB)

PAUSE = datetime.timedelta(hours=4)
"""How long a platform is left in peace about one shipment: it refuses who asks more often."""

AT_ONCE = 40
"""Shipments that one round asks about."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One shipment as a platform may know it. phone: the recipient's last four digits, "" where not asked for."""

    shipment: Shipment
    carrier: str
    number: str
    phone: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """One scan, in our words."""

    at: datetime.datetime
    kind: Seen
    place: str
    words: str


class TrackingFailed(Exception):
    """A platform gave no answer that helps. `words`: its own, for the operator; never shown outside."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words[:200]


class Adapter(Protocol):
    """A way to learn where goods are."""

    def is_on(self) -> bool:
        """Whether this way is open here at all."""

    def ask(self, asked: Asked) -> Sequence[Sighting]:
        """What the platform knows now. Raises TrackingFailed."""

    def subscribe(self, asked: Asked) -> None:
        """Let the platform tell us by itself from now on. Raises TrackingFailed."""


class Manual:
    """People enter what happened (`sales.shipment.report`): there is nobody to ask."""

    def is_on(self) -> bool:
        """Never asked."""
        return False

    def ask(self, asked: Asked) -> Sequence[Sighting]:
        """Nothing."""
        return ()

    def subscribe(self, asked: Asked) -> None:
        """Nothing."""


adapters: dict[str, Adapter] = {Carrier.Tracking.MANUAL: Manual()}


def house(record: Record) -> Actor:
    """The house, whose day is that of the record's legal entity."""
    rows = Entity.objects.visible_to(HOUSE, archived=True).filter(pk=record.entity_id or 0)
    return dataclasses.replace(HOUSE, zone=ZoneInfo(rows.values_list("zone", flat=True).first() or settings.TIME_ZONE))


def take_in(shipment: Shipment, seen: Sequence[Sighting], way: Scan.Way) -> int:
    """Keep what is new of `seen`, and enter the delivery when somebody signed; how many scans were new."""
    by = house(shipment)
    known, now = known_of(Scan.objects.visible_to(HOUSE).filter(shipment=shipment)), clock.now()
    told = [{name: value for name, value in dataclasses.asdict(one).items() if value} for one in seen]
    fresh = [one for one in told if is_news(one, known, now)]
    if fresh:
        act(by, "sales.shipment.track", shipment, {"scans": fresh, "way": way})
    deliver_arrived(shipment.pk)
    return len(fresh)


def deliver_arrived(key: int | None = None) -> int:
    """Enter the delivery of what is on its way by our books and signed for by the carrier's word; how many.

    key: of one shipment; without it, of all.
    """
    rows = under_way().filter(arrived_at__isnull=False)
    count = 0
    for one in rows if key is None else rows.filter(pk=key):
        actor = house(one)
        today = clock.today(actor.zone)
        day = min(max(one.arrived_at.astimezone(actor.zone).date(), one.shipped_on), today)
        try:
            act(actor, "sales.shipment.deliver", one, {"delivered_on": day})
        except Refusal as refusal:
            if refusal.code not in ("state", "missing"):
                raise
        else:
            count += 1
    return count


def under_way() -> Any:
    """Shipments on their way, by our books."""
    return Shipment.objects.visible_to(HOUSE).filter(state=Shipment.State.SHIPPED)


def note_stalls() -> int:
    """Make an exception of each shipment of which nothing was seen for the parameter's hours; how many."""
    silence = datetime.timedelta(hours=policy("ship.stall"))
    last = Greatest("tracked_at", "shipped_at", "trouble_taken_at")
    quiet = under_way().alias(last=last).filter(last__lt=clock.now() - silence)
    count = 0
    for one in quiet.filter(Q(trouble="") | Q(trouble_taken_at__isnull=False)).order_by("pk"):
        try:
            act(house(one), "sales.shipment.stall", one, {"since": last_sign(one) + silence})
        except Refusal as refusal:
            if refusal.code not in ("seen", "state", "missing"):
                raise
        else:
            count += 1
    return count


def recognise_carriers() -> int:
    """Give goods on their way their carrier of the table, where its name or the number tells it; how many.

    What left before carriers had a table bears only words: nobody could be asked about it.
    """
    nameless = under_way().filter(carried_by__isnull=True).exclude(tracking_number="").order_by("pk")
    count = 0
    known: Carriers | None = None
    for one in nameless:
        known = known or table()
        if recognised(one, known) is None:
            continue
        try:
            act(house(one), "sales.shipment.recognise", one)
        except Refusal as refusal:
            if refusal.code not in ("unknown", "state", "missing"):
                raise
        else:
            count += 1
    return count


def is_platform_on() -> bool:
    """Whether any platform is asked here: only then a process is started for it."""
    return any(one.is_on() for one in adapters.values())


def ask_platforms() -> int:
    """Ask about the shipments that were not asked about for long, and let platforms push; how many scans were new."""
    on = [name for name, one in adapters.items() if one.is_on()]
    due = Q(watch__isnull=True) | Q(watch__asked_at__isnull=True) | Q(watch__asked_at__lt=clock.now() - PAUSE)
    rows = under_way().filter(due, carried_by__tracking__in=on).exclude(tracking_number="")
    found = rows.select_related("carried_by").order_by("watch__asked_at", "pk")[:AT_ONCE]
    return sum(ask_about(one) for one in found)


def ask_about(shipment: Shipment) -> int:
    """One shipment: asked, and subscribed to the first time; how many scans were new.

    Trouble is kept for people to see, and the next round tries again. Where pushing fails, asking still helps.
    """
    assert shipment.carried_by is not None
    adapter, asked = adapters[shipment.carried_by.tracking], asked_of(shipment, shipment.carried_by)
    watch, _made = Watch.objects.get_or_create(shipment=shipment)
    new, trouble = 0, ""
    try:
        if watch.pushing_since is None:
            adapter.subscribe(asked)
            watch.pushing_since = clock.now()
    except TrackingFailed as failure:
        trouble = failure.words
    try:
        new = take_in(shipment, adapter.ask(asked), Scan.Way.ASKED)
    except TrackingFailed as failure:
        trouble = failure.words
    except Refusal as refusal:
        # A person has it open, or has just delivered it: the next round finds it as it is then.
        trouble = refusal.code
    if trouble:
        log.warning("Shipment %s could not be followed: %s", shipment.number, trouble)
    fresh = {"asked_at": clock.now(), "pushing_since": watch.pushing_since, "trouble": trouble}
    Watch.objects.filter(pk=watch.pk).update(**fresh)
    return new


def asked_of(shipment: Shipment, carrier: Carrier) -> Asked:
    """The shipment as the platform is told of it: no more than it needs."""
    digits = "".join(one for one in shipment.phone if one.isdigit())
    phone = digits[-4:] if carrier.needs_phone else ""
    return Asked(shipment, carrier.platform_code, shipment.tracking_number, phone)
