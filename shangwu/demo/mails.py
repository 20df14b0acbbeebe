"""The demo's mail with customers: templates, threads of the last weeks, mail of nobody, an advertisement as a draft."""

import datetime
import random
from dataclasses import replace
from typing import Any

from shangwu.chapters.customers.models import Contact, Customer, Message
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source, system

COUNT = 24
HOUR = datetime.timedelta(hours=1)

TEMPLATES = (
    ("出貨通知", "business", "{customer}：訂單 {order} 已出貨",
     "{contact}您好：\n\n訂單 {order} 已出貨。\n\n{sender} 敬上"),
    ("年度拜訪邀約", "business", "{customer}：年度拜訪",
     "{contact}您好：\n\n想約個時間當面請教。\n\n{sender} 敬上"),
    ("新品型錄", "marketing", "{company}新品型錄",
     "{contact}您好：\n\n新一季型錄已備妥，歡迎索取樣品。"),
)  # fmt: skip
ASKED = (
    ("詢問交期", "請問上次那批何時可以出貨？產線下週要用。"), ("請補報價", "請就附件數量再報一次價，含運費。"),
    ("發票抬頭更正", "上月發票抬頭有誤，煩請更正後重開。"), ("索取檢驗報告", "請補寄第三批的檢驗報告，謝謝。"),
)  # fmt: skip
ANSWERS = ("您好，本週五出貨，屆時附上追蹤編號。", "您好，報價單已附，有效期三十天。", "您好，已請財務更正，明日寄出。")
STRANGERS = (
    ("wang.buyer@newplant.example", "王先生", "詢價：球閥 DN50", "在展覽會看到貴公司，請報 200 台的價格。"),
    ("promo@ads.example", "", "網站排名第一保證", "立即加入，首月免費。"),
    ("chen@former.example", "陳小姐", "換了公司，仍需要貨", "我已到新公司任職，想繼續採購軸承。"),
)  # fmt: skip


def make(chance: random.Random, staff: Staff, customers: list[Customer], until: datetime.datetime) -> int:
    """Templates, and mail of the last weeks; how many mails."""
    service = _as(staff.holders(Role.SERVICE)[0])
    house, began = system(Source.DEMO), until - datetime.timedelta(days=60)
    texts = [dict(zip(("name", "purpose", "subject", "text"), one, strict=True)) for one in TEMPLATES]
    act_many(service, "customers.mailtemplate.create", [Row(one, occurred_at=began) for one in texts])
    owners = {person.pk: person for person, _role in staff.people}
    served = buyers(customers)
    made = 0
    for place, customer in enumerate(chance.sample(served, min(COUNT, len(served)))):
        contact = Contact.objects.visible_to(service).filter(customer=customer).first()
        if contact is not None:
            given = {"email": f"buyer{place + 1}@customer{place + 1}.example"}
            contact = act(house, "customers.contact.edit", contact, given, occurred_at=began).record
            came = until - datetime.timedelta(days=chance.randrange(1, 30), hours=chance.randrange(1, 9))
            made += _thread(chance, _as(owners[customer.owner_id or 0]), contact, came, place, until)
    return made + _of_nobody(staff, until)


def buyers(customers: list[Customer]) -> list[Customer]:
    """Those who have ordered and whom somebody looks after, as they are now."""
    rows = Customer.objects.visible_to(system(Source.DEMO)).filter(pk__in=[one.pk for one in customers])
    return list(rows.filter(won_at__isnull=False, owner__isnull=False).order_by("pk"))


def _as(person: Person) -> Actor:
    return replace(actor_of(person), source=Source.DEMO)


def _received(given: dict[str, Any], when: datetime.datetime) -> Message:
    made: Message = act(
        system(Source.DEMO), "customers.message.receive", None, given | {"at": when}, occurred_at=when
    ).record
    return made


def _thread(
    chance: random.Random,
    seller: Actor,
    contact: Contact,
    came: datetime.datetime,
    place: int,
    until: datetime.datetime,
) -> int:
    """A question and its answer; of every fourth the answer is still a draft."""
    subject, text = chance.choice(ASKED)
    key = f"<{place}.{contact.public_id}@demo.example>"
    customer = contact.customer
    asked = _received(
        {
            "customer": customer, "contact": contact, "address": contact.email, "name": contact.name,
            "subject": subject, "text": text, "message_id": key, "thread": key, "known_owner": customer.owner_id,
            "known_department": customer.department_id, "known_entity": customer.entity_id,
        },
        came,
    )  # fmt: skip
    given = {"customer": customer, "contact": contact, "answers": asked.fresh, "text": chance.choice(ANSWERS)}
    wrote = min(came + 3 * HOUR, until - HOUR / 2)
    draft: Message = act(seller, "customers.message.create", None, given, occurred_at=wrote).record
    if place % 4:
        act(seller, "customers.message.send", draft.fresh, occurred_at=wrote + HOUR / 6)
        act(system(Source.DEMO), "customers.message.deliver", draft.fresh, occurred_at=wrote + HOUR / 5)
    return 2


def _of_nobody(staff: Staff, until: datetime.datetime) -> int:
    for place, (address, name, subject, text) in enumerate(STRANGERS):
        key = f"<nobody.{place}@demo.example>"
        given = {
            "address": address, "name": name, "subject": subject, "text": text, "message_id": key, "thread": key,
            "known_department": staff.departments["BD"].pk, "known_entity": staff.entity.pk,
        }  # fmt: skip
        _received(given, until - (place + 1) * 5 * HOUR)
    return len(STRANGERS)
