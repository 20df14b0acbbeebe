"""What is settled with the demo's customers: goods that came back or were replaced, what does not come any more, credit
notes, statements of the last quarter."""

import dataclasses
import datetime
import random
from collections.abc import Iterable, Sequence
from typing import Any

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.accounts import Key, owed_at, quarter_end
from shangwu.chapters.sales.credit import Debts, debts_of
from shangwu.chapters.sales.models import ContractOrder, CreditNote, Line, Order, Return, Shipment, Statement
from shangwu.demo.contracts import Office, approve, at_work, attach, pdf
from shangwu.demo.people import Staff
from shangwu.foundation.actions.door import Refusal, Row, act, act_many
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Source

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
BACK, REPLACED, PARTLY, MOST = 4, 2, 2, 30
"""Orders of which goods come back, are replaced, leave in part; statements that are drawn up beforehand."""
OWN_VAN = "公司派車"
REASONS = (
    ("defect", "密封面刮傷，試壓滲漏"), ("wrong", "法蘭規格不符，客戶要 PN16"), ("damaged", "運送中外箱破損"),
    ("surplus", "客戶多訂一組"),
)  # fmt: skip


def make(chance: random.Random, staff: Staff, now: datetime.datetime) -> dict[str, int]:
    """Returns with their credit notes, rests, and statements; how many of each."""
    office = Office(staff)
    _give_up(office, now)
    return {"returns": _take_back(chance, office, now), "statements": _draw_up(office, now)}


def _take_back(chance: random.Random, office: Office, now: datetime.datetime) -> int:
    """Goods of the last delivered orders come back; three are here, and one of those is credited already."""
    ships = office.one(Role.LOGISTICS)
    sent = [Order.State.DELIVERED, Order.State.INVOICED]
    latest = list(
        Order.objects.filter(state__in=sent, delivered_on__lt=(now - 6 * DAY).date()).order_by("-pk")[: 3 * BACK]
    )
    found = sorted(chance.sample(latest, min(BACK, len(latest))), key=lambda one: one.pk)
    for place, (order, (reason, words)) in enumerate(zip(found, REASONS, strict=False)):
        when = now - (5 - place) * DAY
        given = {"lines": [{"position": 1, "quantity": "1"}], "reason": reason, "words": words}
        act(office.support, "sales.order.take_goods_back", order, given, occurred_at=when)
        if place < BACK - 1:
            back = Return.objects.filter(order=order).latest("pk")
            act(ships, "sales.return.receive", back, {"fit": reason == "surplus"}, occurred_at=when + 4 * HOUR)
    _replace(office, [one for one in latest if one not in found], now)
    _credit(office, found, now)
    return len(found)


def _replace(office: Office, delivered: Sequence[Order], now: datetime.datetime) -> None:
    """Goods of two orders were damaged and are replaced: the first customer has the new ones, the second waits."""
    firsts = Line.objects.filter(order__in=[one.pk for one in delivered], position=1).select_related("product")
    in_stock = {line.order_id for line in firsts if line.product and line.product.on_hand - line.product.reserved >= 2}
    chosen = [one for one in delivered if one.pk in in_stock][:REPLACED]
    ships, back = office.one(Role.LOGISTICS), now - 4 * DAY
    given = {
        "lines": [{"position": 1, "quantity": "1"}], "reason": "damaged", "words": "運送途中碰撞，閥體凹陷，要求換新",
    }  # fmt: skip
    act_many(office.support, "sales.order.take_goods_back", [Row(given, one, occurred_at=back) for one in chosen])
    returns = Return.objects.filter(order__in=[one.pk for one in chosen], state=Return.State.ANNOUNCED).order_by("pk")
    rows = [Row({"fit": False, "replace": True}, one, occurred_at=back + DAY) for one in returns]
    act_many(ships, "sales.return.receive", rows)
    again = [Row({"carrier": OWN_VAN}, one.order.fresh, occurred_at=back + 2 * DAY) for one in returns[:1]]
    act_many(ships, "sales.order.ship", again)


def _give_up(office: Office, now: datetime.datetime) -> None:
    """Of two small orders a part has left: what is left of the first was given up, the second waits for its goods."""
    covered = ContractOrder.objects.values("order")
    waiting = Order.objects.filter(state=Order.State.SCHEDULED, scheduled_at__lt=now - 4 * DAY).exclude(pk__in=covered)
    small = list(
        waiting.filter(lines__position=1, lines__quantity__gte=2)
        .select_related("customer")
        .order_by("base_gross", "pk")
    )
    ships, when = office.one(Role.LOGISTICS), now - 3 * DAY
    debts = debts_of(small, ships)
    chosen = [one for one in small if _may_leave(debts, one, now.date())][:PARTLY]

    def each(verb: str, records: Iterable[Any], given: dict[str, Any], at: datetime.datetime) -> list[Any]:
        rows = [Row(given, one, occurred_at=at) for one in records]
        return [one.record for one in act_many(ships, verb, rows).done]

    ready = each("sales.order.make_ready", chosen, {}, when)
    part = {"lines": [{"position": 1, "to_ship": "1"}], "carrier": OWN_VAN}
    packed = each("sales.order.pack", ready, part, when + HOUR)
    prepared = Shipment.objects.filter(order__in=[one.pk for one in packed], state=Shipment.State.PREPARED)
    gone = each("sales.shipment.send", prepared.order_by("pk"), {}, when + 2 * HOUR)
    there = {"delivered_on": (when + DAY).date(), "signed_by": "收發室"}
    each("sales.shipment.deliver", gone, there, when + DAY)
    left = [Row({}, one.order.fresh, occurred_at=now - DAY) for one in gone[:1]]
    act_many(office.one(Role.HEAD), "sales.order.give_up_rest", left, reason="客戶工程縮減，其餘不再需要")


def _may_leave(debts: Debts, order: Order, today: datetime.date) -> bool:
    """Whether the customer's debts let goods leave."""
    try:
        debts.require(order, today)
    except Refusal:
        return False
    return True


def _credit(office: Office, orders: list[Order], now: datetime.datetime) -> None:
    """The first return is credited, the second waits for approval; a price that was wrong is being looked at."""
    ready = list(CreditNote.objects.filter(order__in=orders, state=CreditNote.State.DRAFT).order_by("pk")[:2])
    for place, one in enumerate(ready):
        act(office.support, "sales.creditnote.submit", one, occurred_at=now - 2 * DAY)
        if place == 0:
            approve(one, now - DAY)
    if orders:
        given = {"order": orders[-1], "why": "price", "amount": "500", "words": "年度議價應自本月起適用，單價多計。"}
        act(office.support, "sales.creditnote.create", None, given, occurred_at=now - DAY)


def _draw_up(office: Office, now: datetime.datetime) -> int:
    """Statements of the last quarter for those who owe something; one is signed, one disputed."""
    until = quarter_end(now.date() - DAY)
    open_ones = Order.objects.filter(base_open__gt=0, customer__isnull=False, customer__archived_at__isnull=True)
    accounts = sorted(set(open_ones.values_list("customer_id", "currency", "entity_id")))
    owing = owed_at([Key(customer or 0, currency, until, entity) for customer, currency, entity in accounts])
    keys = [key for key, lines in owing.items() if lines][:MOST]
    when = datetime.datetime.combine(until + DAY, datetime.time(17, 20), now.tzinfo)
    known = Customer.objects.in_bulk([key.customer for key in keys])
    made: list[Statement] = []
    for entity in sorted({key.entity or 0 for key in keys}):
        by = dataclasses.replace(actors.system(Source.DEMO), entity_id=entity or None)
        rows = [
            Row({"customer": known[key.customer], "currency": key.currency, "until": until}, occurred_at=when)
            for key in keys
            if (key.entity or 0) == entity
        ]
        made += [one.record for one in act_many(by, "sales.statement.create", rows).done]
    owned: list[Statement] = [one for one in made if one.owner is not None]
    if len(owned) > 1 and when + 8 * DAY < now:
        signed, disputed = owned[0], owned[1]
        by, day = at_work(signed.owner), when + 6 * DAY  # type: ignore[arg-type]  # those without an owner are left out
        file = attach(by, signed, pdf(1, f"statement {signed.number}"), "對帳單簽回.pdf", day)
        act(by, "sales.statement.sign", signed.fresh, {"file": file, "signed_on": day.date()}, occurred_at=day)
        said = {"theirs": disputed.balance - 1000, "difference": "客戶稱已於季末前匯出一千元，尚未入帳。"}
        if disputed.balance > 1000:
            by = at_work(disputed.owner)  # type: ignore[arg-type]
            act(by, "sales.statement.dispute", disputed.fresh, said, occurred_at=day)
    return len(made)
