"""The demo's complaints of a year: most are closed, the latest stand in every state; some are late, some come back."""

import datetime
import random
from dataclasses import dataclass, field
from typing import Any

from shangwu.chapters.customers.models import Complaint, ComplaintReport, Customer
from shangwu.chapters.sales.models import Order
from shangwu.demo.contracts import attach, pdf
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.models import Person, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source

COUNT = 48
DAY = datetime.timedelta(days=1)
REPEAT_SHARE, LATE_SHARE, URGENT_SHARE, CONSUMER_SHARE = 0.12, 0.1, 0.06, 0.1

SAID: dict[str, tuple[str, ...]] = {
    "quality": (
        "軸承運轉兩天即有異音，拆開見滾道剝落", "閥座密封面有刮痕，試壓時滲漏", "螺栓鍍層起泡生鏽，鹽霧不合格",
        "泵浦葉輪動平衡不良，振動超標", "外圈尺寸超差 0.02，裝配時卡死",
    ),
    "delivery": (
        "說好月底到貨，至今未出，產線停工待料", "分批交貨只到一半，餘量再三延期",
        "交期延誤十天，客戶罰款轉由我方承擔",
    ),
    "service": ("技術問題寄信三次無人回覆", "到廠安裝人員遲到半日且未帶工具", "報修後兩週才有人聯繫"),
    "price": ("發票單價與報價單不符，多收兩成", "折扣未依合約計算"),
    "logistics": ("外箱壓壞，運送途中淋濕，內件破損", "司機送錯廠區，收貨人無法簽收", "棧板未綁緊，到貨時散落"),
    "contract": ("合約註明附檢驗報告，到貨未附", "保固條款與當初說明不同"),
}  # fmt: skip
ROOTS = (
    "熱處理後未回火，硬度過高", "換班時未交接點檢表", "出貨排程未納入加工日曆", "包裝規範未更新，棧板承重不足",
    "報價系統折扣欄位未鎖定",
)  # fmt: skip
WHYS = ("成品未攔下不良", "抽檢頻率不足", "檢驗標準未列此項目", "設計變更時未同步標準", "變更流程未要求會簽品管")
CLAIMS = {"換貨並說明原因": "exchange", "折讓": "price", "賠償停工損失": "refund"}
PRODUCTS = ("6204 軸承", "球閥 DN50", "離心泵 CP-3", "六角螺栓 M12", "減速機 R47")


@dataclass
class Course:
    """One complaint of the demo: when it came, how far it has come, and how slow people were."""

    by: Actor
    quality: Actor
    head: Actor
    person: Person
    chance: random.Random
    until: datetime.datetime
    record: Any = field(default=None)

    def does(
        self, verb: str, when: datetime.datetime, by: Actor | None = None, reason: str = "", **inputs: Any
    ) -> bool:
        """Do it, unless it lies ahead."""
        if when >= self.until:
            return False
        if "proof" in inputs:
            attach(self.by, self.record, pdf(1, f"mail {self.record.number}"), inputs["proof"], when)
        done = act(by or self.by, f"customers.complaint.{verb}", self.record, inputs, occurred_at=when, reason=reason)
        self.record = done.record
        return True

    def run(self, came: datetime.datetime, slow: float, last: int) -> None:
        """The smooth course up to its `last` step, each at its own time."""
        root, prevention = self.chance.choice(ROOTS), "修訂作業標準並訓練相關人員"
        whys = [{"text": one} for one in WHYS[: self.chance.randrange(3, 6)]]
        causes = [
            {"branch": branch, "text": text, "is_root": place == 0}
            for place, (branch, text) in enumerate(
                [("method", root), ("people", "新人未受訓"), ("equipment", "治具磨耗"), ("material", "來料批次混用")]
            )
        ]
        remedies = [
            {"kind": "correction", "what": "全檢庫存並換貨", "person": self.person, "due_on": (came + 5 * DAY).date()},
            {"kind": "prevention", "what": prevention, "person": self.person, "due_on": (came + 20 * DAY).date()},
        ]
        steps: list[tuple[str, float, dict[str, Any]]] = [
            ("accept", 0.3, {}),
            ("investigate", 0.6, {"team": [self.person]}),
            ("contain", 0.7, {"containment": "封存同批庫存，通知客戶暫停使用"}),
            ("analyse", 1.2, {"root_cause": root, "whys": whys, "causes": causes}),
            ("plan", 1.4, {"prevention": prevention, "remedies": remedies}),
            ("propose", 2.0, {"solution": "全數換貨並提供檢驗報告"}),
            ("carry_out", 2.4, {}),
            (
                "reply",
                4.6,
                {"answer": "已換貨並附原因分析與改善對策，造成不便謹致歉意。", "proof": "回覆郵件.pdf"},
            ),
            ("confirm", 6.0, {"proof": "客戶回信.pdf"}),
            ("report_done", 8.0, {"measure": 1}),
            ("report_done", 9.0, {"measure": 2}),
            ("verify", 12.0, {"measure": 1, "finding": "三批連續合格"}),
            ("verify", 13.0, {"measure": 2, "finding": "新標準已實施"}),
            ("check_effect", 6 + 30.5 / slow, {"effect": "觀察期內無再發"}),
            ("close", 6 + 31.5 / slow, {"lesson": "變更設計時同步檢驗標準"}),
        ]
        for verb, days, inputs in steps[:last]:
            by = self.quality if verb in ("analyse", "report_done") else self.by
            if not self.does(verb, came + days * slow * DAY, by, **inputs):
                return


def make(chance: random.Random, staff: Staff, customers: list[Customer], until: datetime.datetime) -> int:
    """All complaints, in the order in which they came, and the analyses of the months; how many complaints."""
    people = staff.holders(Role.SERVICE)
    quality = staff.holders(Role.QUALITY)[0]
    served = [one for one in customers if one.owner_id is not None]
    former: list[Complaint] = []
    moments = sorted(until - (chance.random() ** 1.5) * 360 * DAY for _n in range(COUNT))
    for place, came in enumerate(moments):
        head = actor_of(staff.holders(Role.HEAD)[0], source=Source.DEMO)
        by = actor_of(people[place % len(people)], source=Source.DEMO)
        course = Course(by, actor_of(quality, source=Source.DEMO), head, quality, chance, until)
        again = former[-1] if former and chance.random() < REPEAT_SHARE else None
        told = _told(chance, served, again, came)
        course.record = act(by, "customers.complaint.create", None, told, occurred_at=came).record
        if place % 17 == 9:
            course.does("decline", came + DAY, head, reason="非本公司產品")
            continue
        is_recent = (until - came) < 12 * DAY
        slow = 2.4 if chance.random() < LATE_SHARE else chance.uniform(0.5, 1.1)
        course.run(came, slow, chance.randrange(0, 9) if is_recent else 15)
        former.append(course.record)
    _pause_one(by, until)
    _analyse(actor_of(people[0], source=Source.DEMO), moments[0], until)
    return COUNT


def _told(
    chance: random.Random, served: list[Customer], again: Complaint | None, came: datetime.datetime
) -> dict[str, Any]:
    """What a complaint says; one that comes back says the same."""
    if again is not None:
        names = ("customer", "category", "product", "description", "source")
        return {name: getattr(again, name) for name in names} | {"demand": "同樣問題再次發生，請徹底改善"}
    category = chance.choices(list(SAID), [40, 22, 12, 8, 14, 4])[0]
    customer = chance.choice(served)
    told: dict[str, Any] = {
        "customer": customer, "category": category, "description": chance.choice(SAID[category]),
        "product": chance.choice(PRODUCTS), "source": chance.choice(["phone", "mail", "page", "messenger"]),
        "order_reference": _order_of(customer, came, chance.randrange(1000)),
        "demand": chance.choice(["換貨並說明原因", "折讓", "賠償停工損失", "書面改善報告"]),
        "level": "urgent" if chance.random() < URGENT_SHARE else chance.choice(["normal", "normal", "major"]),
    }  # fmt: skip
    told["claim"] = CLAIMS.get(told["demand"], "other")
    if chance.random() < CONSUMER_SHARE:
        told |= {"is_consumer": True, "claimant_name": "林美玲", "price_paid": chance.randrange(300, 9000)}
    return told


def _order_of(customer: Customer, came: datetime.datetime, pick: int) -> str:
    """The number of one of the customer's orders of before; none where there is none."""
    orders = Order.objects.filter(customer=customer, ordered_on__lte=came.date(), number__startswith="SO")
    found = list(orders.order_by("-pk").values_list("number", flat=True)[:5])
    return found[pick % len(found)] or "" if found else ""


def _pause_one(by: Actor, until: datetime.datetime) -> None:
    """One that is under way waits for the customer's photos."""
    open_ones = Complaint.objects.filter(state__in=["accepted", "investigating", "proposed", "carrying_out"])
    found = open_ones.filter(registered_at__gte=until - 3 * DAY).order_by("-pk").first()
    if found is not None and found.changed_at < until - DAY / 8:
        given = {"asked_for": "安裝現場照片", "proof": "索取照片.pdf"}
        attach(by, found, pdf(1, f"mail {found.number}"), given["proof"], until - DAY / 8)
        act(by, "customers.complaint.await_papers", found, given, occurred_at=until - DAY / 8)


def _analyse(by: Actor, began: datetime.datetime, until: datetime.datetime) -> None:
    """The analysis of each month that is over; the last one is still a draft."""
    month = began.astimezone(by.zone).date().replace(day=1)
    last = (until.astimezone(by.zone).date().replace(day=1) - DAY).replace(day=1)
    while month <= last:
        end = (month + 32 * DAY).replace(day=1)
        drafted = datetime.datetime.combine(end, datetime.time(1, 10), by.zone)
        given = {"month": month, "department": _department(by)}
        report: ComplaintReport = act(by, "customers.complaintreport.create", None, given, occurred_at=drafted).record
        if month < last:
            said = {
                "findings": "品質與交期合計逾半，多為同一型號。",
                "measures": "檢驗標準隨設計變更同步；出貨排程納入加工日曆。",
            }
            act(by, "customers.complaintreport.edit", report, said, occurred_at=drafted + 4 * DAY)
            act(by, "customers.complaintreport.finish", report.fresh, occurred_at=drafted + 4.4 * DAY)
        month = end


def _department(by: Actor) -> Any:
    """The department that customer service answers for."""
    seat = RoleAssignment.objects.filter(person=by.person_id, role=Role.SERVICE).select_related("reaches").first()
    return seat.reaches if seat is not None else None
