"""People, sheets and locked months for the tests of clause 2.7.3, made through the door."""

import datetime
from dataclasses import replace
from functools import cached_property
from typing import Any

from shangwu.chapters.analytics.closing import freezing
from shangwu.chapters.analytics.closing.models import MonthClose
from shangwu.chapters.analytics.performance.models import KpiSheet
from shangwu.chapters.customers.models import Message, Survey
from shangwu.chapters.customers.survey_access import by_link
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import HOUSE, unique

DAY = datetime.timedelta(days=1)
REVENUE = {"way": "measure", "measure": "performance.revenue", "target": "1000", "weight": "100"}


CONTENT = {"way": "measure", "measure": "satisfaction.mean", "name": "客戶滿意度", "target": "4.5", "weight": "100"}


class Team(Crew):
    """A sales department with personnel and an executive in charge."""

    @cached_property
    def personnel(self) -> Actor:
        return self.one(Role.HUMAN_RESOURCES)

    @cached_property
    def service(self) -> Actor:
        return self.one(Role.SERVICE)


def person(actor: Actor) -> Person:
    """The person who acts."""
    return Person.objects.get(pk=actor.person_id)


def this_month(team: Crew) -> datetime.date:
    """The first day of the month at the entity's place."""
    return clock.today(team.sales.zone).replace(day=1)


def last_month(team: Crew) -> datetime.date:
    """The first day of the month before."""
    return (this_month(team) - DAY).replace(day=1)


def a_sheet(team: Crew, owner: Actor | None = None, by: Actor | None = None, **values: Any) -> KpiSheet:
    """A draft of last month's targets for a salesperson: 1,000 of sales credited, unless lines say otherwise."""
    given = {
        "owner": person(owner or team.sales), "cadence": "month", "first": last_month(team), "lines": [REVENUE],
    } | values  # fmt: skip
    made: KpiSheet = act(by or team.head, "analytics.kpisheet.create", None, given).record
    return made


def request_of(record: Any) -> Request:
    """The latest request about a record."""
    return Request.objects.filter(subject_id=record.public_id).latest("pk")


def approve(team: Team, record: Any, by: Actor | None = None) -> None:
    """The executive in charge says yes."""
    act(by or team.vice, "approvals.request.approve", request_of(record), {"opinion": "同意"})


def a_signed_sheet(team: Team, owner: Actor | None = None, **values: Any) -> KpiSheet:
    """A sheet that was approved and signed."""
    owner = owner or team.sales
    assert team.vice
    sheet = a_sheet(team, owner, **values)
    act(team.head, "analytics.kpisheet.submit", sheet)
    approve(team, sheet)
    signed: KpiSheet = act(owner, "analytics.kpisheet.sign", sheet.fresh, {"unseen": True}).record
    return signed


def sold(team: Crew, price: str, day: datetime.date, by: Actor | None = None, cost: str = "60") -> Order:
    """A confirmed order of one piece at a price, on a day."""
    lines = [{"product": a_product(list_price=price, cost=cost), "quantity": "1"}]
    return a_confirmed_order(team, lines, by=by or team.sales, ordered_on=day)


def answered(team: Team, content: int, day: datetime.date, by: Actor | None = None) -> Survey:
    """A survey about a salesperson's customer, asked and answered on a day."""
    seller = by or team.sales
    at = datetime.datetime.combine(day, datetime.time(9), team.sales.zone)
    contact = a_contact(seller, a_customer(seller), email=f"{unique('q')}@example.invalid")
    act(seller, "customers.contact.consent", contact, {"text": "2026-01 版", "purpose": "survey"})
    service, house = (replace(one, source=Source.DEMO) for one in (team.service, HOUSE))
    given = {"occasion": "delivery", "customer": contact.customer, "contact": contact.fresh}
    survey: Survey = act(service, "customers.survey.create", None, given, occurred_at=at).record
    act(house, "customers.message.deliver", Message.objects.get(survey=survey.pk), occurred_at=at)
    person_asked = replace(by_link(team.entity, survey.public_id), source=Source.DEMO)
    act(person_asked, "customers.survey.answer", survey.fresh, {"content": content}, occurred_at=at)
    fresh: Survey = survey.fresh
    return fresh


def lock(team: Crew, month: datetime.date) -> MonthClose:
    """Close a month: checked, every finding accepted by the executive, frozen, locked."""
    given = {"month": month, "entity": team.entity}
    close = act(team.support, "analytics.monthclose.create", None, given).record
    close = act(team.support, "analytics.monthclose.check", close).record
    for finding in close.findings.filter(state="open"):
        act(team.executive, "analytics.finding.accept", finding, {"reason": "測試資料"})
    return freezing.lock(team.support, close.fresh)


def a_scored_sheet(team: Team, **values: Any) -> KpiSheet:
    """A sheet of last month, scored by the head on locked data."""
    sheet = a_signed_sheet(team, **values)
    if not MonthClose.objects.filter(entity=team.entity, month=last_month(team), state="locked").exists():
        lock(team, last_month(team))
    scored: KpiSheet = act(team.head, "analytics.kpisheet.score", sheet.fresh).record
    return scored
