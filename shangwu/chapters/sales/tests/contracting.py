"""Contracts for tests, brought as far as a test wants them, through the door; and PDFs of so many pages."""

import datetime
import itertools
from functools import cached_property
from typing import Any

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Contract, Order
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, attempt, decide, today
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.files import intake
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.receipts import receipt
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

NUMBER = "22099131"
"""A business number of Taiwan that is right."""
DAY = datetime.timedelta(days=1)
CLAUSES = {
    "rights": "甲方付款，乙方供貨。",
    "specification": "三片式不鏽鋼球閥 DN50，PN16。",
    "quantity_terms": "依所附訂單。",
    "price_terms": "依所附訂單，含稅。",
    "delivery_terms": "送達甲方工廠。",
    "payment_terms": "貨到三十日內匯款。",
    "warranty": "一年。",
    "breach": "逾期按日計付違約金。",
    "disputes": "臺灣新北地方法院。",
}
_salts = itertools.count(1)


def a_pdf(pages: int, salt: str = "") -> bytes:
    """A PDF of so many empty pages; no two are alike unless they have the same salt."""
    kids = " ".join(f"{n} 0 R" for n in range(3, 3 + pages))
    objects = [
        "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj",
        f"2 0 obj\n<</Type/Pages/Count {pages}/Kids[{kids}]>>\nendobj",
        *(f"{n} 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj" for n in range(3, 3 + pages)),
    ]
    return "\n".join(
        [f"%PDF-1.7\n%{salt or next(_salts)}", *objects, "trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF"]
    ).encode()


class House(Crew):
    """A department with those who seal, file and review contracts."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        for by in (self.executive, self.vice, self.head, self.finance, self.legal):
            assert by.person_id

    @cached_property
    def legal(self) -> Actor:
        return self.one(Role.LEGAL)

    @cached_property
    def secretary(self) -> Actor:
        return self.one(Role.SECRETARY)

    @cached_property
    def archivist(self) -> Actor:
        return self.one(Role.ARCHIVIST)

    def an_order(self, quantity: str = "2", **values: Any) -> Order:
        """An order of 105 a piece with tax, of a customer whose number is right."""
        customer = values.pop("customer", None) or self.a_customer()
        lines = [{"product": a_product(stock=100_000), "quantity": quantity}]
        return a_confirmed_order(self, lines, customer=customer, **values)

    def a_customer(self, **values: Any) -> Any:
        """One that is registered in Taiwan; several may have the number for the sake of the tests."""
        given = {"jurisdiction": "TW", "identity_number": NUMBER, "duplicate_reason": "test"} | values
        return a_customer(self.sales, **given)

    def terms(self, order: Order | None = None, **values: Any) -> dict[str, Any]:
        """All that a contract over one order needs, unless values say otherwise."""
        order = order or self.an_order()
        amount, first = order.gross, today(self)
        given = {
            "title": "球閥供貨合同", "customer": order.customer, "amount": amount, "tax_rate": "0.05",
            "starts_on": first, "ends_on": first + 200 * DAY, "covered": [{"order": order}],
            "instalments": [{"purpose": "尾款", "due_on": first + 60 * DAY, "amount": amount}],
            "deliveries": [{"what": "全部", "order": order, "due_on": first + 30 * DAY}],
        }  # fmt: skip
        return given | CLAUSES | values

    def a_draft(self, order: Order | None = None, by: Actor | None = None, **values: Any) -> Contract:
        """A draft by sales."""
        made: Contract = act(by or self.sales, "sales.contract.create", None, self.terms(order, **values)).record
        return made

    def attach(self, contract: Contract, content: bytes, name: str = "合同.pdf", by: Actor | None = None) -> StoredFile:
        """A file on the contract."""
        by = by or self.sales
        taken = intake.take([content], name, entity=by.entity_id or 0)
        given = {"record_type": "sales.contract", "note": str(contract.public_id), "name": receipt(taken, by)}
        made: StoredFile = act(by, "files.storedfile.create", None, given).record
        return made

    def with_document(self, order: Order | None = None, pages: int = 3, **values: Any) -> Contract:
        """A draft whose text is there."""
        contract = self.a_draft(order, **values)
        file = self.attach(contract, a_pdf(pages))
        act(self.sales, "sales.contract.name_document", contract, {"file": str(file.public_id)})
        return contract.fresh

    def submitted(self, order: Order | None = None, **values: Any) -> Contract:
        """In approval."""
        contract = self.with_document(order, **values)
        act(self.sales, "sales.contract.submit", contract)
        return contract.fresh

    def decide(self, by: Actor, contract: Contract, verb: str = "approve") -> str:
        """Decide about it; "done", or the code of the refusal."""
        asked = Request.objects.filter(subject_id=contract.public_id).latest("pk")
        return attempt(by, f"approvals.request.{verb}", asked, {"opinion": "閱"})

    def decide_order(self, order: Order, verb: str = "approve") -> str:
        """Decide about an order's review, by whoever it asks."""
        said = "nobody"
        for by in (self.support, self.finance, self.planning, self.head, self.vice, self.executive):
            if order.fresh.state == "review" and (answer := decide(by, verb, order, "閱")) == "done":
                said = answer
        return said

    def approved(self, order: Order | None = None, **values: Any) -> Contract:
        """Approved by all who are asked."""
        contract = self.submitted(order, **values)
        for by in (self.head, self.finance, self.legal, self.vice, self.executive):
            if contract.fresh.state == "approval":
                self.decide(by, contract)
        return contract.fresh

    def sealed(self, order: Order | None = None, **values: Any) -> Contract:
        """Sealed by the secretary."""
        contract = self.approved(order, **values)
        act(
            self.secretary, "sales.contract.seal", contract,
            {"seal": "contract", "copies": 2, "across_pages": True},
        )  # fmt: skip
        return contract.fresh

    def sign(self, contract: Contract, pages: int = 3, content: bytes = b"", **values: Any) -> str:
        """Enter the signed paper; "done", or the code of the refusal."""
        content = content or a_pdf(pages)
        file = self.attach(contract, content, "掃描.pdf" if content.startswith(b"%PDF") else "掃描.txt")
        given = {"file": str(file.public_id), "signed_on": today(self)} | values
        return attempt(self.sales, "sales.contract.sign", contract, given)

    def in_force(self, order: Order | None = None, **values: Any) -> Contract:
        """Signed by both, and in force."""
        contract = self.sealed(order, **values)
        assert self.sign(contract) == "done"
        return contract.fresh


def lacking(by: Actor, contract: Contract) -> set[str]:
    """Codes of what keeps a contract from being put forward."""
    try:
        act(by, "sales.contract.submit", contract)
    except Refusal as refusal:
        if refusal.code != "incomplete":
            raise
        return {one["code"] for one in refusal.details["findings"]}
    return set()
