"""Two people at the same moment, over contracts: one order, one number, one payment each (2.6.2). Each guard is also
switched off, to see that the test would notice."""

from pathlib import Path

import pytest

from shangwu.chapters.sales.models import Contract
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import attempt, today
from shangwu.chapters.sales.tests.test_races import together, unlock, wide_window  # noqa: F401 -- a fixture
from shangwu.foundation.files import storage

pytestmark = [pytest.mark.alone, pytest.mark.clause("2.6.2")]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.mark.parametrize(("guarded", "answers"), [(True, ["bound", "done"]), (False, ["done", "done"])])
def test_an_order_comes_under_one_contract(
    committing: None,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
    answers: list[str],
    request: pytest.FixtureRequest,
) -> None:
    house = House()
    terms = house.terms()
    if not guarded:
        unlock(monkeypatch, "sales.contract.create", "covered.order")
    request.getfixturevalue("wide_window")
    found = together(*(lambda: attempt(house.sales, "sales.contract.create", None, terms) for _n in range(2)))
    assert found == answers


def test_contracts_put_forward_at_once_have_numbers_without_gaps(committing: None) -> None:
    house = House()
    drafts = [house.with_document() for _n in range(12)]
    found = together(*(lambda one=one: attempt(house.sales, "sales.contract.submit", one) for one in drafts))
    assert found == ["done"] * len(drafts)
    numbers = sorted(Contract.objects.values_list("number", flat=True))
    last = [int(str(one)[-4:]) for one in numbers]
    assert last == list(range(last[0], last[0] + len(drafts))), "no gap, none twice"


def test_payments_for_two_orders_of_one_contract_at_once_both_count(committing: None) -> None:
    house = House()
    customer = house.a_customer()
    first, second = (house.an_order(customer=customer) for _n in range(2))
    contract = house.in_force(
        first,
        amount=first.gross + second.gross,
        covered=[{"order": first}, {"order": second}],
        instalments=[{"due_on": today(house), "amount": first.gross + second.gross}],
        deliveries=[],
    )
    given = {"amount": first.gross, "received_on": today(house)}
    found = together(
        *(
            lambda one=one: attempt(house.finance, "sales.payment.create", None, given | {"order": one})
            for one in (first, second)
        )
    )
    assert found == ["done", "done"]
    assert contract.instalments.get().paid == first.gross + second.gross
