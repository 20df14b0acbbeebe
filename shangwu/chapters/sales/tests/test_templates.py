"""Clause 2.6.2: a Word template is filled by names only; no code can run in it."""

import io
from pathlib import Path
from typing import Any

import docx
import pytest

from shangwu.chapters.sales.models import ContractTemplate
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.chapters.sales.word_filling import names
from shangwu.chapters.sales.word_templates import PLACES
from shangwu.foundation.actions.door import act
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.files import intake, storage
from shangwu.foundation.files.receipts import receipt
from shangwu.foundation.people.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

NAMED = (
    "7*7", "x.__class__", "x|safe", "''.join", "self", "buyer.name", "buyer()", "buyer[0]", "lipsum", "config",
    "request", "cycler", "range(9)", "__import__('os')", "BUYER", "buyer,", "unknown_name", "a" * 60, "买方", "1st",
)  # fmt: skip
COMMANDS = ("for x in y", "now 'Y'", "include 'x'", "load x", "debug")
COMMENTS = ("x", "endcomment", "-", "1", "ignore")
HOSTILE = [
    *(f"{{{{{inside}{n}}}}}" for inside in NAMED for n in range(5)),
    *(f"{{% {inside} {n} %}}" for inside in COMMANDS for n in range(10)),
    *(f"{{# {inside} {n} #}}" for inside in COMMENTS for n in range(10)),
]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def a_word_file(*lines: str) -> bytes:
    document, made = docx.Document(), io.BytesIO()
    for line in lines:
        paragraph = document.add_paragraph()
        for piece in (line[:4], line[4:9], line[9:]):  # Word splits texts as it likes
            paragraph.add_run(piece)
    document.save(made)
    return made.getvalue()


def texts(content: bytes) -> list[str]:
    return [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]


def named(house: House, *lines: str, content: bytes = b"", name: str = "範本.docx") -> tuple[ContractTemplate, str]:
    template = act(house.support, "sales.contracttemplate.create", None, {"name": "買賣合同範本"}).record
    taken = intake.take([content or a_word_file(*lines)], name, entity=house.support.entity_id or 0)
    given = {"record_type": "sales.contracttemplate", "note": str(template.public_id)}
    file = act(house.support, "files.storedfile.create", None, given | {"name": receipt(taken, house.support)}).record
    said = attempt(house.support, "sales.contracttemplate.name_file", template, {"word_file": str(file.public_id)})
    return template.fresh, said


def test_a_released_template_is_filled_by_names(house: House) -> None:
    template, said = named(
        house, "甲方：{{ buyer }}（{{buyer_number}}）", "總價 {{amount}}，{{amount_words}}", "{{rights}}", "{{goods}}"
    )
    assert said == "done"
    assert template.places == ["amount", "amount_words", "buyer", "buyer_number", "goods", "rights"]
    contract = house.a_draft(rights="甲方付款。\n乙方供貨。{{amount}}")
    given: dict[str, Any] = {"template": template}
    assert attempt(house.sales, "sales.contract.fill_template", contract, given) == "template", "not yet released"
    assert attempt(house.support, "sales.contracttemplate.release", template) == "forbidden"
    act(house.legal, "sales.contracttemplate.release", template)
    act(house.sales, "sales.contract.fill_template", contract, given)
    (file,) = files_on(contract)
    assert file.name == "球閥供貨合同.docx"
    found = texts(storage.opened(file.blob).read())
    assert found[0] == f"甲方：{contract.customer_name}（22099131）"
    assert found[1] == "總價 210，新臺幣貳佰壹拾元整"
    assert found[2] == "甲方付款。\n乙方供貨。{{amount}}", "what a person wrote is not filled in again"
    line = contract.covered.get().order.lines.get()
    assert found[3] == f"1. {line.product.code} {line.description} 2 台 100 200 10"
    assert contract.fresh.template_id == template.pk


def test_two_hundred_hostile_places_are_refused(house: House) -> None:
    assert len(set(HOSTILE)) == 200
    for one in HOSTILE:
        found = names(io.BytesIO(a_word_file(f"甲方：{one}")), {})
        assert found["strange"] or set(found["names"]) - set(PLACES), one
    for one in (HOSTILE[0], HOSTILE[80], HOSTILE[-1]):
        assert named(house, f"甲方：{one}")[1] == "places"


def test_a_text_that_a_customer_gave_stays_text(house: House) -> None:
    template, _said = named(house, "{{specification}}")
    act(house.legal, "sales.contracttemplate.release", template)
    contract = house.a_draft(specification="\n".join(HOSTILE))
    act(house.sales, "sales.contract.fill_template", contract, {"template": template})
    (file,) = files_on(contract)
    assert texts(storage.opened(file.blob).read()) == ["\n".join(HOSTILE)]


def test_only_a_plain_word_file_is_a_template(house: House) -> None:
    assert named(house, content=b"{{buyer}}", name="範本.txt")[1] == "word"
    template, _said = named(house, content=b"%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF", name="範本.pdf")
    assert attempt(house.legal, "sales.contracttemplate.release", template) == "file"


def test_nobody_releases_their_own(house: House) -> None:
    both = house.one(Role.LEGAL, Role.SALES_SUPPORT)
    template = act(both, "sales.contracttemplate.create", None, {"name": "x"}).record
    assert attempt(both, "sales.contracttemplate.release", template) == "forbidden"
    assert attempt(house.sales, "sales.contracttemplate.create", None, {"name": "x"}) == "forbidden"
