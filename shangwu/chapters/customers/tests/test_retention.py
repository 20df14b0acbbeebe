"""Clause 2.5.1: what is needed of a person no longer is put before the officer, who erases it or says why it stays."""

import datetime
from collections.abc import Callable

import pytest

from shangwu.chapters.customers import retention
from shangwu.chapters.customers.models import Contact, PersonalRequest
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer, blacklist
from shangwu.chapters.customers.tests.test_opportunities import an_opportunity
from shangwu.chapters.customers.tests.test_requests import found_in
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

NAME = "譚雀燕"


@pytest.fixture
def crew() -> Crew:
    return Crew()


def a_person(crew: Crew, **values: object) -> Contact:
    return a_contact(crew.sales, a_customer(crew.sales), **({"name": NAME, "phone": "0955000137"} | values))


def put_forward() -> set[int]:
    """Whose data are put before the officer tonight."""
    retention.look_after()
    return set(PersonalRequest.objects.filter(kind="over").values_list("contact", flat=True))


def later(time: Time, days: int) -> None:
    time.now += datetime.timedelta(days=days)


def test_who_never_ordered_and_was_not_heard_of_is_put_before_the_officer(crew: Crew, time: Time) -> None:
    contact = a_person(crew)
    later(time, 1095)
    assert put_forward() == set(), "the last day counts"
    later(time, 1)
    assert put_forward() == {contact.pk}
    assert retention.look_after() == 0, "once"
    request = PersonalRequest.objects.get()
    assert (request.way, request.state, request.department_id) == ("", "open", crew.department.pk)
    assert Duty.objects.get(rule="2.5.1.3", subject_id=request.pk).done_at is None
    assert contact.fresh.name == NAME, "nobody is erased by the clock"


def test_the_officer_erases_and_nobody_is_answered(crew: Crew, time: Time) -> None:
    a_person(crew)
    later(time, 1096)
    retention.look_after()
    request = PersonalRequest.objects.get()
    assert attempt(crew.head, "customers.personalrequest.erase", request) == "forbidden"
    act(crew.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", request)
    assert found_in(NAME, "955000137") == set()
    assert request.fresh.state == "answered"
    assert Duty.objects.get(rule="2.5.1.3", subject_id=request.pk).done_at == request.fresh.answered_at


def test_what_is_still_needed_is_asked_again_after_another_term(crew: Crew, time: Time) -> None:
    contact = a_person(crew)
    later(time, 1096)
    retention.look_after()
    officer = crew.one(Role.SECRECY_OFFICER)
    given = {"reasons": "訴訟中，判決確定前須保存"}
    act(officer, "customers.personalrequest.refuse", PersonalRequest.objects.get(), given)
    later(time, 1000)
    assert retention.look_after() == 0
    later(time, 96)
    assert retention.look_after() == 1
    assert PersonalRequest.objects.filter(contact=contact).count() == 2


def test_who_is_dealt_with_has_agreed_or_has_ordered_is_left_alone(crew: Crew, time: Time) -> None:
    """Each has one thing that keeps it; the last, with none, is put forward."""
    ours, spoken, agreed, hoped, banned, alone = (a_person(crew) for _n in range(6))
    act(HOUSE, "customers.customer.win", ours.customer)
    act(crew.sales, "customers.contact.consent", agreed, {"text": "2026-01 版", "purpose": "business"})
    an_opportunity(crew.sales, customer=hoped.customer)
    blacklist(crew, banned.customer)
    later(time, 1000)
    given = {"customer": spoken.customer, "method": "phone", "at": clock.now(), "summary": "仍有需求"}
    act(crew.sales, "customers.communication.create", None, given)
    later(time, 96)
    assert put_forward() == {alone.pk}
    act(crew.sales, "customers.customer.lose", ours.customer.fresh, reason="停產")
    later(time, 1096)
    assert ours.pk in put_forward(), "lost so long ago"


def test_without_a_term_nobody_is_put_forward(crew: Crew, time: Time, rule: Callable[..., None]) -> None:
    rule(personal_kept=0)
    a_person(crew)
    later(time, 5000)
    assert put_forward() == set()


def test_the_officer_has_room_for_so_many_at_a_time(crew: Crew, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _n in range(3):
        a_person(crew)
    later(time, 1096)
    assert (retention.look_after(), retention.look_after()) == (2, 0)
    officer = crew.one(Role.SECRECY_OFFICER)
    act(officer, "customers.personalrequest.erase", PersonalRequest.objects.earliest("pk"))
    assert retention.look_after() == 1
