"""Clause 2.6.3: what is seen of goods on their way is kept once; exceptions are taken up; who signed proves it."""

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import ships_orders
from shangwu.chapters.sales.actions.carriers import Carriers, recognised, table
from shangwu.chapters.sales.carrier_numbers import tidy
from shangwu.chapters.sales.models import Scan, Seen, Shipment
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.records.actors import Actor

State, Trouble = Shipment.State, Shipment.Trouble

TROUBLES = frozenset({Seen.DAMAGED, Seen.SHORT, Seen.REFUSED, Seen.DELAYED, Seen.RETURNED, Seen.TROUBLE})
"""What is an exception as soon as it is seen."""

SLACK = datetime.timedelta(minutes=10)
"""How far a carrier's clock may be ahead of ours."""

WHEN, WHAT, WHERE, WORDS = _("Happened at"), _("What happened"), _("Place"), _("In words")


class _Told(TypedDict):
    at: Annotated[datetime.datetime, Ask(WHEN)]
    kind: Annotated[Seen, Ask(WHAT)]


class Told(_Told, total=False):
    """One scan as a platform tells it."""

    place: Annotated[str, Ask(WHERE, most=100)]
    words: Annotated[str, Ask(WORDS, most=300)]


def digest_of(at: datetime.datetime, words: str, kind: str) -> str:
    """What tells a scan apart: its second and its words, or what happened where there are no words.

    That goods were signed for, or are in trouble, counts apart: a platform may see only later what a line meant.
    """
    said = "".join(words.split()) or kind
    apart = kind if kind == Seen.SIGNED or kind in TROUBLES else ""
    moment = at.astimezone(datetime.UTC).replace(microsecond=0)
    return hashlib.sha256(f"{moment.isoformat()} {said} {apart}".encode()).hexdigest()


def known_of(scans: Iterable[Scan]) -> set[str]:
    """The digests of scans that are there, and those of the same lines before their meaning was known."""
    return {each for one in scans for each in (one.digest, digest_of(one.at, one.words, "") if one.words else "")}


def is_news(one: Mapping[str, Any], known: set[str], now: datetime.datetime) -> bool:
    """Whether a scan was not known yet. What lies in the future is no scan."""
    digest = digest_of(one["at"], one.get("words") or "", one["kind"])
    return one["at"] <= now + SLACK and digest not in known


def keep(shipment: Shipment, told: Iterable[Mapping[str, Any]], way: str) -> list[Scan]:
    """The scans that were not known yet, and what follows from them for the shipment. Nothing is kept twice."""
    now = shipment.changed_at
    there = list(shipment.scans.all())
    known = known_of(there)
    fresh: list[Scan] = []
    for one in sorted(told, key=lambda each: each["at"]):
        if is_news(one, known, now):
            scan = Scan(
                shipment=shipment, position=len(there) + len(fresh) + 1, at=one["at"], kind=one["kind"], way=way,
                place=one.get("place") or "", words=one.get("words") or "", known_at=now,
            )  # fmt: skip
            scan.digest = digest_of(scan.at, scan.words, scan.kind)
            known |= known_of([scan])
            fresh.append(scan)
    for scan in fresh:
        _follow(shipment, scan, now, there)
    return fresh


def _follow(shipment: Shipment, scan: Scan, now: datetime.datetime, there: Sequence[Scan]) -> None:
    """What one new scan changes. Of an older one that comes late only what stays true counts."""
    if shipment.tracked_at is not None and scan.at < shipment.tracked_at:
        _follow_late(shipment, scan, now, there)
        return
    shipment.tracked_at, shipment.last_seen = min(scan.at, now), scan.kind
    if shipment.state == State.FAILED:  # on its way home
        return
    if scan.kind == Seen.SIGNED:
        shipment.arrived_at = shipment.tracked_at
    if scan.kind in TROUBLES:
        _open(shipment, scan.kind, now)
    elif shipment.trouble == Trouble.STALLED and shipment.trouble_taken_at is None:
        # The scan that was missed is there: nothing is left to take up.
        shipment.trouble_taken_at, shipment.trouble = now, ""
    elif shipment.trouble_taken_at is not None:
        shipment.trouble = ""


def _follow_late(shipment: Shipment, scan: Scan, now: datetime.datetime, there: Sequence[Scan]) -> None:
    """That goods were signed for stays true, unless they went back since; and so does what happened to them."""
    if shipment.state == State.FAILED:
        return
    if scan.kind == Seen.SIGNED and shipment.last_seen not in (Seen.REFUSED, Seen.RETURNED):
        shipment.arrived_at = shipment.arrived_at or scan.at
    is_other = scan.kind in (Seen.DAMAGED, Seen.SHORT) and shipment.trouble != scan.kind
    if is_other and not _is_dealt_with(shipment, scan, there):
        _open(shipment, scan.kind, now)


def _is_dealt_with(shipment: Shipment, scan: Scan, there: Sequence[Scan]) -> bool:
    """Whether somebody told of this before the carrier did, and the exception that it was has been taken up since."""
    taken = shipment.trouble_taken_at
    return taken is not None and scan.at <= taken and any(one.kind == scan.kind and one.at <= taken for one in there)


def _open(shipment: Shipment, kind: str, since: datetime.datetime) -> None:
    """An exception stands. One that nobody has taken up yet keeps its clock, and tells the latest trouble."""
    if not shipment.trouble or shipment.trouble_taken_at is not None:
        shipment.trouble_at, shipment.trouble_taken_at, shipment.trouble_taken_by = since, None, None
        shipment.trouble_plan = ""
    shipment.trouble = kind


@action(
    Shipment, "track", clause="2.6.3", label=_("Take in scans"), may=nobody,
    source=[State.SHIPPED, State.DELIVERED, State.FAILED], reads=["scans"], shown=False, icon="route",
    event="sales.shipment.tracked",
)  # fmt: skip
def track(
    shipment: Shipment,
    by: Actor,
    *,
    scans: Annotated[list[Told], Ask(_("Scans"))],
    way: Annotated[Scan.Way, Ask(_("Known by"))] = Scan.Way.PUSHED,
) -> Iterable[models.Model]:
    """2.6.3: what a platform tells of goods on their way. What is known already, or lies in the future, is left out."""
    return keep(shipment, scans, way)


@action(
    Shipment, "report", clause="2.6.3", label=_("What happened on the way"), may=ships_orders,
    source=[State.SHIPPED, State.DELIVERED], reads=["scans"], icon="map-pin", event="sales.shipment.reported",
)  # fmt: skip
def report(
    shipment: Shipment,
    by: Actor,
    *,
    kind: Annotated[Seen, Ask(WHAT)],
    at: Annotated[datetime.datetime | None, Ask(WHEN, _("Without a time it is now."))] = None,
    place: Annotated[str, Ask(WHERE, most=100)] = "",
    words: Annotated[str, Ask(WORDS, most=300)] = "",
) -> Iterable[models.Model]:
    """2.6.3: people enter what they hear of goods that no platform follows. Damage and the like is an exception.

    Refuses `delivered` for a delivery, which has an action of its own, `future`, and `known` for what stands already.
    """
    if kind == Seen.SIGNED:
        sentence = _("Enter a delivery by “Delivered”, or with its receipt.")
        raise Refusal("delivered", sentence, fields={"kind": [sentence]})
    moment = at or shipment.changed_at
    if moment > shipment.changed_at + SLACK:
        sentence = _("This has not happened yet. Correct the time.")
        raise Refusal("future", sentence, fields={"at": [sentence]})
    told = {"at": moment, "kind": kind, "place": place, "words": words}
    found = keep(shipment, [told], Scan.Way.PERSON)
    if not found:
        raise Refusal("known", _("This is written down already."))
    return found


def whole_table(records: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Carriers:
    """The table of carriers, whatever was given."""
    return table()


@action(
    Shipment, "recognise", clause="2.6.3", label=_("Recognise the carrier"), may=nobody, source=State.SHIPPED,
    prepare=whole_table, shown=False, icon="truck",
)  # fmt: skip
def recognise(shipment: Shipment, by: Actor, known: Carriers) -> None:
    """2.6.3: goods that left before carriers had a table are followed like all others from now on. What was not asked
    of them when they left, such as the number's telling, is let be. Refuses `unknown`."""
    found = recognised(shipment, known) if shipment.carried_by_id is None else None
    if found is None:
        raise Refusal("unknown", _("Neither the name nor the number tells the carrier. Choose it in the shipment."))
    shipment.carried_by_id, shipment.carrier = found.pk, found.name[:60]
    shipment.tracking_number = tidy(shipment.tracking_number)


@action(
    Shipment, "stall", clause="2.6.3", label=_("No scan for too long"), may=nobody, source=State.SHIPPED, shown=False,
    icon="alert-triangle", event="sales.shipment.stalled",
)  # fmt: skip
def stall(shipment: Shipment, by: Actor, *, since: Annotated[datetime.datetime, Ask(_("Exception since"))]) -> None:
    """2.6.3: nothing was seen of the goods for so long that it is an exception. Refuses `seen` when there was since."""
    if (shipment.trouble and shipment.trouble_taken_at is None) or last_sign(shipment) >= since:
        raise Refusal("seen", _("There was a scan, or somebody looks after it already."))
    _open(shipment, Trouble.STALLED, since)


def last_sign(shipment: Shipment) -> datetime.datetime:
    """When we last knew where the goods were, or somebody took up that we did not."""
    signs = (shipment.tracked_at, shipment.shipped_at, shipment.trouble_taken_at)  # type: ignore[attr-defined]
    return max(one for one in signs if one is not None)


@action(
    Shipment, "take_up", clause="2.6.3", label=_("Take up the exception"), may=ships_orders,
    source=[State.SHIPPED, State.DELIVERED], icon="alert-triangle", primary=True,
    offered_when=lambda shipment: bool(shipment.trouble) and shipment.trouble_taken_at is None,
    event="sales.shipment.taken_up",
)  # fmt: skip
def take_up(
    shipment: Shipment, by: Actor, *, plan: Annotated[str, Ask(_("What is done about it"), multiline=True, most=500)]
) -> None:
    """2.6.3: somebody looks after an exception and says what is done. Refuses `no_trouble`, `taken`, `invalid`."""
    if not shipment.trouble:
        raise Refusal("no_trouble", _("There is no exception. Report what happened first."))
    if shipment.trouble_taken_at is not None:
        raise Refusal("taken", _("Somebody looks after it already."))
    if not plan.strip():
        sentence = _("Say what is done about it.")
        raise Refusal("invalid", sentence, fields={"plan": [sentence]})
    shipment.trouble_taken_at, shipment.trouble_taken_by_id = shipment.changed_at, by.person_id
    shipment.trouble_plan = plan.strip()


@action(
    Shipment, "note_told", clause="2.6.3", label=_("Tell the tracking number"), may=nobody,
    source=[State.PREPARED, State.SHIPPED, State.DELIVERED], shown=False, icon="mail", event="sales.shipment.told",
)  # fmt: skip
def note_told(shipment: Shipment, by: Actor, *, at: Annotated[datetime.datetime, Ask(_("Told at"))]) -> None:
    """2.6.3: a mail with the number went to the customer. The first one counts."""
    shipment.told_at = min(shipment.told_at or at, at)
