"""Two years of the demo's orders, with seasons and slips: each from order to payment, as far as today allows."""

import datetime
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order, Product, Shipment
from shangwu.demo import products as goods
from shangwu.demo import shipping
from shangwu.demo.care import Care
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Actor, Source

PER_MONTH = 60
SEASON = (0.9, 0.55, 1.15, 1.0, 1.0, 1.05, 0.9, 0.95, 1.15, 1.2, 1.25, 1.3)
LATE_SHARE, SPECIAL_SHARE, UNPAID_SHARE, SLOW_SHARE = 0.14, 0.06, 0.08, 0.05
DAY = datetime.timedelta(days=1)
ON_THE_WAY = 2
"""So many days do goods travel: what leaves in time arrives on the promised day or before."""
FORGETS, FORGIVEN = 17, 120 * DAY
"""One order in so many of which nobody tells its customer, among those of the last weeks."""


@dataclass(slots=True)
class Plan:
    """One order's way: when each step is due, and what is ordered."""

    customer: Customer
    taken: datetime.datetime
    reviewed: datetime.datetime
    lines: list[dict[str, Any]]
    promised: datetime.date
    shipped: datetime.datetime
    paid: datetime.datetime
    order: Any = field(default=None)

    @property
    def is_special(self) -> bool:
        """Whether a discount asks for a special review."""
        return any(float(line["discount"]) > 0.05 for line in self.lines)


class Desk:
    """The clerks who do the demo's work; entering and checking are two people."""

    def __init__(self, staff: Staff) -> None:
        first, second = staff.holders(Role.SALES_SUPPORT)[:2]
        self.enters, self.checks = self._at_work(first), self._at_work(second)
        self.leads = self._at_work(staff.holders(Role.HEAD)[0])
        self.plans = self._at_work(staff.holders(Role.PLANNING)[0])
        self.ships = self._at_work(staff.holders(Role.LOGISTICS)[0])
        self.counts = self._at_work(staff.holders(Role.FINANCE)[0])

    def _at_work(self, person: Any) -> Actor:
        return actor_of(person, source=Source.DEMO)


def make(
    chance: random.Random,
    staff: Staff,
    customers: Sequence[Customer],
    stock: list[Product],
    began: datetime.datetime,
    now: datetime.datetime,
    tell: Callable[[int], None],
) -> int:
    """Live through the months one after the other; how many orders there are."""
    desk, total = Desk(staff), 0
    served = [customer for customer in customers if customer.owner_id is not None]
    faithful = chance.sample(served, len(served) // 3)
    month, start, care = 0, began, Care(random.Random(chance.random()))
    while start < now:
        end = min(start + 30 * DAY, now)
        wanted = int(PER_MONTH * SEASON[start.month - 1] * (1 + month * 0.005) * ((end - start) / (30 * DAY)))
        known = [customer for customer in faithful if customer.created_at < start] or faithful
        plans = sorted((_plan(chance, known, stock, start, end) for _n in range(wanted)), key=lambda plan: plan.taken)
        goods.fill_shelves(desk.ships, stock, 60, start)
        total += _live(desk, chance, plans, now)
        care.live(end)
        month, start = month + 1, end
        tell(month)
    return total


def _plan(
    chance: random.Random,
    known: Sequence[Customer],
    stock: list[Product],
    start: datetime.datetime,
    end: datetime.datetime,
) -> Plan:
    taken = start + (end - start) * chance.random()
    taken = taken.replace(hour=chance.randrange(1, 9), minute=chance.randrange(60))
    special = chance.random() < SPECIAL_SHARE
    lines = [
        {
            "product": product,
            "quantity": chance.choice([1, 2, 2, 3, 4, 6, 8, 12]),
            "discount": chance.choice(["0.08", "0.12"]) if special else chance.choice(["0", "0", "0.02", "0.05"]),
        }
        for product in chance.sample(stock, chance.choice([1, 1, 2, 2, 3, 5]))
    ]
    promised = taken + chance.randrange(8, 26) * DAY
    slip = chance.randrange(1, 10) if chance.random() < LATE_SHARE else -chance.randrange(ON_THE_WAY, ON_THE_WAY + 4)
    shipped = max(promised + slip * DAY, taken + 5 * DAY)
    paid = shipped + chance.randrange(20, 60) * DAY
    slow = chance.random() < SLOW_SHARE
    reviewed = taken + (chance.randrange(4, 7) * DAY if slow else (2 * DAY if special else DAY / 4 * chance.random()))
    if chance.random() < UNPAID_SHARE:
        paid += 400 * DAY
    return Plan(chance.choice(known), taken, reviewed, lines, promised.date(), shipped, paid)


def _live(desk: Desk, chance: random.Random, plans: list[Plan], now: datetime.datetime) -> int:
    """Each step for all of a month's orders together, each at its own time; what is not due yet stays undone."""
    plans = _do(desk.enters, "create", plans, now, lambda plan: plan.taken, _order, fresh=True)
    made = len(plans)
    special = [plan for plan in plans if plan.is_special]
    routine = [plan for plan in plans if not plan.is_special]
    special = _do(desk.enters, "submit", special, now, lambda plan: plan.taken + DAY / 4)
    special = _agree(desk.counts, special, now, DAY)
    special = _agree(desk.leads, special, now, 2 * DAY)
    sure = _do(desk.checks, "confirm", routine + special, now, lambda plan: plan.reviewed + DAY / 24, _promise)
    served = {plan.order.pk for plan in sure}
    kept_back = [plan for plan in plans if plan.order.pk not in served]
    _do(desk.leads, "cancel", kept_back, now, lambda plan: plan.reviewed + DAY / 12, reason="無法供貨")
    planned = _do(desk.plans, "schedule", sure, now, lambda plan: plan.reviewed + DAY * (3 if _slips(plan) else 0.1))
    _tell(sure, now, lambda plan: plan.reviewed + DAY * 0.3)
    for week in (1, 2, 3):
        _tell(sure, now, lambda plan, day=6 * week * DAY: min(plan.reviewed + day, plan.shipped - DAY))  # type: ignore[misc]
    ready = _do(desk.leads, "make_ready", planned, now, lambda plan: plan.shipped - DAY / 2)
    gone = _do(desk.ships, "ship", ready, now, lambda plan: plan.shipped, lambda plan: _carrier(chance, plan))
    shipping.follow(desk.ships, gone, now)
    _tell(gone, now, lambda plan: plan.shipped + DAY / 24)
    there = _deliver(desk, gone, now)
    _tell(there, now, lambda plan: plan.shipped + DAY * 2.2)
    shipping.prove(desk.ships, there, now)
    billed = _do(desk.counts, "invoice", there, now, lambda plan: plan.shipped + 3 * DAY, _invoice)
    paid = _pay(desk, billed, now)
    _do(desk.checks, "close", paid, now, lambda plan: plan.paid + DAY)
    return made


def _tell(plans: Sequence[Plan], now: datetime.datetime, when: Callable[[Plan], datetime.datetime]) -> None:
    """Customers hear how their orders stand, all but a few of the last weeks."""
    due = [plan for plan in plans if when(plan) < now and (plan.order.pk % FORGETS or now - when(plan) > FORGIVEN)]
    if due:
        rows = [Row({"at": when(plan)}, plan.order, occurred_at=when(plan)) for plan in due]
        act_many(actors.system(Source.DEMO), "sales.order.note_told", rows)
        present = Order.objects.in_bulk([plan.order.pk for plan in due])
        for plan in due:
            plan.order = present[plan.order.pk]


def _carrier(chance: random.Random, plan: Plan) -> dict[str, Any]:
    carrier = chance.choice(shipping.CARRIERS)
    return {"carrier": carrier, "tracking_number": shipping.number_of(carrier, plan.order.pk)}


def _slips(plan: Plan) -> bool:
    """Whether scheduling waits, as it does for one order in twenty-five."""
    return bool(plan.order.pk % 25 == 0)


def _order(plan: Plan) -> dict[str, Any]:
    return {"customer": plan.customer, "lines": plan.lines, "requested_on": plan.promised}


def _promise(plan: Plan) -> dict[str, Any]:
    return {"promised_on": plan.promised}


def _invoice(plan: Plan) -> dict[str, Any]:
    day = (plan.shipped + 3 * DAY).date()
    return {"invoice_number": f"AB{plan.order.pk:08d}", "invoiced_on": day}


def _do(
    by: Actor,
    verb: str,
    plans: Iterable[Plan],
    now: datetime.datetime,
    when: Callable[[Plan], datetime.datetime],
    inputs: Callable[[Plan], dict[str, Any]] = lambda plan: {},
    *,
    fresh: bool = False,
    reason: str = "",
) -> list[Plan]:
    """One verb on every order that is due for it; those that went through, for the next step."""
    due = [plan for plan in plans if when(plan) < now]
    if not due:
        return []
    rows = [Row(inputs(plan), None if fresh else plan.order, occurred_at=when(plan)) for plan in due]
    outcome = act_many(by, f"sales.order.{verb}", rows, reason=reason)
    refused = {place for place, _said in outcome.refused}
    through = [plan for place, plan in enumerate(due) if place not in refused]
    for plan, done in zip(through, outcome.done, strict=True):
        plan.order = done.record
    return through


def _agree(by: Actor, plans: list[Plan], now: datetime.datetime, after: datetime.timedelta) -> list[Plan]:
    """Approve the reviews in which one is asked; those orders that went through, as they are now."""
    due = {plan.order.public_id: plan for plan in plans if plan.taken + after < now}
    running = Request.objects.filter(state=Request.State.RUNNING, subject_id__in=list(due)).order_by("pk")
    asked = [one for one in running if by.person_id in one.waiting]
    found = [due[one.subject_id] for one in asked]
    rows = [Row({}, one, occurred_at=plan.taken + after) for one, plan in zip(asked, found, strict=True)]
    return _refreshed(act_many(by, "approvals.request.approve", rows), found) if rows else []


def _deliver(desk: Desk, plans: list[Plan], now: datetime.datetime) -> list[Plan]:
    due = {plan.order.pk: plan for plan in plans if plan.shipped + ON_THE_WAY * DAY < now}
    rows, orders = [], []
    for shipment in Shipment.objects.filter(order__in=list(due), state=Shipment.State.SHIPPED).order_by("pk"):
        plan = due[shipment.order_id]
        when = plan.shipped + ON_THE_WAY * DAY
        rows.append(Row({"delivered_on": when.date(), "signed_by": "收發室"}, shipment, occurred_at=when))
        orders.append(plan)
    return _refreshed(act_many(desk.ships, "sales.shipment.deliver", rows), orders) if rows else []


def _pay(desk: Desk, plans: list[Plan], now: datetime.datetime) -> list[Plan]:
    due = [plan for plan in plans if plan.paid < now]
    rows = [
        Row(
            {"order": plan.order, "amount": plan.order.gross - plan.order.paid, "received_on": plan.paid.date()},
            occurred_at=plan.paid,
        )
        for plan in due
    ]
    return _refreshed(act_many(desk.counts, "sales.payment.create", rows), due) if rows else []


def _refreshed(outcome: Any, plans: list[Plan]) -> list[Plan]:
    """The plans that went through, with their orders as they are now."""
    refused = {place for place, _said in outcome.refused}
    through = [plan for place, plan in enumerate(plans) if place not in refused]
    orders = Order.objects.in_bulk([plan.order.pk for plan in through])
    for plan in through:
        plan.order = orders[plan.order.pk]
    return through
