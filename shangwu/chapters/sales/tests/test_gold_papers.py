"""Clauses 2.6.2 and 2.6.3: three contracts and three delivery notes as they are printed, read back from the paper.

Every text that was agreed can be read on it, in a Chinese face that is embedded whole, on so many A4 pages, and no sign
is missing from the font.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from shangwu.chapters.sales import contract_papers, shipping_papers
from shangwu.chapters.sales.models import Contract, Order, Shipment
from shangwu.chapters.sales.shipping_papers import Paper
from shangwu.chapters.sales.tests import poppler
from shangwu.chapters.sales.tests.contracting import CLAUSES, DAY, House
from shangwu.chapters.sales.tests.factories import a_product, a_ready_order, a_shipped_order, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage

pytestmark = [pytest.mark.django_db, poppler.needed]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


COMPANY = "岳澄精密股份有限公司"
LONG = "乙方應於約定之日前將貨物送達甲方指定地點，並附出廠檢驗報告、材質證明與操作說明；甲方應於收貨後七日內驗收。"
IN_MAINLAND: dict[str, Any] = {
    "title": "三片式不锈钢球阀购销合同", "jurisdiction": "CN", "customer_number": "91110000600037341L",
    "deposit_kind": "earnest", "deposit": "40", "departures": "质保期延长至二十四个月。\n逾期违约金上限降为百分之十。",
    "relief": "因甲方安装不当造成的损坏，乙方不承担责任。", "relief_told": True,
    "rights": "甲方按约付款，乙方按约供货。", "specification": "三片式不锈钢球阀 DN50，PN16，CF8M，波箱操作。",
    "payment_terms": "签订后三日内付定金人民币肆拾元整，余款货到三十日内汇款。", "disputes": "北京市朝阳区人民法院。",
}  # fmt: skip


def a_simple_one() -> tuple[Contract, str]:
    return House().submitted(), "zh-hant"


def one_of_the_mainland() -> tuple[Contract, str]:
    house = House(currency="CNY", jurisdiction="CN")
    customer = house.a_customer(jurisdiction="CN", identity_number=IN_MAINLAND["customer_number"])
    return house.submitted(house.an_order(customer=customer), **IN_MAINLAND), "zh-hans"


def a_long_one() -> tuple[Contract, str]:
    house = House()
    order, first = house.an_order("60"), today(house)
    parts = [{"purpose": f"Rate {n}", "due_on": first + n * 30 * DAY, "amount": "525"} for n in range(1, 13)]
    texts = {name: "\n".join([CLAUSES[name], *[LONG] * 5]) for name in CLAUSES}
    contract = house.submitted(order, title="閥件年度供貨合同", instalments=parts, ends_on=first + 400 * DAY, **texts)
    return contract, "en"


IN_ENGLISH: dict[str, Any] = {
    "title": "Supply of ball valves", "rights": "The buyer pays, the seller delivers.",
    "specification": "Three-piece ball valves of stainless steel DN50, PN16, CF8M, gear operated.",
    "quantity_terms": "As in the order attached.", "price_terms": "As in the order attached, freight paid.",
    "delivery_terms": "Delivered to the buyer's works.", "payment_terms": "Within thirty days of delivery.",
    "warranty": "Two years from delivery.", "breach": "Damages for each day of delay.",
    "disputes": "Taiwan New Taipei District Court.", "departures": "The warranty is two years instead of one.",
}  # fmt: skip


def one_in_english() -> tuple[Contract, str]:
    house = House(currency="USD")
    customer = house.a_customer(name="Hartwell Valves Ltd")
    parts = [{"purpose": "Balance", "due_on": today(house) + 60 * DAY, "amount": "210"}]
    return house.submitted(house.an_order(customer=customer), instalments=parts, **IN_ENGLISH), "en"


@pytest.mark.clause("2.6.2")
def test_an_english_contract_is_english_from_head_to_foot(tmp_path: Path) -> None:
    contract, language = one_in_english()
    text = whole_on_paper(contract, language, 2, tmp_path, company="Yuecheng Precision Ltd")
    said = ["Seller", "Buyer", "Contract number", "Goods and specification", "Settling of disputes", "Instalments"]
    for one in [*said, "Deliveries promised", "Signature and seal", "Hartwell Valves Ltd", "USD 210.00"]:
        assert "".join(one.split()) in text, one
    assert not re.search("[\u3000-\u303f\uff00-\uffef]", text), "no Chinese punctuation"


@pytest.mark.clause("2.6.2")
@pytest.mark.parametrize(("make", "pages"), [(a_simple_one, 2), (one_of_the_mainland, 2), (a_long_one, 5)])
def test_a_contract_is_whole_on_paper(make: Any, pages: int, tmp_path: Path) -> None:
    whole_on_paper(*make(), pages, tmp_path)


def whole_on_paper(contract: Contract, language: str, pages: int, tmp_path: Path, company: str = COMPANY) -> str:
    """The text as it is read back from the paper, which holds all that was agreed."""
    with translation.override(language):
        facts = contract_papers.facts_of(contract, company)
        made = contract_papers.drawn(facts)
    text = poppler.text_of(made, tmp_path)
    wanted = [contract.title, contract.number, company, contract.customer_name, contract.amount_words]
    wanted += [contract.customer_number, contract.relief, contract.payment_terms, contract.signer_name]
    lines = [line for one in contract.covered.all() for line in one.order.lines.all()]
    wanted += [text for line in lines for text in (line.product.code, line.description, line.unit)]
    wanted += [contract_papers._amount(contract, amount) for amount in (contract.net, contract.tax)]
    wanted += [getattr(contract, name) for name in CLAUSES]
    wanted += [one.purpose for one in contract.instalments.all()]
    wanted += [str(one.order.number) for one in contract.covered.all()]
    for one in wanted:
        for line in str(one).splitlines():
            assert "".join(line.split()) in text, line
    assert poppler.pages_of(made, tmp_path) == pages
    assert text.count(str(contract.number)) > pages, "on each page, and in the head"
    assert_face(made, tmp_path)
    contract_papers.drawn(facts, pdf_standards=["a-2b"])  # which refuses a text with a sign that the font lacks
    return text


@pytest.mark.clause("2.6.2")
def test_a_sign_that_no_font_has_would_be_seen() -> None:
    contract, _language = a_simple_one()
    facts = contract_papers.facts_of(contract, COMPANY) | {"title": "合同ሀ"}
    with pytest.raises(RuntimeError):
        contract_papers.drawn(facts, pdf_standards=["a-2b"])


def a_whole_delivery() -> tuple[Shipment, str, bool]:
    return a_shipped_order(House())[1], "zh-hant", True


def one_without_prices() -> tuple[Shipment, str, bool]:
    house = House()
    order = a_ready_order(
        house, [{"product": a_product(name="不锈钢闸阀 DN80"), "quantity": "12"}], po_number="PO-7788"
    )
    act(house.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "5"}]})
    return Shipment.objects.get(order=order), "zh-hans", False


def one_of_many_lines() -> tuple[Shipment, str, bool]:
    lines = [{"product": a_product(name=f"三片式不鏽鋼球閥 DN{n}"), "quantity": str(n)} for n in range(15, 75)]
    return a_shipped_order(House(), lines)[1], "en", True


def one_delivered_in_english() -> tuple[Shipment, str, bool]:
    house = House(currency="USD")
    customer = house.a_customer(name="Hartwell Valves Ltd")
    lines = [{"product": a_product(name="Three-piece ball valve DN50", unit="pcs"), "quantity": "2"}]
    order = a_ready_order(house, lines, customer=customer, po_number="PO-4711")
    act(house.logistics, "sales.order.ship", order)
    return Shipment.objects.get(order=order), "en", True


@pytest.mark.clause("2.6.3")
def test_an_english_delivery_note_is_english_from_head_to_foot(tmp_path: Path) -> None:
    text = delivered_on_paper(*one_delivered_in_english(), 1, tmp_path, company="Yuecheng Precision Ltd")
    said = ["Delivery note", "Customer's order number", "Unit price", "Amount with tax in all", "Received by"]
    for one in [*said, "The code opens the form for the receipt.", "Hartwell Valves Ltd", "USD 210.00", "pcs"]:
        assert "".join(one.split()) in text, one
    assert not re.search("[\u3000-\u9fff\uff00-\uffef]", text), "not a Chinese sign"


@pytest.mark.clause("2.6.3")
@pytest.mark.parametrize(
    ("make", "pages"), [(a_whole_delivery, 1), (one_without_prices, 1), (one_of_many_lines, 2)]
)  # fmt: skip
def test_a_delivery_note_is_whole_on_paper(make: Any, pages: int, tmp_path: Path) -> None:
    delivered_on_paper(*make(), pages, tmp_path)


def delivered_on_paper(
    shipment: Shipment, language: str, priced: bool, pages: int, tmp_path: Path, company: str = COMPANY
) -> str:
    """The text as it is read back from the paper, with each line on it."""
    order = Order.objects.get(pk=shipment.order_id)
    lines = list(shipment.lines.select_related("line", "product").order_by("position"))
    with translation.override(language):
        facts: Mapping[str, Any] = shipping_papers.facts_of(Paper.NOTE, shipment, order, lines, company, priced=priced)
        made = shipping_papers.drawn(facts)
    text = poppler.text_of(made, tmp_path)
    names = [one.product.name for one in lines if one.product is not None]
    for one in (shipment.number, order.number, order.po_number, shipment.customer_name, company, *names):
        assert "".join(str(one).split()) in text, one
    assert len(names) == len(lines)
    assert poppler.pages_of(made, tmp_path) == pages
    assert_face(made, tmp_path)
    shipping_papers.drawn(facts, pdf_standards=["a-2b"])
    return text


def assert_face(pdf: bytes, folder: Path) -> None:
    """Each font is the Chinese one, embedded, and its text can be copied out."""
    fonts = poppler.fonts_of(pdf, folder)
    assert fonts
    for name, told in fonts.items():
        assert "CJK" in name, name
        assert told == (True, True), name
