"""How the demo's customers are followed: visits, needs and promises; some are settled, some open, a few late."""

import datetime
import random
from typing import Any

from shangwu.chapters.customers.models import Communication, Customer, Visit
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor, Source

DAY = datetime.timedelta(days=1)
NEEDS, PROMISES, VISITS = 26, 18, 40
LATE_SHARE = 0.12

SAID = (
    "需要 DN80 不銹鋼球閥的耐蝕報告", "希望改為每兩週交貨一次", "包裝標籤請加註我方料號", "詢問能否提供備品套件",
    "安裝手冊的圖不清楚，請提供新版", "反映客服電話常忙線", "想了解新一代減速機的交期", "請提供 316 材質的報價",
)  # fmt: skip
ANSWERS = ("已轉技術部，明日提供文件", "可以，下批起照辦", "已記下，本週內回覆方案")
SOLVED = ("文件已寄出並經客戶確認收到", "已改出貨排程", "標籤範本已更新")
PURPOSES = ("了解新廠設備需求", "說明樣品測試結果", "年度合約洽談", "安裝後回訪", "處理交期疑問")
REPORTS = (
    "客戶同意試用兩台，月底前決定", "對耐蝕等級有疑慮，請技術部補資料", "預算已核，下季採購", "暫無需求，保持聯繫",
    "採購換人，重新介紹產品線",
)  # fmt: skip
RIVALS = ("", "", "對手報價低約一成", "另有兩家送樣", "現用品牌交期八週")
PROMISED = ("寄送樣品兩件", "提供檢驗報告", "回覆調價方案", "安排工程師到廠", "補寄型錄與證書", "確認年約數量級距")


def make(chance: random.Random, until: datetime.datetime) -> int:
    """Needs and promises that came up in the talks of the last months; how many."""
    talks = list(
        Communication.objects.filter(at__gte=until - 150 * DAY, customer__owner__isnull=False)
        .select_related("customer")
        .order_by("pk")
    )
    chance.shuffle(talks)
    people = Person.objects.in_bulk({one.owner_id for one in talks if one.owner_id})
    for talk in talks[:NEEDS]:
        _need(chance, actor_of(people[talk.owner_id], source=Source.DEMO), talk, until)
    for talk in talks[NEEDS : NEEDS + PROMISES]:
        _promise(chance, actor_of(people[talk.owner_id], source=Source.DEMO), talk, until)
    _visits(chance, until)
    return min(len(talks), NEEDS + PROMISES)


def _visits(chance: random.Random, until: datetime.datetime) -> None:
    """Visits of the last months and those planned for the next days, in the order in which they were planned."""
    served = list(Customer.objects.filter(owner__isnull=False, state=Customer.State.WON).order_by("pk"))
    people = Person.objects.in_bulk({one.owner_id for one in served if one.owner_id})
    chosen = [chance.choice(served) for _n in range(VISITS)] if served else []
    times = sorted(until + chance.uniform(-90, 8) * DAY for _one in chosen)
    for customer, at in zip(chosen, times, strict=True):
        by = actor_of(people[customer.owner_id or 0], source=Source.DEMO)
        at = at.astimezone(by.zone).replace(hour=chance.randrange(9, 17), minute=30, second=0, microsecond=0)
        asked = min(at, until) - chance.uniform(1, 5) * DAY
        if customer.won_at is None or asked < customer.won_at:
            continue
        given = {"customer": customer, "planned_at": at, "purpose": chance.choice(PURPOSES)}
        visit: Any = act(by, "customers.visit.create", None, given, occurred_at=asked).record
        if at + DAY / 12 < until:
            _came(chance, by, visit, at + DAY / 12)


def _came(chance: random.Random, by: Actor, visit: Any, at: datetime.datetime) -> None:
    """What came of a visit."""
    if (fate := chance.random()) < 0.06:
        return  # not reported yet
    if fate < 0.14:
        act(by, "customers.visit.miss", visit, {"because": "窗口臨時外出"}, occurred_at=at)
        return
    given: dict[str, Any] = {
        "content": chance.choice(REPORTS), "attitude": chance.choice(Visit.Attitude.values),
        "actual_at": visit.planned_at, "competitors": chance.choice(RIVALS),
    }  # fmt: skip
    if chance.random() < 0.3:
        given |= {"next_step": "寄送資料並電話跟進", "next_on": (at + 6 * DAY).date()}
    act(by, "customers.visit.report", visit, given, occurred_at=at)


def _need(chance: random.Random, by: Actor, talk: Communication, until: datetime.datetime) -> None:
    """One need, and how far it has come."""
    customer: Customer = talk.customer
    when = talk.at + DAY / 24
    given = {
        "customer": customer, "kind": chance.choice(["need", "need", "feedback"]), "words": chance.choice(SAID),
        "origin": "talk", "communication": talk,
    }  # fmt: skip
    if when >= until:
        return
    ticket: Any = act(by, "customers.ticket.create", None, given, occurred_at=when).record
    slow = chance.uniform(1.5, 4) if chance.random() < LATE_SHARE else chance.uniform(0.05, 0.6)
    steps: list[tuple[str, float, dict[str, Any]]] = [
        ("answer", slow, {"text": chance.choice(ANSWERS)}),
        ("solve", slow + chance.uniform(1, 6), {"solution": chance.choice(SOLVED)}),
        ("confirm", slow + 7, {"words": "謝謝，可以了"}),
        ("close", slow + 8, {}),
    ]
    for verb, days, inputs in steps[: chance.choice([1, 2, 4, 4, 4])]:
        at = when + days * DAY
        if at >= until:
            return
        ticket = act(by, f"customers.ticket.{verb}", ticket.fresh, inputs, occurred_at=at).record


def _promise(chance: random.Random, by: Actor, talk: Communication, until: datetime.datetime) -> None:
    """One promise, and how it ended if its day is over."""
    when = talk.at + DAY / 24
    if when >= until:
        return
    due = (talk.at + chance.randrange(3, 40) * DAY).astimezone(by.zone).date()
    given = {"customer": talk.customer, "what": chance.choice(PROMISED), "due_on": due, "communication": talk}
    made: Any = act(by, "customers.promise.create", None, given, occurred_at=when).record
    ended = datetime.datetime.combine(due, datetime.time(15), by.zone) - chance.randrange(0, 2) * DAY
    ended = max(ended, when + DAY / 24)
    if ended >= until or chance.random() < LATE_SHARE:
        return
    verb, inputs = chance.choices(
        [
            ("keep", {}),
            ("break", {"because": "原料延誤，已致電說明"}),
            ("release", {"because": "客戶改規格，不再需要"}),
        ],
        [10, 1, 1],
    )[0]
    act(by, f"customers.promise.{verb}", made.fresh, inputs, occurred_at=ended)
