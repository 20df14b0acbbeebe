"""Clause 2.6.2: head, finance and legal review in turn; who approves in the end follows from amount and terms."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.actions.contracts import Known, known_to, require_free, settle_rate, settle_tax
from shangwu.chapters.sales.contract_access import keeps_contracts
from shangwu.chapters.sales.contract_checks import findings
from shangwu.chapters.sales.contract_standards import compare
from shangwu.chapters.sales.models import Contract
from shangwu.foundation.actions.door import Refusal, action
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import Fact, StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

CONTRACTS = Series("contract", "HT-XS-%Y-{n:04d}", _("Sales contract"), Reset.YEAR)

State = Contract.State
APPROVAL = "sales.contract.approval"
SPECIAL = {
    "cost": _("below cost"), "credit": _("beyond the credit limit"), "departures": _("terms that are not standard"),
}  # fmt: skip
"""What only the executive approves, whatever the amount."""
_ANY = " ".join(SPECIAL)


def special(contract: Contract) -> list[str]:
    """Why the executive must approve: what the reviews of its orders found, and departures from the template."""
    orders = [one.order for one in contract.covered.all()]
    found = {why for order in orders for why in (*order.special_because, *order.covered_because)}
    return sorted(found & {"cost", "credit"} | ({"departures"} if departs(contract) else set()))


def departs(contract: Contract) -> bool:
    """Whether its terms are not our standard ones, by what its drafter says or by its clauses."""
    return bool(contract.departures.strip() or contract.differing)


approvable(
    APPROVAL,
    model=Contract,
    label=_("Approval of a contract"),
    clause="2.6.2",
    facts={"special": Fact(_("Special because"), special, SPECIAL)},
    amount=lambda contract: contract.base_amount,
    currency=lambda contract: contract.base_currency,
    title=lambda contract: f"{contract.title} {contract.customer_name}",
    on_approved="sales.contract.approve",
    on_rejected="sales.contract.reject",
    on_returned="sales.contract.return",
    on_withdrawn="sales.contract.take_back",
    resubmitted_by="sales.contract.submit",
    route=[
        StepSpec(name=_("Head of department"), role=Role.HEAD, from_above=True),
        StepSpec(name=_("Finance"), role=Role.FINANCE),
        StepSpec(name=_("Law"), role=Role.LEGAL),
        StepSpec(
            name=_("Executive in charge"), role=Role.VICE_EXECUTIVE, from_above=True,
            when=[
                ("amount", "above", "{contract.head}"), ("amount", "up_to", "{contract.vice}"),
                ("special", "lacks", _ANY),
            ],
        ),
        StepSpec(
            name=_("Executive"), role=Role.EXECUTIVE, link="beside", when=[("amount", "above", "{contract.vice}")],
        ),
        StepSpec(
            name=_("Executive, for special terms"), role=Role.EXECUTIVE, link="beside",
            when=[("amount", "up_to", "{contract.vice}"), ("special", "has", _ANY)],
        ),
    ],
)  # fmt: skip


def known_and_opening(
    contracts: Sequence[Contract], by: Actor, inputs: Sequence[Mapping[str, Any]]
) -> tuple[Known, Opening]:
    """What putting forward needs: which contracts bind the same orders, the standard clauses, and the route."""
    return known_to(contracts, by, inputs), opening(APPROVAL)(contracts, by, inputs)


@action(
    Contract, "submit", clause="2.6.2", label=_("Put forward"), may=keeps_contracts, source=State.DRAFT,
    target=State.APPROVAL, locks=["covered.order"], reads=["customer", "document", "instalments"], series=CONTRACTS,
    prepare=known_and_opening, primary=True, icon="send",
)  # fmt: skip
def submit(contract: Contract, by: Actor, known: tuple[Known, Opening]) -> Iterable[models.Model]:
    """2.6.2: put it forward; it gets its number, which is put on its text, and the text stands. Refuses `incomplete`
    with all that is to be mended, `bound`, `rate`, `route`, and `pdf` for a text that can't bear the number."""
    held_against, opened = known
    require_free(contract, held_against.bound)
    compare(contract, held_against.standards)
    settle_tax(contract)
    settle_rate(contract, by, held_against)
    lacking = [one for one in findings(contract, contract.changed_at.astimezone(by.zone).date()) if one.blocks]
    if lacking:
        said = _("Not yet: %(said)s %(todo)s (%(count)s to mend in all)")
        params = {"said": lacking[0].said, "todo": lacking[0].todo, "count": len(lacking)}
        raise Refusal("incomplete", said, params, details={"findings": [one._asdict() for one in lacking]})
    assert contract.document is not None
    contract.document_sha256 = contract.document.sha256
    return opened.request(contract, by)


@action(
    Contract, "approve", clause="2.6.2", label=_("Approve"), may=by_decision, source=State.APPROVAL,
    target=State.APPROVED, icon="thumb-up", persons_only=True, shown=False,
)  # fmt: skip
def approve(contract: Contract, by: Actor) -> None:
    """2.6.2: the contract may be sealed. Only a decision does this."""


@action(
    Contract, "reject", clause="2.6.2", label=_("Reject"), may=by_decision, source=State.APPROVAL, target=State.VOID,
    icon="thumb-down", needs_reason=True, persons_only=True, shown=False,
)  # fmt: skip
def reject(contract: Contract, by: Actor) -> None:
    """2.6.2: this contract is not made; its number is kept as void with the reason. Only a decision does this."""


@action(
    Contract, "return", clause="2.6.2", label=_("Return"), may=by_decision, source=State.APPROVAL, target=State.DRAFT,
    icon="arrow-back", needs_reason=True, persons_only=True, shown=False, event="sales.contract.returned",
)  # fmt: skip
def return_(contract: Contract, by: Actor) -> None:
    """2.6.2: back to who drafted it, to be mended and put forward again under its number. Only a decision does this."""


@action(
    Contract, "take_back", clause="2.6.2", label=_("Take back from approval"), may=by_decision, source=State.APPROVAL,
    target=State.DRAFT, icon="arrow-back", persons_only=True, shown=False,
)  # fmt: skip
def take_back(contract: Contract, by: Actor) -> None:
    """2.6.2: the request was withdrawn; it is a draft again and keeps its number. Only a decision does this."""
