"""Clause 2.5.1: who sells opens so many customers of the pool in a day, and sees the contacts of no others."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.chapters.customers.models import Contact, Customer, PoolView
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.customers.tests.test_pool import pooled
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.pages.tests.lists.test_list_page import client_of
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

Rule = Callable[..., None]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def reachable(crew: Crew) -> Customer:
    """A customer in the pool with a contact."""
    customer = pooled(crew)
    a_contact(HOUSE, customer, phone="0955000137")
    return customer


def opens(by: Actor, customer: Customer) -> Any:
    return client_of(by).get(f"/customers/customers/{customer.public_id}/", headers={"accept-language": "en"})


def seen(by: Actor) -> int:
    return Contact.objects.visible_to(by).count()


def test_beyond_the_limit_one_is_told_what_to_do(crew: Crew, rule: Rule) -> None:
    rule(pool_views=2)
    first, second, third = (reachable(crew) for _n in range(3))
    assert seen(crew.sales) == 0, "a list tells whom there is, not how to reach them"
    assert [opens(crew.sales, one).status_code for one in (first, second, first)] == [200, 200, 200]
    assert seen(crew.sales) == 2
    refused = opens(crew.sales, third)
    assert refused.status_code == 422
    assert "Claim one of them, or go on tomorrow." in refused.content.decode()
    assert "0955000137" not in refused.content.decode()
    assert PoolView.objects.filter(person=crew.sales.person_id).count() == 2, "opened twice is opened once"
    assert opens(crew.colleague, third).status_code == 200, "each has their own"


def test_the_next_day_counts_anew(crew: Crew, rule: Rule, time: Time) -> None:
    rule(pool_views=1)
    first, second = reachable(crew), reachable(crew)
    assert opens(crew.sales, first).status_code == 200
    assert opens(crew.sales, second).status_code == 422
    time.to("03-26")
    assert opens(crew.sales, second).status_code == 200
    assert seen(crew.sales) == 1


def test_ones_own_customers_and_those_who_keep_the_pool_have_no_limit(crew: Crew, rule: Rule) -> None:
    """The control."""
    rule(pool_views=1)
    own = a_customer(crew.sales)
    a_contact(crew.sales, own)
    pool = [reachable(crew) for _n in range(3)]
    assert opens(crew.sales, own).status_code == 200
    assert seen(crew.sales) == 1
    assert [opens(crew.support, one).status_code for one in pool] == [200, 200, 200]
    assert seen(crew.support) == 4
    act(crew.sales, "customers.customer.claim", pool[0])
    assert seen(crew.sales) == 2


def test_without_a_limit_nothing_is_counted(crew: Crew) -> None:
    customers = [reachable(crew) for _n in range(3)]
    assert [opens(crew.sales, one).status_code for one in customers] == [200, 200, 200]
    assert seen(crew.sales) == 3
    assert not PoolView.objects.exists()


def test_the_api_counts_too(crew: Crew, rule: Rule) -> None:
    rule(pool_views=2)
    first, _second, _third = (reachable(crew) for _n in range(3))
    caller = a_caller(Person.objects.get(pk=crew.sales.person_id), "read")
    assert caller.get(f"customers/customer/{first.public_id}").status_code == 200
    refused = caller.get("customers/customer")
    assert (refused.status_code, refused.data["code"]) == (422, "views")
    assert caller.get("customers/customer", limit="1").status_code == 200


def test_counting_costs_the_same_however_many_were_opened(crew: Crew, rule: Rule) -> None:
    rule(pool_views=50)
    customers = [reachable(crew) for _n in range(8)]
    opens(crew.sales, customers[0])
    with CaptureQueriesContext(
        connection,
    ) as few:
        opens(crew.sales, customers[1])
    for one in customers[2:-1]:
        opens(crew.sales, one)
    with CaptureQueriesContext(connection) as many:
        opens(crew.sales, customers[-1])
    assert len(many) <= len(few)
