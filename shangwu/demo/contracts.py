"""The demo's contracts, each at another point of its course, with a template, a supplement and signed scans."""

import datetime
import io
import random
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Contract, ContractTemplate, Order, Product, Supplement
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.files import intake, receipts
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.models import Record

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
LATEST = 40
"""Orders among which those under a contract are chosen."""
COURSES = ("approval", "sealed", "in_force", "departing", "drafted", "drafted", "drafted")
"""How far each goes. Those that are put forward take their time: their text is drawn twice."""
TITLES = ("閥件供貨合同", "管線備品供貨合同", "泵浦與備品買賣合同", "年度保養用料合同", "純水系統閥件合同")
CLAUSES = {
    "rights": "買方依約付款並安排收貨；賣方依約供貨，並附出廠檢驗報告。",
    "specification": "依所附訂單所列品名、型號與規格，符合 CNS 及 ISO 5208 之試壓要求。",
    "quantity_terms": "依所附訂單；尾數以實際出貨單為準，不另計溢短裝。",
    "price_terms": "依所附訂單，含營業稅，運費由賣方負擔。",
    "delivery_terms": "送達買方指定廠區，卸貨由買方協助。",
    "payment_terms": "簽訂後七日內付三成，其餘貨到三十日內匯款。",
    "warranty": "驗收合格之日起十二個月，正常使用下之瑕疵由賣方免費修換。",
    "breach": "逾期交貨或付款，按逾期金額每日萬分之五計付違約金。",
    "disputes": "雙方先行協商，協商不成由臺灣新北地方法院管轄。",
}
WORD = "".join(
    f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>"
    for one in (
        "{{title}}", "合同編號：{{number}}", "買方：{{buyer}}（{{buyer_number}}）", "賣方：{{seller}}",
        "總價：{{currency}} {{amount}}（{{amount_words}}）", "標的與規格：{{specification}}", "付款：{{payment_terms}}",
        "各期：{{instalments}}", "交貨：{{deliveries}}", "質保：{{warranty}}", "違約：{{breach}}", "爭議：{{disputes}}",
    )
)  # fmt: skip
SHAPE = "http://schemas.openxmlformats.org"


class Office:
    """Who does what with contracts."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.secretary, self.archivist = self.one(Role.SECRETARY), self.one(Role.ARCHIVIST)
        self.legal, self.support = self.one(Role.LEGAL), self.one(Role.SALES_SUPPORT)

    def one(self, role: Role) -> Actor:
        """The first who has a role."""
        return at_work(self.staff.holders(role)[0])


def at_work(person: Person) -> Actor:
    """A person of the demo who does something."""
    return actor_of(person, source=Source.DEMO)


def make(
    chance: random.Random, staff: Staff, customers: Sequence[Customer], stock: list[Product], now: datetime.datetime
) -> int:
    """A template, and contracts over some of the latest orders; how many. One is with a firm of the mainland."""
    office = Office(staff)
    _template(office, now - 90 * DAY)
    _clauses(office, now - 90 * DAY)
    sellers = {one.pk: at_work(one) for one in staff.holders(Role.SALES)}
    keys = [one.pk for one in customers if one.owner_id in sellers]
    orders = Order.objects.filter(customer__in=keys, owner__in=list(sellers), promised_on__isnull=False)
    latest = list(orders.exclude(state=Order.State.CANCELLED).select_related("customer").order_by("-pk")[:LATEST])
    fit = [
        one
        for one in latest
        if one.customer is not None and one.customer.owner_id == one.owner_id and one.created_at < now - 12 * DAY
    ]
    over = chance.sample(fit, min(len(fit), len(COURSES) - 1))
    over = sorted(over, key=lambda one: one.pk)
    over[:0] = _order_of_the_mainland(chance, office, staff, stock, now)
    for order, course in zip(over, COURSES, strict=False):
        _one(chance, office, sellers[order.owner_id or 0], order, course, now)
    return min(len(over), len(COURSES))


def credit_code(chance: random.Random) -> str:
    """A unified code of the mainland that passes its own check (GB 32100)."""
    signs, weights = "0123456789ABCDEFGHJKLMNPQRTUWXY", (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    body = "91320594" + "".join(chance.choice(signs[:28]) for _place in range(9))
    total = sum(signs.index(sign) * weight for sign, weight in zip(body, weights, strict=True))
    return body + signs[-total % 31]


def _order_of_the_mainland(
    chance: random.Random, office: Office, staff: Staff, stock: list[Product], now: datetime.datetime
) -> list[Order]:
    """A firm of the mainland with its unified code, and an order of it that waits for its contract."""
    seller, when = staff.holders(Role.SALES)[0], now - 12 * DAY
    given = {
        "name": "蘇州恆潤流體設備有限公司", "short_name": "恆潤流體", "jurisdiction": "CN",
        "identity_number": credit_code(chance), "region": "蘇州", "source": "展會", "currency": "TWD",
        "payment_days": 30, "credit_limit": 3_000_000, "ship_to_address": "蘇州工業園區星湖街 218 號",
        "ship_to_name": "周明遠", "owner": seller, "department": seller.department,
    }  # fmt: skip
    customer = act(actors.system(Source.DEMO), "customers.customer.create", None, given, occurred_at=when).record
    lines = [{"product": one, "quantity": 4} for one in stock[:2]]
    taken = {"customer": customer, "lines": lines, "requested_on": (now + 20 * DAY).date()}
    order = act(at_work(seller), "sales.order.create", None, taken, occurred_at=when + HOUR).record
    promised = {"promised_on": (now + 20 * DAY).date()}
    confirmed = act(office.support, "sales.order.confirm", order, promised, occurred_at=when + 5 * HOUR).record
    return [Order.objects.select_related("customer").get(pk=confirmed.pk)]


def _one(chance: random.Random, office: Office, by: Actor, order: Order, course: str, now: datetime.datetime) -> None:
    when = min(max(order.created_at + DAY, now - 60 * DAY), now - 9 * DAY)
    given = _terms(chance, order, when, now)
    if course == "departing":
        given["payment_terms"] = "貨到九十日內匯款，不付訂金。"
    contract = act(by, "sales.contract.create", None, given, occurred_at=when).record
    if course in ("drafted", "departing"):
        return
    act(by, "sales.contract.write_document", contract, occurred_at=when + HOUR)
    act(by, "sales.contract.submit", contract.fresh, occurred_at=when + 2 * HOUR)
    if course == "approval":
        return
    approve(contract, when + DAY)
    seal = {"seal": "contract", "copies": 2, "across_pages": True}
    act(office.secretary, "sales.contract.seal", contract.fresh, seal, occurred_at=when + 2 * DAY)
    if course == "in_force":
        _sign(office, by, contract.fresh, when + 4 * DAY)


def _terms(chance: random.Random, order: Order, when: datetime.datetime, now: datetime.datetime) -> dict[str, Any]:
    first = (order.gross * 3 / 10).quantize(Decimal(1))
    return {
        "title": chance.choice(TITLES), "customer": order.customer, "amount": order.gross, "tax_rate": "0.05",
        "starts_on": when.date(), "ends_on": now.date() + chance.choice([45, 120, 300]) * DAY,
        "signer_name": chance.choice(["林怡君", "陳志明", "周明遠"]), "covered": [{"order": order}],
        "instalments": [
            {"purpose": "預付款", "after": "signed", "days": 7, "amount": first},
            {"purpose": "尾款", "after": "delivered", "days": 30, "amount": order.gross - first},
        ],
        "deliveries": [{"what": "全部", "order": order, "due_on": order.promised_on}], **CLAUSES,
    }  # fmt: skip


def approve(subject: Record, when: datetime.datetime) -> None:
    """Whoever is asked agrees, one after the other."""
    asked = Request.objects.filter(subject_id=subject.public_id).latest("pk")
    while asked.state == Request.State.RUNNING:
        person = Person.objects.get(pk=sorted(asked.waiting)[0])
        act(at_work(person), "approvals.request.approve", asked, {"opinion": "同意"}, occurred_at=when)
        when += HOUR
        asked = asked.fresh


def _sign(office: Office, by: Actor, contract: Contract, when: datetime.datetime) -> None:
    """Both have signed, the original is filed, and a supplement is on its way."""
    scan = attach(by, contract, pdf(contract.document_pages or 1, f"scan {contract.number}"), "簽署掃描.pdf", when)
    act(by, "sales.contract.sign", contract, {"file": scan, "signed_on": when.date()}, occurred_at=when)
    filed = {"file_number": f"{contract.number}-D10", "kept_at": "檔案室 3 櫃 2 層"}
    act(office.archivist, "sales.contract.file", contract.fresh, filed, occurred_at=when + DAY)
    if contract.fresh.state == Contract.State.IN_FORCE:
        given = {"contract": contract, "change": "買方展延設備保養，合同期限順延九十日。"}
        given |= {"ends_on": (contract.ends_on or when.date()) + 90 * DAY}
        made: Supplement = act(by, "sales.supplement.create", None, given, occurred_at=when + 2 * DAY).record
        text = attach(by, made, pdf(1, f"supplement {contract.number}"), "補充協議.pdf", when + 2 * DAY)
        act(by, "sales.supplement.name_document", made.fresh, {"file": text}, occurred_at=when + 2 * DAY)


def attach(by: Actor, record: Any, content: bytes, name: str, when: datetime.datetime) -> str:
    """A file on a record; its public id."""
    taken = intake.take([content], name, entity=by.entity_id or 0)
    given = {
        "record_type": record._meta.label_lower, "note": str(record.public_id), "name": receipts.receipt(taken, by),
    }  # fmt: skip
    return str(act(by, "files.storedfile.create", None, given, occurred_at=when).record.public_id)


def _template(office: Office, when: datetime.datetime) -> None:
    """A Word template that legal has released, and one that is being drafted."""
    given = {"name": "閥件買賣合同範本 2026 版", "kind": "sale"}
    made: ContractTemplate = act(office.support, "sales.contracttemplate.create", None, given, occurred_at=when).record
    file = attach(office.support, made, word_file(), "買賣合同範本.docx", when)
    act(office.support, "sales.contracttemplate.name_file", made, {"word_file": file}, occurred_at=when + HOUR)
    act(office.legal, "sales.contracttemplate.release", made.fresh, occurred_at=when + DAY)
    later = {"name": "年度框架合同範本（草稿）", "kind": "framework"}
    act(office.support, "sales.contracttemplate.create", None, later, occurred_at=when + 60 * DAY)


def _clauses(office: Office, when: datetime.datetime) -> None:
    """The library of clauses for sales, released by legal, and one for services that waits for it."""
    rows = [Row({"kind": "sale", "subject": name, "text": text}, occurred_at=when) for name, text in CLAUSES.items()]
    made = [one.record for one in act_many(office.support, "sales.standardclause.create", rows).done]
    act_many(office.legal, "sales.standardclause.release", [Row({}, one, occurred_at=when + DAY) for one in made])
    later = {"kind": "service", "subject": "warranty", "text": "服務成果於驗收後三十日內有瑕疵者，乙方免費改正。"}
    act(office.support, "sales.standardclause.create", None, later, occurred_at=when + 60 * DAY)


def word_file() -> bytes:
    """A plain Word file with the names in it; the same bytes each time."""
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{SHAPE}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{kinds}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{SHAPE}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{SHAPE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{SHAPE}/wordprocessingml/2006/main"><w:body>{WORD}</w:body>'
        "</w:document>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return made.getvalue()


def pdf(pages: int, said: str) -> bytes:
    """A paper of so many pages, as far as a demo needs one: a line of writing on each, and lines to sign on."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(pages))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    for n in range(pages):
        drawn = f"BT /F 11 Tf 72 770 Td ({said} {n + 1}/{pages}) Tj ET 72 120 160 0.5 re f 340 120 160 0.5 re f"
        objects += [
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {5 + 2 * n} 0 R>>",
            f"<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream",
        ]
    return _numbered(objects)


def _numbered(objects: Sequence[str]) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end = f"trailer\n<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(made)}\n%%EOF"
    return made + (head + end).encode()
