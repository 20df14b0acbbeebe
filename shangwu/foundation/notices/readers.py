"""Those who are told, with all that decides where and when: read for many at once, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError

from shangwu.foundation.calendars.lookup import calendar_of
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.notices.models import Browser, Channel, Choice, Manner, Robot
from shangwu.foundation.notices.quiet import Hours, Span, house_slots, house_span
from shangwu.foundation.people.models import Department, Entity, Person
from shangwu.foundation.records import gate

WANTED = {Channel.MAIL: True, Channel.PUSH: True}
"""What holds where a person has chosen nothing: mail and their own browsers; group chats only when asked for."""


@dataclass(frozen=True)
class Reader:
    """One person who is told things. robots: by platform, the one that speaks for their department."""

    person: Person
    language: str
    hours: Hours
    choices: dict[tuple[str, str], bool]
    manner: Manner
    robots: dict[str, Robot]
    has_browsers: bool

    def chosen(self, kind: str, channel: str) -> bool:
        """Whether this person wants notices of a kind by a channel, by their choice or by default."""
        return self.choices.get((kind, channel), WANTED.get(Channel(channel), False))

    def wants(self, kind: str, channel: str) -> bool:
        """Whether notices of a kind go by a channel: it is wanted, and there is a way."""
        if not self.chosen(kind, channel):
            return False
        if channel == Channel.MAIL:
            return bool(self.person.email)
        if channel == Channel.PUSH:
            return self.has_browsers
        return channel in self.robots

    def channels(self, kind: str) -> list[Channel]:
        """All ways by which a kind goes to this person."""
        return [one for one in Channel if self.wants(kind, one)]

    def name_on(self, platform: str) -> str:
        """How a platform knows this person, for @; "" when they have not said so."""
        return str(getattr(self.manner, platform))


def readers(person_ids: Collection[int]) -> dict[int, Reader]:
    """Those of the persons who work here, by id."""
    with gate.free_reading():
        people = list(
            Person.objects.filter(pk__in=person_ids, state=Person.State.ACTIVE).select_related("entity", "account")
        )
        house = _House(people)
        return {one.pk: house.reader(one) for one in people}


class _House:
    """The settings of several people, and what they share."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._ids = [one.pk for one in people]
        self._span, self._slots = house_span(), house_slots()
        self._calendars: dict[int | None, WorkingCalendar | None] = {}
        self._choices: dict[int, dict[tuple[str, str], bool]] = defaultdict(dict)
        for one in Choice.objects.filter(person__in=self._ids):
            self._choices[one.person_id][one.kind, one.channel] = one.wanted
        self._manners = {one.person_id: one for one in Manner.objects.filter(person__in=self._ids)}
        self._reachable = set(Browser.objects.filter(person__in=self._ids).values_list("person_id", flat=True))

    @cached_property
    def _robots(self) -> list[Robot]:
        return list(Robot.objects.filter(active=True, archived_at__isnull=True).order_by("pk"))

    @cached_property
    def _above(self) -> dict[int, int | None]:
        return dict(Department.objects.values_list("pk", "parent_id")) if self._robots else {}

    def reader(self, person: Person) -> Reader:
        manner = self._manners.get(person.pk) or Manner(person=person)
        account = getattr(person, "account", None)
        quiet: Span = self._span
        if manner.quiet_from is not None and manner.quiet_until is not None:
            quiet = (manner.quiet_from, manner.quiet_until)
        zone = ZoneInfo(person.entity.zone if person.entity else settings.TIME_ZONE)
        return Reader(
            person,
            (account and account.language) or settings.LANGUAGE_CODE,
            Hours(zone, self._calendar(person.entity), quiet, manner.rest_days, self._slots),
            self._choices.get(person.pk, {}),
            manner,
            self._speaking_for(person.department_id),
            person.pk in self._reachable,
        )

    def _calendar(self, entity: Entity | None) -> WorkingCalendar | None:
        key = entity.pk if entity else None
        if key not in self._calendars:
            try:
                self._calendars[key] = calendar_of(entity) if entity else None
            except ValidationError:
                # Nobody keeps a calendar for this place yet: Monday to Friday is worked.
                self._calendars[key] = None
        return self._calendars[key]

    def _speaking_for(self, department: int | None) -> dict[str, Robot]:
        """By platform the robot of the nearest department above, at last one of the whole company."""
        line: list[int | None] = []
        while department is not None and department not in line:
            line.append(department)
            department = self._above.get(department)
        line.append(None)
        found: dict[str, Robot] = {}
        for here in line:
            for robot in self._robots:
                if robot.department_id == here:
                    found.setdefault(robot.platform, robot)
        return found
