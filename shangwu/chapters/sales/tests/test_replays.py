"""Replay before you rule, for each value of chapter 2.6 that singles out records or says what they cost: the sheet is
what the deeds themselves do with that value, or what a recomputation from scratch finds."""

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.countersigning import UNSIGNED
from shangwu.chapters.sales.models import Order, Shipment
from shangwu.chapters.sales.tests.contracting import House
from shangwu.chapters.sales.tests.factories import (
    a_confirmed_order,
    a_product,
    a_ready_order,
    a_sent_quotation,
    a_shipped_order,
    an_order,
    attempt,
    today,
)
from shangwu.chapters.sales.tests.test_quotations import a_word
from shangwu.chapters.sales.tests.test_rates import a_rate, priced
from shangwu.chapters.sales.tracking import note_stalls
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import storage
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import replaying

pytestmark = [pytest.mark.django_db]

D, DAY = Decimal, datetime.timedelta(days=1)
Rule = Callable[..., None]


@pytest.fixture
def time() -> Iterator[Time]:
    """The morning of 25 March 2026 in Taipei, until the test says otherwise."""
    moved = Time()
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)


def sheet(by: Actor, key: str, former: Any, value: Any) -> list[tuple[Any, Any]]:
    return [(line.before, line.after) for line in replaying.sheet(parameters[key], former, value, by)]


def lines(quantity: str = "10") -> list[dict[str, Any]]:
    """So many pieces at 100 net, 105 with tax."""
    return [{"product": a_product(stock=10_000), "quantity": quantity}]


@pytest.mark.clause("2.6.1")
def test_which_confirmations_are_to_be_signed_equals_the_reminders(rule: Rule) -> None:
    crew = Crew()
    for quantity in ("2", "5", "20"):
        a_confirmed_order(crew, lines(quantity))
    whole, signed = sheet(crew.executive, "order.countersign", 1000, 400)
    assert whole == (3, 3)
    told = []
    for least in (1000, 400):
        rule(order_countersign=least)
        before = Notice.objects.filter(message=UNSIGNED).count()
        for quantity in ("2", "5", "20"):
            a_confirmed_order(crew, lines(quantity))
        told.append(Notice.objects.filter(message=UNSIGNED).count() - before)
    assert signed == tuple(told) == (1, 2)


def cancelled(crew: Crew, how: str) -> Order:
    """An order of 1,000 net that is given up in a state."""
    order = a_ready_order(crew, lines()) if how == "ready" else a_confirmed_order(crew, lines())
    if how == "scheduled":
        act(crew.support, "sales.order.schedule", order)
    act(crew.executive, "sales.order.cancel", order.fresh, {}, reason="客戶取消")
    return order.fresh


@pytest.mark.clause("2.6.1")
@pytest.mark.parametrize(("how", "share"), [("confirmed", "0.05"), ("scheduled", "0.15"), ("ready", "0.30")])
def test_what_cancelling_costs_equals_the_same_deeds_with_that_share(rule: Rule, how: str, share: str) -> None:
    crew = Crew()
    for one in ("confirmed", "scheduled", "ready", "ready"):
        cancelled(crew, one)
    own = Order.objects.filter(cancel_cost__isnull=False)
    key = f"cancel.{how}"
    whole, cost = sheet(crew.executive, key, parameters[key].default, D(share))
    count = 2 if how == "ready" else 1
    assert whole == (count, count)
    rule(**{key.replace(".", "_"): D(share)})
    again = sum((cancelled(crew, how).cancel_cost or D(0) for _n in range(count)), D(0))
    before = {"confirmed": D(0), "scheduled": D(100), "ready": D(400)}[how]
    assert cost == (before, again)
    assert own.count() == 4 + count


@pytest.mark.clause("2.6.1")
def test_whom_a_cancelling_comes_to_equals_who_may_decide_it(rule: Rule) -> None:
    crew = Crew()
    for quantity in ("10", "100"):
        act(crew.executive, "sales.order.cancel", a_ready_order(crew, lines(quantity)), {}, reason="取消")
    _whole, above = sheet(crew.executive, "cancel.head", 10_000, 500)
    rule(cancel_head=500)
    outcomes = [
        attempt(crew.head, "sales.order.cancel", a_ready_order(crew, lines(quantity)), {}, reason="取消")
        for quantity in ("10", "100")
    ]
    assert above == (0, outcomes.count("authority")) == (0, 1)


@pytest.mark.clause("2.6.1")
def test_rates_and_quotations_by_their_days(time: Time, rule: Rule) -> None:
    crew = House()
    a_rate(crew, "31", ago=20)
    an_order(crew, priced(), currency="USD")
    _whole, lacking = sheet(crew.executive, "rate.age", 31, 10)
    rule(rate_age=10)
    assert attempt(crew.sales, "sales.order.create", None, {
        "customer": crew.a_customer(), "currency": "USD", "lines": priced(),
    }) == "rate"  # fmt: skip
    assert lacking == (0, 1)
    for days in (3, 12):
        sent = a_sent_quotation(crew)
        time.now += days * DAY
        act(crew.sales, "sales.quotation.accept", sent.fresh, {"proof": a_word(sent.customer)})
    whole, late = sheet(crew.executive, "quotation.valid", 30, 10)
    assert (whole, late) == ((2, 2), (0, 1))


@pytest.mark.clause("2.6.2")
def test_contracts_by_their_days_and_money(time: Time, rule: Rule) -> None:
    house = House()
    for quantity in ("2", "20"):
        house.an_order(quantity)
    assert sheet(house.executive, "contract.required", 0, 500) == [(2, 2), (0, 1)]
    one = house.in_force(house.an_order("20"), deposit_kind="earnest", deposit="210")
    assert sheet(house.executive, "contract.required", 0, 500) == [(2, 2), (0, 1)], "under a contract nothing is asked"
    assert sheet(house.executive, "contract.deposit", D("0.20"), D("0.09")) == [(1, 1), (0, 1)]
    assert sheet(house.executive, "contract.sme", 60, 10) == [(0, 0), (0, 0)]
    stamp = {"TW-sale": D("0.001")}
    _whole, duty = sheet(house.executive, "contract.stamp", {}, stamp)
    rule(contract_stamp=stamp)
    assert duty == (one.stamp_duty, house.in_force(house.an_order("20")).stamp_duty)
    assert duty[1] == D(2)
    time.now += 100 * DAY
    _whole, delay = sheet(house.executive, "contract.late_rate", D("0.0005"), D("0.001"))
    assert delay == (D("84"), D("168")), "two of 2,100 each, forty days late"
    _whole, capped = sheet(house.executive, "contract.cap", D("0.20"), D("0.01"))
    assert capped == (D("84"), D("42"))
    assert one.ends_on is not None
    left = (one.ends_on - today(house)).days
    assert sheet(house.executive, "contract.remind_first", left - 1, left)[1] == (0, 2)


@pytest.mark.clause("2.6.2")
def test_a_milestone_is_reminded_of_by_as_many_days(time: Time) -> None:
    house = House()
    one = house.in_force().fresh
    assert one.milestone_on is not None
    left = (one.milestone_on - today(house)).days
    assert sheet(house.executive, "contract.milestone", left - 1, left) == [(1, 1), (0, 1)]


@pytest.mark.clause("2.6.3")
def test_what_stalls_equals_the_exceptions_that_the_clock_makes(time: Time, rule: Rule) -> None:
    crew = Crew()
    for _n in range(2):
        a_shipped_order(crew, lines())
        time.now += datetime.timedelta(hours=30)
    _whole, stalled = sheet(crew.executive, "ship.stall", 100, 48)
    made = []
    for hours in (100, 48):
        rule(ship_stall=hours)
        note_stalls()
        made.append(Shipment.objects.exclude(trouble="").count())
    assert stalled == tuple(made) == (0, 1)


@pytest.mark.clause("2.6.3")
def test_what_is_held_back_equals_what_may_not_leave(time: Time, rule: Rule) -> None:
    crew = Crew()
    order, shipment = a_shipped_order(crew, lines())
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": today(crew)})
    time.now += 100 * DAY
    waiting = a_ready_order(crew, lines(), customer=order.customer)
    _whole, held = sheet(crew.executive, "ship.hold", 120, 60)
    rule(ship_hold=60)
    assert held == (0, 1)
    assert attempt(crew.logistics, "sales.order.ship", waiting.fresh) == "credit_hold"
