"""Clause 2.5.1: a file is complete when enough of it was compared with the customer; what is missing is said."""

import pytest
from django.test import Client

from shangwu.chapters.customers.completeness import OF_COMPANIES, completeness, filled, gaps
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.customers.tests.test_requests import asked
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

FULL = {
    "jurisdiction": "TW", "identity_number": "22099131", "industry": "化工", "size": "small", "region": "台中",
    "source": "展會", "grade": "A", "phone": "04-23456789", "invoice_name": "同名", "invoice_address": "台中市",
    "bank_name": "台灣銀行", "bank_account": "012345678901", "ship_to_address": "台中市",
}  # fmt: skip


@pytest.fixture
def crew() -> Crew:
    return Crew()


def a_full_file(crew: Crew) -> Customer:
    """A file with all that is asked, and somebody at the customer who decides and can be reached."""
    customer = a_customer(crew.sales, **FULL)
    a_contact(crew.sales, customer, part="decider", phone="0955-000-137")
    return customer.fresh  # type: ignore[no-any-return]


def missing(customer: Customer) -> dict[str, bool]:
    return {gap.field.value: gap.empty for gap in gaps(customer)}


def test_what_nobody_has_compared_with_the_customer_does_not_count(crew: Crew) -> None:
    customer = a_full_file(crew)
    assert (completeness(customer), filled(customer), customer.completed_at) == (7, 100, None)
    told = {*FULL, "has_contact"}
    assert set(missing(customer)) == told - {"grade"}, "the grade is our own: there is nothing to compare"
    customer = act(crew.sales, "customers.customer.verify", customer).record
    assert (completeness(customer), missing(customer)) == (100, {})
    assert customer.completed_at == customer.verified_at


def test_what_is_changed_is_to_be_compared_again_and_what_is_sent_as_it_was_is_not(crew: Crew) -> None:
    customer = act(crew.sales, "customers.customer.verify", a_full_file(crew)).record
    same = {"phone": "+886423456789", "region": "台中"}
    customer = act(crew.sales, "customers.customer.edit", customer, same).record
    assert completeness(customer) == 100
    customer = act(crew.sales, "customers.customer.edit", customer, {"region": "彰化", "source": ""}).record
    assert missing(customer) == {"region": False, "source": True}
    assert customer.completed_at is None, "less than 90 per cent is too little"


def test_one_entry_is_verified_by_itself_and_an_empty_one_not_at_all(crew: Crew) -> None:
    customer = a_customer(crew.sales, **FULL | {"source": ""})
    customer = act(crew.sales, "customers.customer.verify_field", customer, {"field": "phone"}).record
    assert list(customer.verified_fields) == ["phone"]
    assert attempt(crew.sales, "customers.customer.verify_field", customer, {"field": "source"}) == "empty"
    assert attempt(crew.colleague, "customers.customer.verify_field", customer, {"field": "phone"}) == "missing"


def test_of_a_private_person_no_number_and_no_industry_is_asked(crew: Crew) -> None:
    customer = a_customer(crew.sales, kind="person", region="台中")
    assert not {one.value for one in OF_COMPANIES} & set(missing(customer))


def test_a_contact_counts_with_a_part_in_decisions_and_a_way_to_reach_them(crew: Crew) -> None:
    """2.5.1: contact information is a part of the file (DOMAIN W5: 聯繫人 with 決策角色 and phone)."""
    customer = a_customer(crew.sales, **FULL)
    assert missing(customer)["has_contact"] is True
    contact = a_contact(crew.sales, customer, phone="0955-000-137")
    assert not customer.fresh.has_contact, "nobody knows what part they have"
    act(crew.sales, "customers.contact.edit", contact, {"part": "buyer"})
    assert missing(customer.fresh)["has_contact"] is False, "there, and not compared yet"
    customer = act(crew.sales, "customers.customer.verify", customer.fresh).record
    assert completeness(customer) == 100
    act(crew.sales, "customers.contact.edit", contact.fresh, {"note": "下午接電話"})
    assert completeness(customer.fresh) == 100, "what is not compared with the customer changes nothing"
    act(crew.sales, "customers.contact.edit", contact.fresh, {"phone": "0955-000-138"})
    assert missing(customer.fresh) == {"has_contact": False}
    act(crew.sales, "customers.contact.archive", contact.fresh)
    assert missing(customer.fresh) == {"has_contact": True}
    act(crew.sales, "customers.contact.unarchive", contact.fresh)
    assert missing(customer.fresh) == {"has_contact": False}


def test_a_file_that_becomes_a_part_of_another_brings_its_contact_along_and_takes_it_back(crew: Crew) -> None:
    first, second = a_customer(crew.sales), a_customer(crew.sales)
    a_contact(crew.sales, second, part="user", email="lin@huatai.example")
    given = {"others": [{"file": second.fresh}]}
    merge = act(crew.head, "customers.customer.merge", first.fresh, given, reason="同一家").record
    assert merge.fresh.has_contact
    act(crew.head, "customers.merge.take_apart", merge.merges.get(), reason="兩家")
    assert (first.fresh.has_contact, second.fresh.has_contact) == (False, True)


def test_who_is_erased_completes_no_file_any_more(crew: Crew) -> None:
    customer = a_full_file(crew)
    request = asked(crew.sales, customer.contacts.get(), "delete")
    act(crew.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", request)
    assert not customer.fresh.has_contact


def test_a_missing_contact_is_asked_for_where_one_is_entered(crew: Crew) -> None:
    customer = a_customer(crew.sales, **FULL)
    client: Client = a_client(Person.objects.get(pk=crew.sales.person_id))
    address = f"/customers/customers/{customer.public_id}/"
    assert f"/customers/contacts/new/?customer={customer.public_id}" in client.get(address).content.decode()
    contact = a_contact(crew.sales, customer)
    assert f"/customers/contacts/{contact.public_id}/edit/#id_part" in client.get(address).content.decode()


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
