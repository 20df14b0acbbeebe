"""Who was late three times in a month: a note of fact for whoever judges attitude (3.5.3). It is never a score."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_noop

from shangwu.foundation.duties import directory
from shangwu.foundation.duties.directory import Directory
from shangwu.foundation.duties.models import Duty, LateNote
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.notices.models import Kind
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate

OFTEN = 3
"""So many times late in one month are worth a note."""

SENTENCE = gettext_noop(
    "%(name)s was late with %(count)s duties in %(month)s. It is a fact for the judgement of attitude; you decide."
)


def late_in(month: date, now: datetime, zone: ZoneInfo) -> "QuerySet[Duty]":
    """The duties that fell due in a month, by a zone's own midnight, and were done late or not yet.

    month: its first day. What was waived or fell away counts for nobody.
    """
    begins = datetime.combine(month, time.min, zone)
    ends = datetime.combine((month + timedelta(days=32)).replace(day=1), time.min, zone)
    missed = Q(done_at__gt=F("due_at")) | Q(done_at__isnull=True, due_at__lt=now)
    return Duty.objects.filter(
        missed, due_at__gte=begins, due_at__lt=ends, holder__isnull=False, waived_at__isnull=True
    ).exclude(cancelled_at__isnull=False, done_at__isnull=True)


def often_late(duties: Iterable[tuple[int | None, datetime | None, datetime | None]], now: datetime) -> dict[int, int]:
    """Persons who were late three times or more among some duties, each as (holder, deadline, time of doing)."""
    late = Counter(
        holder for holder, due, done in duties if holder is not None and due is not None and (done or now) > due
    )
    return {holder: count for holder, count in late.items() if count >= OFTEN}


def often_late_in(month: date, now: datetime, found: Directory) -> dict[int, int]:
    """Persons who were late three times or more in a month, and how often; each place counts by its own clock."""
    late: Counter[int] = Counter()
    for entity in (None, *found.places):
        duties = late_in(month, now, found.zone(entity)).filter(entity_id=entity)
        late.update(dict(duties.values("holder").annotate(count=Count("pk")).values_list("holder", "count")))
    return {holder: count for holder, count in sorted(late.items()) if count >= OFTEN}


@every("40 6 * * *", "duties.note_late")
def note_late() -> int:
    """Note who was late three times this month or the last, once for each person and month; how many notes."""
    now, noted = clock.now(), 0
    with gate.free_reading():
        found = directory.present()
        this = found.day_of(now, None).replace(day=1)
        for month in ((this - timedelta(days=1)).replace(day=1), this):
            for person, count in often_late_in(month, now, found).items():
                noted += _note(person, month, count, found, now)
    return noted


def _note(person_id: int, month: date, count: int, found: Directory, now: datetime) -> bool:
    """Keep the note and tell the head, in one transaction; a note that is there keeps its day and counts on."""
    with transaction.atomic():
        note, is_new = LateNote.objects.get_or_create(
            person_id=person_id, month=month, defaults={"count": count, "at": now}
        )
        if not is_new:
            if note.count != count:
                LateNote.objects.filter(pk=note.pk).update(count=count)
            return False
        person = Person.objects.get(pk=person_id)
        told = judges(person_id, person.department_id, found, now)
        notify(
            told, SENTENCE, {"name": person.name, "count": count, "month": f"{month:%Y-%m}"},
            about=person, kind=Kind.DUTY,
        )  # fmt: skip
    return True


def judges(person: int, department: int | None, found: Directory, now: datetime) -> list[int]:
    """Who judges somebody: the head; of the head, the executive in charge. Or who stands in for them today."""
    on = found.day_of(now, None)
    above = Role.VICE_EXECUTIVE if person in found.holders(Role.HEAD, department, on) else Role.HEAD
    judge = found.first((above, Role.EXECUTIVE), department, on)
    if judge is None or judge == person:
        return []
    return [found.stands_in(judge, on) or judge]
