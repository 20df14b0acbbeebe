"""Who is told, and when: the holder before the deadline, the superior at it, the executive after (DOMAIN 2.3).

Each step of a duty is told once. Who slept through several is told of the last only; what is done is told to nobody.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext_noop, override

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.access.labels import label
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.directory import Directory
from shangwu.foundation.duties.models import OPEN, Duty, Told
from shangwu.foundation.notices.models import Kind
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

AHEAD = timedelta(days=10)
"""So far before a deadline the eve of it can lie, holidays included."""
LATEST = timedelta(days=30)
"""What is overdue for longer was told long ago, or lay open before anybody listened."""


class Step(StrEnum):
    """The steps in their order."""

    REMIND = "remind"
    OVERDUE = "overdue"
    CLIMB = "climb"


SENTENCES: dict[Step, str] = {
    Step.REMIND: gettext_noop("%(subject)s: %(said_duty)s is due by %(due)s (%(holder)s)."),
    Step.OVERDUE: gettext_noop("%(subject)s: %(said_duty)s is overdue since %(due)s (%(holder)s)."),
    Step.CLIMB: gettext_noop("%(subject)s: %(said_duty)s is overdue for two working days, since %(due)s (%(holder)s)."),
}

EARLIER = (
    gettext_noop("%(said_duty)s is due by %(due)s."),
    gettext_noop("%(said_duty)s is overdue since %(due)s."),
    gettext_noop("%(said_duty)s is overdue for two working days, since %(due)s."),
)
"""What was said before subject and holder were named: notices of then are still read."""
NOBODY = "–"


@dataclass(frozen=True, slots=True)
class Due:
    """A step that a duty has come to."""

    duty: Duty
    step: Step


def tell(now: datetime) -> int:
    """Tell what has come due since the last time; how many notices were given."""
    found = directory.present()
    soon = Duty.objects.filter(OPEN, due_at__lte=now + AHEAD, due_at__gt=now - LATEST, opened_at__lte=now)
    reached: list[Due] = []
    for duty in soon.exclude(told__step=Step.CLIMB).order_by("id").iterator():
        calendar = found.calendar(duty.entity_id, found.day_of(now, duty.entity_id))
        if calendar is not None and (step := reached_step(duty.opened_at, _due(duty), calendar, now)):
            reached.append(Due(duty, step))
    given = 0
    readers = _Readers()
    for one in _not_yet_told(reached, now):
        given += _notify(one, found, readers, now)
    return given


def reached_step(opened: datetime, due: datetime, calendar: WorkingCalendar, now: datetime) -> Step | None:
    """The last step that a duty has come to: half of its time where that is a working day or less, else a day before.

    Counted on the days of the deadline's calendar.
    """
    local = due.astimezone(calendar.zone)
    climb = datetime.combine(calendar.add_working_days(local.date(), 2), local.time(), calendar.zone)
    if now >= climb:
        return Step.CLIMB
    if now > due:
        return Step.OVERDUE
    eve = datetime.combine(calendar.add_working_days(local.date(), -1), local.time(), calendar.zone)
    if eve <= opened:
        eve = opened + (due - opened) / 2
    return Step.REMIND if now >= eve else None


def _due(duty: Duty) -> datetime:
    assert duty.due_at is not None
    return duty.due_at


def _not_yet_told(reached: list[Due], now: datetime) -> list[Due]:
    """Those whose step, or a later one, was not told before. Marks them in the same transaction as the notices."""
    order = list(Step)
    told: dict[int, list[str]] = defaultdict(list)
    for key, step in Told.objects.filter(duty__in=[one.duty.pk for one in reached]).values_list("duty_id", "step"):
        told[key].append(step)
    return [
        one
        for one in reached
        if not any(order.index(Step(step)) >= order.index(one.step) for step in told[one.duty.pk])
    ]


class _Readers:
    """Those who are told at one time, with their rights: looked up once each, as a head is told of many."""

    def __init__(self) -> None:
        self._actors: dict[int, Actor] = {}

    def named(self, subject: Record, person_id: int) -> str:
        """What a subject is called for one of them; who may not see it is not told its name."""
        if person_id not in self._actors:
            self._actors[person_id] = actor_of(Person.objects.select_related("entity").get(pk=person_id))
        return label(self._actors[person_id], subject)


def _notify(one: Due, found: Directory, readers: _Readers, now: datetime) -> int:
    with transaction.atomic():
        _told, is_new = Told.objects.get_or_create(duty=one.duty, step=one.step.value, defaults={"at": now})
        if not is_new:
            return 0
        local = _due(one.duty).astimezone(found.zone(one.duty.entity_id))
        holder = Person.objects.filter(pk=one.duty.holder_id or 0).values_list("name", flat=True).first()
        with override("en"):  # the source sentence: each reader's language is found when it is read
            said = str(one.duty.declared.label)
        params = {"said_duty": said, "due": f"{local:%Y-%m-%d %H:%M}", "holder": holder or NOBODY}
        subject = _subject(one.duty)
        return sum(
            notify(
                [person],
                SENTENCES[one.step],
                params | {"subject": readers.named(subject, person)},
                about=subject,
                kind=Kind.DUTY,
                urgent=_is_urgent(one),
            )
            for person in recipients(one.duty, one.step, found, now)
        )


def _is_urgent(one: Due) -> bool:
    """Whether quiet hours and days off hold nothing back: danger does not wait, nor what the executive hears at once
    (DOMAIN 2.3)."""
    return one.duty.declared.urgent or (one.duty.declared.straight_up and one.step is not Step.REMIND)


def _subject(duty: Duty) -> Record:
    """The duty's record, so far as a notice names it: type, ids and secrecy."""
    model: Any = apps.get_model(duty.subject_type)
    return model(pk=duty.subject_id, public_id=duty.subject_key, secrecy=duty.secrecy)  # type: ignore[no-any-return]


def recipients(duty: Duty, step: Step, found: Directory, now: datetime) -> list[int]:
    """Who is told: the holder first, then the head, the executive in charge where the holder is the head, and the
    executive at last, or at once where the rule says so. Who is away is told through who stands in for them today; a
    leaver not at all."""
    on = found.day_of(now, duty.entity_id)
    people: list[int | None] = [duty.holder_id]
    if step is not Step.REMIND:
        heads = found.holders(Role.HEAD, duty.department_id, on)
        above = Role.VICE_EXECUTIVE if duty.holder_id in heads else Role.HEAD
        people.append(found.first((above, Role.EXECUTIVE), duty.department_id, on))
    if step is Step.CLIMB or (step is Step.OVERDUE and duty.declared.straight_up):
        people.append(found.first((Role.EXECUTIVE,), duty.department_id, on))
    present = [found.stands_in(one, on) or one for one in people if one is not None]
    return [one for one in dict.fromkeys(present) if found.is_at_work(one, on)]
