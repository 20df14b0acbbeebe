"""Clause 2.5.1 and the papers of sales: what binds nobody forgets an erased person, what was agreed stays."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.models import Contact, ContactPlan, Customer, PersonalRequest
from shangwu.chapters.customers.tests.factories import a_contact, a_customer, person_of
from shangwu.chapters.customers.tests.test_private_files import FILE, MARKS, NAME
from shangwu.chapters.customers.tests.test_requests import asked, found_in
from shangwu.chapters.customers.tests.writing import a_word
from shangwu.chapters.sales import pending_erasures
from shangwu.chapters.sales.models import Contract, PendingErasure, Quotation
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import a_product, a_quotation, a_sent_quotation, attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.audit import sealing
from shangwu.foundation.audit.verify import verify
from shangwu.foundation.files import storage
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.pages.tests.lists.test_list_page import client_of
from shangwu.foundation.pages.tests.visiting import shows
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

AGREED = {
    "approvals_request", "approvals_requesthistory", "audit_entry", "audit_entryrecord", "files_storedfile",
    "files_storedfilehistory", "sales_contract", "sales_contracthistory", "sales_order", "sales_orderhistory",
    "sales_quotation", "sales_quotationhistory",
}  # fmt: skip
"""Where the papers of what was agreed stand: the papers, their files, what was decided about them, and the log."""


@pytest.fixture
def house(settings: Any, tmp_path: Path) -> House:
    """A house whose files lie by themselves."""
    settings.STORAGES = {
        **settings.STORAGES,
        "files": {"BACKEND": "shangwu.foundation.files.storage.Folder", "OPTIONS": {"location": str(tmp_path)}},
    }
    return House()


def a_private_customer(house: House) -> tuple[Customer, Contact]:
    customer = a_customer(house.sales, **FILE)
    return customer, a_contact(house.sales, customer, name=NAME, phone="0955000137")


def erase(house: House, contact: Contact) -> PersonalRequest:
    """The person's data are erased; the log is sound before and after."""
    sealing.seal_all()
    request = asked(house.sales, contact.fresh, "delete")
    act(house.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", request)
    sealing.seal_all()
    report = verify()
    assert (report.is_sound, report.fault) == (True, "")
    return request


def a_draft(house: House, customer: Customer, **values: Any) -> Contract:
    """A draft whose text the house has written."""
    given = {"title": "供貨合同", "customer": customer, "amount": "100", "tax_rate": "0.05"} | values
    made: Contract = act(house.sales, "sales.contract.create", None, given).record
    done: Contract = act(house.sales, "sales.contract.write_document", made).record
    return done


def an_offer_in_approval(house: House, customer: Customer, contact: Contact) -> Quotation:
    lines = [{"product": a_product(list_price="100"), "quantity": "1", "discount": "0.5"}]
    made = a_quotation(house, lines, customer=customer, contact=contact, note=f"{NAME}只要紅的")
    done: Quotation = act(house.sales, "sales.quotation.submit", made).record
    return done


def a_revised_offer(house: House, customer: Customer) -> Quotation:
    sent = a_sent_quotation(house, customer=customer, subject=f"給{NAME}的報價")
    given = {"terms": f"送到{FILE['ship_to_address']}"}
    done: Quotation = act(house.sales, "sales.quotation.revise", sent, given, reason=f"{NAME}要求").record
    return done


def a_plan_in_approval(house: House, customer: Customer) -> None:
    given = {
        "customer": customer, "year": clock.today(house.sales.zone).year + 1, "traits": "忙", "way": "phone",
        "reason": "忙", "every_days": 30,
    }  # fmt: skip
    act(house.sales, "customers.contactplan.create", None, given)
    act(house.sales, "customers.contactplan.submit", ContactPlan.objects.get())


def a_sheet(house: House) -> Any:
    given = {
        "giver": person_of(house.sales), "taker": person_of(house.colleague), "because": "調崗",
        "remarks": f"{NAME}難纏，訂單要緊",
    }  # fmt: skip
    return act(house.sales, "customers.handover.create", None, given).record


def test_what_binds_nobody_forgets_a_private_customer(house: House, django_capture_on_commit_callbacks: Any) -> None:
    customer, contact = a_private_customer(house)
    offer, revised = an_offer_in_approval(house, customer, contact), a_revised_offer(house, customer)
    draft = a_draft(house, customer, title=f"{NAME}供貨合同", signer_name=NAME)
    a_plan_in_approval(house, customer)
    sheet = a_sheet(house)
    assert draft.document is not None
    paper = draft.document.blob
    assert {
        "approvals_request", "customers_handover", "customers_handoveritem", "sales_contract", "sales_quotation",
        "sales_quotationrevision", "sales_quotationrevisionhistory", "files_storedfile",
    } <= found_in(*MARKS)  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        erase(house, contact)
    assert found_in(*MARKS) == set()
    assert not storage.blobs().exists(paper.address), "the paper that the house wrote"
    assert (offer.fresh.customer_name, offer.fresh.note) == ("已刪除-依法保留", "已刪除-依法保留只要紅的")
    former = revised.fresh.revisions.get()
    assert former.text["subject"] == "給已刪除-依法保留的報價"
    assert Decimal(former.text["gross"]) == former.gross_before, "what was offered stays"
    assert (draft.fresh.document, draft.fresh.title) == (None, "已刪除-依法保留供貨合同")
    assert sheet.fresh.remarks == "已刪除-依法保留難纏，訂單要緊"
    assert sheet.fresh.items.count() == sheet.count
    assert {one.title for one in Request.objects.all()} == {
        f"{offer.number} 已刪除-依法保留", f"已刪除-依法保留 {clock.today(house.sales.zone).year + 1}"
    }  # fmt: skip


def test_what_was_agreed_stays_as_it_was_agreed_and_says_why(
    house: House, django_capture_on_commit_callbacks: Any
) -> None:
    """The control: the same erasure leaves an order, an accepted offer and a signed contract alone."""
    customer, contact = a_private_customer(house)
    order = house.an_order(customer=customer)
    contract = house.in_force(order, signer_name=NAME)
    sent = a_sent_quotation(house, customer=customer)
    accepted = act(house.sales, "sales.quotation.accept", sent, {"proof": a_word(sent.customer)}).record
    sheet = a_sheet(house)
    with django_capture_on_commit_callbacks(execute=True):
        request = erase(house, contact)
    assert found_in(*MARKS) <= AGREED
    assert (order.fresh.customer_name, accepted.fresh.customer_name) == (NAME, NAME)
    assert sheet.fresh.remarks.startswith("已刪除-依法保留"), "a hand-over sheet is no paper that the law keeps"
    kept = contract.fresh
    assert (kept.customer_name, kept.signer_name) == (NAME, NAME)
    assert all(storage.blobs().exists(one.blob.address) for one in (kept.document, kept.scan))
    officer = house.one(Role.SECRECY_OFFICER)
    page = client_of(officer).get(f"/customers/personalrequests/{request.public_id}/").content.decode()
    for label in ("Orders, with deliveries, invoices and payments", "Contracts that were signed"):
        assert label in page
    caller = a_caller(Person.objects.get(pk=officer.person_id), "read")
    answer = caller.get(f"customers/personalrequest/{request.public_id}/kept")
    assert [one["count"] for one in answer.data["papers"]] == [1, 1, 1], answer.data
    assert all(one["because"] for one in answer.data["papers"])


def test_the_draft_for_a_company_forgets_who_was_to_sign_and_is_written_anew(
    house: House, django_capture_on_commit_callbacks: Any
) -> None:
    company = a_customer(house.sales)
    contact = a_contact(house.sales, company, name=NAME)
    draft, silent = a_draft(house, company, signer_name=NAME, rights=f"甲方由{NAME}代表。"), a_draft(house, company)
    elsewhere = a_draft(house, a_customer(house.sales), signer_name=NAME)
    assert draft.document is not None
    paper = draft.document.blob
    with django_capture_on_commit_callbacks(execute=True):
        erase(house, contact)
    assert not storage.blobs().exists(paper.address)
    assert (draft.fresh.signer_name, draft.fresh.document) == ("已刪除-依法保留", None)
    assert draft.fresh.customer_name == company.name
    assert silent.fresh.document is not None, "a draft that does not name the person keeps its text"
    assert elsewhere.fresh.signer_name == NAME, "a namesake elsewhere is somebody else"
    given = {"signer_name": "林先生", "rights": "甲方由林先生代表。"}
    act(house.sales, "sales.contract.edit", draft.fresh, given)
    act(house.sales, "sales.contract.write_document", draft.fresh)
    assert draft.fresh.document is not None


def test_only_an_erasure_takes_names_out_of_papers(house: House) -> None:
    customer, _contact = a_private_customer(house)
    offer, draft = a_revised_offer(house, customer), a_draft(house, customer)
    sheet = a_sheet(house)
    given = {"pattern": NAME, "mask": "x"}
    for by in (house.sales, house.head, house.executive, house.one(Role.SECRECY_OFFICER)):
        tried = [
            attempt(by, "sales.quotation.redact", offer, {"note": "x"}),
            attempt(by, "sales.quotation.redact_texts", offer, given),
            attempt(by, "sales.contract.redact", draft, {"title": "x"}),
            attempt(by, "sales.contract.drop_papers", draft),
            attempt(by, "customers.handover.redact", sheet, {"remarks": "x"}),
            attempt(by, "customers.handover.redact_items", sheet, given | {"keys": str(customer.public_id)}),
        ]
        assert set(tried) <= {"forbidden", "missing"}


def test_lists_of_what_refers_to_the_person_go_from_files_too(house: House) -> None:
    _customer, contact = a_private_customer(house)
    for record in ("customers.contact", "customers.visit", "sales.order", "sales.product"):
        Job.objects.create(
            name="exchange.export", title="x", arguments={"record": record}, state=Job.State.DONE,
            created_at=clock.now(),
        )  # fmt: skip
    erase(house, contact)
    left = Job.objects.filter(name="exchange.export").values_list("arguments__record", flat=True)
    assert list(left) == ["sales.product"], "a list of products names nobody"


def test_of_nothing_kept_the_page_says_so(house: House) -> None:
    _customer, contact = a_private_customer(house)
    request = asked(house.sales, contact, "delete")
    officer = house.one(Role.SECRECY_OFFICER)
    page = client_of(officer).get(f"/customers/personalrequests/{request.public_id}/").content.decode()
    assert "no paper that the law keeps names this person" in page
    copy = asked(house.sales, contact, "copy")
    page = client_of(officer).get(f"/customers/personalrequests/{copy.public_id}/").content.decode()
    assert "What the law keeps" not in page
    assert not shows(page, "已刪除-依法保留")


def rejected(house: House, contract: Contract) -> None:
    assert house.decide(house.head, contract, "reject") == "done"


def returned(house: House, contract: Contract) -> None:
    assert house.decide(house.head, contract, "roll_back") == "done"


def taken_back(house: House, contract: Contract) -> None:
    asked_for = Request.objects.get(subject_id=contract.public_id)
    assert attempt(house.sales, "approvals.request.withdraw", asked_for) == "done"


def declared_void(house: House, contract: Contract) -> None:
    for by in (house.head, house.finance, house.legal, house.vice, house.executive):
        if contract.fresh.state == "approval":
            house.decide(by, contract)
    assert contract.fresh.state == "approved"
    act(house.head, "sales.contract.void", contract.fresh, reason=f"{NAME}不簽了")


@pytest.mark.parametrize("ends", [rejected, returned, taken_back, declared_void])
def test_a_contract_in_approval_forgets_the_person_once_nobody_signs_it(
    house: House, ends: Any, django_capture_on_commit_callbacks: Any
) -> None:
    company = house.a_customer()
    contact = a_contact(house.sales, company, name=NAME)
    contract = house.submitted(house.an_order(customer=company), title=f"{NAME}供貨合同", signer_name=NAME)
    assert contract.document is not None
    paper = contract.document.blob
    with django_capture_on_commit_callbacks(execute=True):
        erase(house, contact)
    assert "sales_pendingerasure" in found_in(NAME)
    assert pending_erasures.look_after() == 0
    assert (contract.fresh.signer_name, contract.fresh.state) == (NAME, "approval"), "the person wants it concluded"
    ends(house, contract)
    with django_capture_on_commit_callbacks(execute=True):
        assert pending_erasures.look_after() == 1
    assert found_in(NAME) == set()
    assert (contract.fresh.title, contract.fresh.document) == ("已刪除-依法保留供貨合同", None)
    assert not storage.blobs().exists(paper.address)
    assert pending_erasures.look_after() == 0
    sealing.seal_all()
    assert verify().is_sound


def test_a_contract_that_is_signed_after_all_is_kept_and_nothing_waits(house: House) -> None:
    """The control: the same contract, signed."""
    company = house.a_customer()
    contact = a_contact(house.sales, company, name=NAME)
    contract = house.sealed(house.an_order(customer=company), signer_name=NAME)
    erase(house, contact)
    assert house.sign(contract) == "done"
    assert pending_erasures.look_after() == 1
    assert contract.fresh.signer_name == NAME
    assert contract.fresh.document is not None
    assert not PendingErasure.objects.exists()


def test_a_private_customers_contract_waits_too_and_the_request_says_so(
    house: House, django_capture_on_commit_callbacks: Any
) -> None:
    customer = house.a_customer(**FILE)
    contact = a_contact(house.sales, customer, name=NAME, phone="0955000137")
    contract = house.submitted(house.an_order(customer=customer), signer_name=NAME)
    with django_capture_on_commit_callbacks(execute=True):
        request = erase(house, contact)
    officer = house.one(Role.SECRECY_OFFICER)
    where = f"/customers/personalrequests/{request.public_id}/"
    assert "forgets the person by itself" in client_of(officer).get(where).content.decode()
    rejected(house, contract)
    with django_capture_on_commit_callbacks(execute=True):
        assert pending_erasures.look_after() == 1
    left = found_in(*MARKS)
    assert left <= AGREED - {"sales_contract", "sales_contracthistory", "sales_quotation", "sales_quotationhistory"}
    assert "forgets the person by itself" not in client_of(officer).get(where).content.decode()


def test_nobody_carries_an_erasure_through_by_hand(house: House) -> None:
    contract = house.submitted()
    for by in (house.sales, house.head, house.executive, house.one(Role.SECRECY_OFFICER)):
        assert attempt(by, "sales.contract.erase", contract) in ("forbidden", "missing")
