"""How long a contract takes as PDF, and with the number on it: a plain one, and one that fills all its clauses."""

import uuid
from functools import partial
from typing import Any

from benchmarks.figures import Figures, median
from benchmarks.house import Desk, holders
from shangwu.chapters.sales.contract_papers import paper
from shangwu.chapters.sales.models import Contract, Order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.loading import set_parts
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate

CLAUSES = (
    "rights", "specification", "quantity_terms", "price_terms", "delivery_terms", "payment_terms", "warranty",
    "breach", "disputes",
)  # fmt: skip
SENTENCE = "甲方依本合同所附訂單向乙方訂購閥件，乙方應於約定之日前送達甲方指定地點，並附出廠檢驗報告。"
FULL = 12
"""Sentences of a long clause: nine of them fill some four pages."""


def measure(figures: Figures) -> None:
    """The text alone, without storing it: what a person waits for who asks for it."""
    with gate.free_reading():
        order = Order.objects.get(pk=Desk().take().record.pk)
        for name, sentences in (("one page", 1), ("four pages", FULL)):
            contract = _contract(order, SENTENCE * sentences)
            paper(contract, "岳澄精密")  # the fonts are read once in each process
            figures.at_most(f"contract as PDF ({name})", median(partial(paper, contract, "岳澄精密")), "ms", 500)


def _contract(order: Order, text: str) -> Contract:
    by = actor_of(holders(Role.HEAD)[0])
    day = clock.today(by.zone)
    given: dict[str, Any] = {
        "title": f"供貨合同 {uuid.uuid4().hex[:6]}", "customer": order.customer, "amount": order.gross,
        "starts_on": day, "ends_on": day.replace(year=day.year + 1),
        "instalments": [{"purpose": f"第 {n} 期", "due_on": day, "amount": 1} for n in range(1, 13)],
        **dict.fromkeys(CLAUSES, text),
    }  # fmt: skip
    contract: Contract = act(by, "sales.contract.create", None, given).record
    for part in contract.parts:
        set_parts(contract, part, list(getattr(contract, part).all()))
    return contract
