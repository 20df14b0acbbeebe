"""Clause 2.6.3: stock by warehouse and batch: what is picked, shipped and returned adds up, and is never below zero."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Line, Lot, Movement, Order, Product, Return, Shipment, Warehouse
from shangwu.chapters.sales.tests.factories import a_product, a_ready_order, attempt
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate
from tests.builders import unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

D = Decimal


@pytest.fixture
def crew() -> Crew:
    return Crew()


def a_warehouse(crew: Crew, name: str = "總倉", **values: Any) -> Warehouse:
    given = {"code": unique("W")[:12], "name": name} | values
    made: Warehouse = act(crew.logistics, "sales.warehouse.create", None, given).record
    return made


def comes_in(crew: Crew, product: Product, quantity: str, warehouse: Warehouse | None = None, batch: str = "") -> None:
    act(crew.logistics, "sales.product.receive", product.fresh,
        {"quantity": quantity, "warehouse": warehouse, "batch": batch})  # fmt: skip


def lies(product: Product) -> dict[str, tuple[Decimal, Decimal]]:
    """What is on hand and what is picked, by batch."""
    return {one.batch: (one.on_hand, one.picked) for one in Lot.objects.filter(product=product)}


def ledger(product: Product) -> list[tuple[str, Decimal, Decimal]]:
    rows = Movement.objects.filter(product=product).order_by("pk")
    return [(one.kind, one.quantity, one.picked) for one in rows]


def require_sums(product: Product) -> None:
    """The ledger, the batches and the product tell the same."""
    product = product.fresh
    moved = Movement.objects.filter(product=product).order_by()
    assert moved.aggregate(sum=Sum("quantity"))["sum"] == product.on_hand
    for lot in Lot.objects.filter(product=product):
        sums = moved.filter(lot=lot).aggregate(on_hand=Sum("quantity"), picked=Sum("picked"))
        assert (sums["on_hand"], sums["picked"]) == (lot.on_hand, lot.picked)


def two_batches(crew: Crew) -> tuple[Product, Warehouse, Order]:
    """Three pieces of A, which came first, and five of B; an order of four is ready."""
    product, warehouse = a_product(stock=0, by=crew.support), a_warehouse(crew)
    comes_in(crew, product, "3", warehouse, "A")
    comes_in(crew, product, "5", warehouse, "B")
    return product, warehouse, a_ready_order(crew, [{"product": product, "quantity": "4"}])


def pack(crew: Crew, order: Order, quantity: str, **more: Any) -> str:
    line = {"position": 1, "to_ship": quantity} | ({"batch": more.pop("batch")} if "batch" in more else {})
    return attempt(crew.logistics, "sales.order.pack", order.fresh, {"lines": [line], **more})


def test_the_oldest_goods_are_picked_and_leave_first(crew: Crew) -> None:
    product, _warehouse, order = two_batches(crew)
    assert pack(crew, order, "4") == "done"
    assert lies(product) == {"A": (D(3), D(3)), "B": (D(5), D(1))}
    shipment = Shipment.objects.get(order=order)
    assert [(one.batch, one.quantity) for one in shipment.lines.order_by("pk")] == [("A", D(3)), ("B", D(1))]
    act(crew.logistics, "sales.shipment.send", shipment)
    assert lies(product) == {"A": (D(0), D(0)), "B": (D(4), D(0))}
    assert (product.fresh.on_hand, product.fresh.reserved) == (D(4), D(0))
    require_sums(product)


def test_unpacked_goods_lie_where_they_lay(crew: Crew) -> None:
    product, _warehouse, order = two_batches(crew)
    pack(crew, order, "4")
    act(crew.logistics, "sales.shipment.cancel", Shipment.objects.get(order=order), reason="裝錯")
    assert lies(product) == {"A": (D(3), D(0)), "B": (D(5), D(0))}
    assert [kind for kind, *_rest in ledger(product)][-2:] == ["put_back", "put_back"]
    require_sums(product)


def test_a_batch_that_is_named_is_the_one_that_leaves(crew: Crew) -> None:
    product, warehouse, order = two_batches(crew)
    assert pack(crew, order, "4", batch="A") == "stock", "there are three of it"
    assert pack(crew, order, "2", batch="B", warehouse=warehouse) == "done"
    assert lies(product) == {"A": (D(3), D(0)), "B": (D(5), D(2))}
    assert attempt(crew.logistics, "sales.order.ship", order.fresh, {"warehouse": a_warehouse(crew)}) == "stock"
    act(crew.logistics, "sales.order.ship", order.fresh)
    assert lies(product) == {"A": (D(1), D(0)), "B": (D(5), D(2))}
    require_sums(product)


def test_goods_that_lie_nowhere_in_particular_leave_last_and_can_be_placed(crew: Crew) -> None:
    product, warehouse = a_product(stock=6, by=crew.support), a_warehouse(crew)
    move = (crew.logistics, "sales.product.move")
    assert attempt(*move, product.fresh, {"quantity": "7", "into": warehouse}) == "stock"
    assert attempt(*move, product.fresh, {"quantity": "2", "into": warehouse, "batch": "A"}) == "done"
    assert lies(product) == {"A": (D(2), D(0))}
    order = a_ready_order(crew, [{"product": product, "quantity": "3"}])
    act(crew.logistics, "sales.order.ship", order)
    assert ledger(product)[-2:] == [("shipped", D(-2), D(0)), ("shipped", D(-1), D(0))]
    assert (lies(product), product.fresh.on_hand) == ({"A": (D(0), D(0))}, D(3))
    require_sums(product)


def test_goods_go_from_one_warehouse_to_another(crew: Crew) -> None:
    product, first, order = two_batches(crew)
    pack(crew, order, "2")
    second = a_warehouse(crew, "分倉")
    given = {"quantity": "2", "out_of": first, "into": second, "batch": "A"}
    assert attempt(crew.logistics, "sales.product.move", product.fresh, given) == "stock", "two of three are picked"
    assert attempt(crew.logistics, "sales.product.move", product.fresh, given | {"quantity": "1"}) == "done"
    assert attempt(crew.logistics, "sales.product.move", product.fresh, given | {"into": first}) == "same"
    assert Lot.objects.get(product=product, warehouse=second).on_hand == D(1)
    assert product.fresh.on_hand == D(8)
    require_sums(product)


def test_a_count_of_one_batch_keeps_the_difference(crew: Crew) -> None:
    product, warehouse, order = two_batches(crew)
    pack(crew, order, "2")

    def count(quantity: str, **more: Any) -> str:
        given = {"quantity": quantity, **more}
        return attempt(crew.logistics, "sales.product.count", product.fresh, given, reason="盤點")

    assert count("8") == "by_batch"
    assert count("1", warehouse=warehouse, batch="A") == "picked"
    assert count("0", warehouse=warehouse, batch="B") == "reserved", "four are promised, three would be there"
    assert count("2", warehouse=warehouse, batch="A") == "done"
    assert ledger(product)[-1] == ("counted", D(-1), D(0))
    assert product.fresh.on_hand == D(7)
    require_sums(product)


@pytest.mark.parametrize(("fit", "kept"), [(True, {"R": (D(2), D(0))}), (False, {})])
def test_what_comes_back_fit_to_be_sold_lies_where_it_was_put(crew: Crew, fit: bool, kept: Any) -> None:
    product, warehouse = a_product(stock=5, by=crew.support), a_warehouse(crew)
    order = a_ready_order(crew, [{"product": product, "quantity": "2"}])
    act(crew.logistics, "sales.order.ship", order)
    given = {"lines": [{"position": 1, "quantity": "2"}], "reason": "wrong"}
    act(crew.logistics, "sales.order.take_goods_back", order.fresh, given)
    back = Return.objects.get(order=order)
    act(crew.logistics, "sales.return.receive", back, {"fit": fit, "warehouse": warehouse, "batch": "R"})
    assert lies(product) == kept
    require_sums(product)


def test_no_batch_goes_below_zero_whoever_writes(crew: Crew) -> None:
    """The control: what the door would never write is refused by the database, and the ledger is never rewritten."""
    product, _warehouse, _order = two_batches(crew)
    lot = Lot.objects.get(product=product, batch="A")
    row = Movement.objects.filter(lot=lot).latest("pk")
    row.pk, row._state.adding = None, True
    row.public_id, row.quantity = uuid.uuid4(), D(-4)
    with pytest.raises(IntegrityError, match="lot_not_below_zero"), transaction.atomic(), gate.door():
        row.save(force_insert=True)
    with pytest.raises(IntegrityError, match="lot_not_below_zero"), transaction.atomic(), gate.door():
        Lot.objects.filter(pk=lot.pk).update(picked=4)
    with pytest.raises(DatabaseError), transaction.atomic(), gate.door():
        Movement.objects.filter(lot=lot).update(quantity=9)
    with pytest.raises(DatabaseError), transaction.atomic(), gate.door():
        Movement.objects.filter(lot=lot).delete()
    assert lies(product)["A"] == (D(3), D(0))


def test_the_log_covers_what_the_ledger_moved(crew: Crew) -> None:
    _product, _warehouse, order = two_batches(crew)
    entry = act(crew.logistics, "sales.order.ship", order).entry_id
    assert "sales.lot" in Entry.objects.get(pk=entry).touched


def test_goods_come_in_many_at_once_into_batches_old_and_new(crew: Crew) -> None:
    """A new batch of one product among others that have theirs, or none, is told apart in one entry."""
    warehouse, products = a_warehouse(crew), [a_product(stock=0, by=crew.support) for _n in range(3)]
    comes_in(crew, products[0], "1", warehouse, "A")
    places = [(warehouse, "A"), (None, ""), (warehouse, "B")]
    rows = [
        Row({"quantity": "2", "warehouse": where, "batch": batch}, one.fresh)
        for one, (where, batch) in zip(products, places, strict=True)
    ]
    assert len(act_many(crew.logistics, "sales.product.receive", rows).done) == 3
    assert [lies(one) for one in products] == [{"A": (D(3), D(0))}, {}, {"B": (D(2), D(0))}]
    for one in products:
        require_sums(one)


def test_a_batch_lies_in_a_warehouse(crew: Crew) -> None:
    given = {"quantity": "1", "batch": "A"}
    assert attempt(crew.logistics, "sales.product.receive", a_product(by=crew.support), given) == "warehouse"


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_pages_of_the_stock_open(crew: Crew, language: str) -> None:
    product, warehouse, order = two_batches(crew)
    pack(crew, order, "1")
    client = a_client(Person.objects.get(pk=crew.logistics.person_id), language)
    found = {
        "sales.warehouse": warehouse, "sales.lot": Lot.objects.filter(product=product)[0],
        "sales.movement": Movement.objects.filter(product=product)[0], "sales.product": product,
    }  # fmt: skip
    for name, record in found.items():
        assert client.get(reverse(f"{name}.list")).status_code == 200, name
        assert client.get(reverse(f"{name}.detail", kwargs={"public_id": record.public_id})).status_code == 200, name
    move = reverse("do.sales.product.move", kwargs={"public_id": product.public_id})
    assert client.get(move).status_code == 200
    assert Line.objects.get(order=order).allotted == D(1)
