"""Clause 2.5.1: a private person's own customer file goes when they ask for it; what the law keeps stays (PIPL 47)."""

import datetime
from typing import Any

import pytest

from shangwu.chapters.customers.actions.mail_intake import take_in
from shangwu.chapters.customers.legal_bases import bases_of
from shangwu.chapters.customers.models import Contact, Customer, DeliveryAddress, Merge, PersonalRequest
from shangwu.chapters.customers.personal_copies import copy_of
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.customers.tests.test_requests import asked, found_in
from shangwu.chapters.customers.tests.writing import a_draft, a_mail
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_product, attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit import sealing, shapes
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.audit.verify import verify
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

NAME = "譚雀燕"
FILE: dict[str, Any] = {
    "name": NAME, "short_name": "雀燕姐", "kind": "person", "jurisdiction": "TW", "phone": "0955-000-137",
    "invoice_name": "譚雀燕收", "invoice_address": "雀燕路十二號", "bank_account": "9137-0137",
    "note": "雀燕只在下午接電話", "ship_to_name": "譚雀燕", "ship_to_address": "雀燕路十二號三樓",
    "addresses": [{"address": "雀燕巷五號", "receiver": "雀燕之母", "phone": "0955-000-138"}],
}  # fmt: skip
MARKS = ["雀燕", "955000137", "955000138", "9137-0137"]


@pytest.fixture
def crew() -> Crew:
    return Crew()


@pytest.fixture
def officer(crew: Crew) -> Actor:
    return crew.one(Role.SECRECY_OFFICER)


def a_person_with_file(crew: Crew, **values: Any) -> tuple[Customer, Contact]:
    """A private person who is our customer, and whom we reach under the same name."""
    customer = a_customer(crew.sales, **(FILE | values))
    return customer, a_contact(crew.sales, customer, name=NAME, phone="0955000137")


def erased(officer: Actor, by: Actor, contact: Contact, **values: Any) -> PersonalRequest:
    request = asked(by, contact.fresh, "delete", **values)
    done: PersonalRequest = act(officer, "customers.personalrequest.erase", request).record
    return done


def test_nothing_of_the_file_is_found_any_more_in_table_history_or_log(crew: Crew, officer: Actor) -> None:
    customer, contact = a_person_with_file(crew)
    given = {"short_name": "阿燕雀燕", "addresses": [{"address": "雀燕新村"}]}
    act(crew.sales, "customers.customer.edit", customer.fresh, given)
    sealing.seal_all()
    assert {"customers_customer", "customers_customerhistory", "customers_deliveryaddresshistory"} <= found_in(*MARKS)
    request = erased(officer, crew.sales, contact)
    assert found_in(*MARKS) == set()
    now = customer.fresh
    assert (now.name, now.phone, now.ship_to_address, now.number) == ("已刪除-依法保留", "", "", customer.number)
    assert now.archived_at is not None, "nobody works with a file that names nobody"
    assert request.covers_file
    sealing.seal_all()
    report = verify()
    assert (report.is_sound, report.fault) == (True, "")


def test_the_log_never_names_a_private_person_and_names_companies(crew: Crew) -> None:
    person, _contact = a_person_with_file(crew)
    company = a_customer(crew.sales, name="雀燕實業有限公司")
    told = Entry.objects.filter(record_type="customers.customer")
    assert told.get(record_id=company.pk).changes["name"] == [None, company.name]
    entry = told.get(record_id=person.pk)
    assert "name" not in entry.changes
    assert {"name", "name_key", "sort_key", "invoice_name", "phone"} <= entry.commitments.keys()


def test_a_companys_note_that_was_sealed_openly_is_checked_as_it_was(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an upgrade: notes became personal in companies' files too, and what was sealed before stays sound."""
    columns, classes = shapes.described()
    with monkeypatch.context() as former:
        former.setattr(Customer, "classes", dict.fromkeys(Customer.first_classes, "personal"))
        untold = {name: found for name, found in classes.items() if not name.endswith(shapes.ALWAYS)}
        former.setattr(shapes, "described", lambda: (columns, untold))
        company = a_customer(crew.sales, note="找窗口", phone="07-1234567")
        a_person_with_file(crew)
        sealing.seal_all()
        assert verify().is_sound
    assert Entry.objects.get(record_type="customers.customer", record_id=company.pk).changes["note"] == [None, "找窗口"]
    act(crew.sales, "customers.customer.edit", company, {"note": "找總機"})
    sealing.seal_all()
    assert verify().is_sound
    monkeypatch.setattr(Customer, "first_classes", tuple(Customer.classes))
    assert not verify().is_sound, "the control: as if they had been personal from the first"


def test_orders_stay_with_the_name_under_which_was_bought(crew: Crew, officer: Actor) -> None:
    customer, contact = a_person_with_file(crew)
    given = {"customer": customer, "lines": [{"product": a_product(), "quantity": "1"}]}
    order: Order = act(crew.sales, "sales.order.create", None, given).record
    erased(officer, crew.sales, contact)
    assert (order.fresh.customer_id, order.fresh.customer_name) == (customer.pk, NAME)
    of_the_order = {"sales_order", "sales_orderhistory", "audit_entry"}
    assert found_in(*MARKS) <= of_the_order, "the order's own papers and its log"


def test_complaints_and_mail_of_the_file_go_too_whether_archived_or_not(crew: Crew, officer: Actor) -> None:
    customer, contact = a_person_with_file(crew)
    act(crew.sales, "customers.contact.edit", contact.fresh, {"email": "tan@yan.example"})
    assert take_in(a_mail("雀燕的信", From="tan@yan.example").as_bytes(), entity=crew.entity).message is not None
    draft = a_draft(crew.sales, contact.fresh, subject="給雀燕", text="雀燕您好")
    act(crew.sales, "customers.message.archive", draft)
    given = {"customer": customer, "category": "quality", "description": "異音", "claimant_name": "雀燕之母"}
    complaint = act(crew.one(Role.SERVICE), "customers.complaint.create", None, given).record
    act(crew.head, "customers.complaint.archive", complaint)
    erased(officer, crew.sales, contact)
    assert found_in(*MARKS, "tan@yan.example") == set()


def test_files_that_were_merged_into_it_go_with_it(crew: Crew, officer: Actor) -> None:
    customer, contact = a_person_with_file(crew)
    other = a_customer(crew.sales, name="譚雀燕女士", kind="person", note="雀燕的另一檔")
    act(crew.head, "customers.customer.merge", customer.fresh, {"others": [{"file": other}]}, reason="同一人")
    erased(officer, crew.sales, contact)
    assert found_in(*MARKS) == set()


def test_files_go_too_that_were_merged_by_way_of_others(crew: Crew, officer: Actor) -> None:
    """The first went into the second, the second into the third: the person is named in none."""
    first, second = (a_customer(crew.sales, **FILE, duplicate_reason="手誤") for _n in range(2))
    third, contact = a_person_with_file(crew, duplicate_reason="手誤")
    for gone, into in ((first, second), (second, third)):
        act(crew.head, "customers.customer.merge", into.fresh, {"others": [{"file": gone.fresh}]}, reason="同一人")
    erased(officer, crew.sales, contact)
    assert found_in(*MARKS) == set()
    assert first.fresh.name == "已刪除-依法保留"


def test_a_company_stays_when_one_of_its_people_asks(crew: Crew, officer: Actor) -> None:
    customer = a_customer(crew.sales, name="岳澄精密有限公司", phone="0955000137", jurisdiction="TW")
    contact = a_contact(crew.sales, customer, name=NAME)
    given = {"contact": contact, "kind": "delete", "asked_at": contact.created_at, "covers_file": True}
    assert attempt(crew.sales, "customers.personalrequest.create", None, given) == "company"
    request = erased(officer, crew.sales, contact)
    assert not request.covers_file
    assert (customer.fresh.phone, customer.fresh.archived_at) == ("+886955000137", None)


def test_somebody_else_at_a_private_persons_file_does_not_take_it_along(crew: Crew, officer: Actor) -> None:
    customer, _contact = a_person_with_file(crew)
    other = a_contact(crew.sales, customer, name="林先生")
    erased(officer, crew.sales, other)
    assert customer.fresh.name == NAME
    known_as = a_contact(crew.sales, customer, name="燕小姐")
    erased(officer, crew.sales, known_as, covers_file=True)
    assert customer.fresh.name == "已刪除-依法保留", "entered under another name, the request says that it is theirs"


def test_a_company_never_becomes_a_person_nor_the_other_way(crew: Crew) -> None:
    person, _contact = a_person_with_file(crew)
    company = a_customer(crew.sales)
    assert attempt(crew.sales, "customers.customer.edit", person.fresh, {"kind": "company"}) == "kind"
    assert attempt(crew.sales, "customers.customer.edit", company, {"kind": "person"}) == "kind"
    assert attempt(crew.sales, "customers.customer.edit", company, {"kind": "dealer"}) == "done"
    merge = {"others": [{"file": person}]}
    assert attempt(crew.head, "customers.customer.merge", company.fresh, merge, reason="同一家") == "kinds"


def test_the_copy_holds_the_file_and_nobody_elses_data(crew: Crew) -> None:
    customer, contact = a_person_with_file(crew)
    a_contact(crew.sales, customer, name="林先生")
    copy = copy_of(contact.fresh, with_file=True)
    told = {one["field"]: one for one in copy["file"]["fields"]}
    assert (told["name"]["value"], told["invoice_address"]["value"]) == (NAME, "雀燕路十二號")
    assert all(told[name]["kept_because"] for name in ("name", "phone", "note"))
    assert len(copy["file"]["addresses"]) == 1
    assert "林先生" not in str(copy)
    assert "file" not in copy_of(contact.fresh)


def test_the_erasure_of_a_file_is_nobodys_own_deed(crew: Crew) -> None:
    customer, _contact = a_person_with_file(crew)
    for by in (crew.sales, crew.head, crew.executive, crew.one(Role.SECRECY_OFFICER)):
        assert attempt(by, "customers.customer.blank", customer) in ("forbidden", "missing")
    act(HOUSE, "customers.customer.blank", customer)
    history: Any = history_models[Customer]
    assert history.objects.filter(pgh_obj_id=customer.pk, name=NAME).exists(), "only an erasure reaches the history"


def test_each_personal_field_of_a_file_has_its_legal_basis() -> None:
    assert set(bases_of(Customer)) == set(Customer.classes_of({"kind": "person"}))
    assert set(bases_of(DeliveryAddress)) == set(DeliveryAddress.classes)
    assert Customer.classes_of({}) == Customer.of_persons, "a row whose kind is not told is taken for a person's"
    assert "name" not in Customer.classes_of({"kind": "company"})


def test_a_request_says_when_it_came(crew: Crew) -> None:
    _customer, contact = a_person_with_file(crew)
    ahead = {"contact": contact, "kind": "copy", "asked_at": contact.created_at + datetime.timedelta(days=1)}
    assert attempt(crew.sales, "customers.personalrequest.create", None, ahead) == "future"


# Taking a merge apart after an erasure.


def joined(crew: Crew, into: Customer, other: Customer, **choices: Customer) -> Merge:
    given = {"others": [{"file": other}], "choices": [{"field": name, "file": one} for name, one in choices.items()]}
    act(crew.head, "customers.customer.merge", into.fresh, given, reason="同一人")
    return Merge.objects.latest("pk")


def test_a_blanked_file_does_not_come_back_when_a_merge_is_taken_apart(crew: Crew, officer: Actor) -> None:
    into = a_customer(crew.sales, name="雀燕之店", kind="person")
    other, contact = a_person_with_file(crew)
    merge = joined(crew, into, other, name=other, note=other)
    erased(officer, crew.sales, contact, covers_file=True)
    assert attempt(crew.head, "customers.merge.take_apart", merge.fresh, reason="其實是兩人") == "erased"
    for one in (into, other):
        assert (one.fresh.archived_at is not None, one.fresh.name) == (True, "已刪除-依法保留")
    assert other.fresh.merged_into_id == into.pk
    assert found_in(*MARKS) == set()


def test_a_merge_of_files_that_were_not_erased_is_taken_apart(crew: Crew, officer: Actor) -> None:
    """The control, and a request that was carried out by a copy."""
    into = a_customer(crew.sales, name="雀燕之店", kind="person")
    other, contact = a_person_with_file(crew)
    merge = joined(crew, into, other, name=other)
    act(officer, "customers.personalrequest.copy", asked(crew.sales, contact.fresh, "copy", covers_file=True))
    assert attempt(crew.head, "customers.merge.take_apart", merge.fresh, reason="其實是兩人") == "done"
    assert (into.fresh.name, other.fresh.name, other.fresh.merged_into_id) == ("雀燕之店", NAME, None)


def test_an_erased_person_stays_erased_when_companies_are_taken_apart(crew: Crew, officer: Actor) -> None:
    into, other = a_customer(crew.sales), a_customer(crew.sales)
    a_contact(crew.sales, into, is_main=True)
    contact = a_contact(crew.sales, other, name=NAME, phone="0955000137", is_main=True)
    kept = a_contact(crew.sales, a_customer(crew.sales), name="林美玲", is_main=True)
    third = joined(crew, into, kept.customer)
    merge = joined(crew, into, other)
    erased(officer, crew.sales, contact)
    assert attempt(crew.head, "customers.merge.take_apart", merge.fresh, reason="其實是兩家") == "done"
    assert attempt(crew.head, "customers.merge.take_apart", third.fresh, reason="其實是兩家") == "done"
    contact = contact.fresh
    assert (contact.customer_id, contact.is_main, contact.name) == (other.pk, False, "已刪除-依法保留")
    assert kept.fresh.is_main, "the control: who was not erased is the main contact again"
    assert found_in(NAME, "955000137") == set()
