"""From a record to its duty: the rule's own function, then deadline, holder and basis, all as of the record's times."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.duties.directory import Directory, Held, present
from shangwu.foundation.duties.outages import moved_by
from shangwu.foundation.duties.rules import Facts, Rule, Settled
from shangwu.foundation.regulation.values import held_on


@dataclass(frozen=True, slots=True)
class Judged:
    """A duty as the engine writes it; the fields are those of the table.

    sole: at most one period of the subject is open at a time; an earlier one is done when former_done_at says so, by
    whoever answered for it that day, and a later one falls away.
    """

    rule: str
    clause: str
    period: str
    subject_type: str
    subject_id: int
    subject_key: uuid.UUID
    entity_id: int | None
    department_id: int | None
    holder_id: int | None
    acting_id: int | None
    lacking: str
    opened_at: datetime
    due_at: datetime | None
    week: date | None
    done_at: datetime | None
    done_by_id: int | None
    cancelled_at: datetime | None
    secrecy: int
    basis: str
    moved: int
    former_done_at: datetime | None = None
    former_holder_id: int | None = None
    former_acting_id: int | None = None
    sole: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """What is open of a rule on a subject ends: done by a record that went on, or fallen away."""

    rule: str
    subject_type: str
    subject_id: int
    done_at: datetime | None
    done_by_id: int | None
    cancelled_at: datetime | None


def type_of(model: type[models.Model]) -> str:
    """A record type as duties name it: "sales.order"."""
    return f"{model._meta.app_label}.{model._meta.model_name}"


def judged(rule: Rule, records: Iterable[Any], now: datetime, *, fresh: bool = False) -> Iterator[Judged | Ended]:
    """What a rule says of each record. No query for a record; `now` decides only who answers for what is open.

    fresh: the records were just made, so nothing of them can end yet.
    """
    assert rule.judge is not None
    for record in records:
        found = rule.judge(record)
        if isinstance(found, Facts):
            yield put(rule, found, record, type_of(type(record)), now)
        elif not fresh:
            yield _ended(rule, record, found)


def _ended(rule: Rule, record: Any, found: Settled | None) -> Ended:
    kind = type_of(type(record))
    if found is None:
        return Ended(rule.code, kind, record.pk, None, None, record.changed_at)
    return Ended(rule.code, kind, record.pk, found.at, found.by, None)


def put(rule: Rule, facts: Facts, subject: Any, subject_type: str, now: datetime) -> Judged:
    """Facts as a duty: its deadline by the calendar known when it was done (or today), its holder of that day."""
    directory, entity = present(), subject.entity_id
    ended = min(one for one in (facts.done_at, facts.cancelled_at, now) if one is not None)
    as_of = directory.day_of(max(ended, facts.opened_at), entity)
    held: Held = directory.resolve(rule, facts, subject, as_of)
    former = held
    if facts.former_done_at is not None:
        former = directory.resolve(rule, facts, subject, directory.day_of(facts.former_done_at, entity))
    due_at, basis, moved = _due(rule, facts, directory, directory.calendar(entity, as_of), entity)
    return Judged(
        rule=rule.code,
        clause=rule.clause,
        period=facts.period,
        subject_type=subject_type,
        subject_id=subject.pk,
        subject_key=subject.public_id,
        entity_id=entity,
        department_id=subject.department_id,
        holder_id=held.holder,
        acting_id=held.acting,
        lacking=held.lacking,
        opened_at=facts.opened_at,
        due_at=due_at,
        week=_monday(directory.day_of(due_at, entity)) if due_at else None,
        done_at=facts.done_at,
        done_by_id=facts.done_by,
        cancelled_at=facts.cancelled_at,
        secrecy=subject.secrecy,
        basis=basis[:120],
        moved=moved,
        former_done_at=facts.former_done_at,
        former_holder_id=former.holder,
        former_acting_id=former.acting,
        sole=rule.judge is not None,
    )


def _due(
    rule: Rule,
    facts: Facts,
    directory: Directory,
    calendar: WorkingCalendar | None,
    entity: int | None,
) -> tuple[datetime | None, str, int]:
    """Deadline, the parameters that gave it, and by how many working days outages moved it.

    No deadline where no calendar is known for its days: the clock fills it in when there is one.
    """
    deadline = rule.due.get(facts.which) or next(iter(rule.due.values()), None)
    if deadline is None or calendar is None:
        return None, "", 0
    opened = directory.day_of(facts.opened_at, entity)
    used: dict[str, Any] = {}

    def read(key: str) -> Any:
        used[key] = directory.value(key, opened, entity)
        return used[key]

    try:
        due = deadline.at(facts.start or facts.opened_at, calendar, read)
        due, moved = moved_by(directory.outages, due, calendar)
    except ValidationError:
        return None, "", 0
    return due, ", ".join(_named(key, value, opened) for key, value in used.items()), moved


def _named(key: str, value: Any, on: date) -> str:
    """A parameter as a result keeps it: its value, and the change that gave it unless it had its default."""
    held = held_on(key, on)
    return f"{key}={value}" + (f" ({held.by})" if held else "")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
