"""Clause 2.6.2: contracts are drafted from legal's clauses; what departs from them is listed, also on our own paper."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from shangwu.chapters.sales.actions.contract_approval import special
from shangwu.chapters.sales.contract_papers import Edition, facts_of
from shangwu.chapters.sales.contract_standards import Piece, pieces
from shangwu.chapters.sales.models import Contract, StandardClause
from shangwu.chapters.sales.pages.clauses import departures
from shangwu.chapters.sales.tests.contracting import CLAUSES, House
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage
from shangwu.foundation.pages.codes import listed
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

TEXT = "貨到三十日內匯款。逾期按日計付違約金。"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def a_clause(house: House, text: str = TEXT, **values: object) -> StandardClause:
    given = {"kind": "sale", "subject": "payment_terms", "text": text} | values
    made: StandardClause = act(house.support, "sales.standardclause.create", None, given).record
    return made


def released(house: House, text: str = TEXT, **values: object) -> StandardClause:
    made = a_clause(house, text, **values)
    act(house.legal, "sales.standardclause.release", made)
    found: StandardClause = made.fresh
    return found


def test_a_clause_nobody_wrote_takes_the_released_text(house: House) -> None:
    a_clause(house)
    assert house.a_draft(payment_terms="").payment_terms == "", "what legal has not released is no standard"
    released(house)
    contract = house.a_draft(payment_terms="")
    assert (contract.payment_terms, contract.differing) == (TEXT, [])
    assert special(contract) == []
    assert house.a_draft(kind="service", payment_terms="").payment_terms == "", "another kind has its own"


def test_what_differs_is_listed_printed_and_goes_to_the_executive(house: House) -> None:
    released(house)
    contract = house.a_draft(payment_terms="貨到九十日內匯款。逾期按日計付違約金。")
    assert (contract.differing, special(contract)) == (["payment_terms"], ["departures"])
    found = departures(house.sales, contract)
    assert found is not None
    assert found["clauses"][0]["pieces"] == [
        Piece("貨到三十日內匯款。", gone=True), Piece("貨到九十日內匯款。", come=True), Piece("逾期按日計付違約金。"),
    ]  # fmt: skip
    with translation.override("en"):
        assert "Terms of payment" in facts_of(contract, "x", Edition.INTERNAL)["departures"]
        assert facts_of(contract, "x")["departures"] == "", "the customer signs no list of what we gave in to"
        assert facts_of(contract, "x", Edition.INTERNAL)["sides"] == [], "and nobody signs ours"
    act(house.sales, "sales.contract.edit", contract, {"payment_terms": TEXT.replace("。", "。\n")})
    assert contract.fresh.differing == [], "line ends are no departure"


def test_its_page_names_the_clauses_that_differ(house: House) -> None:
    released(house)
    released(house, "乙方應於三十日內送達。", subject="delivery_terms")
    contract = house.a_draft()
    client = a_client(Person.objects.get(pk=house.sales.person_id))
    for query in ("", "?tab=history"):
        text = client.get(f"/sales/contracts/{contract.public_id}/{query}").content.decode()
        assert "[&#x27;" not in text
        assert "['" not in text
    with translation.override("en"):
        named = listed(Contract._meta.get_field("differing"), contract.differing)
    assert named == "Delivery, Terms of payment"


def test_it_is_held_against_what_is_released_when_it_is_put_forward(house: House) -> None:
    contract = house.with_document()
    assert contract.differing == []
    released(house)
    act(house.sales, "sales.contract.submit", contract)
    assert contract.fresh.differing == ["payment_terms"]
    assert CLAUSES["payment_terms"] != TEXT


def test_of_each_clause_one_text_is_released_by_legal(house: House) -> None:
    first = released(house)
    second = a_clause(house, "貨到即付。")
    assert attempt(house.support, "sales.standardclause.release", second) == "forbidden"
    assert attempt(house.legal, "sales.standardclause.release", second) == "duplicate"
    assert attempt(house.support, "sales.standardclause.edit", first, {"text": "改"}) == "state", (
        "a released text stands"
    )
    act(house.support, "sales.standardclause.withdraw", first, reason="改版")
    assert attempt(house.legal, "sales.standardclause.release", second) == "done"
    assert attempt(house.support, "sales.standardclause.create", None, {"subject": "rights", "text": " "}) != "done"


def test_sentences_are_compared_whole() -> None:
    assert pieces("甲。乙。", "甲。乙。") == [Piece("甲。乙。")]
    assert pieces("甲。", "甲。丙。") == [Piece("甲。"), Piece("丙。", come=True)]
    assert pieces("甲。乙。", "甲。") == [Piece("甲。"), Piece("乙。", gone=True)]


def test_a_clause_is_found_by_its_words(house: House) -> None:
    wanted = a_clause(house, "貨到四十五日內以電匯付清。")
    other = a_clause(house, "買方自提，運費自理。", subject="delivery_terms")
    client = a_client(Person.objects.get(pk=house.support.person_id))
    text = client.get("/sales/standardclauses/?q=電匯").content.decode()
    assert str(wanted.public_id) in text
    assert str(other.public_id) not in text


def address_of(contract: Contract, edition: str) -> str:
    return reverse("sales.contract.paper", kwargs={"public_id": contract.public_id, "edition": edition})


@pytest.mark.parametrize("edition", ["internal", "unpriced"])
def test_our_own_papers_are_pdf_for_who_sees_the_contract(house: House, edition: str) -> None:
    contract = house.submitted(departures="保固延長。")
    client = a_client(Person.objects.get(pk=house.sales.person_id or 0))
    answer = client.get(address_of(contract, edition))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert address_of(contract, edition) in client.get(f"/sales/contracts/{contract.public_id}/").content.decode()
    assert client.get(address_of(contract, "signed")).status_code == 404, "what is signed hangs on the contract"
    other = a_client(Person.objects.get(pk=House().sales.person_id or 0))
    assert other.get(address_of(contract, edition)).status_code == 404


def test_the_paper_names_the_goods_and_where_they_go(house: House) -> None:
    order = house.an_order(ship_to_address="桃園市龜山區文化一路")
    contract = house.submitted(order, signer_name="王柏翰", originals=4)
    with translation.override("en"):
        found, bare = facts_of(contract, "x"), facts_of(contract, "x", Edition.UNPRICED)
    values = [one["value"] for one in found["facts"]]
    assert {"桃園市龜山區文化一路", "王柏翰 (Legal representative)", "4", "TWD 200", "TWD 10", "TWD 210"} <= set(values)
    line = order.lines.get()
    goods = found["tables"][0]
    assert goods["rows"] == [["1", line.product.code, line.description, "2", "台", "100", "", "200", "10"]]
    assert len(goods["heads"]) == len(goods["columns"]) == len(goods["rows"][0])
    assert "TWD" not in str(bare)
    assert bare["tables"][0]["rows"] == [["1", line.product.code, line.description, "2", "台"]]
    assert CLAUSES["price_terms"] not in [one["text"] for one in bare["clauses"]]
