"""Who holds which role where, who stands above whom, and until when: read once per run, asked by bodies in memory."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet

from shangwu.foundation.calendars.lookup import calendar_of
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.people.models import Delegation, Department, Entity, Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.compiled import Compiled, Keys, by_pk, once

LADDER = (Role.HEAD, Role.VICE_EXECUTIVE, Role.EXECUTIVE)
"""Who stands above whom among those who decide for a department."""

_CLOSE = datetime.time(18)
_LINE = """
WITH RECURSIVE line AS (
    SELECT id, superior_id, state, archived_at FROM people_person WHERE id = ANY(%s)
    UNION
    SELECT p.id, p.superior_id, p.state, p.archived_at FROM people_person p JOIN line ON p.id = line.superior_id
)
SELECT id, superior_id, state = 'active' AND archived_at IS NULL, ARRAY(
    SELECT d.deputy_id FROM people_delegation d
    WHERE d.absent_id = line.id AND d.archived_at IS NULL AND %s BETWEEN d.starts_on AND d.ends_on)
FROM line
"""


def roles_above(role: str) -> tuple[str, ...]:
    """The roles that may decide in place of `role`: what stands after it on the ladder, or the whole of it."""
    rungs = [one.value for one in LADDER]
    return tuple(rungs[rungs.index(role) + 1 :] if role in rungs else rungs)


@dataclass(slots=True)
class Directory:
    """holders: role -> (person, department that it reaches, None for the whole company), by person.

    above: department -> itself and all above it. superiors, at_work: of the persons that can matter in this run.
    deputies: who stands in today for one of them. in_bulk: several requests are decided at once.
    """

    zone: datetime.tzinfo
    holders: dict[str, list[tuple[int, int | None]]] = field(default_factory=lambda: defaultdict(list))
    above: dict[int, frozenset[int]] = field(default_factory=dict)
    superiors: dict[int, int | None] = field(default_factory=dict)
    at_work: set[int] = field(default_factory=set)
    deputies: dict[int, list[int]] = field(default_factory=dict)
    in_bulk: bool = False
    calendars: dict[int, WorkingCalendar] = field(default_factory=dict)

    def holding(self, role: str, department: int | None) -> list[int]:
        """Persons at work who hold a role for a department, each once."""
        reached = self.above.get(department, frozenset({department})) if department is not None else frozenset()
        found = (person for person, reaches in self.holders.get(role, ()) if reaches is None or reaches in reached)
        return list(dict.fromkeys(found))

    def line_above(self, person: int | None) -> list[int]:
        """The superiors of a person at work, the nearest first."""
        found: list[int] = []
        seen = {person}
        while person is not None and (person := self.superiors.get(person)) is not None and person not in seen:
            seen.add(person)
            if person in self.at_work:
                found.append(person)
        return found

    def deadline(self, entity: int | None, start: datetime.datetime, days: int) -> datetime.datetime:
        """Close of business so many working days after `start`; Monday to Friday where nobody published a calendar."""
        calendar = self.calendars.get(entity) if entity is not None else None
        if calendar is not None:
            try:
                return calendar.close_of_business(calendar.add_working_days(calendar.day_of(start), days))
            except ValidationError:
                pass  # a year that nobody has published: weekdays are the best guess
        day = start.astimezone(self.zone).date()
        while days:
            day += datetime.timedelta(days=1)
            days -= day.weekday() < 5
        return datetime.datetime.combine(day, _CLOSE, self.zone)


def load(
    zone: datetime.tzinfo,
    today: datetime.date,
    *,
    roles: Iterable[str] = (),
    persons: Iterable[int | None] = (),
    entities: Iterable[int | None] = (),
) -> Directory:
    """The directory as far as these roles, persons and legal entities go. Inside the door, or reading freely."""
    found = Directory(zone)
    wanted = sorted({*roles, Role.EXECUTIVE.value})
    for role, person, reaches in _assignments(today).values(wanted):
        found.holders[role].append((person, reaches))
    held = {person for people in found.holders.values() for person, _reaches in people}
    found.at_work |= held
    if any(reaches is not None for people in found.holders.values() for _person, reaches in people):
        found.above = _departments()
    with connection.cursor() as cursor:
        cursor.execute(_LINE, [sorted({*persons} - {None}), today])
        for person, superior, is_at_work, deputies in cursor.fetchall():
            found.superiors[person] = superior
            found.deputies[person] = deputies
            if is_at_work:
                found.at_work.add(person)
    for entity in by_pk(Entity, sorted({*entities} - {None})):
        _take_calendar(found, entity)
    return found


def _take_calendar(found: Directory, entity: Entity) -> None:
    try:
        found.calendars[entity.pk] = calendar_of(entity)
    except ValidationError:
        return


def standing_in(today: datetime.date) -> QuerySet[Delegation]:
    """Who stands in for whom on a day. Inside the door, or reading freely."""
    return Delegation.objects.filter(archived_at__isnull=True, starts_on__lte=today, ends_on__gte=today)


def _assignments(today: datetime.date) -> Compiled:
    """(role, person, department reached) of those at work who hold one of these roles on a day."""

    def draw() -> QuerySet[RoleAssignment, Any]:
        lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
        rows = RoleAssignment.objects.filter(role__any=Keys(), starts_on__lte=today, archived_at__isnull=True)
        rows = rows.filter(lasting, person__state=Person.State.ACTIVE).order_by("person_id")
        return rows.values_list("role", "person_id", "reaches_id")

    return once((RoleAssignment, "approvers", today), draw)


def _departments() -> dict[int, frozenset[int]]:
    rows: Sequence[tuple[int, int | None]] = once(
        (Department, "tree"), lambda: Department.objects.order_by().values_list("pk", "parent_id")
    ).values()
    parents = dict(rows)

    def line(pk: int) -> frozenset[int]:
        found: set[int] = set()
        at: int | None = pk
        while at is not None and at not in found:
            found.add(at)
            at = parents.get(at)
        return frozenset(found)

    return {pk: line(pk) for pk in parents}
