"""The demo's targets: the year's sheets, those of the last months scored where these are locked, a split, a bonus."""

import datetime
import random
from decimal import Decimal
from typing import Any

from shangwu.chapters.analytics.performance.models import KpiSheet
from shangwu.chapters.sales.models import Order
from shangwu.demo.contracts import DAY, Office, approve, at_work, attach, pdf
from shangwu.demo.people import Staff
from shangwu.foundation.actions.door import Outcome, Row, act, act_many
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.duties.periods import period_of
from shangwu.foundation.people.models import Person, Post
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

MONTHS = 4
"""Whole months before this one that have sheets; the last waits for its close."""
TARGET = Decimal(400_000)
YEARLY = 12 * TARGET
REVENUE = {"way": "measure", "measure": "performance.revenue", "weight": "70"}
SATISFACTION = {"way": "measure", "measure": "satisfaction.mean", "name": "客戶滿意度", "weight": "30"}
CONTENT = {"target": "4.5"}
USUAL: dict[Role, list[dict[str, str]]] = {
    Role.SALES: [REVENUE, SATISFACTION],
    Role.CHANNELS: [
        {
            "way": "manual", "name": "新渠道開發", "definition": "當月簽約且首次下單的渠道數",
            "source": "渠道檔案與訂單", "weight": "60",
        },
        {"way": "measure", "measure": "visits.count", "name": "渠道走訪", "weight": "40"},
    ],
    Role.SERVICE: [
        {**SATISFACTION, "weight": "60"},
        {
            "way": "manual", "name": "投訴按時結案", "definition": "當月應結投訴中按時結案的百分比",
            "source": "投訴臺帳", "weight": "40",
        },
    ],
    Role.MARKETING: [
        {
            "way": "manual", "name": "市場動態按期發布", "definition": "當月按期發布的份數占應發布份數的百分比",
            "source": "市場動態臺帳", "weight": "50",
        },
        {
            "way": "manual", "name": "活動效果", "definition": "活動線索轉為商機的百分比", "source": "活動評估報告",
            "weight": "50",
        },
    ],
}  # fmt: skip
"""What the holders of each post are usually judged by."""

NOBODY_ANSWERED = "當月無問卷回覆，依電話回訪記錄。"


def make(chance: random.Random, staff: Staff, now: datetime.datetime) -> dict[str, int]:
    """Sheets of this year and month, those of the last months, a shared deal, a bonus; how many sheets."""
    office, sellers = Office(staff), staff.holders(Role.SALES)
    today = now.astimezone(office.one(Role.HEAD).zone).date()
    first = today.replace(day=1)
    months = [first]
    for _each in range(MONTHS):
        months.insert(0, (months[0] - DAY).replace(day=1))
    _library(office, staff, _at(min(months[0], first.replace(month=1)), now, 9))
    made = _year(office, staff, sellers, today, now)
    for month in months:
        sheets = _month(chance, office, sellers, month, now)
        made += len(sheets)
        if month != first:
            _score(chance, office, sheets, month, now)
    _share(office, staff, now)
    _reward(office, now)
    _begin(office, sellers[0], now)
    return {"targets": made + 1}


def _at(day: datetime.date, now: datetime.datetime, hour: int = 10) -> datetime.datetime:
    """An hour of a day, never later than now."""
    return min(datetime.datetime.combine(day, datetime.time(hour), now.tzinfo), now)


def _library(office: Office, staff: Staff, when: datetime.datetime) -> None:
    """The head keeps what each post is usually judged by; sheets begin with it."""
    with gate.free_reading():
        posts = {role: Post.objects.get(pk=staff.holders(role)[0].post_id or 0) for role in USUAL}
    rows = [
        Row({"name": posts[role].name, "post": posts[role], "lines": lines}, occurred_at=when)
        for role, lines in USUAL.items()
    ]
    act_many(office.one(Role.HEAD), "analytics.kpitemplate.create", rows, whole=True)


def _year(office: Office, staff: Staff, sellers: list[Person], today: datetime.date, now: datetime.datetime) -> int:
    """The department's year, shared out among those who sell, and signed in January."""
    first, head = today.replace(month=1, day=1), office.one(Role.HEAD)
    lines: list[dict[str, Any]] = [REVENUE | {"target": YEARLY * len(sellers)}, SATISFACTION | CONTENT]
    given = {
        "level": "department", "department": staff.departments["BD"], "owner": staff.holders(Role.HEAD)[0],
        "cadence": "year", "first": first, "lines": lines,
    }  # fmt: skip
    when = _at(first + 4 * DAY, now)
    whole = act(office.one(Role.EXECUTIVE), "analytics.kpisheet.create", None, given, occurred_at=when).record
    among = {"persons": [str(one.public_id) for one in sellers]}
    act(head, "analytics.kpisheet.cascade", whole, among, occurred_at=when + DAY)
    act(office.one(Role.EXECUTIVE), "analytics.kpisheet.submit", whole.fresh, occurred_at=when + 2 * DAY)
    approve(whole, when + 3 * DAY)
    act(head, "analytics.kpisheet.sign", whole.fresh, occurred_at=when + 4 * DAY)
    with gate.free_reading():
        children = list(KpiSheet.objects.filter(parent=whole).order_by("pk"))
    return 1 + len(_signed(office, children, _at(first + 9 * DAY, now), now))


def _signed(office: Office, sheets: list[KpiSheet], when: datetime.datetime, now: datetime.datetime) -> list[KpiSheet]:
    """Put forward by the head, approved by the executive in charge, signed by each."""
    head, vice = office.one(Role.HEAD), office.one(Role.VICE_EXECUTIVE)
    act_many(head, "analytics.kpisheet.submit", [Row({}, one, occurred_at=when) for one in sheets])
    keys = [one.public_id for one in sheets]
    with gate.free_reading():
        asked = list(Request.objects.filter(subject_id__in=keys, state=Request.State.RUNNING).order_by("pk"))
    later = min(when + DAY, now)
    act_many(vice, "approvals.request.approve", [Row({}, one, occurred_at=later) for one in asked])
    for one in sheets:
        act(at_work(_owner(one)), "analytics.kpisheet.sign", one.fresh, occurred_at=min(when + 2 * DAY, now))
    return sheets


def _owner(sheet: KpiSheet) -> Person:
    with gate.free_reading():
        return Person.objects.get(pk=sheet.owner_id or 0)


def _month(
    chance: random.Random, office: Office, sellers: list[Person], month: datetime.date, now: datetime.datetime
) -> list[KpiSheet]:
    """A month's sheet for each who sells: with what their post is usually judged by, then with the targets."""
    head, when = office.one(Role.HEAD), _at(month, now, 9)
    rows = [Row({"owner": person, "cadence": "month", "first": month}, occurred_at=when) for person in sellers]
    made = [one.record for one in act_many(head, "analytics.kpisheet.create", rows, whole=True).done]
    aimed = []
    for sheet in made:
        target = TARGET * chance.choice((80, 90, 100, 110, 120)) / 100
        lines: list[dict[str, Any]] = [REVENUE | {"target": target}, SATISFACTION | CONTENT]
        aimed.append(Row({"lines": lines}, sheet, occurred_at=when))
    set_out = act_many(head, "analytics.kpisheet.edit", aimed, whole=True).done
    return _signed(office, [one.record for one in set_out], when, now)


def _score(
    chance: random.Random, office: Office, sheets: list[KpiSheet], month: datetime.date, now: datetime.datetime
) -> Outcome:
    """The sheets are scored; where nobody answered a survey satisfaction is entered with its evidence. What is not
    locked waits."""
    head = office.one(Role.HEAD)
    when = _at(period_of("month", month).last + 5 * DAY, now)
    found = [
        Row(
            {"line": 2, "actual": Decimal(chance.randrange(40, 49)) / 10, "evidence": NOBODY_ANSWERED},
            one, occurred_at=when,
        )
        for one in sheets
    ]  # fmt: skip
    act_many(head, "analytics.kpisheet.enter", found)
    return act_many(head, "analytics.kpisheet.score", [Row({}, one, occurred_at=when) for one in sheets])


def _share(office: Office, staff: Staff, now: datetime.datetime) -> None:
    """A deal that two have won, and one that waits for the second to agree."""
    sellers = staff.holders(Role.SALES)
    with gate.free_reading():
        open_ones = Order.objects.filter(
            owner__in=sellers, state__in=[Order.State.CONFIRMED, Order.State.SCHEDULED, Order.State.SHIPPED]
        )
        found = list(open_ones.order_by("-pk")[:2])
        owners = Person.objects.in_bulk([one.owner_id for one in found if one.owner_id is not None])
    for place, order in enumerate(found):
        owner = owners[order.owner_id or 0]
        other = next(one for one in sellers if one.pk != owner.pk)
        given: dict[str, Any] = {
            "order": order, "why": "前者引介客戶並議價，後者完成選型與試樣。",
            "shares": [{"person": owner, "percent": "60"}, {"person": other, "percent": "40"}],
        }  # fmt: skip
        by: Actor = at_work(owner)
        split = act(by, "analytics.split.create", None, given, occurred_at=now - 2 * DAY).record
        if place == 0:
            act(at_work(other), "analytics.split.agree", split.fresh, occurred_at=now - DAY)


def _reward(office: Office, now: datetime.datetime) -> None:
    """The best result is rewarded; personnel has paid it."""
    with gate.free_reading():
        best = KpiSheet.objects.filter(state=KpiSheet.State.SCORED).order_by("-score", "pk").first()
    if best is None:
        return
    when = now - 3 * DAY
    given = {"sheet": best, "kind": "bonus", "amount": "8000", "words": "當月得分最高，照獎勵辦法發給。"}
    reward = act(office.one(Role.HEAD), "analytics.reward.create", None, given, occurred_at=when).record
    act(office.one(Role.HEAD), "analytics.reward.submit", reward, occurred_at=when)
    approve(reward, when + DAY)
    personnel = office.one(Role.HUMAN_RESOURCES)
    slip = attach(personnel, reward.fresh, pdf(1, f"bonus {reward.number}"), "獎金發放.pdf", when + 2 * DAY)
    done = {"carried_out_on": (when + 2 * DAY).date(), "file": slip}
    act(personnel, "analytics.reward.apply", reward.fresh, done, occurred_at=when + 2 * DAY)


def _begin(office: Office, seller: Person, now: datetime.datetime) -> None:
    """What the head is still at work on: next month's sheet of one person, without targets yet, and another reward."""
    head = office.one(Role.HEAD)
    month = (now.astimezone(head.zone).date().replace(day=1) + 32 * DAY).replace(day=1)
    given: dict[str, Any] = {"owner": seller, "cadence": "month", "first": month}
    act(head, "analytics.kpisheet.create", None, given, occurred_at=now - DAY)
    with gate.free_reading():
        scored = KpiSheet.objects.filter(state=KpiSheet.State.SCORED).order_by("-score", "pk")
        runner_up = next(iter(scored[1:2]), None)
    if runner_up is not None:
        given = {"sheet": runner_up, "kind": "bonus", "amount": "3000", "words": "當月得分次高，擬發給。"}
        act(head, "analytics.reward.create", None, given, occurred_at=now - DAY)
