"""What is settled with the demo's customers: goods that came back, credit notes, statements of the last quarter."""

import datetime
import random

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.accounts import owed_at, quarter_end
from shangwu.chapters.sales.models import CreditNote, Order, Return, Statement
from shangwu.demo.contracts import Office, approve, at_work, attach, pdf
from shangwu.demo.people import Staff
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Source

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
BACK, MOST = 4, 30
"""Orders of which goods come back; statements that are drawn up beforehand."""
REASONS = (
    ("defect", "密封面刮傷，試壓滲漏"), ("wrong", "法蘭規格不符，客戶要 PN16"), ("damaged", "運送中外箱破損"),
    ("surplus", "客戶多訂一組"),
)  # fmt: skip


def make(chance: random.Random, staff: Staff, now: datetime.datetime) -> dict[str, int]:
    """Returns with their credit notes, and statements; how many of each."""
    office = Office(staff)
    return {"returns": _take_back(chance, office, now), "statements": _draw_up(office, now)}


def _take_back(chance: random.Random, office: Office, now: datetime.datetime) -> int:
    """Goods of the last delivered orders come back; three are here, and one of those is credited already."""
    ships = office.one(Role.LOGISTICS)
    sent = [Order.State.DELIVERED, Order.State.INVOICED]
    latest = Order.objects.filter(state__in=sent, delivered_on__lt=(now - 6 * DAY).date()).order_by("-pk")[: 3 * BACK]
    found = sorted(chance.sample(list(latest), min(BACK, len(latest))), key=lambda one: one.pk)
    for place, (order, (reason, words)) in enumerate(zip(found, REASONS, strict=False)):
        when = now - (5 - place) * DAY
        given = {"lines": [{"position": 1, "quantity": "1"}], "reason": reason, "words": words}
        act(office.support, "sales.order.take_goods_back", order, given, occurred_at=when)
        if place < BACK - 1:
            back = Return.objects.filter(order=order).latest("pk")
            act(ships, "sales.return.receive", back, {"fit": reason == "surplus"}, occurred_at=when + 4 * HOUR)
    _credit(office, found, now)
    return len(found)


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
    pairs = sorted({(key, currency) for key, currency in open_ones.values_list("customer_id", "currency")})
    owing = owed_at([(key, currency, until) for key, currency in pairs if key is not None])
    keys = sorted(key for key, lines in owing.items() if lines)[:MOST]
    when = datetime.datetime.combine(until + DAY, datetime.time(17, 20), now.tzinfo)
    known = Customer.objects.in_bulk([key[0] for key in keys])
    rows = [Row({"customer": known[key[0]], "currency": key[1], "until": until}, occurred_at=when) for key in keys]
    made = [one.record for one in act_many(actors.system(Source.DEMO), "sales.statement.create", rows).done]
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
