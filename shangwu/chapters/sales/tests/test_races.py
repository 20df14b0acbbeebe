"""Two people at the same moment: the last piece, the last credit, one line, one debt. Each guard is also switched off,
to see that the test would notice (2.6.1, 2.6.3)."""

import dataclasses
import datetime
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales import allotting
from shangwu.chapters.sales.actions import transfers
from shangwu.chapters.sales.models import Order, Payment, Product, Shipment, ShipmentLine
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, a_ready_order, an_order, attempt, today
from shangwu.foundation.actions import loading, registry, runner
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.roles import Role

pytestmark = pytest.mark.alone

D = Decimal


def together(*attempts: Callable[[], str]) -> list[str]:
    """Run the attempts in threads of their own, from one start."""
    answers: list[str] = []
    start = threading.Barrier(len(attempts), timeout=10)

    def run(one: Callable[[], str]) -> None:
        start.wait()
        try:
            answers.append(one())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[one]) for one in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.fixture
def wide_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both decide before either writes, wherever no lock keeps one of them waiting."""
    meet = threading.Barrier(2)
    apply = runner.applying.apply

    def slowly(batch: Any) -> None:
        apply(batch)
        try:
            meet.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            meet.reset()

    monkeypatch.setattr(runner.applying, "apply", slowly)


def unlock(monkeypatch: pytest.MonkeyPatch, name: str, path: str) -> None:
    """Let an action read a path that it should lock."""
    one = registry.get(name)
    locks = tuple(lock for lock in one.locks if lock != path)
    assert locks != one.locks, "nothing to switch off"
    monkeypatch.setitem(registry.actions, name, dataclasses.replace(one, locks=locks, reads=(*one.reads, path)))


@pytest.mark.parametrize(("guarded", "sold"), [(True, 1), (False, 2)])
def test_the_last_piece_is_sold_once(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, sold: int, request: pytest.FixtureRequest
) -> None:
    crew, product = Crew(), a_product(stock=1)
    orders = [an_order(crew, [{"product": product, "quantity": "1"}]) for _n in range(2)]
    by, day = crew.support, {"promised_on": today(crew)}
    if not guarded:
        unlock(monkeypatch, "sales.order.confirm", "lines.product")
    request.getfixturevalue("wide_window")
    answers = together(*(lambda order=order: attempt(by, "sales.order.confirm", order, day) for order in orders))
    assert answers == (["done", "stock"] if guarded else ["done", "done"])
    assert Order.objects.filter(state="confirmed").count() == sold
    assert Product.objects.get(pk=product.pk).reserved == D(1)


@pytest.mark.parametrize("guarded", [True, False])
def test_an_arrival_is_promised_once(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, request: pytest.FixtureRequest
) -> None:
    crew, product = Crew(), a_product(stock=0)
    day = today(crew) + datetime.timedelta(days=3)
    given = {"product": product, "quantity": "1", "expected_on": day}
    act(crew.one(Role.PURCHASING), "sales.arrival.create", None, given)
    orders = [an_order(crew, [{"product": product, "quantity": "1"}]) for _n in range(2)]
    by, promise = crew.support, {"promised_on": day}
    if not guarded:
        unlock(monkeypatch, "sales.order.confirm", "lines.product")
    request.getfixturevalue("wide_window")
    answers = together(*(lambda order=order: attempt(by, "sales.order.confirm", order, promise) for order in orders))
    assert answers == (["done", "stock"] if guarded else ["done", "done"])


@pytest.mark.parametrize("guarded", [True, False])
def test_the_last_credit_is_used_once(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, request: pytest.FixtureRequest
) -> None:
    crew = Crew()
    customer = a_customer(crew.sales, credit="210")
    orders = [an_order(crew, customer=customer) for _n in range(2)]
    by, day = crew.support, {"promised_on": today(crew)}
    if not guarded:
        unlock(monkeypatch, "sales.order.confirm", "customer")
    request.getfixturevalue("wide_window")
    answers = together(*(lambda order=order: attempt(by, "sales.order.confirm", order, day) for order in orders))
    assert answers == (["credit", "done"] if guarded else ["done", "done"])
    owed = sum(order.base_open for order in Order.objects.filter(customer=customer))
    assert owed == (D(210) if guarded else D(420)), "without the lock the limit is passed"


@pytest.mark.parametrize("guarded", [True, False])
def test_one_line_is_packed_once(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, request: pytest.FixtureRequest
) -> None:
    crew = Crew()
    order = a_ready_order(crew)
    by, given = crew.logistics, {"lines": [{"position": 1, "to_ship": "2"}]}
    if not guarded:
        monkeypatch.setattr(loading, "_lock_targets", lambda batch: None)
    request.getfixturevalue("wide_window")
    pack = (by, "sales.order.pack", order, given)
    answers = together(lambda: attempt(*pack), lambda: attempt(*pack))
    assert answers == (["done", "overshipped"] if guarded else ["done", "done"])
    packed = sum(line.quantity for line in ShipmentLine.objects.filter(shipment__order=order))
    assert packed == (D(2) if guarded else D(4)), "without the lock more is packed than was ordered"


@pytest.mark.parametrize("guarded", [True, False])
def test_one_debt_is_paid_once(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, request: pytest.FixtureRequest
) -> None:
    crew = Crew()
    order = a_confirmed_order(crew)
    by, given = crew.finance, {"order": order, "amount": "210", "received_on": today(crew)}
    if not guarded:
        unlock(monkeypatch, "sales.payment.create", "order")
    request.getfixturevalue("wide_window")
    pay = (by, "sales.payment.create", None, given)
    answers = together(lambda: attempt(*pay), lambda: attempt(*pay))
    assert answers == (["done", "overpaid"] if guarded else ["done", "done"])
    received = sum(payment.amount for payment in Payment.objects.filter(order=order))
    assert received == (D(210) if guarded else D(420)), "without the lock the debt is paid twice"


@pytest.mark.parametrize("guarded", [True, False])
def test_one_transfer_is_allotted_once(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool, request: pytest.FixtureRequest
) -> None:
    crew = Crew()
    orders = [a_confirmed_order(crew) for _n in range(2)]
    given = {"amount": "200", "received_on": today(crew), "reference": "T-1", "transferred": "200"}
    by = crew.finance
    if not guarded:
        monkeypatch.setattr(allotting, "_hold", lambda references: None)
    request.getfixturevalue("wide_window")
    answers = together(
        *(lambda order=order: attempt(by, transfers.ALLOT, None, given | {"order": order}) for order in orders)
    )
    assert answers == (["allotted", "done"] if guarded else ["done", "done"])
    received = sum(payment.amount for payment in Payment.objects.filter(reference="T-1"))
    assert received == (D(200) if guarded else D(400)), "without the guard the transfer counts twice"


def test_a_change_and_a_shipment_at_once_never_both_win(committing: None) -> None:
    crew = Crew()
    order = a_ready_order(crew)
    sales, logistics = crew.sales, crew.logistics
    answers = together(
        lambda: attempt(sales, "sales.order.change", order, {"po_number": "9"}, reason="客戶改單"),
        lambda: attempt(logistics, "sales.order.ship", order),
    )
    assert answers == ["done", "state"]
    order = order.fresh
    assert (order.state, order.shipped_quantity) in [("review", D(0)), ("shipped", D(2))]


def test_a_change_of_the_rest_and_its_shipment_at_once_never_both_win(committing: None) -> None:
    """One of two pieces has left; the other leaves, or three more are wanted."""
    crew = Crew()
    order = a_ready_order(crew)
    sales, logistics = crew.sales, crew.logistics
    act(logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "1"}]})
    act(logistics, "sales.shipment.send", Shipment.objects.get(order=order))
    lines = [{"product": one.product, "quantity": "5"} for one in order.lines.all()]
    answers = together(
        lambda: attempt(sales, "sales.order.change", order, {"lines": lines}, reason="客戶改單"),
        lambda: attempt(logistics, "sales.order.ship", order),
    )
    assert answers == ["done", "state"]
    order = order.fresh
    found = (order.state, order.shipped_quantity, order.quantity)
    assert found in [("review", D(1), D(5)), ("shipped", D(2), D(2))]


def test_a_form_sent_twice_at_once_takes_one_order(committing: None) -> None:
    crew = Crew()
    given = {
        "customer": str(a_customer(crew.sales).public_id),
        "lines": [{"product": str(a_product().public_id), "quantity": "1"}],
    }
    send = (crew.sales, "sales.order.create", None, given)
    assert together(lambda: attempt(*send, key="form"), lambda: attempt(*send, key="form")) == ["done", "done"]
    assert Order.objects.count() == 1


def test_a_customer_entered_twice_at_once_has_one_file(committing: None) -> None:
    crew = Crew()
    first, second = crew.sales, crew.colleague
    given = {"name": "晉洋化工股份有限公司"}
    answers = together(
        lambda: attempt(first, "customers.customer.create", None, given),
        lambda: attempt(second, "customers.customer.create", None, given),
    )
    assert answers == ["done", "duplicate"]


def test_two_claim_one_pool_customer_and_one_has_it(committing: None) -> None:
    crew = Crew()
    customer = a_customer(crew.head)
    act(crew.head, "customers.customer.release", customer, reason="分配")
    answers = together(
        *(lambda by=by: attempt(by, "customers.customer.claim", customer) for by in (crew.sales, crew.colleague))
    )
    assert answers[0] == "done"
    assert answers[1] in ("missing", "owned")


def test_two_people_confirm_one_order_and_it_is_confirmed_once(committing: None) -> None:
    """One confirms; the other is told that it is done, and nothing is reserved or owed twice."""
    crew, product = Crew(), a_product(stock=10)
    order = an_order(crew, [{"product": product, "quantity": "2"}])
    people, day = (crew.support, crew.one(Role.SALES_SUPPORT)), {"promised_on": today(crew)}
    answers = together(*(lambda by=by: attempt(by, "sales.order.confirm", order, day) for by in people))
    assert answers == ["done", "state"]
    assert Product.objects.get(pk=product.pk).reserved == D(2)
    assert (order.fresh.state, order.fresh.base_open) == ("confirmed", order.base_gross)
