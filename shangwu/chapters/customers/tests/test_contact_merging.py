"""Clause 2.5.1: a person who was entered twice is one contact, and what they have withdrawn stays withdrawn."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from shangwu.chapters.customers.actions.contacts import may_advertise
from shangwu.chapters.customers.actions.mail_intake import whose
from shangwu.chapters.customers.mails import parsed
from shangwu.chapters.customers.models import Consent, Contact, Customer
from shangwu.chapters.customers.personal_copies import copy_of
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.customers.tests.test_pages import client
from shangwu.chapters.customers.tests.test_requests import MARKS, asked, canary, found_in
from shangwu.chapters.customers.tests.test_surveys import a_survey, agreed
from shangwu.chapters.customers.tests.test_visits import a_visit
from shangwu.chapters.customers.tests.writing import a_mail
from shangwu.chapters.customers.unsubscribing import way_out
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit import sealing
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.audit.verify import verify
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Part
from shangwu.foundation.records.references import references_to, staying
from tests.authorisation.relations import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def twice(crew: Crew, **values: Any) -> tuple[Contact, Contact]:
    """One person at one customer, entered twice; the earlier entry first."""
    customer = a_customer(crew.sales, jurisdiction="TW")
    return a_contact(crew.sales, customer), a_contact(crew.sales, customer, **values)


def merged(crew: Crew, contact: Contact, other: Contact, by: Any = None, **rest: Any) -> str:
    given = {"other": other.fresh}
    return attempt(by or crew.sales, "customers.contact.merge", contact, given, **({"reason": "同一人"} | rest))


def consent(crew: Crew, contact: Contact, purpose: str = "business") -> None:
    act(crew.sales, "customers.contact.consent", contact.fresh, {"text": f"{purpose} 2026-01 版", "purpose": purpose})


# What refers to them.


def test_every_foreign_key_of_the_database_to_contacts_goes_along_or_says_why_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, a.attname FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE c.contype = 'f' AND c.confrelid = 'customers_contact'::regclass"
        )
        there = set(cursor.fetchall())
    moved = {(one.model._meta.db_table, one.column) for one in references_to(Contact)}
    left = {(apps.get_model(name.rpartition(".")[0])._meta.db_table, name.rpartition(".")[2]) for name in staying()}
    assert there - moved - left == set()
    assert {"customers_message", "customers_consent", "customers_met", "sales_quotation"} <= {
        one for one, _column in moved
    }


def test_one_row_of_every_kind_goes_along(crew: Crew) -> None:
    kept, gone = twice(crew)
    world, rows = World(), []
    for one in references_to(Contact):
        if one.model is Contact or issubclass(one.model, Part):
            continue  # below
        row = world.row(one.model, "own")
        sets = {one.column: gone.pk, **({one.type_column: "customers.contact"} if one.type_column else {})}
        with gate.door():
            one.model._default_manager.filter(pk=row.pk).update(**sets)
        rows.append((one, row.pk))
    assert len(rows) >= 8
    assert merged(crew, kept, gone) == "done"
    held = {one.model._default_manager.values_list(one.column, flat=True).get(pk=pk) for one, pk in rows}
    assert held == {kept.pk}


def test_what_is_another_persons_stays_theirs(crew: Crew) -> None:
    kept, gone = twice(crew)
    third = a_contact(crew.sales, kept.customer, name="林美玲")
    visits = [a_visit(crew.sales, kept.customer, met=[{"contact": one}]) for one in (gone, third)]
    assert merged(crew, kept, gone) == "done"
    assert [one.fresh.met.get().contact_id for one in visits] == [kept.pk, third.pk]


@pytest.mark.parametrize("opened", [0, 1], ids=["on the earlier", "on the later"])
def test_the_earlier_entry_stays_whichever_is_opened(crew: Crew, opened: int) -> None:
    kept, gone = both = twice(crew, phone="0955000137", post="採購", is_main=True)
    assert merged(crew, both[opened], both[1 - opened]) == "done"
    kept, gone = kept.fresh, gone.fresh
    assert (kept.archived_at, kept.phone, kept.post, kept.is_main) == (None, "+886955000137", "採購", True)
    assert (gone.merged_into_id, gone.is_main) == (kept.pk, False)
    assert gone.archived_at is not None
    client = a_client(Person.objects.get(pk=crew.sales.person_id))
    answer = client.get(f"/customers/contacts/{gone.public_id}/")
    assert (answer.status_code, str(kept.public_id) in answer["Location"]) == (302, True)


def test_what_the_earlier_entry_says_stands(crew: Crew) -> None:
    customer = a_customer(crew.sales, jurisdiction="TW")
    kept = a_contact(crew.sales, customer, phone="0955000111")
    gone = a_contact(crew.sales, customer, phone="0955000137", email="su@huatai.example")
    assert merged(crew, kept, gone) == "done"
    assert (kept.fresh.phone, kept.fresh.email) == ("+886955000111", "su@huatai.example")


def test_an_entry_into_which_another_went_takes_it_along(crew: Crew) -> None:
    first, second = twice(crew)
    third = a_contact(crew.sales, first.customer)
    assert merged(crew, second, third) == "done"
    assert merged(crew, first, second.fresh) == "done"
    assert (second.fresh.merged_into_id, third.fresh.merged_into_id) == (first.pk, first.pk)


@pytest.mark.parametrize("under_both", [True, False])
def test_a_survey_of_a_year_goes_along_unless_the_one_that_stays_has_its_own(desk: Desk, under_both: bool) -> None:
    kept = agreed(desk, a_contact(desk.sales, a_customer(desk.sales), email="su@huatai.example"))
    gone = agreed(desk, a_contact(desk.sales, kept.customer, email="su2@huatai.example"))
    if under_both:
        a_survey(desk, kept, "year")
    survey = a_survey(desk, gone, "year")
    assert attempt(desk.sales, "customers.contact.merge", kept, {"other": gone}, reason="同一人") == "done"
    assert survey.fresh.contact_id == (gone if under_both else kept).pk


# Consents: the stricter.


def test_what_was_withdrawn_under_either_is_withdrawn(crew: Crew) -> None:
    kept, gone = twice(crew)
    for one in (kept, gone):
        consent(crew, one)
        consent(crew, one, "survey")
    act(crew.sales, "customers.contact.withdraw_consent", gone.fresh, {"purpose": "survey", "way": "mail"})
    assert merged(crew, kept.fresh, gone) == "done"
    rows = Consent.objects.filter(contact=kept)
    assert rows.count() == 4, "what was given under either stays on file"
    assert {one.withdrawn_way for one in rows.filter(purpose="survey")} == {"mail"}
    assert not rows.filter(purpose="business", withdrawn_at__isnull=False).exists()
    assert kept.fresh.consent == "given"


@pytest.mark.parametrize("refusing", [0, 1], ids=["the earlier", "the later"])
def test_who_refused_advertisements_under_either_gets_none(crew: Crew, refusing: int) -> None:
    both = twice(crew)
    consent(crew, both[1 - refusing], "marketing")
    act(crew.sales, "customers.contact.refuse_marketing", both[refusing].fresh)
    assert may_advertise(both[1 - refusing].fresh)
    assert merged(crew, both[0].fresh, both[1]) == "done"
    kept = both[0].fresh
    assert not may_advertise(kept)
    assert (kept.consent, kept.consents.get().withdrawn_at is not None) == ("withdrawn", True)


def test_a_consent_that_nobody_withdrew_holds_for_both(crew: Crew) -> None:
    kept, gone = twice(crew)
    consent(crew, gone, "marketing")
    assert merged(crew, kept, gone) == "done"
    assert (may_advertise(kept.fresh), kept.fresh.consent) == (True, "given")
    assert kept.fresh.consent_at is not None


def test_the_way_out_of_an_earlier_mail_still_ends_advertisements(desk: Desk) -> None:
    kept = a_contact(desk.sales, a_customer(desk.sales))
    gone = a_contact(desk.sales, kept.customer, email="su@huatai.example")
    link = way_out(gone, desk.entity.pk)
    act(desk.sales, "customers.contact.merge", kept, {"other": gone}, reason="同一人")
    assert Client().post(link).status_code == 200
    assert kept.fresh.marketing_refused_at is not None


def test_mail_from_the_other_address_is_the_persons(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    kept = a_contact(crew.sales, customer, email="su@huatai.example")
    gone = a_contact(crew.sales, customer, email="su.private@huatai.example")
    mail, _raw = parsed(a_mail(From="蘇明勳 <su.private@huatai.example>").as_bytes())
    assert whose(mail).contact == gone
    assert merged(crew, kept, gone) == "done"
    assert (whose(mail).customer, whose(mail).contact) == (customer, kept)


# Refusals.


def test_only_contacts_of_one_customer_become_one(crew: Crew) -> None:
    kept, gone = twice(crew)
    elsewhere = a_contact(crew.sales, a_customer(crew.sales))
    assert merged(crew, kept, elsewhere) == "customer"
    assert merged(crew, kept, kept) == "same"
    outside = Crew()
    foreign = a_contact(outside.sales, a_customer(outside.sales))
    assert merged(crew, kept, foreign) == "invalid", "not theirs to see"
    assert elsewhere.fresh.archived_at is None
    assert merged(crew, kept, gone) == "done", "the control"
    assert merged(crew, kept.fresh, gone) == "invalid", "it lies in the archive"
    assert attempt(crew.sales, "customers.contact.unarchive", gone.fresh) != "done"


@pytest.mark.parametrize("opened", [0, 1])
def test_a_person_whose_data_were_erased_is_not_merged(crew: Crew, opened: int) -> None:
    kept, gone = both = twice(crew)
    officer = crew.one(Role.SECRECY_OFFICER)
    act(officer, "customers.personalrequest.erase", asked(crew.sales, gone, "delete"))
    assert merged(crew, both[opened].fresh, both[1 - opened]) == "erased"
    assert kept.fresh.name == "蘇明勳"


@pytest.mark.parametrize(
    ("role", "outcome"),
    [
        (Role.SALES_SUPPORT, "done"),
        (Role.SERVICE, "done"),
        (Role.HEAD, "done"),
        (Role.MARKETING, "forbidden"),
        (Role.LEGAL, "forbidden"),
    ],
)
def test_who_may_enter_contacts_may_say_that_two_are_one(crew: Crew, role: Role, outcome: str) -> None:
    kept, gone = twice(crew)
    assert merged(crew, kept, gone, by=crew.one(role)) == outcome


def test_it_needs_a_reason_and_a_fresh_page(crew: Crew) -> None:
    kept, gone = twice(crew)
    assert merged(crew, kept, gone, reason=" ") == "invalid"
    act(crew.sales, "customers.contact.edit", kept, {"post": "課長"})
    assert merged(crew, kept, gone, version=kept.version) == "stale"
    assert merged(crew, kept, gone, version=kept.fresh.version) == "done"


def test_it_is_logged_with_all_that_it_touched_and_the_log_stays_whole(crew: Crew) -> None:
    kept, gone = twice(crew)
    consent(crew, gone)
    said = {"customer": kept.customer, "contact": gone, "method": "phone", "at": "2026-01-05T10:00:00+08:00",
            "summary": "詢價"}  # fmt: skip
    act(crew.sales, "customers.communication.create", None, said)
    assert merged(crew, kept, gone) == "done"
    entry = Entry.objects.get(verb="customers.contact.merge")
    assert (entry.reason, entry.person_id) == ("同一人", crew.sales.person_id)
    assert {"customers.contact", "customers.consent", "customers.communication"} <= set(entry.touched)
    sealing.seal_all()
    assert verify().is_sound


def test_what_was_changed_since_it_was_looked_at_is_not_merged_unseen(crew: Crew) -> None:
    """Both are looked at: a change of either meanwhile is told, by form and by program alike."""
    kept, gone = twice(crew)
    act(crew.sales, "customers.contact.edit", gone, {"post": "課長"})
    seen = {"other": gone.fresh, "other_version": gone.version}
    assert attempt(crew.sales, "customers.contact.merge", kept, seen, reason="同一人") == "stale"
    assert gone.fresh.archived_at is None
    assert attempt(crew.sales, "customers.contact.merge", kept, seen | {"other_version": 2}, reason="同一人") == "done"


# The page.


def address(contact: Contact) -> str:
    return reverse("customers.entered_twice", kwargs={"public_id": contact.public_id})


def posted(crew: Crew, contact: Contact, other: Contact, **more: Any) -> Any:
    given = {
        "with": str(other.public_id),
        "version": contact.version,
        "other_version": other.version,
        "reason": "同一人",
    }
    return client(crew.sales).post(address(contact), given | more)


def read(by: Actor, contact: Contact, query: str = "") -> str:
    return client(by).get(address(contact) + query).content.decode()


def test_both_are_looked_at_before_they_are_one(crew: Crew) -> None:
    kept, gone = twice(crew, phone="0955000137", post="採購")
    a_contact(crew.sales, kept.customer, name="林美玲")
    assert address(gone) in client(crew.sales).get(f"/customers/contacts/{gone.public_id}/").content.decode()
    page = read(crew.sales, gone)
    assert page.index(str(kept.public_id)) < page.index("林美玲"), "who has the same name is offered first"
    page = read(crew.sales, gone, f"?with={kept.public_id}")
    assert "<strong>採購</strong>" in page
    answer = posted(crew, gone, kept)
    assert (answer.status_code, str(kept.public_id) in answer["Location"]) == (302, True)
    assert gone.fresh.merged_into_id == kept.pk


def test_the_page_tells_of_a_change_meanwhile_and_asks_for_a_reason(crew: Crew) -> None:
    kept, gone = twice(crew)
    act(crew.sales, "customers.contact.edit", gone, {"post": "課長"})
    answer = posted(crew, kept, gone)
    assert (answer.status_code, "課長" in answer.content.decode()) == (409, True)
    assert posted(crew, kept, gone.fresh, reason=" ").status_code == 422
    assert posted(crew, kept, gone.fresh).status_code == 302


def test_only_contacts_of_the_customer_stand_beside_each_other(crew: Crew) -> None:
    kept, _gone = twice(crew)
    elsewhere = a_contact(crew.sales, a_customer(crew.sales), name="林美玲")
    assert "林美玲" not in read(crew.sales, kept)
    assert "no such contact" in read(crew.sales, kept, f"?with={elsewhere.public_id}")
    assert posted(crew, kept, elsewhere).status_code == 200
    assert elsewhere.fresh.archived_at is None
    assert client(crew.one(Role.MARKETING)).get(address(kept)).status_code == 403
    alone = a_contact(crew.sales, a_customer(crew.sales))
    assert "no other contact" in read(crew.sales, alone)


# The person's own data.


def test_a_copy_tells_what_was_entered_twice_and_an_erasure_takes_both(crew: Crew) -> None:
    gone = canary(crew)
    customer = Customer.objects.get(pk=gone.customer_id)
    kept = a_contact(crew.sales, customer, name="譚雀燕", phone="0955000137")
    with gate.door():
        Contact.objects.filter(pk=kept.pk).update(created_at="2020-01-01T00:00:00Z")
    assert merged(crew, kept.fresh, gone) == "done"
    kept = kept.fresh
    assert gone.fresh.merged_into_id == kept.pk
    (second,) = copy_of(kept)["entered_twice"]
    assert "wx_canary_9137" in {one["value"] for one in second}
    officer = crew.one(Role.SECRECY_OFFICER)
    assert found_in(*MARKS)
    act(officer, "customers.personalrequest.erase", asked(crew.sales, kept, "delete"))
    assert found_in(*MARKS) == set()
    assert gone.fresh.erased_at is not None
    sealing.seal_all()
    assert verify().is_sound
