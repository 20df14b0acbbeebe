"""The demo's opportunities of two years: most are closed, so that chances are learnt; others stand in every stage."""

import datetime
import random
from dataclasses import dataclass
from typing import Any

from shangwu.chapters.customers import learning_chances
from shangwu.chapters.customers.models import Customer, OutcomeReason, ProductRange, Stage
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source, system

CLOSED, OPEN = 72, 34
DAY = datetime.timedelta(days=1)
GOES_ON, WINS = 0.74, 0.86
"""How likely an opportunity comes one stage further, and is won after the last."""

ABOUT = (
    "球閥年度框架", "新廠管線備品", "離心泵汰換", "軸承年約", "泵浦保養合約", "蝶閥改造專案", "減速機擴產線",
    "停機檢修備料", "消防管路更新", "純水系統二期",
)  # fmt: skip
STEPS = ("寄送報價單", "安排技術交流", "確認規格書", "拜訪採購主管", "提供測試樣品", "回覆付款條件")
RIVALS = ("", "", "宏偉閥業", "東信機電", "大成流體")
RANGES = ("閥類", "泵類", "軸承", "傳動件")
PRODUCTS = {
    "球閥 DN50、DN80": "閥類", "離心泵 CP-3": "泵類", "6204 軸承": "軸承", "減速機 R47": "傳動件", "蝶閥 DN150": "閥類",
}  # fmt: skip
SEVERAL = 600_000
"""What costs more than this is of several ranges."""
SOURCES = ("老客戶推薦", "展會", "網站", "電話開發", "渠道")


@dataclass(frozen=True, slots=True)
class Tables:
    """The stages and reasons that come with the house, and its own product ranges by name."""

    stages: list[Stage]
    won: list[OutcomeReason]
    lost: list[OutcomeReason]
    ranges: dict[str, ProductRange]


def make(chance: random.Random, staff: Staff, customers: list[Customer], until: datetime.datetime) -> int:
    """All opportunities, then what they teach; how many."""
    reasons = list(OutcomeReason.objects.order_by("pk"))
    tables = Tables(
        list(Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("position")),
        [one for one in reasons if one.kind == OutcomeReason.Kind.WON],
        [one for one in reasons if one.kind == OutcomeReason.Kind.LOST],
        {name: _range(name, place) for place, name in enumerate(RANGES, start=1)},
    )
    sellers = {one.pk: actor_of(one, source=Source.DEMO) for one in staff.holders(Role.SALES)}
    served = [one for one in customers if one.owner_id in sellers and one.state != Customer.State.BLACKLISTED]
    for place in range(CLOSED + OPEN if served else 0):
        customer = chance.choice(served)
        by = sellers[customer.owner_id or 0]
        if place < CLOSED:
            _closed(chance, by, customer, tables, until - chance.uniform(70, 640) * DAY)
        else:
            _open(chance, by, customer, tables, until)
    learning_chances.look_after(Source.DEMO)
    return CLOSED + OPEN if served else 0


def _range(name: str, position: int) -> ProductRange:
    given = {"name": name, "position": position}
    made: ProductRange = act(system(Source.DEMO), "customers.productrange.create", None, given).record
    return made


def _begun(
    chance: random.Random, by: Actor, customer: Customer, tables: Tables, came: datetime.datetime,
    expected: datetime.date, **more: Any,
) -> Any:  # fmt: skip
    given: dict[str, Any] = {
        "customer": customer, "name": chance.choice(ABOUT), "amount": chance.randrange(3, 240) * 5000,
        "expected_on": expected, "source": chance.choice(SOURCES), "competitor": chance.choice(RIVALS),
        "products": chance.choice(list(PRODUCTS)),
    } | more  # fmt: skip
    given["product_range"] = main = tables.ranges[PRODUCTS[given["products"]]]
    if given["amount"] > SEVERAL:
        given["further_ranges"] = [next(one for one in tables.ranges.values() if one != main)]
    return act(by, "customers.opportunity.create", None, given, occurred_at=came).record


def _closed(chance: random.Random, by: Actor, customer: Customer, tables: Tables, came: datetime.datetime) -> None:
    """One that went as far as it went, and was won or lost."""
    record, at = _begun(chance, by, customer, tables, came, (came + 60 * DAY).date()), came
    for _stage in tables.stages[1:]:
        at += chance.uniform(4, 15) * DAY
        if chance.random() > GOES_ON:
            return _lose(chance, by, record, tables, at)
        record = act(by, "customers.opportunity.advance", record, {}, occurred_at=at).record
    at += chance.uniform(4, 15) * DAY
    if chance.random() > WINS:
        return _lose(chance, by, record, tables, at)
    given = {"outcome_reason": chance.choice(tables.won)}
    act(by, "customers.opportunity.win", record, given, occurred_at=at)
    return None


def _lose(chance: random.Random, by: Actor, record: Any, tables: Tables, at: datetime.datetime) -> None:
    given = {"outcome_reason": chance.choice(tables.lost), "competitor": chance.choice(RIVALS)}
    act(by, "customers.opportunity.lose", record, given, occurred_at=at)


def _open(chance: random.Random, by: Actor, customer: Customer, tables: Tables, until: datetime.datetime) -> None:
    """One that is under way, with a next step; a few steps are overdue."""
    came = until - chance.uniform(5, 60) * DAY
    record = _begun(
        chance, by, customer, tables, came, (until + chance.randrange(-12, 150) * DAY).date(),
        next_step=chance.choice(STEPS), next_on=(until + chance.randrange(-3, 14) * DAY).date(),
    )  # fmt: skip
    stage = chance.randrange(len(tables.stages))
    if stage:
        at = came + (until - came) * chance.uniform(0.3, 0.9)
        act(by, "customers.opportunity.move", record, {"stage": tables.stages[stage]}, occurred_at=at)
