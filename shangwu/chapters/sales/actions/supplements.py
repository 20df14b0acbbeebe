"""Clause 2.6.2: a contract in force is changed by supplements alone; signed, a supplement changes the contract."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.actions.contract_documents import Papers, require_approved
from shangwu.chapters.sales.actions.contract_signing import duty_on, require_across
from shangwu.chapters.sales.actions.contracts import ONE, PARTS, net_of, settle_amounts, settle_schedule, value
from shangwu.chapters.sales.contract_access import ends_contracts, keeps_contracts, uses_seals
from shangwu.chapters.sales.models import Contract, ContractOrder, Instalment, SealUse, Supplement, SupplementSealUse
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.money.rounding import product, round_money, total
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import filled

ZERO = Decimal(0)
State = Supplement.State
APPROVAL = "sales.supplement.approval"
FIELDS = ["change", "amount", "ends_on"]
SCHEDULE = {"instalments": PARTS["instalments"], "deliveries": PARTS["deliveries"]}
Covered = Mapping[int, frozenset[int]]
"""Contract -> the orders that it covers."""

approvable(
    APPROVAL,
    model=Supplement,
    label=_("Approval of a supplement"),
    clause="2.6.2",
    amount=lambda supplement: supplement.weight,
    currency=lambda supplement: supplement.contract.base_currency or supplement.currency,
    title=lambda supplement: f"{supplement.number} {supplement.customer_name}",
    on_approved="sales.supplement.approve",
    on_rejected="sales.supplement.reject",
    on_returned="sales.supplement.return",
    on_withdrawn="sales.supplement.take_back",
    resubmitted_by="sales.supplement.submit",
    route=[
        StepSpec(name=_("Head of department"), role=Role.HEAD, from_above=True),
        StepSpec(name=_("Finance"), role=Role.FINANCE),
        StepSpec(name=_("Law"), role=Role.LEGAL),
        StepSpec(
            name=_("Executive in charge"), role=Role.VICE_EXECUTIVE, from_above=True,
            when=[("amount", "above", "{contract.head}"), ("amount", "up_to", "{contract.vice}")],
        ),
        StepSpec(
            name=_("Executive"), role=Role.EXECUTIVE, link="beside", when=[("amount", "above", "{contract.vice}")],
        ),
    ],
)  # fmt: skip


def covered_by(supplements: Sequence[Supplement], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Covered:
    """The `prepare` of what names deliveries: which orders their contracts cover, one query."""
    rows = zip(supplements, inputs, strict=True)
    keys = {given["contract"].pk if given.get("contract") else one.contract_id for one, given in rows}
    found: dict[int, set[int]] = {}
    for contract, order in ContractOrder.objects.filter(contract__in=keys - {None}).values_list("contract", "order"):
        found.setdefault(contract, set()).add(order)
    return {contract: frozenset(orders) for contract, orders in found.items()}


def draft(supplement: Supplement, by: Actor, known: Covered) -> None:
    """2.6.2: write down what both sides change. Refuses `forbidden`, `state`, `nothing`, `precision`, `schedule`,
    `day`, `order`."""
    contract = supplement.contract
    if not keeps_contracts(by, contract):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    if contract.state != Contract.State.IN_FORCE:
        said = _("Only a contract in force is supplemented. Change the draft itself.")
        raise Refusal("state", said, fields={"contract": [said]})
    for name in ("owner_id", "department_id", "entity_id", "secrecy", "currency", "customer_name"):
        setattr(supplement, name, getattr(contract, name))
    correct(supplement, by, known)


def correct(supplement: Supplement, by: Actor, known: Covered) -> None:
    """2.6.2: correct a draft. Refuses as drafting does."""
    _judge(supplement)
    for place, one in enumerate(supplement.deliveries.all()):
        if one.order_id not in known.get(supplement.contract_id, ()):
            said = _("A delivery is of an order that the contract covers.")
            raise Refusal("order", said, fields={f"deliveries.{place}.order": [said]})


def _judge(supplement: Supplement) -> None:
    """A new amount has a schedule that adds up to it; without one the schedule stays."""
    contract, instalments = supplement.contract, list(supplement.instalments.all())
    larger = max(supplement.amount or contract.amount, contract.amount)
    supplement.weight = round_money(product(larger, contract.rate or ONE), contract.base_currency or contract.currency)
    if supplement.amount is not None and supplement.amount != round_money(supplement.amount, contract.currency):
        said = _("Nobody pays fractions of the smallest coin. Correct the amount.")
        raise Refusal("precision", said, fields={"amount": [said]})
    summed = total(one.amount for one in instalments)
    if (supplement.amount is not None or instalments) and summed != (supplement.amount or contract.amount):
        said = _("The new schedule adds up to %(sum)s, the contract to %(amount)s. Correct one of them.")
        params = {"sum": summed, "amount": supplement.amount or contract.amount, "currency": contract.currency}
        raise Refusal("schedule", said, params, fields={"instalments": [filled(said, params)]})
    if any(one.after == Instalment.After.DAY and one.due_on is None for one in instalments):
        said = _("Each instalment has its day, or says after what it is due.")
        raise Refusal("schedule", said, fields={"instalments": [said]})
    if supplement.ends_on is not None and contract.starts_on is not None and supplement.ends_on < contract.starts_on:
        said = _("The contract ends before it begins. Correct one of the days.")
        raise Refusal("day", said, fields={"ends_on": [said]})
    if not supplement.change.strip():
        raise Refusal("nothing", _("Say what changes."), fields={"change": [_("This is needed.")]})


create(
    Supplement, clause="2.6.2", may=keeps_contracts, fields=["contract", *FIELDS], parts=SCHEDULE, reads=["contract"],
    prepare=covered_by, body=draft, label=_("Draft a supplement"), then="submit",
)  # fmt: skip
edit(
    Supplement, clause="2.6.2", may=keeps_contracts, fields=FIELDS, parts=SCHEDULE, source=State.DRAFT,
    reads=["contract"], prepare=covered_by, body=correct, bulk=False,
)  # fmt: skip
archive(Supplement, clause="2.6.2", may=keeps_contracts, source=frozenset({State.DRAFT.value}))


class Texts(Papers):
    """Files that hang on supplements."""

    model = Supplement


@action(
    Supplement, "name_document", clause="2.6.2", label=_("Name the document"), may=keeps_contracts, source=State.DRAFT,
    prepare=Texts, icon="file-text", event="sales.supplement.document_named",
)  # fmt: skip
def name_document(
    supplement: Supplement,
    by: Actor,
    papers: Papers,
    *,
    file: Annotated[uuid.UUID, Ask(_("File of this supplement (PDF)"))],
) -> None:
    """2.6.2: which file is the text that will be approved and signed. Refuses `file`, `pdf`."""
    supplement.document, supplement.document_pages = papers.pdf(supplement, file)
    supplement.document_numbered = False


@action(
    Supplement, "submit", clause="2.6.2", label=_("Put forward"), may=keeps_contracts, source=State.DRAFT,
    target=State.APPROVAL, locks=["contract"], reads=["document", "instalments"], prepare=opening(APPROVAL),
    primary=True, icon="send",
)  # fmt: skip
def submit(supplement: Supplement, by: Actor, opened: Opening) -> Iterable[models.Model]:
    """2.6.2: put it forward; it gets its number after the contract's, and its text bears it. Refuses `document`,
    `state`, `route`, `pdf`, and what a draft refuses."""
    contract = supplement.contract
    if supplement.document is None:
        raise Refusal("document", _("Attach the text as PDF under Files, then name it as the document."))
    if contract.state != Contract.State.IN_FORCE:
        raise Refusal("state", _("The contract is not in force any more."))
    _judge(supplement)
    supplement.document_sha256 = supplement.document.sha256
    if supplement.number is None:
        contract.supplements_numbered += 1
        supplement.number = f"{contract.number}-B{contract.supplements_numbered:02d}"
    return opened.request(supplement, by)


@action(
    Supplement, "approve", clause="2.6.2", label=_("Approve"), may=by_decision, source=State.APPROVAL,
    target=State.APPROVED, icon="thumb-up", persons_only=True, shown=False,
)  # fmt: skip
def approve(supplement: Supplement, by: Actor) -> None:
    """2.6.2: the supplement may be signed. Only a decision does this."""


@action(
    Supplement, "reject", clause="2.6.2", label=_("Reject"), may=by_decision, source=State.APPROVAL,
    target=State.VOID, icon="thumb-down", needs_reason=True, persons_only=True, shown=False,
)  # fmt: skip
def reject(supplement: Supplement, by: Actor) -> None:
    """2.6.2: the contract stays as it is; the number is kept as void. Only a decision does this."""


@action(
    Supplement, "return", clause="2.6.2", label=_("Return"), may=by_decision, source=State.APPROVAL,
    target=State.DRAFT, icon="arrow-back", needs_reason=True, persons_only=True, shown=False,
    event="sales.supplement.returned",
)  # fmt: skip
def return_(supplement: Supplement, by: Actor) -> None:
    """2.6.2: back to who drafted it. Only a decision does this."""


@action(
    Supplement, "take_back", clause="2.6.2", label=_("Take back from approval"), may=by_decision,
    source=State.APPROVAL, target=State.DRAFT, icon="arrow-back", persons_only=True, shown=False,
)  # fmt: skip
def take_back(supplement: Supplement, by: Actor) -> None:
    """2.6.2: the request was withdrawn; it is a draft again and keeps its number. Only a decision does this."""


@action(
    Supplement, "void", clause="2.6.2", label=_("Declare void"), may=ends_contracts, target=State.VOID, icon="x",
    source=State.APPROVED, needs_reason=True, danger=_("The contract stays as it is. The number is never used again."),
)  # fmt: skip
def void(supplement: Supplement, by: Actor) -> None:
    """2.6.2: give up an approved supplement that was not signed; the reason is kept with its number."""


@action(
    Supplement, "seal", clause="2.6.2", label=_("Use a seal"), may=uses_seals, reads=["seal_uses", "document"],
    icon="rubber-stamp", source=[State.APPROVED, State.SIGNED], primary=True,
)  # fmt: skip
def seal(
    supplement: Supplement,
    by: Actor,
    *,
    seal: Annotated[SealUse.Seal, Ask(_("Seal"))],
    copies: Annotated[int, Ask(_("Copies"), least=1, most=99)],
    across_pages: Annotated[bool, Ask(_("Across the pages"))] = False,
) -> Iterable[models.Model]:
    """2.6.2: each use of a seal on a supplement is registered with it, as on a contract. Refuses `across` and
    `document`."""
    require_approved(supplement)
    if supplement.state == State.APPROVED:
        require_across(supplement, across_pages)
    place = max((one.position for one in supplement.seal_uses.all()), default=0) + 1
    return [
        SupplementSealUse(
            supplement=supplement, position=place, seal=seal, copies=copies, across_pages=across_pages,
            used_by_id=by.person_id, used_at=supplement.changed_at, document_sha256=supplement.document_sha256,
        )
    ]  # fmt: skip


@action(
    Supplement, "sign", clause="2.6.2", label=_("Signed by both"), may=keeps_contracts, source=State.APPROVED,
    target=State.SIGNED, locks=["contract"], prepare=Texts,
    reads=["document", "instalments", "deliveries.order", "seal_uses", "entity"],
    primary=True, icon="signature",
)  # fmt: skip
def sign(
    supplement: Supplement,
    by: Actor,
    papers: Papers,
    *,
    file: Annotated[uuid.UUID, Ask(_("Scan of the signed supplement (PDF)"))],
    signed_on: Annotated[datetime.date, Ask(_("Signed on"))],
) -> None:
    """2.6.2: both have signed, and the contract is changed from now on. Refuses as the signing of a contract does,
    `unsealed` before our seal is on it, and `state` when the contract is not in force any more. What the amount grows
    by costs stamp duty of its own."""
    if supplement.contract.state != Contract.State.IN_FORCE:
        raise Refusal("state", _("The contract is not in force any more."))
    if not list(supplement.seal_uses.all()):
        raise Refusal("unsealed", _("Our own seal is not on it yet. Ask who keeps the seal to use it, and enter that."))
    supplement.scan, _pages = papers.signed(supplement, file, signed_on, by)
    supplement.signed_on = signed_on
    contract = supplement.contract
    supplement.base_currency = contract.base_currency or contract.currency
    if supplement.amount is not None:
        more = max(net_of(contract, supplement.amount) - contract.net, ZERO)
        supplement.stamp_duty = duty_on(contract, more, supplement.entity, signed_on)


def amended(contract: Contract, by: Actor) -> None:
    """2.6.2: what a signed supplement changes. The house does this; what was paid and delivered is counted
    anew. Refuses `schedule`."""
    settle_amounts(contract)
    settle_schedule(contract)
    value(contract)
    for one in contract.instalments.all():
        one.paid, one.paid_on = one.amount * 0, None
    for each in contract.deliveries.all():
        each.met_on = None


edit(
    Contract, verb="amend", clause="2.6.2", may=nobody, fields=["amount", "amount_words", "ends_on"],
    parts=SCHEDULE, source=Contract.State.IN_FORCE, body=amended, label=_("Amend"),
    shown=False, bulk=False, undo=False, event="sales.contract.amended",
)  # fmt: skip


def changes_of(supplement: Supplement) -> Mapping[str, Any]:
    """What a supplement changes in its contract, as the inputs of `amend`."""
    found: dict[str, Any] = {}
    if supplement.amount is not None:
        found |= {"amount": supplement.amount, "amount_words": ""}
    if supplement.ends_on is not None:
        found["ends_on"] = supplement.ends_on
    for relation, names in SCHEDULE.items():
        rows: Sequence[Any] = list(getattr(supplement, relation).all())
        if rows:
            found[relation] = [{name: getattr(one, name) for name in names} for one in rows]
    return found
