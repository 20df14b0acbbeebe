"""Clause 2.5.2: what was said is logged, what was promised has a day."""

import datetime

import pytest

from shangwu.chapters.customers.models import Communication
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer, person_of
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.history import history_models

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def said(crew: Crew, customer: object, **values: object) -> dict[str, object]:
    at = clock.now() - datetime.timedelta(hours=1)
    return {"customer": customer, "method": "phone", "at": at, "summary": "客戶同意 12/18 一次到貨"} | values


def test_a_logged_call_moves_the_customers_last_contact_on(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    made = act(crew.sales, "customers.communication.create", None, said(crew, customer)).record
    assert customer.fresh.last_contact_at == made.at
    earlier = clock.now() - datetime.timedelta(days=3)
    act(crew.sales, "customers.communication.create", None, said(crew, customer, at=earlier))
    assert customer.fresh.last_contact_at == made.at, "an older entry does not move it back"


def test_a_logged_call_makes_no_open_form_stale_and_is_traced(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    act(crew.sales, "customers.communication.create", None, said(crew, customer))
    outcome = attempt(crew.sales, "customers.customer.edit", customer, {"industry": "化工"}, version=customer.version)
    assert outcome == "done"
    history = history_models[type(customer)]._default_manager.filter(pgh_obj_id=customer.pk)
    assert history.count() == 3, "made, spoken with, edited"


def test_a_next_step_needs_its_day_and_a_day_its_step(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    for given in ({"next_step": "送樣"}, {"next_on": "2026-12-01"}):
        assert (
            attempt(crew.sales, "customers.communication.create", None, said(crew, customer, **given)) == "constraint"
        )
    given = {"next_step": "送樣", "next_on": "2026-12-01"}
    assert attempt(crew.sales, "customers.communication.create", None, said(crew, customer, **given)) == "done"


def test_a_next_step_is_finished_once_and_by_who_promised_it(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    given = said(crew, customer, next_step="送樣", next_on="2026-12-01")
    made = act(crew.sales, "customers.communication.create", None, given).record
    assert attempt(crew.head, "customers.communication.finish", made) == "forbidden"
    assert attempt(crew.sales, "customers.communication.finish", made) == "done"
    assert attempt(crew.sales, "customers.communication.finish", made) == "nothing"


def test_what_has_not_happened_yet_is_no_log_entry(crew: Crew) -> None:
    given = said(crew, a_customer(crew.sales), at=clock.now() + datetime.timedelta(hours=1))
    assert attempt(crew.sales, "customers.communication.create", None, given) == "future"


def test_the_contact_is_one_of_this_customer(crew: Crew) -> None:
    stranger = a_contact(crew.sales, a_customer(crew.sales))
    given = said(crew, a_customer(crew.sales), contact=stranger)
    assert attempt(crew.sales, "customers.communication.create", None, given) == "contact"


def test_the_log_is_read_by_who_sees_the_customer(crew: Crew) -> None:
    made = act(crew.sales, "customers.communication.create", None, said(crew, a_customer(crew.sales))).record
    seen = [Communication.objects.visible_to(by).filter(pk=made.pk).exists() for by in (crew.head, crew.colleague)]
    assert seen == [True, False]
    assert attempt(crew.colleague, "customers.communication.create", None, said(crew, made.customer)) == "invalid"


def test_history_that_is_brought_in_keeps_who_spoke(crew: Crew) -> None:
    customer, author = a_customer(crew.sales), person_of(crew.sales)
    act(crew.support, "customers.communication.import", None, said(crew, customer, owner=author))
    one = Communication.objects.get(customer=customer)
    assert (one.owner_id, one.created_by_id) == (crew.sales.person_id, crew.support.person_id)
    mine = a_customer(crew.colleague)
    given = said(crew, mine, owner=author)
    assert attempt(crew.colleague, "customers.communication.import", None, given) == "forbidden"
    assert attempt(crew.colleague, "customers.communication.import", None, said(crew, mine)) == "done"
    assert Communication.objects.get(customer=mine).owner_id == crew.colleague.person_id


def test_the_log_begins_at_this_minute(crew: Crew) -> None:
    client = a_client(Person.objects.get(pk=crew.sales.person_id))
    page = client.get("/customers/communications/new/").content.decode()
    assert f'value="{clock.now().astimezone(crew.sales.zone):%Y-%m-%dT%H}' in page
