"""Who leaves hands over: what they keep is listed, and moves by one verb with its reason (3.4.3)."""

from typing import Any

import pytest
from django.urls import reverse

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.handover import kept_by
from shangwu.foundation.administration.leaving import LEFT
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.refusals import Refusal
from tests.builders import HOUSE, a_person, an_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4.3")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def person_of(actor: Any) -> Person:
    return Person.objects.get(pk=actor.person_id)


def test_what_a_leaver_keeps_is_listed_until_it_is_handed_over(crew: Crew) -> None:
    leaver, customer = person_of(crew.sales), a_customer(crew.sales)
    (row,) = kept_by(leaver, crew.head)
    assert row["count"] == 1
    assert f"owner={leaver.public_id}" in row["url"]
    page = a_client(person_of(crew.head), "en").get(row["url"]).content.decode()
    assert customer.number in page
    successor = a_person(Role.SALES, department=leaver.department)
    act(crew.head, "customers.customer.transfer", customer, {"to": successor}, reason="leaves")
    assert kept_by(leaver, crew.head) == []
    assert [row["count"] for row in kept_by(successor, crew.head)] == [1]


def test_the_list_shows_nobody_more_than_they_may_see(crew: Crew) -> None:
    a_customer(crew.sales)
    assert kept_by(person_of(crew.sales), an_actor(Role.ENGINEERING)) == []


@pytest.mark.parametrize("role", [Role.HUMAN_RESOURCES, Role.ADMINISTRATOR])
def test_those_who_record_leaving_see_how_much_is_to_be_handed_over_but_not_what(crew: Crew, role: Role) -> None:
    customer, leaver, reader = a_customer(crew.sales, name="澤川水務"), person_of(crew.sales), a_person(role)
    (row,) = kept_by(leaver, actor_of(reader))
    assert (row["count"], row["closed"]) == (0, 1)
    page = a_client(reader, "en").get(reverse("people.person.detail", args=[leaver.public_id])).content.decode()
    assert "To hand over" in page
    assert "1 not open to you" in page
    assert "the head of the department hands over" in page
    assert customer.number not in page
    assert "澤川" not in page


def test_superior_and_head_are_told_that_somebody_has_left(crew: Crew) -> None:
    """Those who see what is to be handed over hear of it on the day."""
    leaver, head, chief = person_of(crew.sales), person_of(crew.head), a_person()
    act(HOUSE, "people.person.edit", leaver, {"superior": chief})
    act(HOUSE, "people.person.leave", leaver.fresh, {"left_on": "2026-01-31"})
    told = Notice.objects.filter(record_public_id=leaver.public_id, message=LEFT)
    assert {chief.pk, head.pk} <= set(told.values_list("person_id", flat=True))
    assert leaver.pk not in told.values_list("person_id", flat=True)


def test_nothing_is_handed_over_to_one_who_has_left(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    gone = a_person(Role.SALES, department=Customer.objects.unscoped(reason="test").get(pk=customer.pk).department)
    act(HOUSE, "people.person.leave", gone, {"left_on": "2026-01-31"})
    with pytest.raises(Refusal) as refusal:
        act(crew.head, "customers.customer.transfer", customer, {"to": gone}, reason="x")
    assert refusal.value.code in ("left", "invalid")


def test_the_page_of_a_person_shows_it(crew: Crew) -> None:
    a_customer(crew.sales)
    leaver = person_of(crew.sales)
    page = a_client(person_of(crew.head), "en").get(reverse("people.person.detail", args=[leaver.public_id]))
    assert "To hand over" in page.content.decode()


def test_clearances_are_set_by_the_secrecy_officer_and_never_by_oneself() -> None:
    officer = a_person(Role.SECRECY_OFFICER)
    colleague = a_person(clearance=1)
    raised = act(
        actor_of(officer), "people.person.set_clearance", colleague, {"clearance": 2}, reason="new post"
    ).record
    assert raised.clearance == 2
    with pytest.raises(Refusal, match="own_clearance"):
        act(actor_of(officer), "people.person.set_clearance", officer, {"clearance": 2}, reason="new post")
    with pytest.raises(Refusal):
        act(an_actor(Role.HUMAN_RESOURCES), "people.person.set_clearance", colleague, {"clearance": 3}, reason="x")
