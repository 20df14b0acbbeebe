"""Clause 2.6.2: each contract that the executive let pass before it was signed is counted."""

from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.sales.models import Contract
from shangwu.chapters.sales.tests.contracting import House
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import system

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    settings.FACTS = tmp_path / "facts"


def test_what_ran_ahead_of_its_contract_is_counted_and_what_waited_is_not() -> None:
    house = House()
    first, _second = house.submitted(), house.submitted()
    act(house.executive, "sales.contract.let_pass", first, reason="急件")
    export("sales.let_pass")
    assert ask(system(), ["contracts.let_pass"]).total() == 1


def test_a_payment_says_under_which_contract_it_is() -> None:
    house = House()
    contract: Contract = house.in_force()
    order = contract.covered.get().order
    given = {"order": order, "amount": "10", "received_on": order.ordered_on}
    payment = act(house.finance, "sales.payment.create", None, given).record
    client = a_client(Person.objects.get(pk=house.finance.person_id or 0))
    assert str(contract) in client.get(f"/sales/payments/{payment.public_id}/").content.decode()
    bare = act(house.finance, "sales.payment.create", None, given | {"order": house.an_order()}).record
    assert f"{contract.number}" not in client.get(f"/sales/payments/{bare.public_id}/").content.decode()
