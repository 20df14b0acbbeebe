"""Follow-ups stand in their owner's calendar, and no contact is named outside the house."""

import pytest

from shangwu.chapters.customers.events.contacting import follow_ups
from shangwu.chapters.customers.models import Communication
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.roles import Role
from tests.builders import a_department, a_person, an_entity

pytestmark = pytest.mark.django_db


@pytest.mark.clause("2.5.2")
def test_a_next_step_is_a_date_of_its_owner_until_it_is_done() -> None:
    department = a_department()
    one, other = (a_person(Role.SALES, department=department, entity=an_entity()) for _each in range(2))
    by = actor_of(one)
    customer = a_customer(by)
    given = {
        "customer": customer, "at": "2026-11-20T09:00+08:00", "summary": "王經理 wants a quotation",
        "next_step": "call 王經理", "next_on": "2026-12-01",
    }  # fmt: skip
    made = act(by, "customers.communication.create", None, given).record
    (found,) = follow_ups(by)
    assert f"{found.starts}" == "2026-12-01"
    assert "王經理" not in found.title
    assert str(customer) in found.title
    assert list(follow_ups(actor_of(other))) == []
    act(by, "customers.communication.finish", made)
    assert list(follow_ups(by)) == []


@pytest.mark.clause("3.4.2")
def test_a_notice_about_a_talk_keeps_its_words_inside() -> None:
    person = a_person()
    notify([person.pk], "hello", about=Communication())
    assert Notice.objects.get().stays_inside
