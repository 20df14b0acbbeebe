"""The demo's quotations of the last weeks: with customers, accepted, declined, expired, revised, ordered."""

import datetime
import random
from dataclasses import replace
from typing import Any

from shangwu.chapters.customers.models import Contact, Customer
from shangwu.chapters.sales.models import Product, Quotation
from shangwu.chapters.sales.quotation_access import by_link
from shangwu.demo.contracts import attach, pdf
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source, system

COUNT = 30
DAY = datetime.timedelta(days=1)
LONGEST = 75
"""Days ago of the oldest."""

ABOUT = ("新廠管線備品", "年度保養用料", "泵浦汰換", "停機檢修備料", "純水系統增設", "")
DELIVERY = ("下單後 30 日內，送達貴廠", "現貨，三日內出貨", "分兩批，首批 20 日內")
DECLINES = ("價格高於預算", "改用原供應商", "專案延後，明年再議")
TERMS = "付款：月結。\n保固：驗收日起一年。"


def make(
    chance: random.Random, staff: Staff, customers: list[Customer], stock: list[Product], until: datetime.datetime
) -> int:
    """Quotations of the last weeks, each as far as its days allow; how many."""
    sellers = {one.pk: actor_of(one, source=Source.DEMO) for one in staff.holders(Role.SALES)}
    served = [one.fresh for one in customers if one.owner_id in sellers]
    served = [one for one in served if one.owner_id in sellers and one.state == Customer.State.WON]
    ages = sorted((chance.uniform(1, LONGEST) for _n in range(COUNT if served else 0)), reverse=True)
    for age in ages:
        customer = chance.choice(served)
        _one(chance, sellers[customer.owner_id or 0], staff, customer, stock, until - age * DAY, until)
    return len(ages)


def _one(
    chance: random.Random,
    by: Actor,
    staff: Staff,
    customer: Customer,
    stock: list[Product],
    when: datetime.datetime,
    until: datetime.datetime,
) -> None:
    contact = (
        Contact.objects.visible_to(by).filter(customer=customer, erased_at=None).order_by("-is_main", "pk").first()
    )
    lines = [
        {"product": one, "quantity": chance.choice([1, 2, 4, 8, 20]), "discount": chance.choice(["0", "0.02", "0.05"])}
        for one in chance.sample(stock, chance.choice([1, 2, 3]))
    ]
    given: dict[str, Any] = {
        "customer": customer, "contact": contact, "lines": lines, "subject": chance.choice(ABOUT),
        "delivery": chance.choice(DELIVERY), "terms": TERMS, "valid_until": (when + 30 * DAY).date(),
    }  # fmt: skip
    made: Quotation = act(by, "sales.quotation.create", None, given, occurred_at=when).record
    fate = chance.random()
    if fate < 0.1 or made.special_because:
        return
    made = _send(by, made, when + DAY / 12)
    at = when + chance.uniform(1, 9) * DAY
    if fate < 0.25 and at < until:
        more = {"delivery": chance.choice([one for one in DELIVERY if one != made.delivery])}
        made = act(by, "sales.quotation.revise", made, more, reason="客戶要求改交期", occurred_at=at).record
        made = _send(by, made, at + DAY / 24)
        at += chance.uniform(1, 5) * DAY
    if fate > 0.8:
        _expire(made, until)
    elif at < until:
        _answer(chance, by, staff, made, at, until)


def _send(by: Actor, quotation: Quotation, when: datetime.datetime) -> Quotation:
    """Handed over on paper, or by mail where the contact has an address."""
    contact = quotation.contact
    by_mail = contact is not None and bool(contact.email)
    sent: Quotation = act(by, "sales.quotation.send", quotation, {"by_mail": by_mail}, occurred_at=when).record
    if sent.mail is not None:
        act(system(Source.DEMO), "customers.message.deliver", sent.mail, occurred_at=when)
    return sent


def _expire(quotation: Quotation, until: datetime.datetime) -> None:
    """One that nobody answers, if its last day has passed."""
    day = datetime.datetime.combine(quotation.valid_until + DAY, datetime.time(12), until.tzinfo)
    if day < until:
        act(system(Source.DEMO), "sales.quotation.expire", quotation, occurred_at=day)


def _answer(
    chance: random.Random,
    by: Actor,
    staff: Staff,
    quotation: Quotation,
    at: datetime.datetime,
    until: datetime.datetime,
) -> None:
    """The customer answers by the link, or in a mail that sales enters; some of what is accepted becomes an order."""
    if chance.random() < 0.35:
        act(by, "sales.quotation.decline", quotation, {"answer": chance.choice(DECLINES)}, occurred_at=at)
        return
    if quotation.mail_id is not None:
        link = replace(by_link(staff.entity, quotation.public_id), source=Source.DEMO)
        given: dict[str, Any] = {"revision": quotation.revision}
        act(link, "sales.quotation.accept_by_link", quotation, given, occurred_at=at)
    else:
        attach(by, quotation, pdf(1, f"order {quotation.number}"), "客戶訂單.pdf", at)
        act(by, "sales.quotation.accept", quotation, {"proof": "客戶訂單.pdf"}, occurred_at=at)
    ordered = at + DAY / 8
    if until - 2 * DAY < ordered < until:
        act(by, "sales.quotation.order", quotation.fresh, occurred_at=ordered)
