"""Clause 2.5.2: what is promised to a customer has its day and somebody who keeps it, whoever that is by then."""

import datetime
from typing import Any

import pytest
from django.test import Client

from shangwu.chapters.customers.models import Communication, Customer, Merge, Promise
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer, person_of
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def soon(days: int = 7) -> datetime.date:
    return clock.now().date() + datetime.timedelta(days=days)


def a_promise(by: Actor, customer: Customer, **values: Any) -> Promise:
    given = {"customer": customer, "what": "寄送樣品兩件", "due_on": soon()} | values
    made: Promise = act(by, "customers.promise.create", None, given).record
    return made


def does(crew: Crew, verb: str, promise: Promise, **inputs: Any) -> str:
    return attempt(crew.sales, f"customers.promise.{verb}", promise.fresh, inputs)


def test_a_promise_has_its_day_and_is_kept_once(crew: Crew) -> None:
    promise = a_promise(crew.sales, a_customer(crew.sales))
    assert (promise.state, promise.first_due_on, promise.owner_id) == ("open", soon(), crew.sales.person_id)
    assert does(crew, "keep", promise) == "done"
    assert does(crew, "keep", promise) == "state"
    assert promise.fresh.kept_by_id == crew.sales.person_id


def test_another_day_is_agreed_with_the_customer_and_the_first_one_stays_on_record(crew: Crew) -> None:
    promise = a_promise(crew.sales, a_customer(crew.sales))
    assert does(crew, "put_off", promise, until=soon(20), because=" ") == "invalid"
    assert does(crew, "put_off", promise, until=soon(-1), because="延後") == "past"
    assert does(crew, "put_off", promise, until=soon(20), because="客戶廠休，同意延後") == "done"
    assert (promise.fresh.due_on, promise.fresh.first_due_on) == (soon(20), soon())
    assert does(crew, "edit", promise, due_on=soon(40)) == "invalid", "a day is never changed by the way"


@pytest.mark.parametrize("verb", ["break", "release"])
def test_what_is_not_kept_says_why(crew: Crew, verb: str) -> None:
    promise = a_promise(crew.sales, a_customer(crew.sales))
    assert does(crew, verb, promise, because="") == "invalid"
    assert does(crew, verb, promise, because="原料延誤，已致電") == "done"
    assert promise.fresh.ended_because == "原料延誤，已致電"


def test_a_promise_is_given_for_a_day_that_is_not_over_to_a_contact_of_this_customer(crew: Crew) -> None:
    customer, stranger = a_customer(crew.sales), a_contact(crew.sales, a_customer(crew.sales))
    given = {"customer": customer, "what": "寄樣", "due_on": soon(-1)}
    assert attempt(crew.sales, "customers.promise.create", None, given) == "past"
    given = {"customer": customer, "what": "寄樣", "due_on": soon(), "contact": stranger}
    assert attempt(crew.sales, "customers.promise.create", None, given) == "contact"


def test_a_promise_is_written_down_from_the_talk_in_which_it_was_given(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    given = {"customer": customer, "at": clock.now(), "summary": "答應寄樣"}
    talk: Communication = act(crew.sales, "customers.communication.create", None, given).record
    said = {"what": "寄樣", "due_on": soon()}
    assert attempt(crew.sales, "customers.communication.promise", talk, said) == "done"
    made = Promise.objects.get(communication=talk)
    assert (made.customer_id, made.owner_id, made.due_on) == (customer.pk, crew.sales.person_id, soon())


def test_my_day_shows_what_is_to_be_kept_the_soonest_first(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    a_promise(crew.sales, customer, what="回覆調價方案", due_on=soon(9))
    a_promise(crew.sales, customer, what="補寄證書", due_on=soon(2))
    kept = a_promise(crew.sales, customer, what="寄型錄", due_on=soon(1))
    act(crew.sales, "customers.promise.keep", kept)
    client: Client = a_client(Person.objects.get(pk=crew.sales.person_id))
    page = client.get("/my-day/later/").content.decode()
    assert -1 < page.find("補寄證書") < page.find("回覆調價方案")
    assert "寄型錄" not in page


def test_promises_stand_on_the_hand_over_sheet_with_their_day_and_move_with_it(crew: Crew) -> None:
    promise = a_promise(crew.sales, a_customer(crew.sales))
    kept = a_promise(crew.sales, promise.customer, what="寄型錄")
    act(crew.sales, "customers.promise.keep", kept)
    given = {"giver": person_of(crew.sales), "taker": person_of(crew.colleague), "because": "離職"}
    sheet = act(crew.head, "customers.handover.create", None, given).record.fresh
    listed = {one.kind: one for one in sheet.items.all()}
    assert (listed["customers.promise"].key, listed["customers.promise"].due_on) == (promise.public_id, soon())
    assert sheet.count == 2, "the customer and the one open promise"
    act(crew.sales, "customers.handover.give", sheet)
    act(crew.colleague, "customers.handover.take", sheet.fresh)
    assert promise.fresh.owner_id == crew.colleague.person_id
    assert kept.fresh.owner_id == crew.sales.person_id, "what was done stays with who did it"


def test_promises_go_along_with_a_merged_file_and_back_when_it_is_taken_apart(crew: Crew) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    promise = a_promise(crew.sales, other)
    inputs = {"others": [{"file": str(other.public_id)}], "choices": []}
    act(crew.support, "customers.customer.merge", into.fresh, inputs, reason="同一客戶")
    assert promise.fresh.customer_id == into.pk
    act(crew.support, "customers.merge.take_apart", Merge.objects.get(), reason="兩家公司")
    assert promise.fresh.customer_id == other.pk
