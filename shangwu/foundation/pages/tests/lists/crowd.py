"""A crowd of customers in two departments, seen by many arms at once, and lists of them as Python would make them."""

import datetime
import random
from collections.abc import Callable
from typing import Any

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, a_department, a_person, unique

WORDS = ["澤川水務", "瀚海半導體", "盛鴻流體", "晉洋化工", "北辰能源", "Müller Armaturen", "泰禾製藥", "有限公司"]


class Crowd:
    """Sixty customers: owned, in the pool, shared, archived, secret; with ties in what they are sorted by."""

    def __init__(self, seed: int = 1, size: int = 60) -> None:
        dice = random.Random(seed)
        self.departments = [a_department(), a_department()]
        self.sellers = [a_person(Role.SALES, department=one) for one in (*self.departments, self.departments[0])]
        self.boss = a_person(Role.HEAD, department=self.departments[0])
        self.chief = a_person(Role.EXECUTIVE, whole_company=True)
        rows = [
            Row({"name": f"{dice.choice(WORDS)}{unique()}", "region": dice.choice("東西南北")}) for _ in range(size)
        ]
        made = act_many(HOUSE, "customers.customer.create", rows, whole=True)
        with gate.door():
            for done in made.done:
                self._place(done.record, dice)

    def _place(self, customer: Customer, dice: random.Random) -> None:
        """Spread the rows over owners, departments, states and days, as no single action could."""
        owner: Person | None = dice.choice([*self.sellers, None])
        shared = [dice.choice(self.sellers).pk] if dice.random() < 0.2 else []
        Customer.objects.filter(pk=customer.pk).update(
            owner=owner,
            department=owner.department if owner else dice.choice(self.departments),
            collaborators=shared,
            state=dice.choice(["lead", "won", "lost"]),
            sort_key=dice.choice(["a", "b", "c"]),
            last_contact_at=dice.choice([None, clock.now() - datetime.timedelta(days=dice.randint(0, 40))]),
            archived_at=clock.now() if dice.random() < 0.1 else None,
            secrecy=dice.choice([0, 0, 0, 3]),
        )

    @property
    def readers(self) -> list[Actor]:
        """A seller, the head of one department, the executive."""
        return [actor_of(one) for one in (self.sellers[0], self.boss, self.chief)]


def brute(actor: Actor, wanted: Callable[[Any], bool], key: Callable[[Any], Any], *, reverse: bool) -> list[int]:
    """Primary keys in order, found by looking at every row one by one."""
    rows = [row for row in Customer.objects.visible_to(actor) if wanted(row)]
    filled = [row for row in rows if key(row) is not None]
    empty = [row for row in rows if key(row) is None]
    by_key = lambda row: (key(row), row.pk)  # noqa: E731
    in_order = sorted(filled, key=by_key, reverse=reverse) + sorted(empty, key=lambda row: row.pk, reverse=reverse)
    return [row.pk for row in in_order]
