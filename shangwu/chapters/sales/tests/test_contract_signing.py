"""Clause 2.6.2: reviewed in turn, approved by amount and terms, sealed use by use, signed as approved, in force."""

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.chapters.sales.models import Contract
from shangwu.chapters.sales.tests.contracting import DAY, House, a_pdf
from shangwu.chapters.sales.tests.factories import attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.files import storage
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

SEAL = {"seal": "contract", "copies": 2, "across_pages": True}


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def roles_asked(house: House, contract: Contract) -> list[str]:
    """Who approves, in turn, until it is approved."""
    names = [
        (house.head, "HEAD"), (house.finance, "FIN"), (house.legal, "LEGAL"), (house.vice, "VP"),
        (house.executive, "GM"),
    ]  # fmt: skip
    found = []
    while contract.fresh.state == "approval":
        request = Request.objects.filter(subject_id=contract.public_id).latest("pk")
        by, name = next(one for one in names if one[0].person_id in request.waiting)
        assert house.decide(by, contract) == "done"
        found.append(name)
    return found


@pytest.mark.parametrize(
    ("pieces", "last"),
    [("952", []), ("953", ["VP"]), ("4761", ["VP"]), ("4762", ["GM"])],
    ids=["99,960", "100,065", "499,905", "500,010"],
)
def test_the_amount_decides_who_approves_last(house: House, pieces: str, last: list[str]) -> None:
    contract = house.submitted(house.an_order(pieces))
    assert roles_asked(house, contract) == ["HEAD", "FIN", "LEGAL", *last]
    assert contract.fresh.state == "approved"


def test_departures_from_the_template_go_to_the_executive(house: House) -> None:
    contract = house.submitted(departures="交貨後九十日付款。")
    assert roles_asked(house, contract) == ["HEAD", "FIN", "LEGAL", "GM"]


def test_nobody_approves_their_own(house: House) -> None:
    order = house.an_order()
    contract = house.a_draft(order, by=house.head)
    file = house.attach(contract, a_pdf(1), by=house.head)
    act(house.head, "sales.contract.name_document", contract, {"file": str(file.public_id)})
    act(house.head, "sales.contract.submit", contract)
    request = Request.objects.filter(subject_id=contract.public_id).latest("pk")
    assert house.head.person_id not in request.waiting
    assert house.decide(house.head, contract) != "done"
    assert attempt(house.head, "sales.contract.approve", contract) == "forbidden", "only a decision approves"


def test_what_was_put_forward_is_not_changed_any_more(house: House) -> None:
    contract = house.submitted()
    assert attempt(house.sales, "sales.contract.edit", contract, {"title": "改"}) == "state"
    file = house.attach(contract, a_pdf(3))
    assert attempt(house.sales, "sales.contract.name_document", contract, {"file": str(file.public_id)}) == "state"


def test_each_use_of_a_seal_is_registered(house: House) -> None:
    contract = house.approved()
    assert attempt(house.secretary, "sales.contract.seal", contract, SEAL | {"across_pages": False}) == "across"
    assert attempt(house.secretary, "sales.contract.seal", contract, SEAL | {"copies": 0}) == "invalid"
    act(house.secretary, "sales.contract.seal", contract, SEAL)
    act(house.secretary, "sales.contract.seal", contract, SEAL | {"seal": "representative", "copies": 1})
    contract = contract.fresh
    uses = [(one.seal, one.copies, one.used_by_id) for one in contract.seal_uses.all()]
    assert contract.state == "sealed"
    assert uses == [("contract", 2, house.secretary.person_id), ("representative", 1, house.secretary.person_id)]


def test_one_page_needs_no_seal_across(house: House) -> None:
    contract = house.approved(pages=1)
    assert attempt(house.secretary, "sales.contract.seal", contract, SEAL | {"across_pages": False}) == "done"


def test_nobody_seals_before_approval_or_seals_their_own(house: House) -> None:
    assert attempt(house.secretary, "sales.contract.seal", house.submitted(), SEAL) == "state"
    assert attempt(house.sales, "sales.contract.seal", house.approved(), SEAL) == "forbidden"
    both = house.one(Role.SECRETARY, Role.SALES)
    customer = a_customer(both, jurisdiction="TW", identity_number="22099131", duplicate_reason="test")
    contract = house.a_draft(house.an_order(customer=customer, by=both), by=both)
    file = house.attach(contract, a_pdf(1), by=both)
    act(both, "sales.contract.name_document", contract, {"file": str(file.public_id)})
    act(both, "sales.contract.submit", contract)
    for by in (house.head, house.finance, house.legal):
        assert house.decide(by, contract) == "done"
    assert attempt(both, "sales.contract.seal", contract, SEAL) == "forbidden"


def test_the_scan_is_held_beside_the_approved_document(house: House) -> None:
    contract = house.sealed()
    original = storage.opened(contract.document.blob).read()
    assert house.sign(contract, content=original) == "unsigned", "the same bytes bear no signature"
    assert house.sign(contract, pages=2) == "pages"
    assert house.sign(contract, pages=4) == "pages"
    assert house.sign(contract, content="簽了".encode()) == "pdf"
    assert house.sign(contract, signed_on=today(house) + DAY) == "future"
    assert house.sign(contract) == "done"
    contract = contract.fresh
    assert (contract.state, contract.document_pages, contract.scan_pages) == ("in_force", 3, 3)
    assert contract.scan_sha256 == contract.scan.sha256 != contract.document_sha256
    assert contract.signed_at == contract.in_force_at


def test_another_text_than_the_approved_one_is_not_signed(house: House) -> None:
    contract = house.sealed()
    with gate.door():
        StoredFile.objects.filter(pk=contract.document_id).update(sha256="0" * 64)
    assert house.sign(contract) == "document"


def test_a_file_of_another_contract_is_no_scan(house: House) -> None:
    contract = house.sealed()
    other = house.attach(house.a_draft(), a_pdf(3))
    given = {"file": str(other.public_id), "signed_on": today(house)}
    assert attempt(house.sales, "sales.contract.sign", contract, given) == "file"


def test_a_later_day_puts_it_in_force_by_the_clock(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from shangwu.chapters.sales.contract_clockwork import look_after
    from shangwu.foundation.records import clock

    first = today(house) + 3 * DAY
    contract = house.in_force(starts_on=first)
    assert contract.state == "signed"
    look_after()
    assert contract.fresh.state == "signed"
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 3 * DAY)
    look_after()
    assert contract.fresh.state == "in_force"
    monkeypatch.setattr(clock, "now", lambda: now + datetime.timedelta(days=200))
    look_after()
    assert contract.fresh.state == "in_force", "its last day counts"
    monkeypatch.setattr(clock, "now", lambda: now + datetime.timedelta(days=201))
    look_after()
    assert contract.fresh.state == "expired"
    assert look_after() == 0


def test_first_the_contract_then_production(house: House) -> None:
    contract = house.submitted()
    order = contract.covered.get().order
    assert attempt(house.planning, "sales.order.schedule", order) == "unsigned"
    assert attempt(house.logistics, "sales.order.make_ready", order) == "unsigned"
    assert attempt(house.head, "sales.contract.let_pass", contract, reason="急件") == "forbidden"
    assert attempt(house.executive, "sales.contract.let_pass", contract, reason="急件") == "done"
    assert attempt(house.executive, "sales.contract.let_pass", contract, reason="急件") == "passed"
    assert attempt(house.planning, "sales.order.schedule", order) == "done"
    assert contract.fresh.let_pass_by_id == house.executive.person_id


def test_an_order_under_a_contract_in_force_goes_on_and_one_under_none_too(house: House) -> None:
    order = house.in_force().covered.get().order
    assert attempt(house.planning, "sales.order.schedule", order) == "done"
    assert attempt(house.planning, "sales.order.schedule", house.an_order()) == "done"


@pytest.mark.parametrize("end", ["reject", "terminate"])
def test_an_order_whose_contract_was_given_up_needs_another(house: House, end: str) -> None:
    contract = house.submitted() if end == "reject" else house.in_force()
    order = contract.covered.get().order
    if end == "reject":
        house.decide(house.head, contract, "reject")
    else:
        act(house.head, "sales.contract.terminate", contract, reason="雙方同意")
    assert attempt(house.planning, "sales.order.schedule", order) == "unsigned"
    assert attempt(house.logistics, "sales.order.make_ready", order) == "unsigned"
    other = house.submitted(order.fresh)
    assert attempt(house.planning, "sales.order.schedule", order) == "unsigned"
    act(house.executive, "sales.contract.let_pass", other, reason="急件")
    assert attempt(house.planning, "sales.order.schedule", order) == "done", "the exception is counted"


def test_a_large_order_needs_a_contract_where_the_house_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    small, large, later = house.an_order(), house.an_order("3"), house.an_order("3")
    assert attempt(house.planning, "sales.order.schedule", later) == "done", "by itself none does"
    known = dataclasses.replace(parameters["contract.required"], default=210)
    monkeypatch.setitem(parameters, "contract.required", known)
    assert attempt(house.planning, "sales.order.schedule", small) == "done", "210 is not above 210"
    assert attempt(house.planning, "sales.order.schedule", large) == "unsigned"
    assert attempt(house.planning, "sales.order.schedule", house.in_force(large.fresh).covered.get().order) == "done"


def test_the_original_is_filed(house: House) -> None:
    contract = house.in_force()
    assert attempt(house.sales, "sales.contract.file", contract, {"file_number": "A", "kept_at": "B"}) == "forbidden"
    assert attempt(house.archivist, "sales.contract.file", contract, {"file_number": " ", "kept_at": "B"}) == "invalid"
    given = {"file_number": "HT·2026-D10-0001", "kept_at": "檔案室 3-2"}
    assert attempt(house.archivist, "sales.contract.file", contract, given) == "done"
    first = contract.fresh.filed_at
    assert attempt(house.archivist, "sales.contract.file", contract, given | {"kept_at": "檔案室 3-4"}) == "done"
    assert (contract.fresh.filed_at, contract.fresh.kept_at) == (first, "檔案室 3-4")


@pytest.mark.parametrize(("name", "sees"), [("sales", True), ("colleague", False), ("head", True), ("finance", True),
                                            ("legal", True), ("logistics", False), ("planning", False)])  # fmt: skip
def test_who_sees_a_contract(house: House, name: str, sees: bool) -> None:
    contract = house.a_draft()
    by: Actor = getattr(house, name)
    with gate.request_code():
        assert Contract.objects.visible_to(by).filter(pk=contract.pk).exists() is sees


def test_a_contract_is_ended_early_by_the_head_alone(house: House) -> None:
    contract = house.in_force()
    order = contract.covered.get().order
    assert attempt(house.sales, "sales.contract.terminate", contract, reason="對方違約") == "forbidden"
    assert attempt(house.head, "sales.contract.terminate", contract, reason="對方違約") == "done"
    free: dict[str, Any] = house.terms(order)
    assert attempt(house.sales, "sales.contract.create", None, free) == "done", "its order is bound no more"
