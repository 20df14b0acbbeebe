"""Clause 2.6.2: contracts are drafted for the order; what is missing is listed and keeps them back."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from shangwu.chapters.customers.tests.factories import blacklist
from shangwu.chapters.sales.contract_checks import Finding, findings
from shangwu.chapters.sales.models import Contract, Order
from shangwu.chapters.sales.pages.next_steps import following
from shangwu.chapters.sales.tests.contracting import DAY, House, lacking
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage
from shangwu.foundation.records import gate

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

D = Decimal


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def drafted(house: House, **values: Any) -> str:
    return attempt(house.sales, "sales.contract.create", None, house.terms(**values))


def standing_told(house: House, **values: Any) -> list[tuple[str, bool]]:
    """What is said of the register of dishonest debtors before a draft of the mainland is put forward."""
    customer = house.a_customer(jurisdiction="CN", identity_number="91110000600037341L")
    contract = house.with_document(house.an_order(customer=customer), jurisdiction="CN", **values)
    return [(one.said, one.blocks) for one in findings(contract.fresh, today(house)) if one.code == "standing"]


def test_whether_the_other_side_pays_its_debts_is_looked_up() -> None:
    """DOMAIN W6: 資信(失信). Who is listed pays in advance, or gets no contract."""
    house = House(currency="CNY", jurisdiction="CN")
    assert [blocks for _said, blocks in standing_told(house)] == [False], "nobody has looked"
    day = today(house)
    assert standing_told(house, standing="clear", standing_on=day) == []
    assert [blocks for _said, blocks in standing_told(house, standing="clear")] == [False], "when?"
    assert [blocks for _said, blocks in standing_told(house, standing="clear", standing_on=day + DAY)] == [True]
    assert [blocks for _said, blocks in standing_told(house, standing="listed", standing_on=day)] == [True]
    paid = {"deposit_kind": "advance", "deposit": "105"}
    assert standing_told(house, standing="listed", standing_on=day, **paid) == []


def test_a_draft_takes_what_the_customers_file_says(house: House) -> None:
    contract = house.a_draft()
    assert (contract.customer_number, contract.jurisdiction, contract.currency) == ("22099131", "TW", "TWD")
    assert (contract.amount, contract.net, contract.tax, contract.scheduled) == (D(210), D(200), D(10), D(210))
    assert contract.amount_words == "新臺幣貳佰壹拾元整"
    assert (contract.number, contract.state, contract.owner_id) == (None, "draft", house.sales.person_id)


def an_order_of_two_rates(house: House) -> Order:
    """100 at 5 % and 100 without tax."""
    lines = [
        {"product": a_product(stock=1000), "quantity": "1", "unit_price": "100", "tax_rate": rate}
        for rate in ("0.05", "0")
    ]
    return a_confirmed_order(house, lines, customer=house.a_customer())


def said_of_tax(house: House, contract: Contract) -> list[Finding]:
    return [one for one in findings(contract.fresh, today(house)) if one.code == "tax"]


@pytest.mark.parametrize("rates", ["one", "two"])
def test_net_and_tax_are_those_of_its_orders(house: House, rates: str) -> None:
    order = house.an_order() if rates == "one" else an_order_of_two_rates(house)
    terms = house.terms(order)
    del terms["tax_rate"]
    contract: Contract = act(house.sales, "sales.contract.create", None, terms).record
    assert (contract.tax_rate, contract.net, contract.tax) == (None, order.net, order.tax)
    assert order.tax > 0
    assert said_of_tax(house, contract) == []


def test_what_an_order_is_not_yet_in_is_taxed_as_its_orders_are(house: House) -> None:
    contract = house.a_draft(an_order_of_two_rates(house), tax_rate=None, amount="410", instalments=[])
    assert (contract.net, contract.tax) == (D(400), D(10))
    bare = house.a_draft(tax_rate=None, covered=[], deliveries=[])
    assert (bare.net, bare.tax) == (D(210), D(0))
    (found,) = said_of_tax(house, bare)
    assert not found.blocks


def test_another_rate_than_its_orders_have_is_found(house: House) -> None:
    contract = house.a_draft(an_order_of_two_rates(house), tax_rate="0.05")
    (found,) = said_of_tax(house, contract)
    assert not found.blocks
    act(house.sales, "sales.contract.edit", contract, {"tax_rate": None})
    assert (contract.fresh.net, contract.fresh.tax) == (D(200), D(5))
    assert said_of_tax(house, contract) == []


def test_words_and_figures_agree_or_it_is_refused(house: House) -> None:
    assert drafted(house, amount_words="新臺幣貳佰壹拾元整") == "done"
    assert drafted(house, amount_words="新臺幣貳佰零壹元整") == "words"
    assert drafted(house, amount_words="人民币贰佰壹拾元整") == "currency", "another currency's name"
    assert drafted(house, amount_words="二百一十") == "capitals"


def test_words_of_yesterday_do_not_outlive_another_amount(house: House) -> None:
    contract = house.a_draft()
    assert attempt(house.sales, "sales.contract.edit", contract, {"amount": "211"}) == "words"
    assert attempt(house.sales, "sales.contract.edit", contract, {"amount": "211", "amount_words": ""}) == "done"
    assert contract.fresh.amount_words == "新臺幣貳佰壹拾壹元整"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount": "0"}, "invalid"), ({"amount": "-1"}, "invalid"), ({"amount": "210.5"}, "precision"),
        ({"amount": "1e30"}, "invalid"), ({"deposit_kind": "earnest"}, "constraint"),
        ({"deposit": "5"}, "constraint"), ({"deposit_kind": "advance", "deposit": "999"}, "constraint"),
        ({"instalments": [{"amount": "0"}]}, "invalid"), ({"instalments": [{"amount": "1.5"}]}, "precision"),
        ({"instalments": [{"amount": "-210"}]}, "invalid"), ({"instalments": [{"amount": "1e30"}]}, "invalid"),
        ({"originals": -1}, "invalid"), ({"tax_rate": "-0.05"}, "invalid"), ({"tax_rate": "1"}, "invalid"),
        ({"currency": "USD"}, "order"),
    ],
)  # fmt: skip
def test_bad_values_are_refused(house: House, values: dict[str, Any], code: str) -> None:
    assert drafted(house, **values) == code


def test_days_stand_in_order(house: House) -> None:
    first = today(house)
    assert drafted(house, starts_on=first, ends_on=first - DAY) == "constraint"
    assert drafted(house, starts_on=first, ends_on=first) == "done"


def test_an_order_stands_under_one_contract(house: House) -> None:
    order = house.an_order()
    first = house.a_draft(order)
    assert drafted(house, order=order) == "bound"
    act(house.sales, "sales.contract.archive", first)
    assert drafted(house, order=order) == "done"
    act(house.sales, "sales.contract.unarchive", first)
    file = house.attach(first, b"%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF")
    assert attempt(house.sales, "sales.contract.name_document", first, {"file": str(file.public_id)}) == "pdf"
    assert attempt(house.sales, "sales.contract.submit", first) == "bound", "it came back out of the archive"


def test_an_order_of_someone_else_or_given_up_is_refused(house: House) -> None:
    order = house.an_order()
    assert drafted(house, order=order, customer=house.a_customer()) == "order"
    act(house.head, "sales.order.cancel", order, reason="不要了")
    assert drafted(house, order=order) == "order"
    assert drafted(house, deliveries=[{"order": house.an_order(), "due_on": today(house)}]) == "order"


def test_nothing_is_agreed_with_a_blacklisted_customer(house: House) -> None:
    order = house.an_order()
    blacklist(house, order.customer)
    assert drafted(house, order=order) == "blacklisted"


def test_a_whole_contract_lacks_nothing(house: House) -> None:
    contract = house.with_document()
    assert lacking(house.sales, contract) == set()
    contract = contract.fresh
    assert contract.state == "approval"
    assert contract.number == f"HT-XS-{today(house).year}-{contract.number[-4:]}"
    assert contract.document_sha256 == contract.document.sha256


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"customer_number": "22099132"}, "number"), ({"signer": "agent"}, "authority"),
        *(
            ({name: ""}, "blank")
            for name in (
                "rights", "specification", "quantity_terms", "price_terms", "delivery_terms", "payment_terms",
            )
        ),
        ({"breach": "違約金為 ____ 元"}, "blank"), ({"warranty": "【 】個月"}, "blank"),
        ({"disputes": "XXX 法院"}, "blank"), ({"relief": "不負間接損失責任"}, "relief"),
        ({"starts_on": None}, "term"), ({"ends_on": None}, "term"),
        ({"deposit_kind": "earnest", "deposit": "43"}, "deposit"),
        (
            {"deposit_kind": "earnest", "deposit": "42", "payment_terms": "訂金四十二元，餘款貨到付清。"},
            "deposit_word",
        ),
        ({"deposit_kind": "advance", "deposit": "60", "payment_terms": "付定金六十元。"}, "deposit_word"),
        ({"payment_terms": "定金50%，即訂金一百零五元。"}, "deposit_word"),
        ({"payment_terms": "簽約付定金一百零五元。"}, "deposit_word"),
        ({"payment_terms": "签约付订金一百零五元。"}, "deposit_word"),
        (
            {"deposit_kind": "advance", "deposit": "60", "payment_terms": "訂金六十元，定金不退。"}, "deposit_word",
        ),
        ({"instalments": [{"amount": "209"}]}, "schedule"), ({"instalments": []}, "schedule"),
        ({"instalments": [{"amount": "210"}]}, "schedule"), ({"covered": [], "deliveries": []}, "orders"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_listed_and_keeps_it_back(house: House, values: dict[str, Any], code: str) -> None:
    contract = house.with_document(**values)
    assert lacking(house.sales, contract) == {code}
    assert contract.fresh.state == "draft"
    assert contract.fresh.number is None, "no number is drawn in vain"


@pytest.mark.parametrize(
    "values",
    [
        {"warranty": ""}, {"deposit_kind": "earnest", "deposit": "42", "payment_terms": "定金四十二元。"},
        {"payment_terms": "依約定金額，貨到三十日內匯款。"}, {"payment_terms": "貨到匯款，不收定金，無須支付訂金。"},
        {"deposit_kind": "advance", "deposit": "60"}, {"relief": "不負間接損失責任", "relief_told": True},
    ],
)  # fmt: skip
def test_what_is_only_unusual_keeps_nothing_back(house: House, values: dict[str, Any]) -> None:
    assert lacking(house.sales, house.with_document(**values)) == set()


@pytest.mark.parametrize(
    ("size", "days", "is_told"), [("large", 61, True), ("large", 60, False), ("small", 61, False), ("", 61, False)]
)
def test_a_large_company_of_the_mainland_pays_within_sixty_days(
    house: House, size: str, days: int, is_told: bool
) -> None:
    """保障中小企業款項支付條例 9: it is said, and keeps nothing back, for we may be large ourselves."""
    contract = house.with_document(instalments=[{"amount": "210", "after": "delivered", "days": days}])
    contract.jurisdiction, contract.customer.size = "CN", size
    told = [one for one in findings(contract, today(house)) if one.code == "late_terms"]
    assert bool(told) is is_told
    assert not any(one.blocks for one in told)


def test_an_agent_signs_with_a_letter_of_authority(house: House) -> None:
    contract = house.with_document(signer="agent", signer_name="林怡君")
    letter = house.attach(contract, b"%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF", "授權書.pdf")
    elsewhere = house.attach(house.a_draft(), b"%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF", "別案.pdf")
    assert attempt(house.sales, "sales.contract.name_authority", contract, {"file": str(elsewhere.public_id)}) == "file"
    act(house.sales, "sales.contract.name_authority", contract, {"file": str(letter.public_id)})
    assert lacking(house.sales, contract) == set()


def test_without_its_text_nothing_is_approved(house: House) -> None:
    assert lacking(house.sales, house.a_draft()) == {"document"}


def test_the_database_itself_holds_schedule_and_amount_together(house: House) -> None:
    contract = house.submitted()
    with pytest.raises(IntegrityError, match="contract_adds_up"), transaction.atomic(), gate.door():
        Contract.objects.filter(pk=contract.pk).update(amount=D(211), net=D(201))
    with gate.door():
        contract.instalments.update(amount=D(209))
    with pytest.raises(IntegrityError, match="differ from its lines"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_draft_may_still_be_unfinished(house: House) -> None:
    draft = house.a_draft()
    with gate.door():
        Contract.objects.filter(pk=draft.pk).update(amount=D(211))  # a draft may still be unfinished


def test_a_returned_contract_keeps_its_number_and_a_void_one_too(house: House) -> None:
    contract = house.submitted()
    house.decide(house.head, contract, "roll_back")
    assert (contract.fresh.state, contract.fresh.number) == ("draft", contract.number)
    act(house.sales, "sales.contract.submit", contract)
    assert contract.fresh.number == contract.number
    house.decide(house.head, contract, "reject")
    assert (contract.fresh.state, contract.fresh.number) == ("void", contract.number)
    following = house.submitted()
    assert int(following.number[-4:]) == int(contract.number[-4:]) + 1, "a void number is not used again"


def test_a_draft_without_a_number_is_not_declared_void(house: House) -> None:
    assert attempt(house.head, "sales.contract.void", house.a_draft(), reason="不做了") == "numbered"
    contract = house.approved()
    assert attempt(house.sales, "sales.contract.void", contract, reason="不做了") == "forbidden"
    assert attempt(house.head, "sales.contract.void", contract, reason="不做了") == "done"


def test_the_house_writes_the_text_from_the_draft(house: House) -> None:
    contract = house.a_draft()
    act(house.sales, "sales.contract.write_document", contract)
    contract = contract.fresh
    assert contract.document.name == "球閥供貨合同.pdf"
    assert contract.document.record_id == contract.pk
    assert contract.document_pages >= 1
    assert storage.whole(contract.document.blob)
    assert lacking(house.sales, contract) == set()


HOSTILE = (
    '#panic("x")', '#read("/etc/passwd")', '#import "@preview/x:0.1.0"', "#eval(\"1\")", "{{ 7*7 }}", "{% now %}",
    "${7*7}", "\\", "*", "_", "$x$", "`", "<label>", "@ref", "[", "]", "#", "= H", "- x", "/ t: d", "//", "/*",
    "\u202e", "\"", "'", "]#sys.inputs", "#set page(width: 1mm)", "#while true {}",
)  # fmt: skip


def test_nothing_in_a_text_becomes_a_command(house: House) -> None:
    """Two hundred placeholders that would do something if the text were a program stay text."""
    many = [f"{one}{other}" for one in HOSTILE for other in HOSTILE[:8]][:200]
    assert len(many) == 200
    contract = house.a_draft(title=HOSTILE[0], **{name: "\n".join(many) for name in ("rights", "specification")})
    plain = house.a_draft(title="x", **dict.fromkeys(("rights", "specification"), "x\n" * 200))
    for one in (contract, plain):
        act(house.sales, "sales.contract.write_document", one)
    assert contract.fresh.document_pages >= plain.fresh.document_pages, "every line of it is there"


def test_an_order_s_page_offers_a_contract_until_one_stands_over_it(house: House) -> None:
    """With what is known of the order filled in, to those who keep its contracts."""

    def offered(by: Any) -> list[str]:
        found = following(by, order.fresh) or {"links": []}
        return [link.url for link in found["links"] if link.url.startswith("/sales/contracts/")]

    order = house.an_order()
    (address,) = offered(house.sales)
    for known in (f"customer={order.customer.public_id}", f"covered-0-order={order.public_id}", "amount=210"):
        assert known in address
    assert offered(house.finance) == []
    contract = house.a_draft(order)
    assert offered(house.sales) == []
    act(house.sales, "sales.contract.archive", contract)
    assert offered(house.sales) == [address]
