"""A small office with its calendar and people, and a clock that a test moves."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person, an_entity

TAIPEI = ZoneInfo("Asia/Taipei")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


class Time:
    """A clock that a test moves."""

    def __init__(self, text: str) -> None:
        self.now = at(text)

    def __call__(self) -> datetime.datetime:
        return self.now.astimezone(datetime.UTC)

    def go(self, text: str) -> None:
        self.now = at(text)


class Office:
    """An entity with its calendar, a department, and who works there."""

    def __init__(self) -> None:
        seed_calendars(HOUSE, [2026, 2027], ["TW"])
        self.entity: Entity = an_entity()
        self.department = a_department()
        self.executive = self._person(Role.EXECUTIVE, whole_company=True)
        self.head = self._person(Role.HEAD, superior=self.executive)
        self.sales = self._person(Role.SALES, superior=self.head)
        self.support = self._person(Role.SALES_SUPPORT, superior=self.head)

    def _person(self, role: Role, **values: Any) -> Any:
        return a_person(role, department=self.department, entity=self.entity, clearance=1, **values)

    def won_customer(self, **values: Any) -> Any:
        customer = a_customer(self.by(self.sales), **{"grade": "A", **values})
        return act(HOUSE, "customers.customer.win", customer).record

    def by(self, person: Any) -> Any:
        return actor_of(person)
