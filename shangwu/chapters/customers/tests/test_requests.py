"""Clause 2.5.1: whoever asks gets a copy of their data, has them put right, or erased; the officer answers in time."""

import datetime
import json

import pytest
from django.db import DatabaseError, connection, transaction

from shangwu.chapters.customers.legal_bases import bases_of
from shangwu.chapters.customers.models import Contact, Customer, DeliveryAddress, PersonalRequest
from shangwu.chapters.customers.personal_copies import copy_of
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act, undo
from shangwu.foundation.audit import sealing
from shangwu.foundation.audit.models import Entry, Salt
from shangwu.foundation.audit.verify import verify
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages.models import Draft
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import classes_of
from tests.tables import tables

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

CANARY = {
    "name": "譚雀燕", "phone": "+886955000137", "email": "canary.bird@example.tw", "messenger": "wx_canary_9137",
    "note": "只在週三下午接電話雀", "birthday": "1987-03-09",
}  # fmt: skip
MARKS = ["譚雀燕", "955000137", "canary.bird", "wx_canary_9137", "接電話雀", "1987-03-09", "小雀燕"]


@pytest.fixture
def crew() -> Crew:
    return Crew()


@pytest.fixture
def officer(crew: Crew) -> Actor:
    return crew.one(Role.SECRECY_OFFICER)


def asked(by: Actor, contact: Contact, kind: str, **values: object) -> PersonalRequest:
    given = {"contact": contact, "kind": kind, "asked_at": clock.now() - datetime.timedelta(hours=1)} | values
    made: PersonalRequest = act(by, "customers.personalrequest.create", None, given).record
    return made


def canary(crew: Crew) -> Contact:
    contact = a_contact(crew.sales, a_customer(crew.sales, jurisdiction="TW"), **CANARY)
    act(crew.sales, "customers.contact.edit", contact, {"name": "小雀燕"})
    contact = act(crew.sales, "customers.contact.edit", contact.fresh, {"name": CANARY["name"]}).record
    return contact.fresh  # type: ignore[no-any-return]


def found_in(*marks: str) -> set[str]:
    """Tables in which one of the texts stands, in any column, history and log included."""
    found = set()
    with connection.cursor() as cursor:
        for table in sorted(tables()):
            said = " OR ".join(["position(%s in t::text) > 0"] * len(marks))
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE {said})', marks)
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def test_the_erased_value_is_found_in_no_table(crew: Crew, officer: Actor) -> None:
    contact = canary(crew)
    person = crew.sales.person_id
    Draft.objects.create(person_id=person, form="x", target=contact.public_id, saved_at=clock.now(), entries={"a": 1})
    Draft.objects.create(person_id=person, form="y", saved_at=clock.now(), entries={"q": [CANARY["name"]]})
    Notice.objects.create(person_id=person, at=clock.now(), message="x", params={"who": CANARY["name"]})
    earlier = asked(crew.sales, contact, "copy", words="寄到 canary.bird@example.tw")
    request = asked(crew.sales, contact, "delete", words="請刪除譚雀燕的資料")
    assert {"customers_contact", "customers_contacthistory", "pages_draft", "notices_notice"} <= found_in(*MARKS)
    done = act(officer, "customers.personalrequest.erase", request)
    assert found_in(*MARKS) == set()
    contact = contact.fresh
    assert (contact.name, contact.phone, contact.birthday) == ("已刪除-依法保留", "", None)
    assert contact.erased_at == done.record.carried_out_at
    assert earlier.fresh.words == ""
    assert Customer.objects.filter(pk=contact.customer_id).exists(), "the customer's file and its papers stay"


def test_the_log_stays_sound_after_an_erasure(crew: Crew, officer: Actor) -> None:
    contact = canary(crew)
    sealing.seal_all()
    act(officer, "customers.personalrequest.erase", asked(crew.sales, contact, "delete"))
    sealing.seal_all()
    report = verify()
    assert (report.is_sound, report.fault) == (True, "")
    assert report.erased >= 4, "made, edited twice, erased"
    told = Entry.objects.filter(record_type="customers.contact", record_id=contact.pk)
    assert not Salt.objects.filter(entry__in=told).exists(), "a commitment without its salt tells nothing"


def test_nobody_but_an_erasure_blanks_history_or_takes_salts(crew: Crew) -> None:
    contact = canary(crew)
    calls = [
        ("SELECT shangwu_erase('customers_contacthistory', 'pgh_obj_id', %s, '{\"name\": \"x\"}')", [contact.pk]),
        ("UPDATE customers_contacthistory SET name = 'x' WHERE pgh_obj_id = %s", [contact.pk]),
        ("DELETE FROM audit_salt WHERE entry_id > %s", [0]),
    ]
    for statement, given in calls:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, given)
    with connection.cursor() as cursor:  # the same call within an erase action: what the guard rests on
        cursor.execute(
            "INSERT INTO audit_entry (at, actor_kind, verb, clause, record_type, count, reason, source, request_id,"
            " context, changes, commitments, touched) VALUES (now(), 'system', 'x.y.erase', '', '', 1, '', 'event',"
            " gen_random_uuid(), '00000000-0000-4000-8000-000000000001', '{}', '{}', '[]')"
        )
        cursor.execute("SELECT set_config('pghistory.context_id', '00000000-0000-4000-8000-000000000001', true)")
        cursor.execute(*calls[0])
        assert cursor.fetchone()[0]


def test_an_erased_contact_takes_no_entries_any_more(crew: Crew, officer: Actor) -> None:
    contact = canary(crew)
    edited = act(crew.sales, "customers.contact.edit", contact, {"phone": "0955-000-138"})
    act(officer, "customers.personalrequest.erase", asked(crew.sales, contact.fresh, "delete"))
    assert attempt(crew.sales, "customers.contact.edit", contact.fresh, {"phone": "0955000137"}) == "erased"
    assert attempt(crew.sales, "customers.contact.consent", contact.fresh, {"text": "v1"}) == "erased"
    undone = undo(crew.sales, edited.entry_id, whole=False)
    assert not undone.done, "nothing that was erased comes back by undoing"


def test_only_the_officer_erases_and_only_what_was_asked(crew: Crew, officer: Actor) -> None:
    request = asked(crew.sales, canary(crew), "delete")
    for by in (crew.sales, crew.head, crew.executive):
        assert attempt(by, "customers.personalrequest.erase", request) == "forbidden"
    assert attempt(officer, "customers.personalrequest.erase", asked(crew.sales, canary(crew), "copy")) == "kind"
    assert attempt(officer, "customers.personalrequest.answer", request, {"answer": "已處理"}) == "undone"
    assert attempt(officer, "customers.personalrequest.erase", request) == "done"
    assert (
        attempt(officer, "customers.personalrequest.refuse", request.fresh, {"reasons": "合約存續期間須保存"}) == "done"
    )
    assert attempt(officer, "customers.personalrequest.answer", request.fresh, {"answer": "已刪除聯絡資料"}) == "done"


def test_a_refusal_gives_reasons(crew: Crew, officer: Actor) -> None:
    request = asked(crew.sales, canary(crew), "delete")
    assert attempt(officer, "customers.personalrequest.refuse", request, {"reasons": "不行"}) == "reasons"
    given = {"reasons": "合約仍在履行，依法保存至保固期滿。"}
    assert attempt(officer, "customers.personalrequest.refuse", request, given) == "done"
    assert request.fresh.state == "refused"


def test_a_correction_is_answered_after_it_was_made(crew: Crew, officer: Actor) -> None:
    contact = canary(crew)
    request = asked(crew.sales, contact, "correct", asked_at=clock.now())
    assert attempt(officer, "customers.personalrequest.answer", request, {"answer": "已更正"}) == "undone"
    act(crew.sales, "customers.contact.edit", contact.fresh, {"phone": "0955-000-139"})
    assert attempt(officer, "customers.personalrequest.answer", request, {"answer": "已更正"}) == "done"


def test_the_copy_holds_all_that_is_kept_and_why(crew: Crew) -> None:
    contact = canary(crew)
    act(crew.sales, "customers.contact.consent", contact, {"text": "2026-01 版", "kinds": "電話、郵件"})
    said = {"customer": contact.customer, "contact": contact, "method": "phone",
            "at": clock.now() - datetime.timedelta(hours=2), "summary": "詢問交期"}  # fmt: skip
    act(crew.sales, "customers.communication.create", None, said)
    copy = copy_of(contact.fresh)
    told = {one["field"]: one["value"] for one in copy["fields"]}
    assert {name: str(told[name]) for name in CANARY} == {name: str(getattr(contact, name)) for name in CANARY}
    reasons = {one["field"]: one["kept_because"] for one in copy["fields"] if one["field"] in CANARY}
    assert all(reasons.values()), "each personal field says why we may keep it"
    assert len(copy["consents"]) == 1
    assert [one["kind"] for one in copy["named_in"]] == ["customers.communication"]
    assert json.dumps(copy, default=str)


def test_the_officer_sees_a_person_only_when_they_ask(crew: Crew, officer: Actor) -> None:
    contact = canary(crew)
    assert not Contact.objects.visible_to(officer).filter(pk=contact.pk).exists()
    asked(crew.sales, contact, "copy")
    assert Contact.objects.visible_to(officer).filter(pk=contact.pk).exists()


def test_each_personal_field_has_its_legal_basis() -> None:
    for model in (Contact, Customer, DeliveryAddress):
        assert set(bases_of(model)) == set(classes_of(model, {"kind": "person"}))
