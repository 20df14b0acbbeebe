"""Clause 2.5.1: an erased person is named no more in what was written about the customer, nor in own fields."""

from collections.abc import Iterator
from typing import Any

import pytest

from shangwu.chapters.customers.free_words import FREE_WORDS, NO_WORDS
from shangwu.chapters.customers.models import Contact, Customer
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.test_requests import asked, found_in
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit import sealing
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.audit.verify import verify
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import own
from shangwu.foundation.records.models import Record
from tests.builders import an_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

NAME = "譚雀燕"
MARKS = ["雀燕", "955-000-137", "0955 000 137", "955000137", "bird@huatai.example"]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """The next test's database knows nothing of this one's own fields."""
    yield
    own.forget()


def erased(desk: Desk, contact: Contact, **values: Any) -> None:
    sealing.seal_all()
    request = asked(desk.sales, contact.fresh, "delete", **values)
    act(desk.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", request)
    sealing.seal_all()
    report = verify()
    assert (report.is_sound, report.fault) == (True, "")


def remark(desk: Desk, record: Record, text: str) -> None:
    given = {"about": record._meta.label_lower, "about_id": str(record.public_id), "text": text}
    act(desk.sales, "pages.comment.create", None, given)


def a_person(desk: Desk, **values: Any) -> Contact:
    customer = a_customer(desk.sales, **values)
    return a_contact(desk.sales, customer, name=NAME, phone="+886955000137", email="bird@huatai.example")


def written_about(desk: Desk, contact: Contact) -> dict[str, Any]:
    """What people write: a talk, a visit, a promise, a need, a plan, an opportunity, a complaint of somebody else's."""
    to = {"customer": contact.customer}
    said = f"與{NAME}通話，改打 0955-000-137"
    done = {
        "communication.create": {**to, "method": "phone", "at": "2026-09-29T09:00:00+08:00", "summary": said},
        "visit.record": {**to, "content": f"{NAME}要樣品", "purpose": "送樣", "met": [{"contact": contact}]},
        "promise.create": {**to, "contact": contact, "what": f"給{NAME}寄樣品", "due_on": "2026-12-31"},
        "ticket.create": {**to, "words": f"{NAME}：請寄到 Bird@huatai.example"},
        "contactplan.create": {**to, "year": 2026, "traits": f"由{NAME}決定", "way": "phone", "reason": "忙",
                               "every_days": 30},
        "opportunity.create": {**to, "name": f"{NAME}的擴產案", "amount": "1000", "expected_on": "2026-12-31"},
        "complaint.create": {**to, "category": "quality", "description": f"異音，{NAME}發現的"},
    }  # fmt: skip
    return {name: act(desk.sales, f"customers.{name}", None, given).record for name, given in done.items()}


def test_the_name_goes_from_what_was_written_and_what_was_said_stays(desk: Desk) -> None:
    contact = a_person(desk)
    records = written_about(desk, contact)
    talk, promise = records["communication.create"], records["promise.create"]
    act(desk.sales, "customers.communication.edit", talk, {"summary": f"{NAME}與老周通話"})
    act(desk.sales, "customers.communication.edit", talk.fresh, {"summary": "與老周通話"})
    act(desk.sales, "customers.opportunity.archive", records["opportunity.create"])
    remark(desk, contact, "要打給她，週三以後")
    remark(desk, contact.customer, f"{NAME} 是老闆的女兒，電話 0955 000 137")
    remark(desk, a_customer(desk.sales), f"{NAME} 是另一家的人")
    assert len(found_in("雀燕")) > 14
    erased(desk, contact)
    assert found_in(*MARKS[1:], "週三以後", "的女兒雀燕") == set()
    assert found_in("雀燕") == {"pages_comment", "pages_commenthistory"}, "a namesake elsewhere is somebody else"
    assert promise.fresh.what == "給已刪除-依法保留寄樣品"
    assert talk.fresh.summary == "與老周通話"
    assert records["complaint.create"].fresh.description.startswith("異音，")


def test_another_customers_words_stay(desk: Desk) -> None:
    contact = a_person(desk)
    other = a_contact(desk.sales, a_customer(desk.sales), name="譚雀燕")
    theirs = written_about(desk, other)["communication.create"]
    erased(desk, contact)
    assert theirs.fresh.summary.startswith(f"與{NAME}"), "a namesake elsewhere is somebody else"


def test_own_fields_of_a_person_and_of_their_file_go_from_history_and_log(desk: Desk) -> None:
    keeper = an_actor(Role.ADMINISTRATOR, whole_company=True)
    for record_type in ("customers.customer", "customers.contact"):
        given = {"record_type": record_type, "key": "nick", "kind": "text", "label": "小名"}
        act(keeper, "own_fields.ownfield.create", None, given)
    contact = a_person(desk, kind="person", name=NAME, jurisdiction="TW", own_nick="阿雀燕仔")
    act(desk.sales, "customers.contact.edit", contact, {"own_nick": "燕仔雀燕"})
    act(desk.sales, "customers.customer.edit", contact.customer.fresh, {"own_nick": "老雀燕"})
    told = Entry.objects.filter(record_type="customers.customer", record_id=contact.customer_id).latest("pk")
    assert "own_nick" in told.commitments
    assert "own_nick" not in told.changes
    assert {"customers_customer", "customers_customerhistory", "customers_contacthistory"} <= found_in("雀燕")
    erased(desk, contact)
    assert found_in(*MARKS) == set()
    assert Customer.objects.get(pk=contact.customer_id).extra == {}


def test_own_fields_of_a_company_stand_in_the_log(desk: Desk) -> None:
    keeper = an_actor(Role.ADMINISTRATOR, whole_company=True)
    given = {"record_type": "customers.customer", "key": "rhythm", "kind": "text", "label": "頻率"}
    act(keeper, "own_fields.ownfield.create", None, given)
    company = a_customer(desk.sales, own_rhythm="每週")
    told = Entry.objects.get(record_type="customers.customer", record_id=company.pk)
    assert told.changes["own_rhythm"] == [None, "每週"]


def test_only_an_erasure_takes_names_out(desk: Desk) -> None:
    talk = written_about(desk, a_person(desk))["communication.create"]
    for by in (desk.sales, desk.head, desk.executive):
        assert attempt(by, "customers.communication.redact", talk, {"summary": "x"}) == "forbidden"
    assert NAME in talk.fresh.summary


def test_every_word_that_people_write_about_customers_is_gone_through() -> None:
    """A record's personal fields are words, or have a way of their own."""
    for model, names in FREE_WORDS.items():
        assert names, model
        assert set(names) == set(model.classes) - NO_WORDS
