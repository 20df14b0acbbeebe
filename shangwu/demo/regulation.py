"""The demo's regulation: a first edition that nearly all have signed for, and a draft of the next, under discussion."""

import datetime
import random
from typing import Any

from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.files.intake import take
from shangwu.foundation.files.receipts import receipt
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.regulation.models import Edition, Passage, SignOff

DAY = datetime.timedelta(days=1)
BEGAN = 90 * DAY
"""How long ago the first edition was drawn up."""
SIGNED_SHARE = 0.9

STEPS = (
    (
        "consultation",
        "職工代表大會",
        "提出意見三條：採納二條，一條因與排班制度不合未採納並已說明。",
        "民主程序會議紀錄.txt",
    ),
    ("publication", "公司公告欄與內部網站", "全文公示十日，無異議。", "公示證明.txt"),
)

SENTENCE = {
    "text": "訂單確認前，客戶得以書面撤回；撤回於當日記入訂單並告知相關部門。",
    "text_zh_hans": "订单确认前，客户可以书面撤回；撤回于当日记入订单并告知相关部门。",
    "text_en": "Before an order is confirmed the customer may withdraw it in writing; the withdrawal is noted in the "
    "order the same day, and the departments concerned are told.",
}


def make(chance: random.Random, staff: Staff, now: datetime.datetime) -> int:
    """Both editions; how many have signed."""
    head, executive = (_at_work(staff.holders(role)[0]) for role in (Role.HEAD, Role.EXECUTIVE))
    began = now - BEGAN
    given = {"title": "商務部工作流程與管理制度", "reason": "首版施行。"}
    edition = act(head, "regulation.edition.create", None, given, occurred_at=began).record
    for kind, with_whom, outcome, name in STEPS:
        step = {"kind": kind, "held_on": (began + 5 * DAY).date(), "with_whom": with_whom, "outcome": outcome}
        step["file"] = _attach(head, edition, name, outcome, began + 6 * DAY)
        act(head, "regulation.edition.record_procedure", edition, step, occurred_at=began + 6 * DAY)
    edition.refresh_from_db()
    act(head, "regulation.edition.propose", edition, occurred_at=began + 7 * DAY)
    _decide(staff, edition, began + 8 * DAY)
    first = (began + 20 * DAY).date()
    act(executive, "regulation.edition.publish", edition.fresh, {"effective_from": first}, occurred_at=began + 10 * DAY)
    signed = _sign(chance, edition, began + 10 * DAY)
    _draft(head, now - 3 * DAY)
    return signed


def _at_work(person: Any) -> Actor:
    return actor_of(person, source=Source.DEMO)


def _attach(by: Actor, edition: Edition, name: str, text: str, at: datetime.datetime) -> str:
    taken = take([text.encode()], name, entity=by.entity_id or 0)
    given = {"record_type": Edition._meta.label_lower, "note": str(edition.public_id), "name": receipt(taken, by)}
    return str(act(by, "files.storedfile.create", None, given, occurred_at=at).record.name)


def _decide(staff: Staff, edition: Edition, at: datetime.datetime) -> None:
    """Everybody who is asked agrees, stage by stage."""
    people: dict[int, Any] = {person.pk: person for person, _role in staff.people}
    request = Request.objects.get(subject_id=edition.public_id)
    while request.state == Request.State.RUNNING:
        by = _at_work(people[request.waiting[0]])
        act(by, "approvals.request.approve", request, {"opinion": "同意"}, occurred_at=at)
        request.refresh_from_db()
        at += DAY / 4


def _sign(chance: random.Random, edition: Edition, published: datetime.datetime) -> int:
    """Most open it within days and confirm; a few have only opened it, or not even that."""
    signed = 0
    for one in SignOff.objects.filter(edition=edition).select_related("owner").order_by("pk"):
        by, opened = _at_work(one.owner), published + chance.uniform(0.05, 6) * DAY
        if chance.random() > (1 + SIGNED_SHARE) / 2:
            continue
        act(by, "regulation.signoff.open", one, occurred_at=opened)
        if chance.random() < SIGNED_SHARE:
            act(by, "regulation.signoff.confirm", one.fresh, occurred_at=opened + DAY / 96)
            signed += 1
    return signed


def _draft(by: Actor, at: datetime.datetime) -> None:
    """The next edition: one clause has a further sentence."""
    given = {"title": "訂單撤回規定", "reason": "客戶多次詢問確認前能否撤回，條文未載明。"}
    draft = act(by, "regulation.edition.create", None, given, occurred_at=at).record
    passage = Passage.objects.get(edition=draft, code="2.6.1")
    texts = {name: f"{getattr(passage, name)}\n\n{sentence}" for name, sentence in SENTENCE.items()}
    act(by, "regulation.passage.edit", passage, texts, occurred_at=at + DAY / 24)
