"""Two people at the same moment, two hundred times over (2.6.1 to 2.6.3): the result is exact in each round, and the
same rounds with the guard off are found out."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order, Payment, Product, ShipmentLine
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, a_ready_order, an_order, attempt, today
from shangwu.chapters.sales.tests.test_races import together, unlock
from shangwu.foundation.actions import loading, runner
from shangwu.foundation.actions.door import act

pytestmark = [pytest.mark.soak, pytest.mark.alone]

D = Decimal
ROUNDS = 200 if os.environ.get("SHANGWU_SOAK") == "1" else 5
CONTROLS = 5
"""Rounds with the guard off: the window makes each of them go wrong."""
WINDOW = 0.2
"""Seconds for which one waits, decided and not yet written, for the other to decide as well."""

Patch = pytest.MonkeyPatch
Meet = Callable[..., list[str]]


@dataclass
class Stage:
    """The people and the customer of all rounds of a race: a salesperson may hold only so many customers.

    meet: how attempts are run at one moment.
    """

    crew: Crew
    customer: Customer
    meet: Meet


Play = Callable[[Stage], tuple[list[str], Any]]


def last_piece(stage: Stage) -> tuple[list[str], Any]:
    """Two orders for the last piece: the answers, and what is promised of it by how many orders."""
    crew, product = stage.crew, a_product(stock=1)
    orders = [an_order(crew, [{"product": product, "quantity": "1"}], customer=stage.customer) for _n in range(2)]
    by, day = crew.support, {"promised_on": today(crew)}
    answers = stage.meet(*(lambda one=one: attempt(by, "sales.order.confirm", one, day) for one in orders))
    sold = Order.objects.filter(pk__in=[one.pk for one in orders], state="confirmed").count()
    return answers, (sold, Product.objects.get(pk=product.pk).reserved)


def one_line(stage: Stage) -> tuple[list[str], Any]:
    """Two shipments of one line: the answers, and how much of it stands in shipments."""
    order = a_ready_order(stage.crew, customer=stage.customer)
    pack = (stage.crew.logistics, "sales.order.pack", order, {"lines": [{"position": 1, "to_ship": "2"}]})
    answers = stage.meet(lambda: attempt(*pack), lambda: attempt(*pack))
    return answers, sum(one.quantity for one in ShipmentLine.objects.filter(shipment__order=order))


def one_debt(stage: Stage) -> tuple[list[str], Any]:
    """One debt paid twice: the answers, and how much was taken in."""
    order = a_confirmed_order(stage.crew, customer=stage.customer)
    given = {"order": order, "amount": "210", "received_on": today(stage.crew)}
    pay = (stage.crew.finance, "sales.payment.create", None, given)
    answers = stage.meet(lambda: attempt(*pay), lambda: attempt(*pay))
    return answers, sum(one.amount for one in Payment.objects.filter(order=order))


def change_and_ship(stage: Stage) -> tuple[list[str], Any]:
    """A change while the goods leave: the answers, and whether state and shipped quantity tell the same."""
    crew = stage.crew
    order = a_ready_order(crew, [{"product": a_product(stocked=False), "quantity": "2"}], customer=stage.customer)
    sales, logistics = crew.sales, crew.logistics
    answers = stage.meet(
        lambda: attempt(sales, "sales.order.change", order, {"po_number": "9"}, reason="客戶改單"),
        lambda: attempt(logistics, "sales.order.ship", order),
    )
    order = order.fresh
    return answers, (order.state, order.shipped_quantity, order.revision) in [("review", D(0), 1), ("shipped", D(2), 0)]


def one_credit(stage: Stage) -> tuple[list[str], Any]:
    """The last credit used by two orders: the answers, and what is owed then. Afterwards nothing is."""
    crew = stage.crew
    orders = [an_order(crew, customer=stage.customer) for _n in range(2)]
    by, day = crew.support, {"promised_on": today(crew)}
    answers = stage.meet(*(lambda one=one: attempt(by, "sales.order.confirm", one, day) for one in orders))
    owed = sum(one.base_open for one in Order.objects.filter(customer=stage.customer))
    for one in orders:
        act(crew.head, "sales.order.cancel", one, reason="一輪結束")
    return answers, owed


@dataclass(frozen=True)
class Race:
    """One race. raced: the actions that meet; off: switches its guard off; exact: what comes out of each round."""

    play: Play
    raced: tuple[str, ...]
    off: Callable[[Patch], None]
    exact: tuple[list[str], Any]
    credit: str | None = None


def no_target_lock(patch: Patch) -> None:
    """An order is read, and not locked."""
    patch.setattr(loading, "_lock_targets", lambda batch: None)


def no_product_lock(patch: Patch) -> None:
    """Neither is the product locked, nor the customer, whose lock both orders of a round would wait for."""
    unlock(patch, CONFIRM, "lines.product")
    unlock(patch, CONFIRM, "customer")


CONFIRM = "sales.order.confirm"
RACES = [
    Race(last_piece, (CONFIRM,), no_product_lock, (["done", "stock"], (1, D(1)))),
    Race(one_line, ("sales.order.pack",), no_target_lock, (["done", "overshipped"], D(2))),
    Race(
        one_debt, ("sales.payment.create",), lambda patch: unlock(patch, "sales.payment.create", "order"),
        (["done", "overpaid"], D(210)),
    ),
    Race(change_and_ship, ("sales.order.change", "sales.order.ship"), no_target_lock, (["done", "state"], True)),
    Race(
        one_credit, (CONFIRM,), lambda patch: unlock(patch, CONFIRM, "customer"), (["credit", "done"], D(210)),
        credit="210",
    ),
]  # fmt: skip


def widen(patch: Patch, raced: tuple[str, ...]) -> None:
    """Both decide before either writes, wherever no lock keeps one of them waiting."""
    meet, apply = threading.Barrier(2), runner.applying.apply

    def slowly(batch: Any) -> None:
        apply(batch)
        if batch.action.name in raced:
            try:
                meet.wait(timeout=WINDOW)
            except threading.BrokenBarrierError:
                meet.reset()

    patch.setattr(runner.applying, "apply", slowly)


def meeting(race: Race, *, guarded: bool) -> Meet:
    """The race's way to run attempts: the window is open, and the guard off, only while they are at it."""

    def meet(*attempts: Callable[[], str]) -> list[str]:
        with pytest.MonkeyPatch.context() as patch:
            if not guarded:
                race.off(patch)
            widen(patch, race.raced)
            return together(*attempts)

    return meet


def gone_wrong(race: Race, rounds: int, *, guarded: bool) -> list[str]:
    """What came out of the rounds that were not exact."""
    crew = Crew()
    stage = Stage(crew, a_customer(crew.sales, credit=race.credit), meeting(race, guarded=guarded))
    answered = [race.play(stage) for _n in range(rounds)]
    return [f"round {number}: {one}" for number, one in enumerate(answered) if one != race.exact]


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.play.__name__)
def test_each_round_comes_out_exactly(committing: None, race: Race) -> None:
    assert gone_wrong(race, ROUNDS, guarded=True) == []


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.play.__name__)
def test_without_its_guard_each_race_is_lost(committing: None, race: Race) -> None:
    """The control of the test above: were nothing found here, two hundred good rounds would prove nothing."""
    assert gone_wrong(race, CONTROLS, guarded=False) != []
