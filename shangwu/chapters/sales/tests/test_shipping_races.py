"""Two at the same moment (2.6.3): two shipments of one line, two pushes of one scan, two receipts of one delivery."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.actions import tracking as actions
from shangwu.chapters.sales.models import Line, Scan, Seen, Shipment
from shangwu.chapters.sales.tests.factories import a_product, a_ready_order, a_shipped_order, attempt, today
from shangwu.chapters.sales.tests.test_proofs import a_photo
from shangwu.chapters.sales.tests.test_races import together
from shangwu.chapters.sales.tracking import Sighting, take_in
from shangwu.foundation.actions import loading
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.files import storage
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.alone, pytest.mark.clause("2.6.3")]

D = Decimal


def test_two_shipments_of_one_line_at_once_never_pack_more_than_was_ordered(committing: None) -> None:
    crew = Crew()
    order = a_ready_order(crew)
    first, second = crew.logistics, crew.support
    given = {"lines": [{"position": 1, "to_ship": "1.5"}]}
    answers = together(
        lambda: attempt(first, "sales.order.pack", order, given),
        lambda: attempt(second, "sales.order.pack", order, given),
    )
    assert answers == ["done", "overshipped"]
    assert order.fresh.allotted_quantity == D("1.5")


@pytest.mark.parametrize(("guarded", "left"), [(True, "13"), (False, "15")])
def test_goods_that_leave_while_others_come_in_are_counted(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, left: str
) -> None:
    """Of ten, two leave between the reading and the locking of the five that come in."""
    crew = Crew()
    product = a_product(stock=10, by=crew.support)
    order = a_ready_order(crew, [{"product": product, "quantity": "2"}])
    ship = (crew.logistics, "sales.order.ship", order)
    lock, answers = loading._lock_targets, list[str]()

    def interrupted(batch: Any) -> None:
        if batch.action.name == "sales.product.receive" and not answers:
            answers.append("")
            answers.extend(together(lambda: attempt(*ship)))
        lock(batch)

    monkeypatch.setattr(loading, "_lock_targets", interrupted)
    if not guarded:
        monkeypatch.setattr(loading, "_has_moved", lambda row, read: row.version != read.version)
    act(crew.logistics, "sales.product.receive", product, {"quantity": "5"})
    assert answers == ["", "done"]
    assert product.fresh.on_hand == D(left)


def push(shipment: Shipment, seen: list[Sighting]) -> str:
    try:
        take_in(shipment, seen, Scan.Way.PUSHED)
    except Refusal as refusal:
        return refusal.code
    return "done"


@pytest.mark.parametrize("guarded", [True, False])
def test_two_pushes_at_once_keep_a_scan_once(committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    crew = Crew()
    _order, shipment = a_shipped_order(crew)
    now = clock.now().replace(microsecond=0)
    seen = [Sighting(now, Seen.UNDER_WAY, "", "到達"), Sighting(now, Seen.SIGNED, "", "已簽收")]
    if not guarded:
        # Neither lock nor memory: what is left is the table's own promise.
        monkeypatch.setattr(loading, "_lock_targets", lambda batch: None)
        monkeypatch.setattr(actions, "known_of", lambda scans: set())
    answers = together(*(lambda: push(shipment, seen) for _n in range(2)))
    assert Scan.objects.filter(shipment=shipment).count() == 2
    if guarded:
        assert answers == ["done", "done"]
        assert shipment.fresh.state == "delivered"


def test_one_receipt_of_two_phones_is_kept(committing: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path)
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    crew = Crew()
    _order, shipment = a_shipped_order(crew)
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    tries = [(by, {"photo": a_photo(by), "signed_by": "何玉玲"}) for by in (crew.logistics, crew.support)]
    answers = together(
        *(lambda by=by, given=given: attempt(by, "sales.shipment.prove", shipment, given) for by, given in tries)
    )
    assert answers == ["done", "proved"]


def test_two_who_take_the_last_piece_back_at_once_take_it_once(committing: None) -> None:
    crew = Crew()
    order, _shipment = a_shipped_order(crew)
    people, given = (crew.sales, crew.logistics), {"lines": [{"position": 1, "quantity": "2"}], "reason": "defect"}
    answers = together(*(lambda by=by: attempt(by, "sales.order.take_goods_back", order, given) for by in people))
    assert answers == ["done", "over_returned"]
    assert Line.objects.get(order=order).returned == D(2)
