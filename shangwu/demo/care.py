"""How the demo's salespeople keep in touch with customers and check their files: mostly in time, now and then late."""

import datetime
import random
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor, Source

DAY = datetime.timedelta(days=1)
TALK_EVERY = {"A": 30, "B": 60, "C": 90}
CHECK_EVERY = {"A": 90, "B": 180, "C": 365}
LATE_SHARE = 0.06
TALKS = ("詢問交期與庫存", "確認下一季需求", "回覆技術問題", "關心到貨情形", "討論報價", "拜訪並了解新廠進度")


class Care:
    """What is promised to each customer next, by person."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.talk_at: dict[int, datetime.datetime] = {}
        self.check_at: dict[int, datetime.datetime] = {}

    def live(self, until: datetime.datetime) -> None:
        """All talks and checks up to a day, each at its own time."""
        won = Customer.objects.filter(state=Customer.State.WON, owner__isnull=False).order_by("pk")
        served: dict[int, list[Any]] = defaultdict(list)
        for one in won:
            served[one.owner_id or 0].append(one)
        people = Person.objects.in_bulk(list(served))
        for owner, customers in served.items():
            by = actor_of(people[owner], source=Source.DEMO)
            talks = sorted(self._talks(customers, until), key=lambda row: row.occurred_at or until)
            due = self._due(customers, self.check_at, CHECK_EVERY, until)
            checks = sorted(
                (Row(target=one, occurred_at=when) for one, when in due), key=lambda row: row.occurred_at or until
            )
            self._complete(customers, by, until)
            for start in _rounds(talks):
                act_many(by, "customers.communication.create", start)
            for start in _rounds(checks):
                act_many(by, "customers.customer.verify", start)

    def _complete(self, customers: list[Any], by: Actor, until: datetime.datetime) -> None:
        """What a first order showed to be missing in the file is asked for, by most within days."""
        edits, checks = [], []
        for one in customers:
            if one.completed_at is None and one.won_at is not None:
                days = self.chance.choice([0.2, 1, 1, 2, 2, 6, 15])
                when = one.won_at + days * DAY
                if when < until:
                    given = {"phone": "02-27001234", "ship_to_address": f"{one.region}市工業一路", "source": "轉介"}
                    edits.append(Row(given, one, occurred_at=when))
                    checks.append(Row(target=one, occurred_at=when))
        if edits:
            act_many(by, "customers.customer.edit", edits)
            act_many(by, "customers.customer.verify", checks)

    def _talks(self, customers: list[Any], until: datetime.datetime) -> Iterable[Row]:
        for one, when in self._due(customers, self.talk_at, TALK_EVERY, until):
            method = self.chance.choice(["phone", "phone", "mail", "messenger", "visit"])
            said = {"customer": one, "method": method, "at": when, "summary": self.chance.choice(TALKS)}
            yield Row(said, occurred_at=when)

    def _due(
        self,
        customers: list[Any],
        next_at: dict[int, datetime.datetime],
        every: dict[str, int],
        until: datetime.datetime,
    ) -> Iterable[tuple[Any, datetime.datetime]]:
        for one in customers:
            when = next_at.get(one.pk) or one.won_at + self._pause(every[one.grade])
            while when < until:
                yield one, when
                when += self._pause(every[one.grade])
            next_at[one.pk] = when

    def _pause(self, days: int) -> datetime.timedelta:
        late = self.chance.random() < LATE_SHARE
        return (days + self.chance.randrange(2, 12) if late else days * self.chance.uniform(0.6, 0.97)) * DAY


def _rounds(rows: list[Row]) -> list[list[Row]]:
    """The rows in rounds in which each customer comes once: what is said first is done first."""
    found: list[list[Row]] = []
    seen: dict[int, int] = defaultdict(int)
    for row in rows:
        customer: Any = row.target or row.inputs["customer"]
        place = seen[customer.pk]
        seen[customer.pk] += 1
        if place == len(found):
            found.append([])
        found[place].append(row)
    return found
