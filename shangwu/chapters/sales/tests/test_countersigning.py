"""Clause 2.6.1: our confirmation of a large order comes back signed by the customer; without it sales is reminded."""

from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.pages.countersigning import signature
from shangwu.chapters.sales.tests.contracting import DAY, House, a_pdf
from shangwu.chapters.sales.tests.factories import an_order, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import intake, storage
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.receipts import receipt
from shangwu.foundation.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

SIGN = "sales.order.countersign"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


@pytest.fixture
def house() -> House:
    return House()


def attached(house: House, order: Order, content: bytes | None = None, name: str = "回簽.pdf") -> StoredFile:
    taken = intake.take([content or a_pdf(1)], name, entity=house.sales.entity_id or 0)
    given = {"record_type": "sales.order", "note": str(order.public_id), "name": receipt(taken, house.sales)}
    made: StoredFile = act(house.sales, "files.storedfile.create", None, given).record
    return made


def signs(house: House, order: Order, file: StoredFile, **values: Any) -> str:
    given = {"file": str(file.public_id), "signed_on": today(house)} | values
    return attempt(house.sales, SIGN, order.fresh, given)


def reminders(order: Order) -> int:
    return Notice.objects.filter(record_public_id=order.public_id, message__contains="confirmation").count()


LARGE = "953"
"""Pieces at 105 with tax: 100,065. One less are 99,960."""


def test_the_signed_paper_is_the_orders_until_it_is_changed(house: House) -> None:
    order = house.an_order()
    file = attached(house, order)
    assert signs(house, order, file, signed_on=today(house) + DAY) == "future"
    assert signs(house, order, attached(house, order, "收到".encode(), "回覆.txt")) == "picture"
    assert signs(house, order, attached(house, house.an_order())) == "file", "it hangs on another order"
    assert signs(house, order, file) == "done"
    order = order.fresh
    assert (order.countersign, order.countersigned_on) == ("回簽.pdf", today(house))
    assert signs(house, order, file) == "countersigned"
    told = signature(house.sales, order)
    assert told is not None
    assert told["file"] == "回簽.pdf"
    act(house.sales, "sales.order.change", order, {"po_number": "PO-9"}, reason="客戶來電")
    assert (order.fresh.countersign, order.fresh.countersigned_on) == ("", None), "that is another text"


def test_what_is_not_confirmed_is_not_signed(house: House) -> None:
    order = an_order(house)
    assert signs(house, order, attached(house, order)) == "state"


@pytest.mark.parametrize(("quantity", "told"), [(LARGE, 1), ("952", 0)])
def test_without_it_sales_is_reminded_and_production_is_not_held_up(house: House, quantity: str, told: int) -> None:
    order = house.an_order(quantity)
    assert reminders(order) == told
    assert bool(signature(house.planning, order)) is bool(told)
    assert attempt(house.planning, "sales.order.schedule", order) == "done"
    if told:
        assert signs(house, order, attached(house, order)) == "done"
        assert signature(house.planning, order.fresh) != {"awaited": True}


def test_where_a_contract_is_signed_nobody_is_reminded(house: House) -> None:
    order = house.an_order(LARGE)
    assert signature(house.sales, order) == {"awaited": True}
    house.in_force(order)
    assert signature(house.sales, order.fresh) is None
