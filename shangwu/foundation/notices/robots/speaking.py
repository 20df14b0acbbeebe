"""Lets the robots speak: what waits for one robot goes within its limit, and in one message from five lines on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.notices import wording
from shangwu.foundation.notices.claiming import claimed, due, fail, finish, put_back, unread
from shangwu.foundation.notices.models import Dispatch, Pace, Robot
from shangwu.foundation.notices.readers import Reader, readers
from shangwu.foundation.notices.robots.protocols import PROTOCOLS, Line, Outcome, Said, read_answer
from shangwu.foundation.notices.sealing import unseal
from shangwu.foundation.outgoing.calling import CallFailed, fetch
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Source, system

MERGED_FROM = 5
"""So many lines become one message."""

MOST_LINES = 20
"""Lines of one message, so that it stays under every platform's bytes; what is beyond makes the next message."""

_HEADERS = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One message and the dispatches that it is made of."""

    dispatches: Sequence[Dispatch]
    said: Said


def speak() -> int:
    """Send what waits for the robots; how many messages were taken."""
    now = clock.now()
    waiting = Dispatch.objects.filter(robot__isnull=False, finished_at__isnull=True, due_at__lte=now)
    with gate.free_reading():
        robots = list(Robot.objects.filter(pk__in=waiting.values("robot")).order_by("pk"))
    return sum(_speak(robot) for robot in robots)


def _speak(robot: Robot) -> int:
    taken = 0
    while parcels := _parcels(robot, clock.now()):
        for place, parcel in enumerate(parcels):
            outcome, words = _said(robot, parcel.said)
            taken += outcome is Outcome.TAKEN
            if outcome in (Outcome.SLOWER, Outcome.WRONG):
                _stop(robot, [one for left in parcels[place:] for one in left.dispatches], outcome, words)
                return taken
            _settle(robot, parcel, outcome, words)
    return taken


def _parcels(robot: Robot, now: datetime) -> list[_Parcel]:
    """Claim what waits and reserve its places in the minute, in one step under the robot's lock."""
    with transaction.atomic():
        Pace.objects.bulk_create([Pace(robot=robot)], ignore_conflicts=True)
        pace = Pace.objects.select_for_update().get(robot=robot)
        room = pace.room(now, PROTOCOLS[robot.platform].each_minute)
        if not room:
            return []
        found = claimed(due(robot.platform, now).filter(robot=robot), now, MOST_LINES)
        if not (robot.active and robot.archived_at is None):
            finish(found, "suspended")
            return []
        parcels = _merged(robot, _speakable(found, now), room)
        pace.spoken = [*pace.spoken, *[now] * len(parcels)]
        pace.save()
    return parcels


def _speakable(found: Sequence[Dispatch], now: datetime) -> list[tuple[Dispatch, Reader | None]]:
    """Those that are still to be told. What came due in quiet hours, because nobody was at work, waits on."""
    who = readers({one.person_id for one in found if one.person_id is not None})
    speakable: list[tuple[Dispatch, Reader | None]] = []
    for one in found:
        if one.notice is None:
            speakable.append((one, None))
        elif one.person_id not in who or not unread([one]):
            finish([one])
        elif not one.notice.urgent and (hours := who[one.person_id].hours).is_quiet(now):
            put_back([one], hours.next_slot(now))
        else:
            speakable.append((one, who[one.person_id]))
    return speakable


def _merged(robot: Robot, found: Sequence[tuple[Dispatch, Reader | None]], room: int) -> list[_Parcel]:
    """One message for each, or one for all: when they are many, or more than still may go in this minute."""
    if not found:
        return []
    if len(found) >= MERGED_FROM or len(found) > room:
        return [_parcel(robot, found)]
    return [_parcel(robot, [one]) for one in found]


def _parcel(robot: Robot, found: Sequence[tuple[Dispatch, Reader | None]]) -> _Parcel:
    spoken = {reader.language for _one, reader in found if reader}
    with translation.override(spoken.pop() if len(spoken) == 1 else settings.LANGUAGE_CODE):
        lines = [
            Line(
                wording.outside(one.notice),
                wording.address_of(one.notice),
                reader.name_on(robot.platform) if reader else "",
            )
            for one, reader in found
        ]
        said = Said(wording.things(len(lines)) if len(lines) > 1 else _TITLE, lines, robot.keyword)
    return _Parcel([one for one, _reader in found], said)


_TITLE = "Shangwu"


def _said(robot: Robot, said: Said) -> tuple[Outcome, str]:
    """Send one message, and read the answer."""
    url = unseal(robot.sealed_address)
    if not url:
        return Outcome.WRONG, "the address can't be read with the present key"
    posted = PROTOCOLS[robot.platform].write(said, url, unseal(robot.sealed_secret), clock.now())
    try:
        answer = fetch(posted.url, method="POST", body=posted.body, headers=_HEADERS)
    except ValidationError:
        return Outcome.WRONG, "url"
    except CallFailed as failure:
        return Outcome.AGAIN, failure.code
    return read_answer(robot.platform, answer.status, answer.body)


def _settle(robot: Robot, parcel: _Parcel, outcome: Outcome, words: str) -> None:
    """Taken, unfit for ever, or to be tried again."""
    if outcome is Outcome.AGAIN:
        fail(parcel.dispatches, words)
    else:
        finish(parcel.dispatches, "" if outcome is Outcome.TAKEN else words)
    Pace.objects.filter(robot=robot).update(trouble="" if outcome is Outcome.TAKEN else words)


def _stop(robot: Robot, left: Sequence[Dispatch], outcome: Outcome, words: str) -> None:
    """The platform takes nothing more: for a while, or until a person has mended the robot, who is told why."""
    until = clock.now() + PROTOCOLS[robot.platform].pause
    put_back(left, until)
    if outcome is Outcome.SLOWER:
        Pace.objects.filter(robot=robot).update(until=until, trouble=words)
        return
    Pace.objects.filter(robot=robot).update(trouble=words)
    try:
        act(system(Source.JOB), "notices.robot.suspend", robot, reason=f"The platform refuses: {words}")
    except Refusal as refusal:
        if refusal.code not in ("missing", "state", "suspended"):
            raise
