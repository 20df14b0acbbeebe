"""Clause 2.5.1: to what a person at a customer has consented, when and how; and what they want no more."""

import pytest
from django.db import IntegrityError, connection, transaction

from shangwu.chapters.customers.actions.contacts import may_advertise
from shangwu.chapters.customers.legal_bases import lacking
from shangwu.chapters.customers.models import Consent, Contact
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.registry import actions

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
