"""Clause 2.6.2: what is approved, sealed and signed bears the number that was drawn when it was put forward."""

from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.sales.models import Contract, ContractTemplate, Supplement
from shangwu.chapters.sales.tests import poppler
from shangwu.chapters.sales.tests.contracting import House, a_pdf
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.chapters.sales.tests.test_supplements import submitted as a_supplement
from shangwu.chapters.sales.tests.test_templates import named, texts
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.files import storage
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.records import gate

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def content(record: Contract | Supplement) -> bytes:
    assert record.document is not None
    return storage.opened(record.document.blob).read()


def assert_bears_its_number(record: Any, folder: Path) -> None:
    assert record.document_numbered
    assert record.document_sha256 == record.document.sha256
    assert record.document.name.startswith(record.number)
    if poppler.installed():
        assert poppler.text_of(content(record), folder).count(record.number) >= record.document_pages


def test_the_house_draws_its_text_anew_with_the_number(house: House, tmp_path: Path) -> None:
    contract = house.a_draft()
    act(house.sales, "sales.contract.write_document", contract)
    before = contract.fresh
    assert not before.document_numbered
    act(house.sales, "sales.contract.edit", before, {"warranty": "二年。"})
    act(house.sales, "sales.contract.submit", contract)
    contract = contract.fresh
    assert contract.document_sha256 != before.document.sha256
    assert_bears_its_number(contract, tmp_path)
    if poppler.installed():
        assert before.number is None
        assert "二年。" in poppler.text_of(content(contract), tmp_path), (
            "what was changed after it was written is on it"
        )


def test_the_number_is_put_on_a_persons_own_file(house: House, tmp_path: Path) -> None:
    draft = house.with_document(pages=3)
    own = draft.document
    act(house.sales, "sales.contract.submit", draft)
    contract = draft.fresh
    assert (contract.document_pages, contract.document_id != own.pk) == (3, True)
    assert contract.document_sha256 != own.sha256
    assert StoredFile.objects.filter(pk=own.pk).exists(), "what was brought stays beside it"
    assert_bears_its_number(contract, tmp_path)


def test_what_comes_back_from_approval_is_not_marked_twice(house: House) -> None:
    contract = house.submitted()
    marked = contract.document_sha256
    house.decide(house.head, contract, "roll_back")
    act(house.sales, "sales.contract.submit", contract)
    assert contract.fresh.document_sha256 == marked
    house.decide(house.head, contract, "roll_back")
    file = house.attach(contract, a_pdf(2))
    act(house.sales, "sales.contract.name_document", contract, {"file": str(file.public_id)})
    assert not contract.fresh.document_numbered
    act(house.sales, "sales.contract.submit", contract)
    assert contract.fresh.document_numbered
    assert contract.fresh.document_pages == 2


def test_what_can_not_bear_a_number_is_not_put_forward(house: House) -> None:
    contract = house.a_draft()
    file = house.attach(contract, a_pdf(1))
    with gate.door():  # as if pages had been counted that no program can draw
        Contract.objects.filter(pk=contract.pk).update(document=file, document_pages=7)
    assert attempt(house.sales, "sales.contract.submit", contract) == "pdf"
    contract = contract.fresh
    assert (contract.state, contract.number) == ("draft", None), "nothing is half done, and no number is lost"
    assert not Request.objects.filter(subject_id=contract.public_id).exists()


def test_the_word_file_gets_the_number_too(house: House) -> None:
    template, said = named(house, "合同編號：{{number}}", "{{rights}}")
    assert said == "done"
    act(house.legal, "sales.contracttemplate.release", template)
    contract = house.a_draft()
    act(
        house.sales,
        "sales.contract.fill_template",
        contract,
        {"template": ContractTemplate.objects.get(pk=template.pk)},
    )
    act(house.sales, "sales.contract.write_document", contract)
    act(house.sales, "sales.contract.submit", contract)
    contract = contract.fresh
    words = [one for one in files_on(contract) if one.kind == "docx"]
    assert [texts(storage.opened(one.blob).read())[0] for one in sorted(words, key=lambda one: one.pk)] == [
        "合同編號：", f"合同編號：{contract.number}",
    ]  # fmt: skip


def test_each_use_of_a_seal_says_on_which_text(house: House) -> None:
    contract = house.sealed()
    assert contract.seal_uses.get().document_sha256 == contract.document_sha256
    with gate.door():
        StoredFile.objects.filter(pk=contract.document_id).update(sha256="0" * 64)
    given = {"seal": "company", "copies": 1, "across_pages": True}
    assert attempt(house.secretary, "sales.contract.seal", contract, given) == "document", "another text is not sealed"


def test_a_supplement_bears_its_own_number(house: House, tmp_path: Path) -> None:
    supplement = a_supplement(house, house.in_force())
    assert supplement.number.endswith("-B01")
    assert_bears_its_number(supplement, tmp_path)
