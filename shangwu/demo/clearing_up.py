"""The demo's pool and what there is to clear up: claims of the last weeks, files made twice, one merge."""

import datetime
import random

from shangwu.chapters.customers.models import Customer
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source

DAY = datetime.timedelta(days=1)
FORMS = ("股份有限公司", "有限公司", "企業有限公司")
CLAIMED, TWICE = 60, 12


def make(by: Actor, chance: random.Random, staff: Staff, customers: list[Customer], now: datetime.datetime) -> None:
    """After the orders: who has not ordered lies in the pool, but for what was claimed or spoken with lately."""
    sellers = staff.holders(Role.SALES)
    _fill_the_pool(by)
    _claim(chance, sellers, now)
    _make_twice(by, chance, customers, sellers, now)


def _fill_the_pool(by: Actor) -> None:
    idle = Customer.objects.filter(owner__isnull=False, won_at__isnull=True).order_by("pk")
    rows = [Row({"zone": "Asia/Taipei"}, one) for one in idle]
    act_many(by, "customers.customer.recycle", rows)


def _claim(chance: random.Random, sellers: list[Person], now: datetime.datetime) -> None:
    """Claims of the last weeks, some of which end within days."""
    pool = list(Customer.objects.filter(owner__isnull=True, archived_at__isnull=True).order_by("pk"))
    for person, found in zip(sellers, _shares(chance.sample(pool, min(CLAIMED, len(pool))), len(sellers)), strict=True):
        actor = actor_of(person, source=Source.DEMO)
        rows = [Row(target=one, occurred_at=now - chance.randrange(1, 30) * DAY) for one in found]
        # Whoever had it before waits for the ban to pass: these few stay in the pool.
        act_many(actor, "customers.customer.claim", sorted(rows, key=lambda row: row.occurred_at or now))


def _shares(found: list[Customer], count: int) -> list[list[Customer]]:
    return [found[place::count] for place in range(count)]


def _make_twice(
    by: Actor, chance: random.Random, customers: list[Customer], sellers: list[Person], now: datetime.datetime
) -> None:
    """Files that were made a second time under another spelling; one pair is merged already."""
    chosen = chance.sample(customers, TWICE)
    rows = []
    for one in chosen:
        owner = chance.choice(sellers)
        given = {
            "name": f"{one.short_name}{chance.choice(FORMS)}", "short_name": one.short_name, "owner": owner,
            "department": owner.department, "jurisdiction": "TW", "region": one.region,
        }  # fmt: skip
        rows.append(Row(given, occurred_at=now - chance.randrange(2, 20) * DAY))
    second = act_many(by, "customers.customer.create", rows)
    if second.done:
        place = next(place for place, one in enumerate(second.results) if one in second.done)
        act(
            by, "customers.customer.merge", chosen[place].fresh, {"others": [{"file": second.done[0].record}]},
            reason="同一家公司，統編相同", occurred_at=now - DAY,
        )  # fmt: skip
