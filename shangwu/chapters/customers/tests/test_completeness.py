"""Clause 2.5.1: a file is complete when enough of it was compared with the customer; what is missing is said."""

import pytest
from django.test import Client

from shangwu.chapters.customers.completeness import Asked, completeness, filled, gaps
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

FULL = {
    "jurisdiction": "TW", "identity_number": "22099131", "industry": "化工", "size": "small", "region": "台中",
    "source": "展會", "grade": "A", "phone": "04-23456789", "invoice_name": "同名", "ship_to_address": "台中市",
}  # fmt: skip


@pytest.fixture
def crew() -> Crew:
    return Crew()


def missing(customer: Customer) -> dict[str, bool]:
    return {gap.field.value: gap.empty for gap in gaps(customer)}


def test_what_nobody_has_compared_with_the_customer_does_not_count(crew: Crew) -> None:
    customer = a_customer(crew.sales, **FULL)
    assert (completeness(customer), filled(customer), customer.completed_at) == (10, 100, None)
    assert set(missing(customer)) == set(FULL) - {"grade"}, "the grade is our own: there is nothing to compare"
    customer = act(crew.sales, "customers.customer.verify", customer).record
    assert (completeness(customer), missing(customer)) == (100, {})
    assert customer.completed_at == customer.verified_at


def test_what_is_changed_is_to_be_compared_again_and_what_is_sent_as_it_was_is_not(crew: Crew) -> None:
    customer = act(crew.sales, "customers.customer.verify", a_customer(crew.sales, **FULL)).record
    same = {"phone": "+886423456789", "region": "台中"}
    customer = act(crew.sales, "customers.customer.edit", customer, same).record
    assert completeness(customer) == 100
    customer = act(crew.sales, "customers.customer.edit", customer, {"region": "彰化", "source": ""}).record
    assert missing(customer) == {"region": False, "source": True}
    assert customer.completed_at is None, "80 per cent is too little"


def test_one_entry_is_verified_by_itself_and_an_empty_one_not_at_all(crew: Crew) -> None:
    customer = a_customer(crew.sales, **FULL | {"source": ""})
    customer = act(crew.sales, "customers.customer.verify_field", customer, {"field": "phone"}).record
    assert list(customer.verified_fields) == ["phone"]
    assert attempt(crew.sales, "customers.customer.verify_field", customer, {"field": "source"}) == "empty"
    assert attempt(crew.colleague, "customers.customer.verify_field", customer, {"field": "phone"}) == "missing"


def test_of_a_private_person_no_number_and_no_industry_is_asked(crew: Crew) -> None:
    customer = a_customer(crew.sales, kind="person", region="台中")
    assert not {Asked.IDENTITY_NUMBER, Asked.INDUSTRY, Asked.SIZE, Asked.INVOICE_NAME} & set(missing(customer))


def test_further_addresses_are_kept_in_order_with_the_phone_as_the_country_writes_it(crew: Crew) -> None:
    places = [
        {"address": "高雄市小港區沿海一路1號", "receiver": "倉庫", "phone": "07-8021111", "area": "TW-64000"},
        {"address": "台中市西屯區工業一路2號"},
    ]
    customer = a_customer(crew.sales, jurisdiction="TW", addresses=places)
    first, second = customer.addresses.order_by("position")
    assert (first.phone, first.area and first.area.code, second.position) == ("+88678021111", "TW-64000", 2)
    act(crew.sales, "customers.customer.edit", customer, {"addresses": places[1:]})
    assert [one.address for one in customer.fresh.addresses.all()] == ["台中市西屯區工業一路2號"]


def test_the_page_lists_what_is_missing_with_the_place_to_put_it_right(crew: Crew) -> None:
    customer = a_customer(crew.sales, sector="51", headcount=30, revenue="4800", figures_year=2025)
    client: Client = a_client(Person.objects.get(pk=crew.sales.person_id))
    page = client.get(f"/customers/customers/{customer.public_id}/").content.decode()
    assert f"/customers/customers/{customer.public_id}/edit/#id_phone" in page
    assert "200 / 20 / 5" in page, "why it is small: the bounds of wholesale"
    form = client.get(f"/customers/customers/{customer.public_id}/edit/").content.decode()
    assert 'id="id_phone"' in form
    assert 'name="sector"' in form
