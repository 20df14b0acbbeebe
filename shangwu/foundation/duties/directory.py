"""Who holds which role on a day, who stands in, and by which calendar an entity counts: read once, asked often.

Everything is asked as of a day, so that judging a duty again later gives the same answer.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max, Sum

from shangwu.foundation.actions.events import Acted, subscribe
from shangwu.foundation.calendars import lookup
from shangwu.foundation.calendars.models import Calendar, CalendarEdition
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.duties.outages import Outage, first_sign, outages
from shangwu.foundation.duties.rules import OWNER, Facts, Rule
from shangwu.foundation.people.models import Delegation, Department, Entity, Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import parameters, policy
from shangwu.foundation.records import clock, gate

FRESH = timedelta(seconds=60)
"""For so long another process's change of roles or calendars may go unseen; the tick reads anew each time."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who answers for a duty. acting: who stands in today. lacking: a role that nobody holds, so the head answers."""

    holder: int | None
    acting: int | None = None
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A role that a person holds, for a department or (reaches=None) for the whole company."""

    person: int
    reaches: int | None
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class _Employee:
    superior: int | None
    left_on: date | None
    department: int | None


@dataclass(frozen=True, slots=True)
class _Place:
    jurisdiction: str
    zone: str


@dataclass(slots=True)
class Directory:
    """The tables of people and calendars as they were read."""

    read_at: datetime
    seats: dict[str, list[Seat]]
    people: dict[int, _Employee]
    above: dict[int, int | None]
    away: dict[int, list[tuple[date, date, int]]]
    places: dict[int, _Place]
    published: list[date]
    outages: list[Outage]
    began: datetime | None
    stamp: tuple[Any, ...]
    calendars: dict[tuple[int | None, date | None], WorkingCalendar | None] = field(default_factory=dict)
    values: dict[tuple[str, date, str], Any] = field(default_factory=dict)
    said: str = ""

    # People

    def is_at_work(self, person: int | None, on: date) -> bool:
        """Whether somebody works here on a day."""
        found = self.people.get(person) if person is not None else None
        return found is not None and (found.left_on is None or on <= found.left_on)

    @property
    def topmost(self) -> frozenset[int]:
        """The departments that stand below none."""
        return frozenset(pk for pk, parent in self.above.items() if parent is None)

    def stands_in(self, person: int, on: date) -> int | None:
        """Who stands in for somebody who is away on a day; nobody for those who are here. Never passed on."""
        deputies = (deputy for since, until, deputy in self.away.get(person, ()) if since <= on <= until)
        return next((one for one in deputies if self.is_at_work(one, on)), None)

    def successor(self, person: int | None, on: date) -> int | None:
        """Somebody, or who has taken over from them: the next superior at work."""
        seen: set[int] = set()
        while person is not None and person not in seen and not self.is_at_work(person, on):
            seen.add(person)
            found = self.people.get(person)
            person = found.superior if found else None
        return person if self.is_at_work(person, on) else None

    def holders(self, role: str, department: int | None, on: date) -> list[int]:
        """Those who hold a role for a department on a day: of the nearest department that has any."""
        seats = [one for one in self.seats.get(role, ()) if one.starts <= on and (one.ends is None or on <= one.ends)]
        seats = [one for one in seats if self.is_at_work(one.person, on)]
        here, seen = department, set[int]()
        while here is not None and here not in seen:
            seen.add(here)
            if found := sorted({one.person for one in seats if one.reaches == here}):
                return found
            here = self.above.get(here)
        return sorted({one.person for one in seats if one.reaches is None})

    def first(self, roles: Iterable[str], department: int | None, on: date) -> int | None:
        """The first holder of the first role that has one."""
        for role in roles:
            if found := self.holders(role, department, on):
                return found[0]
        return None

    def resolve(self, rule: Rule, facts: Facts, record: Any, on: date) -> Held:
        """Who answers for a duty on a day. A vacancy falls to the head, then to the executive, and is said."""
        department = record.department_id
        person = facts.holder
        if person is None and rule.who[0] == OWNER:
            person = record.owner_id
        person = self.successor(person, on)
        lacking = ""
        if person is None:
            roles = [one for one in rule.who if isinstance(one, Role)]
            person = self._chosen(roles, facts, record, department, on)
            lacking = "" if person is not None or not roles else roles[0].value
        if person is None:
            person = self.first((Role.HEAD, Role.EXECUTIVE), department, on)
        return Held(person, self.stands_in(person, on) if person is not None else None, lacking)

    def _chosen(self, roles: Sequence[Role], facts: Facts, record: Any, department: int | None, on: date) -> int | None:
        """One of a role's holders: who has done it; else each record's own, so that the work is spread evenly."""
        for role in roles:
            found = self.holders(role, department, on)
            if facts.done_by in found:
                return facts.done_by
            free = [one for one in found if one not in facts.apart_from] or found
            if free:
                return max(free, key=lambda one: hashlib.md5(f"{record.pk}:{one}".encode()).digest())
        return None

    # Time

    def day_of(self, moment: datetime, entity: int | None) -> date:
        """The local day of a moment, in an entity's zone."""
        return moment.astimezone(self.zone(entity)).date()

    def zone(self, entity: int | None) -> ZoneInfo:
        """The time zone of an entity; the first one's where a record has none."""
        return ZoneInfo(self._place(entity).zone)

    def jurisdiction(self, entity: int | None) -> str:
        """The law under which an entity stands."""
        return self._place(entity).jurisdiction

    def _place(self, entity: int | None) -> _Place:
        if entity in self.places:
            return self.places[entity]
        return next(iter(self.places.values()), _Place("", settings.TIME_ZONE))

    def calendar(self, entity: int | None, on: date) -> WorkingCalendar | None:
        """The calendar of an entity as it was known on a day; None where nobody keeps one."""
        known = max((one for one in self.published if one <= on), default=None)
        key = (entity, known)
        if key not in self.calendars:
            place = self._place(entity)
            try:
                found = lookup.working_calendar(place.jurisdiction, place.zone, entity, known or date.min)
            except ValidationError:
                found = None
            self.calendars[key] = found
        return self.calendars[key]

    def value(self, key: str, on: date, entity: int | None) -> Any:
        """A parameter as it stood on a day, as the law of the entity's place leaves it."""
        place = self._place(entity).jurisdiction
        if key in (supposed := _supposed.get()):
            return parameters[key].lawful(supposed[key], place)
        if (key, on, place) not in self.values:
            self.values[key, on, place] = policy(key, on, jurisdiction=place)
        return self.values[key, on, place]

    def digest(self, now: datetime, rule: Rule) -> str:
        """All that decides over open duties beside their records: people, calendars, outages, parameters, the day."""
        days = [self.day_of(now, entity) for entity in (None, *self.places)]
        values = [(key, str(policy(key))) for key in rule.keys]
        self.said = self.said or repr(
            (self.seats, self.people, self.above, self.away, self.places, self.published, self.outages, self.stamp)
        )
        return hashlib.sha256(f"{self.said}{days}{values}".encode()).hexdigest()


_present: list[Directory] = []
_supposed: ContextVar[Mapping[str, Any]] = ContextVar("supposed", default=MappingProxyType({}))


@contextmanager
def supposing(key: str, value: Any) -> Iterator[None]:
    """Judge as if a parameter had always had this value: for what a proposal would change. Nothing may be written."""
    token = _supposed.set({key: value})
    try:
        yield
    finally:
        _supposed.reset(token)


def present() -> Directory:
    """The directory as this process knows it: at most a minute old, read anew after a change made here."""
    now = clock.now()
    if not _present or not _present[0].read_at <= now <= _present[0].read_at + FRESH:
        forget()
        _present.append(_read(now))
    return _present[0]


def forget() -> None:
    """Read the tables anew when next asked."""
    _present.clear()


@subscribe
def _forget_changed(acted: Acted) -> None:
    if acted.action.model._meta.app_label in ("people", "calendars", "regulation"):
        forget()


def _stamp() -> tuple[Any, ...]:
    """Changes whenever a calendar or one of its years does: editions are archived, never deleted."""
    sums = {"versions": Sum("version"), "changed": Max("changed_at")}
    found = [model._default_manager.aggregate(**sums) for model in (Calendar, CalendarEdition)]
    return tuple((one["versions"], one["changed"]) for one in found)


def _read(now: datetime) -> Directory:
    with gate.free_reading():
        seats: dict[str, list[Seat]] = defaultdict(list)
        for person, role, reaches, starts, ends in RoleAssignment.objects.filter(archived_at__isnull=True).values_list(
            "person_id", "role", "reaches_id", "starts_on", "ends_on"
        ):
            seats[role].append(Seat(person, reaches, starts, ends))
        away: dict[int, list[tuple[date, date, int]]] = defaultdict(list)
        for absent, since, until, deputy in Delegation.objects.filter(
            archived_at__isnull=True, only_for=""
        ).values_list("absent_id", "starts_on", "ends_on", "deputy_id"):
            away[absent].append((since, until, deputy))
        people = Person.objects.values_list("pk", "superior_id", "left_on", "department_id")
        entities = Entity.objects.order_by("pk").values_list("pk", "jurisdiction", "zone")
        editions = CalendarEdition.objects.filter(archived_at__isnull=True, published_on__isnull=False)
        return Directory(
            read_at=now,
            seats=dict(seats),
            people={pk: _Employee(superior, left, department) for pk, superior, left, department in people},
            above=dict(Department.objects.values_list("pk", "parent_id")),
            away=dict(away),
            places={pk: _Place(jurisdiction, zone) for pk, jurisdiction, zone in entities},
            published=sorted({day for day in editions.values_list("published_on", flat=True) if day is not None}),
            outages=outages(),
            began=first_sign(),
            stamp=_stamp(),
        )
