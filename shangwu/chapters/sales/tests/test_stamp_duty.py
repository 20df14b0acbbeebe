"""Clause 2.6.2: stamp duty, by the place and the kind of the contract: 0.3 in a thousand of a sale's price without tax,
on the day of signing, in our own currency."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.sales.accounts import quarter_end
from shangwu.chapters.sales.models import Contract
from shangwu.chapters.sales.tests.contracting import DAY, House
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product
from shangwu.chapters.sales.tests.test_supplements import signed, submitted
from shangwu.foundation.files import storage
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.records.actors import system

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.2")]

D = Decimal
MAINLAND = {"jurisdiction": "CN", "identity_number": "91110000600037341L"}


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House(currency="CNY", jurisdiction="CN")


def in_force(house: House, **values: Any) -> Contract:
    """A contract over 10,500 with tax, in force."""
    lines = [{"product": a_product(stock=1000), "quantity": "100", "unit_price": "100"}]
    order = a_confirmed_order(house, lines, customer=house.a_customer(**MAINLAND), **values)
    return house.in_force(order, jurisdiction="CN", **({"currency": order.currency} if values else {}))


def test_of_10_000_without_tax_it_is_three(house: House) -> None:
    contract = in_force(house)
    assert (contract.net, contract.stamp_duty, contract.base_currency) == (D(10000), D("3.00"), "CNY")
    elsewhere = House()
    contract = elsewhere.in_force(elsewhere.an_order("100"))
    assert (contract.net, contract.stamp_duty) == (D(10000), D(0)), "a sale in Taiwan costs none"


def test_of_a_price_in_another_currency_it_is_paid_in_our_own(house: House) -> None:
    contract = in_force(house, currency="USD", rate="7.1")
    assert (contract.net, contract.base_amount) == (D(10000), D("74550.00"))
    assert contract.stamp_duty == D("21.30"), "0.3 in a thousand of 71,000"


def test_where_no_rate_is_said_it_is_of_the_orders_net(house: House) -> None:
    lines = [{"product": a_product(stock=1000), "quantity": "100", "unit_price": "100"}]
    order = a_confirmed_order(house, lines, customer=house.a_customer(**MAINLAND))
    contract = house.in_force(order, jurisdiction="CN", tax_rate=None)
    assert (contract.amount, contract.net, contract.stamp_duty) == (D(10500), D(10000), D("3.00"))
    supplement = submitted(house, contract, amount="21000", instalments=[{"after": "signed", "amount": "21000"}])
    assert signed(house, supplement) == "done"
    assert supplement.fresh.stamp_duty == D("3.00"), "in the proportion of the contract"


@pytest.mark.parametrize(("amount", "duty"), [("21000", "3.00"), ("5250", "0.00")])
def test_a_supplement_costs_it_on_what_the_amount_grows_by(house: House, amount: str, duty: str) -> None:
    contract = in_force(house)
    supplement = submitted(house, contract, amount=amount, instalments=[{"after": "signed", "amount": amount}])
    assert signed(house, supplement) == "done"
    assert (supplement.fresh.stamp_duty, supplement.fresh.base_currency) == (D(duty), "CNY")
    assert contract.fresh.stamp_duty == D("3.00"), "each paper has its own, on its own day"


def test_a_supplement_about_other_things_costs_none(house: House) -> None:
    supplement = submitted(house, in_force(house))
    assert signed(house, supplement) == "done"
    assert supplement.fresh.stamp_duty is None


def test_what_is_declared_for_a_quarter_is_the_sum_of_its_contracts_and_supplements(
    house: House, settings: Any, tmp_path: Path
) -> None:
    """3.00 for the contract and 3.00 for its supplement, both signed today; nothing for what is not signed."""
    settings.FACTS = tmp_path / "facts"
    contract = in_force(house)
    supplement = submitted(house, contract, amount="21000", instalments=[{"after": "signed", "amount": "21000"}])
    assert signed(house, supplement) == "done"
    first = contract.signed_on
    assert first is not None
    since, until = quarter_end(first) + DAY, quarter_end(quarter_end(first) + 100 * DAY)
    for facts, measure in (
        ("sales.stamped", "contracts.stamp_duty"),
        ("sales.stamped_supplements", "contracts.stamp_duty_of_supplements"),
    ):
        export(facts)
        assert ask(system(), [measure], since=since, until=until).total() == D("3.00")
        assert not ask(system(), [measure], until=since - DAY).total()
