"""Clause 2.5.2: who has promised a customer something for today hears of it in the morning, once."""

import datetime
from typing import Any

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.reminding import DUE, MANY_DUE, remind
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.foundation.actions.door import act
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from tests.builders import an_entity

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


@pytest.fixture
def crew(time: Time) -> Crew:
    return Crew()


def a_step(by: Actor, customer: Customer, day: str) -> Any:
    given = {"customer": customer, "name": "球閥", "amount": "1", "expected_on": "2026-12-31",
             "next_step": "寄樣", "next_on": f"2026-{day}"}  # fmt: skip
    return act(by, "customers.opportunity.create", None, given).record


def a_promise(by: Actor, customer: Customer, day: str) -> Any:
    given = {"customer": customer, "what": "寄送目錄", "due_on": f"2026-{day}"}
    return act(by, "customers.promise.create", None, given).record


def a_talk(by: Actor, customer: Customer, day: str, time: Time) -> Any:
    given = {"customer": customer, "method": "phone", "at": time.now - datetime.timedelta(hours=1), "summary": "詢價",
             "next_step": "報價", "next_on": f"2026-{day}"}  # fmt: skip
    return act(by, "customers.communication.create", None, given).record


def told(by: Actor) -> list[Notice]:
    return list(Notice.objects.filter(person=by.person_id, message__in=[DUE, MANY_DUE]).order_by("pk"))


def test_the_owner_hears_on_the_morning_of_the_day_and_once(crew: Crew, time: Time) -> None:
    customer = a_customer(crew.sales)
    step = a_step(crew.sales, customer, "04-01")
    time.to("03-31", 10)
    assert remind() == 0, "not before its day"
    time.to("04-01", 7)
    assert remind() == 0, "not before the morning"
    time.to("04-01", 8)
    assert (remind(), remind()) == (1, 0)
    (notice,) = told(crew.sales)
    assert (notice.record_public_id, notice.kind) == (step.public_id, "duty")
    assert notice.params == {"customer": str(customer), "what": "寄樣"}
    assert notice.stays_inside, "what is between a customer and us is named in no other house"
    time.to("04-02", 9)
    assert remind() == 0, "overdue ones stand in My day; nobody is told of the same every morning"


def test_follow_ups_promises_and_opportunities_are_told_together(crew: Crew, time: Time) -> None:
    customer = a_customer(crew.sales)
    a_step(crew.sales, customer, "04-01")
    a_promise(crew.sales, customer, "04-02")
    a_talk(crew.sales, customer, "04-02", time)
    a_promise(crew.colleague, a_customer(crew.colleague), "04-03")
    time.to("04-02")
    assert remind() == 1
    (notice,) = told(crew.sales)
    assert (notice.message, notice.params) == (MANY_DUE, {"count": "3"})
    assert told(crew.colleague) == []


def test_what_a_sleeping_worker_has_missed_is_told_when_it_wakes(crew: Crew, time: Time) -> None:
    customer = a_customer(crew.sales)
    a_step(crew.sales, customer, "04-01")
    time.to("04-01")
    remind()
    a_promise(crew.sales, customer, "04-03")
    time.to("04-07")
    assert (remind(), remind()) == (1, 0)
    assert told(crew.sales)[-1].params == {"count": "2"}


def test_what_is_done_or_given_up_is_not_told(crew: Crew, time: Time) -> None:
    customer = a_customer(crew.sales)
    step, promise = a_step(crew.sales, customer, "04-01"), a_promise(crew.sales, customer, "04-01")
    talk = a_talk(crew.sales, customer, "04-01", time)
    act(crew.sales, "customers.opportunity.finish", step)
    act(crew.sales, "customers.promise.keep", promise)
    act(crew.sales, "customers.communication.finish", talk)
    gone = a_promise(crew.sales, customer, "04-01")
    act(crew.sales, "customers.promise.release", gone, {"because": "客戶不需要了"})
    time.to("04-01")
    assert remind() == 0


def test_who_has_taken_over_is_told_not_who_has_left(crew: Crew, time: Time) -> None:
    customer = a_customer(crew.sales)
    a_promise(crew.sales, customer, "04-01")
    with gate.door():
        Person.objects.filter(pk=crew.sales.person_id).update(state=Person.State.LEFT)
    time.to("04-01")
    assert remind() == 0


def test_it_is_morning_where_the_person_is(crew: Crew, time: Time) -> None:
    far = Crew()
    far.__dict__["entity"] = an_entity(zone="America/New_York")
    a_promise(far.sales, a_customer(far.sales), "04-01")
    time.to("04-01", 10)
    assert remind() == 0, "there it is the evening before"
    time.to("04-01", 21)
    assert remind() == 1
