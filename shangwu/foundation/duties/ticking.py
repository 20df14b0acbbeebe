"""The clock of the duties: judges again what is open, reads what no action has shown, and comes to the same table.

Nothing is remembered between two ticks but how far records were read: missed, doubled or broken off, the next tick
finds out the same from the records. Each portion is a transaction of its own.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from shangwu.foundation.duties import cadences, directory, engine, escalation, outages
from shangwu.foundation.duties.judging import judged, type_of
from shangwu.foundation.duties.models import OPEN, Duty, Reading
from shangwu.foundation.duties.rules import Rule, rules
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.records import clock, gate

PORTION = 250
"""Records that are judged at once: so many fit beside an idle worker."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did: rows that changed, and notices given."""

    changed: int
    told: int


def tick() -> Ticked:
    """Bring the table of duties to what the records say now, then tell those who should know."""
    now = clock.now()
    with gate.free_reading():
        known = len(outages.outages())
        outages.beat(now)
        directory.forget()
        readings = _readings()
        changed = sum(_judge_open(rule, readings[rule.code], now) for rule in _connected())
        if len(found := outages.outages()) > known:
            changed += sum(_judge_within(one, now) for one in found[known:])
        changed += sum(_read_on(rule, readings[rule.code], now) for rule in _connected())
        changed += sum(cadences.judge(rule, now) for rule in rules.values() if rule.prove is not None)
        return Ticked(changed, escalation.tell(now))


def _connected() -> Iterator[Rule]:
    return (one for one in rules.values() if one.judge is not None)


def _readings() -> dict[str, Reading]:
    """How far each connected rule has been read, with one question where all of them have been."""
    found = Reading.objects.in_bulk()
    new = [Reading(rule=one.code, digest=digest_of(one)) for one in _connected() if one.code not in found]
    if new:
        Reading.objects.bulk_create(new, ignore_conflicts=True)
        found = Reading.objects.in_bulk()
    return found


def _judge_open(rule: Rule, reading: Reading, now: datetime) -> int:
    """Judge the subjects of all open duties of a rule again, if people, calendars, outages or the day have changed.

    Evidence comes in by the door, which judges it at once, or is found by the nightly reading.
    """
    assert rule.model is not None
    digest = directory.present().digest(now, rule)
    if reading.judged == digest:
        return 0
    open_ones = Duty.objects.filter(OPEN | Q(due_at__isnull=True), rule=rule.code).order_by("subject_id")
    subjects = list(dict.fromkeys(open_ones.values_list("subject_id", flat=True)))
    changed = _judge(rule, subjects, now)
    reading.judged = digest
    reading.save(update_fields=["judged"])
    return changed


def _judge_within(outage: outages.Outage, now: datetime) -> int:
    """Judge what fell due in an outage that has just come to light, done or not."""
    subjects: dict[str, set[int]] = defaultdict(set)
    due = Duty.objects.filter(due_at__gte=outage.since, due_at__lte=outage.until)
    for code, subject in due.values_list("rule", "subject_id"):
        subjects[code].add(subject)
    return sum(
        _judge(rules[code], sorted(found), now) for code, found in subjects.items() if rules[code].judge is not None
    )


def _judge(rule: Rule, subjects: list[int], now: datetime) -> int:
    changed = 0
    for start in range(0, len(subjects), PORTION):
        rows = _rows(rule).filter(pk__in=subjects[start : start + PORTION])
        with transaction.atomic():
            changed += engine.write(judged(rule, rows, now))
    return changed


def _rows(rule: Rule) -> "models.QuerySet[Any]":
    """The records of a rule, without the long texts that no duty asks about."""
    assert rule.model is not None
    found: models.QuerySet[Any] = rule.model._default_manager.all()
    return found


def _read_on(rule: Rule, reading: Reading, now: datetime) -> int:
    """Read all records of a rule once after its declaration changed: those of the past, of files, of other ways in."""
    assert rule.model is not None
    if reading.digest != digest_of(rule):
        reading.digest, reading.last_id, reading.done_at = digest_of(rule), 0, None
    changed = 0
    while reading.done_at is None:
        rows = list(_rows(rule).filter(pk__gt=reading.last_id).order_by("pk")[:PORTION])
        with transaction.atomic():
            changed += engine.write(judged(rule, rows, now))
            reading.last_id = rows[-1].pk if rows else reading.last_id
            reading.done_at = now if len(rows) < PORTION else None
            reading.save()
    return changed


def digest_of(rule: Rule) -> str:
    """What a rule is made of, so that a change of it is noticed: its function's code, deadlines, and whom it asks."""
    assert rule.judge is not None
    assert rule.model is not None
    code = rule.judge.__code__
    said = (type_of(rule.model), sorted(rule.watch), code.co_code.hex(), repr(code.co_names), repr(rule.due), rule.who)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def read_all_again() -> None:
    """Let the next tick read every record anew: once a night, in case one came in by a way that nobody told of."""
    Reading.objects.update(last_id=0, done_at=None, judged="")


every("* * * * *", "duties.tick")(tick)
every("20 3 * * *", "duties.read_all_again")(read_all_again)
