"""The demo department as the benchmarks meet it: who does what, with which customers and goods."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from shangwu.chapters.sales.models import Product
from shangwu.demo import products
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.people.models import Account, Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.actors import Actor, Source

ENDLESS = 10_000_000
"""Pieces of every product: stock never runs out while we measure."""


def holders(role: Role) -> list[Person]:
    """People who have a role today, oldest first."""
    with gate.free_reading():
        found = RoleAssignment.objects.filter(role=role, archived_at=None).order_by("pk").select_related("person")
        return [one.person for one in found]


def account_of(role: Role) -> Account:
    """The demo's sign-in of one who has the role."""
    with gate.free_reading():
        return Account.objects.get(username=role.value.lower())


@dataclass
class Desk:
    """Two clerks, and what they sell to whom. offset: where in the circle this process begins."""

    offset: int = 0
    customers: list[str] = field(default_factory=list)
    goods: list[str] = field(default_factory=list)
    _turn: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.customers = buyers(500)
        with gate.free_reading():
            self.goods = [str(one) for one in Product.objects.order_by("pk").values_list("public_id", flat=True)]
        self.enters, self.checks = (actor_of(person) for person in holders(Role.SALES_SUPPORT)[:2])

    def inputs(self, lines: int = 5) -> dict[str, Any]:
        """The next order's inputs: another customer and other goods each time."""
        place = next(self._turn) + self.offset
        goods = [self.goods[(place * lines + n) % len(self.goods)] for n in range(lines)]
        return {
            "customer": self.customers[place % len(self.customers)],
            "lines": [{"product": one, "quantity": 1} for one in goods],
        }

    def take(self) -> Any:
        """An order of five lines through the door."""
        return act(self.enters, "sales.order.create", None, self.inputs(), key=uuid.uuid4().hex)

    def take_and_confirm(self) -> Any:
        """Received by one, confirmed by another: two actions, two commits."""
        order = self.take()
        given = {"promised_on": self.promised_on()}
        return act(self.checks, "sales.order.confirm", order.public_id, given, version=order.version).record

    def promised_on(self) -> datetime.date:
        """A day that can be promised."""
        return clock.today(self.checks.zone) + datetime.timedelta(days=7)


def buyers(count: int) -> list[str]:
    """Customers who have bought before, with credit for as long as anybody measures; their public ids."""
    tag = uuid.uuid4().hex[:6]
    rows = [Row({"name": f"{tag}{place}", "credit_limit": ENDLESS}) for place in range(count)]
    made = act_many(actors.system(Source.DEMO), "customers.customer.create", rows).done
    act_many(actors.system(Source.DEMO), "customers.customer.win", [Row(target=one.record) for one in made])
    return [str(one.record.public_id) for one in made]


def a_busy_customer() -> str:
    """A customer of the demo's salesperson in whose line of time five hundred things stand; its public id."""
    with gate.free_reading():
        person = account_of(Role.SALES).person
    assert person is not None
    by = actor_of(person)
    # The million's owners hold far more than the pool's limit lets a person open.
    theirs = {"name": uuid.uuid4().hex, "owner": person, "department": person.department}
    made = act(actors.system(Source.DEMO), "customers.customer.create", None, theirs).record
    now, day = clock.now(), datetime.timedelta(days=1)
    said: dict[str, Any] = {"customer": made}
    for verb, often, given in (
        ("communication.create", 250, {"summary": "確認下一季需求"}),
        ("visit.record", 50, {"content": "談備品與交期"}),
        ("ticket.create", 100, {"words": "需要耐蝕報告"}),
        ("promise.create", 100, {"what": "寄樣", "due_on": (now + day).date()}),
    ):
        times = {"communication.create": "at", "visit.record": "actual_at"}
        for place in range(often):
            when = {times[verb]: now - place * day} if verb in times else {}
            act(by, f"customers.{verb}", None, {**said, **given, **when})
    return str(made.public_id)


def fill_shelves() -> None:
    """Stock for as long as anybody measures."""
    with gate.free_reading():
        known = list(Product.objects.order_by("pk"))
    products.fill_shelves(actors.system(Source.DEMO), known, ENDLESS, clock.now())


def house() -> Actor:
    """The system itself."""
    return actors.system()
