"""Mail: what is urgent at once, everything else in two digests a working day, one message each (DOMAIN 2.3)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import F
from django.utils import translation

from shangwu.foundation.notices.claiming import claimed, due, fail, finish, free, unread
from shangwu.foundation.notices.letters import letter
from shangwu.foundation.notices.models import Channel, Digest, Dispatch, Slot
from shangwu.foundation.notices.outstanding import Open, still_open
from shangwu.foundation.notices.readers import Reader, readers
from shangwu.foundation.outgoing.handing_in import hand_in
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock, gate


def mail_urgent() -> int:
    """Mail what can't wait, one message a person; how many went out. What fails is tried again."""
    now = clock.now()
    found: dict[int, list[Dispatch]] = defaultdict(list)
    for one in claimed(due(Channel.MAIL, now).filter(notice__urgent=True), now):
        found[one.person_id or 0].append(one)
    who, sent = readers(found), 0
    for person_id, dispatches in found.items():
        notices = unread(dispatches)
        if person_id in who and notices:
            if hand_in(letter(who[person_id], notices, key=f"urgent-{dispatches[0].pk}")):
                fail(dispatches, "smtp")
                continue
            sent += 1
        finish(dispatches)
    return sent


def mail_digests() -> int:
    """Mail the digests whose time it is; how many went out. One a person, day and slot, whoever asks how often."""
    now = clock.now()
    with gate.free_reading():
        people = list(Person.objects.filter(state=Person.State.ACTIVE).exclude(email="").values_list("pk", flat=True))
    opened: dict[tuple[date, Slot], dict[int, Reader]] = defaultdict(dict)
    for person_id, reader in readers(people).items():
        if slot := reader.hours.slot_of(now):
            opened[slot][person_id] = reader
    return sum(_mail_slot(day, slot, found, now) for (day, slot), found in opened.items())


def _mail_slot(day: date, slot: Slot, found: Mapping[int, Reader], now: datetime) -> int:
    made = Digest.objects.filter(day=day, slot=slot, person__in=found)
    new = found.keys() - set(made.values_list("person_id", flat=True))
    Digest.objects.bulk_create(
        [Digest(person_id=one, day=day, slot=slot) for one in sorted(new)], ignore_conflicts=True
    )
    ripe = list(made.filter(free(now), finished_at__isnull=True).order_by("pk"))
    if not ripe:
        return 0
    tasks = _open_today([found[one.person_id] for one in ripe], day)
    return sum(_mail_digest(one, found[one.person_id], tasks[one.person_id], now) for one in ripe)


def _open_today(found: Sequence[Reader], day: date) -> dict[int, list[Open]]:
    """What is open until the end of the day, in each reader's language."""
    said: dict[int, list[Open]] = {one.person.pk: [] for one in found}
    groups: dict[tuple[str, Any], dict[int, Reader]] = defaultdict(dict)
    for one in found:
        groups[one.language, one.hours.zone][one.person.pk] = one
    for (language, zone), group in groups.items():
        with translation.override(language), gate.free_reading():
            for task in still_open(group, datetime.combine(day, time.max, zone).astimezone(UTC)):
                if group[task.person_id].wants(task.kind, Channel.MAIL):
                    said[task.person_id].append(task)
    return said


def _mail_digest(digest: Digest, reader: Reader, tasks: Sequence[Open], now: datetime) -> int:
    """Claim one digest and send it, if it says anything; how many mails that were."""
    mine = Digest.objects.filter(free(now), pk=digest.pk, finished_at__isnull=True)
    if not mine.update(claimed_at=now, attempts=F("attempts") + 1):
        return 0
    dispatches = claimed(due(Channel.MAIL, now).filter(person=reader.person.pk), now)
    notices = unread(dispatches)
    if notices or tasks:
        key = f"{digest.day}-{digest.slot}"
        if hand_in(letter(reader, notices, tasks, slot=Slot(digest.slot), key=key)):
            # The claim runs out and it is tried again while the slot lasts; then the next one takes all along.
            return 0
    finish(dispatches)
    Digest.objects.filter(pk=digest.pk).update(finished_at=clock.now())
    return 1 if notices or tasks else 0
