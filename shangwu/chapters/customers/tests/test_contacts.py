"""Clause 2.5.1: to what a person at a customer has consented, when and how; and what they want no more."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from shangwu.chapters.customers.actions.contacts import may_advertise
from shangwu.chapters.customers.legal_bases import lacking
from shangwu.chapters.customers.models import Consent, Contact
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Account, Person
from tests.test_import_pages import kept, sent, work_off

__all__ = ["kept"]

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

TEXT = "個人資料告知書 2026-01 版"


@pytest.fixture
def crew() -> Crew:
    return Crew()


@pytest.fixture
def contact(crew: Crew) -> Contact:
    return a_contact(crew.sales, a_customer(crew.sales), messenger="wx_su")


def consent(crew: Crew, contact: Contact, **values: object) -> str:
    given = {"text": TEXT, "kinds": "姓名、電話", "way": "paper"} | values
    return attempt(crew.sales, "customers.contact.consent", contact.fresh, given)


def test_each_purpose_has_its_own_consent_with_text_kinds_time_and_way(crew: Crew, contact: Contact) -> None:
    assert consent(crew, contact) == "done"
    assert consent(crew, contact, purpose="marketing", way="form") == "done"
    first, second = contact.consents.order_by("position")
    assert (first.purpose, first.text_version, first.kinds, first.way) == ("business", TEXT, "姓名、電話", "paper")
    assert (second.purpose, second.way, second.withdrawn_at) == ("marketing", "form", None)
    assert first.given_at <= second.given_at


def test_the_same_consent_is_not_entered_twice_and_a_new_text_is_a_new_consent(crew: Crew, contact: Contact) -> None:
    assert consent(crew, contact) == "done"
    assert consent(crew, contact) == "given"
    assert consent(crew, contact, text="2026-07 版") == "done"
    assert not any(one.name.startswith("customers.consent") for one in actions.values()), "nobody edits a consent"


def test_one_purpose_or_all_are_withdrawn_as_easily_as_given(crew: Crew, contact: Contact) -> None:
    consent(crew, contact)
    consent(crew, contact, purpose="marketing")
    act(crew.sales, "customers.contact.withdraw_consent", contact.fresh, {"purpose": "marketing", "way": "phone"})
    kept, ended = contact.consents.order_by("position")
    assert (kept.withdrawn_at, ended.withdrawn_way) == (None, "phone")
    assert contact.fresh.consent == "given", "the other one stands"
    act(crew.sales, "customers.contact.withdraw_consent", contact.fresh)
    assert contact.fresh.consent == "withdrawn"
    assert Consent.objects.filter(contact=contact).count() == 2, "that it was given stays on file"


def test_advertisements_need_consent_and_end_with_one_word(crew: Crew, contact: Contact) -> None:
    assert not may_advertise(contact.fresh)
    consent(crew, contact, purpose="marketing")
    assert may_advertise(contact.fresh)
    act(crew.sales, "customers.contact.refuse_marketing", contact.fresh)
    assert not may_advertise(contact.fresh)
    assert contact.fresh.marketing_refused_at
    consent(crew, contact, purpose="marketing", text="2026-07 版")
    assert may_advertise(contact.fresh), "who consents anew, is written to anew"


def test_what_stands_there_without_the_consent_it_needs_is_named(crew: Crew, contact: Contact) -> None:
    assert [str(one) for one in lacking(contact.fresh)] == [str(Contact._meta.get_field("messenger").verbose_name)]
    consent(crew, contact)
    assert lacking(contact.fresh) == []


def test_the_database_keeps_a_withdrawal_after_its_consent(crew: Crew, contact: Contact) -> None:
    consent(crew, contact)
    earlier = "UPDATE customers_consent SET withdrawn_at = given_at - interval '1 day', withdrawn_way = 'x'"
    kept = pytest.raises(IntegrityError, match="consent_withdrawn_later")
    with kept, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(earlier)


# Lists that come in again.


def taken_in(by: Person, content: str, record: str, *columns: str) -> Import:
    """A file brought in by the pages, its columns as named."""
    account = Account.objects.filter(person=by).first()
    client = a_client(by) if account is None else Client()
    if account is not None:
        client.force_login(account)
    url = sent(client, content, record=record).url
    if record == "customers.contact":
        assert 'value="name" selected' in client.get(url).content.decode(), "姓名 is a person's name"
    given = {f"column-{at}": name for at, name in enumerate(columns)}
    client.post(url + "run/", {"mode": "create", "fixed_name": [""], "fixed_value": [""]} | given)
    work_off()
    return Import.objects.latest("pk")


def test_a_list_of_contacts_that_comes_again_with_one_more_makes_one_more(crew: Crew) -> None:
    support, customer = Person.objects.get(pk=crew.support.person_id), a_customer(crew.sales, jurisdiction="TW")
    rows = [f"{customer.name},{name},{mail},{phone}" for name, mail, phone in (
        ("林美玲", "lin@huatai.example", "07-345-6789"), ("周建國", "", "0912 345 678"), ("許國隆", "", ""),
    )]  # fmt: skip
    columns = ("customer", "name", "email", "phone")
    head = "客戶,姓名,郵箱,電話"
    first = taken_in(support, "\n".join([head, *rows, ""]), "customers.contact", *columns)
    assert (first.made, first.skipped) == (3, 0)
    namesake = f"{customer.name},林美玲,lin.second@huatai.example,"
    again = taken_in(support, "\n".join([head, *rows, namesake, namesake, ""]), "customers.contact", *columns)
    assert (again.made, again.skipped, again.refused) == (1, 4, 0), "of one name, with a mail of her own"
    assert Contact.objects.filter(customer=customer).count() == 4


def test_talks_that_come_again_are_passed_over(crew: Crew) -> None:
    support, customer = Person.objects.get(pk=crew.support.person_id), a_customer(crew.sales)
    rows = [f"{customer.number},2026-0{month}-03 10:00,詢問{month}月交期" for month in (1, 2)]
    columns = ("customer", "at", "summary")
    assert taken_in(support, "\n".join(["客戶,時間,內容", *rows, ""]), "customers.communication", *columns).made == 2
    more = f"{customer.number},2026-02-03 10:00,另一件事"
    again = taken_in(
        support, "\n".join(["客戶,時間,內容", *rows, more, ""]), "customers.communication", *columns
    )  # fmt: skip
    assert (again.made, again.skipped) == (1, 2)
