"""Clause 2.6.2: a contract in force is changed by supplements, each numbered, approved and signed by itself."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.sales.models import Contract, Shipment, Supplement
from shangwu.chapters.sales.tests.contracting import DAY, House, a_pdf
from shangwu.chapters.sales.tests.factories import attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import intake, storage
from shangwu.foundation.files.receipts import receipt

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

D = Decimal
SEAL = {"seal": "contract", "copies": 2}


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def attach(house: House, supplement: Supplement, content: bytes) -> str:
    taken = intake.take([content], "補充協議.pdf", entity=house.sales.entity_id or 0)
    given = {"record_type": "sales.supplement", "note": str(supplement.public_id), "name": receipt(taken, house.sales)}
    return str(act(house.sales, "files.storedfile.create", None, given).record.public_id)


def drafted(house: House, contract: Contract, **values: Any) -> str:
    given = {"contract": contract, "change": "加購備品一組。"} | values
    return attempt(house.sales, "sales.supplement.create", None, given)


def submitted(house: House, contract: Contract, pages: int = 1, **values: Any) -> Supplement:
    given = {"contract": contract, "change": "加購備品一組。"} | values
    made: Supplement = act(house.sales, "sales.supplement.create", None, given).record
    file = attach(house, made, a_pdf(pages))
    act(house.sales, "sales.supplement.name_document", made, {"file": file})
    act(house.sales, "sales.supplement.submit", made)
    return made.fresh  # type: ignore[no-any-return]


def signed(house: House, supplement: Supplement) -> str:
    for by in (house.head, house.finance, house.legal):
        assert house.decide(by, supplement) == "done"
    given = {"file": attach(house, supplement, a_pdf(1)), "signed_on": today(house)}
    assert attempt(house.secretary, "sales.supplement.seal", supplement, SEAL) == "done"
    return attempt(house.sales, "sales.supplement.sign", supplement, given)


def test_a_supplement_is_numbered_after_its_contract_and_changes_it_when_signed(house: House) -> None:
    contract = house.in_force()
    order, day = contract.covered.get().order, today(house) + 90 * DAY
    payment = {"order": order, "amount": "210", "received_on": today(house)}
    act(house.finance, "sales.payment.create", None, payment)
    assert contract.instalments.get().paid == D(210)
    rows = [{"due_on": today(house), "amount": "200"}, {"due_on": day, "amount": "115"}]
    first = submitted(house, contract, amount="315", ends_on=today(house) + 300 * DAY, instalments=rows)
    assert first.number == f"{contract.number}-B01"
    assert contract.fresh.amount == D(210), "approved and signed first"
    assert signed(house, first) == "done"
    contract = contract.fresh
    assert (contract.amount, contract.amount_words) == (D(315), "新臺幣叁佰壹拾伍元整")
    assert (contract.net, contract.tax, contract.ends_on) == (D(300), D(15), today(house) + 300 * DAY)
    paid = [(one.amount, one.paid) for one in contract.instalments.order_by("position")]
    assert paid == [(D(200), D(200)), (D(115), D(10))], "what was paid is spread over the new schedule"
    assert submitted(house, contract).number == f"{contract.number}-B02"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount": "315"}, "schedule"), ({"amount": "0"}, "schedule"), ({"change": " "}, "invalid"),
        ({"amount": "315", "instalments": [{"amount": "315"}]}, "schedule"),
        ({"instalments": [{"after": "signed", "amount": "209"}]}, "schedule"),
        ({"amount": "315.5", "instalments": [{"after": "signed", "amount": "315.5"}]}, "precision"),
        ({"ends_on": "2020-01-01"}, "day"), ({"instalments": [{"after": "signed", "amount": "210"}]}, "done"),
    ],
)  # fmt: skip
def test_a_supplement_adds_up_or_is_refused(house: House, values: dict[str, Any], code: str) -> None:
    assert drafted(house, house.in_force(), **values) == code


def test_only_a_contract_in_force_is_supplemented_and_only_by_who_keeps_it(house: House) -> None:
    assert drafted(house, house.a_draft()) == "state"
    contract = house.in_force()
    given = {"contract": contract, "change": "改"}
    assert attempt(house.colleague, "sales.supplement.create", None, given) == "invalid", "a colleague does not see it"
    assert attempt(house.finance, "sales.supplement.create", None, given) == "forbidden"
    assert attempt(house.sales, "sales.contract.amend", contract, {"amount": "1"}) == "forbidden"
    assert attempt(house.sales, "sales.contract.edit", contract, {"amount": "1"}) == "state"


def test_without_its_text_it_is_not_put_forward_and_a_rejected_number_is_kept(house: House) -> None:
    contract = house.in_force()
    given = {"contract": contract, "change": "改"}
    bare = act(house.sales, "sales.supplement.create", None, given).record
    assert attempt(house.sales, "sales.supplement.submit", bare) == "document"
    first = submitted(house, contract)
    assert house.decide(house.sales, first) != "done", "nobody approves their own"
    assert house.decide(house.head, first, "reject") == "done"
    assert first.fresh.state == "void"
    assert submitted(house, contract).number == f"{contract.number}-B02"


def test_the_contract_ended_meanwhile_is_not_changed(house: House) -> None:
    contract = house.in_force()
    supplement = submitted(house, contract)
    act(house.head, "sales.contract.terminate", contract, reason="合意終止")
    assert signed(house, supplement) == "state"


def test_the_seal_on_a_supplement_is_registered_with_it_and_comes_before_the_signatures(house: House) -> None:
    contract = house.in_force()
    supplement = submitted(house, contract)
    assert attempt(house.secretary, "sales.supplement.seal", supplement, SEAL) == "state", "approved first"
    for by in (house.head, house.finance, house.legal):
        assert house.decide(by, supplement) == "done"
    given = {"file": attach(house, supplement, a_pdf(1)), "signed_on": today(house)}
    assert attempt(house.sales, "sales.supplement.sign", supplement, given) == "unsealed"
    assert attempt(house.sales, "sales.supplement.seal", supplement, SEAL) == "forbidden"
    act(house.secretary, "sales.supplement.seal", supplement, SEAL)
    act(house.secretary, "sales.supplement.seal", supplement, SEAL | {"seal": "representative", "copies": 1})
    supplement = supplement.fresh
    uses = [(one.seal, one.copies, one.used_by_id, one.document_sha256) for one in supplement.seal_uses.all()]
    who, text = house.secretary.person_id, supplement.document_sha256
    assert uses == [("contract", 2, who, text), ("representative", 1, who, text)]
    assert contract.fresh.seal_uses.count() == 1, "the contract's own record stays as it was"
    assert attempt(house.sales, "sales.supplement.sign", supplement, given) == "done"


def test_several_pages_of_a_supplement_are_sealed_across(house: House) -> None:
    supplement = submitted(house, house.in_force(), pages=2)
    for by in (house.head, house.finance, house.legal):
        assert house.decide(by, supplement) == "done"
    assert attempt(house.secretary, "sales.supplement.seal", supplement, SEAL) == "across"
    assert attempt(house.secretary, "sales.supplement.seal", supplement, SEAL | {"across_pages": True}) == "done"


def test_another_day_of_delivery_is_agreed_by_a_supplement_while_goods_are_under_way(house: House) -> None:
    """What has arrived stays met, and the next milestone is the new day; the money stays as it was."""
    first = house.an_order()
    second = house.an_order(customer=first.customer)
    days = [{"what": one.number, "order": one, "due_on": today(house) + 30 * DAY} for one in (first, second)]
    paid = [{"due_on": today(house) + 90 * DAY, "amount": "420"}]
    contract = house.in_force(
        first, covered=[{"order": first}, {"order": second}], amount="420", deliveries=days, instalments=paid
    )
    act(house.logistics, "sales.order.make_ready", first.fresh)
    act(house.logistics, "sales.order.ship", first.fresh)
    given = {"delivered_on": today(house)}
    act(house.logistics, "sales.shipment.deliver", Shipment.objects.get(order=first), given)
    assert (contract.fresh.milestone_on, contract.fresh.milestones_met) == (today(house) + 30 * DAY, 1)
    new = [{"order": first, "due_on": today(house) + 30 * DAY}, {"order": second, "due_on": today(house) + 50 * DAY}]
    assert signed(house, submitted(house, contract, change="第二批延後二十日。", deliveries=new)) == "done"
    contract = contract.fresh
    assert (contract.milestone_on, contract.milestones_met) == (today(house) + 50 * DAY, 1)
    rows = [(one.due_on, one.met_on) for one in contract.deliveries.order_by("position")]
    assert rows == [(today(house) + 30 * DAY, today(house)), (today(house) + 50 * DAY, None)]
    assert (contract.amount, contract.instalments.count()) == (D(420), 1)


def test_only_goods_of_the_contract_get_another_day(house: House) -> None:
    contract = house.in_force()
    other = house.an_order(customer=contract.customer)
    rows = [{"order": other, "due_on": today(house) + 9 * DAY}]
    assert drafted(house, contract, deliveries=rows) == "order"
    own = [{"order": contract.covered.get().order, "due_on": today(house) + 9 * DAY}]
    assert drafted(house, contract, deliveries=own) == "done"


def test_a_draft_that_nobody_wants_is_put_away(house: House) -> None:
    contract = house.in_force()
    given = {"contract": contract, "change": "改"}
    made = act(house.sales, "sales.supplement.create", None, given).record
    assert attempt(house.finance, "sales.supplement.archive", made) == "forbidden"
    assert attempt(house.sales, "sales.supplement.archive", made) == "done"
    assert attempt(house.sales, "sales.supplement.archive", submitted(house, contract)) == "state"
