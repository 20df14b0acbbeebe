"""Clause 2.6.2: sealed use by use, signed by both, in force, filed; and what follows from the records around it."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.actions.contract_documents import Papers, require_approved
from shangwu.chapters.sales.actions.contracts import ONE, USELESS
from shangwu.chapters.sales.contract_access import files_contracts, keeps_contracts, lets_pass, uses_seals
from shangwu.chapters.sales.contract_course import Course, Paid, follow, stamp_duty, without
from shangwu.chapters.sales.models import Contract, CreditNote, Order, Payment, Refund, SealUse
from shangwu.chapters.sales.settling import stand_under
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, enter_state
from shangwu.foundation.money.rounding import product
from shangwu.foundation.people.models import Entity
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor

State = Contract.State
Courses = Mapping[int, Course]
RUNNING = [State.SIGNED, State.IN_FORCE, State.FULFILLED, State.EXPIRED, State.TERMINATED]
"""States in which what comes in still counts for a contract."""
DELIVERED = (Order.State.DELIVERED, Order.State.INVOICED, Order.State.PAID, Order.State.CLOSED)


@action(
    Contract, "seal", clause="2.6.2", label=_("Use a seal"), may=uses_seals, reads=["seal_uses", "document"],
    icon="rubber-stamp",
    source=[State.APPROVED, State.SEALED, State.SIGNED, State.IN_FORCE], primary=True,
)  # fmt: skip
def seal(
    contract: Contract,
    by: Actor,
    *,
    seal: Annotated[SealUse.Seal, Ask(_("Seal"))],
    copies: Annotated[int, Ask(_("Copies"), least=1, most=99)],
    across_pages: Annotated[bool, Ask(_("Across the pages"))] = False,
) -> Iterable[models.Model]:
    """2.6.2: each use of a seal is registered: which, when, by whom, on how many copies, on which text. Refuses
    `across`, and `document` for another text than the approved one."""
    require_approved(contract)
    if contract.state == State.APPROVED:
        require_across(contract, across_pages)
    if contract.state == State.APPROVED:
        enter_state(contract, State.SEALED, contract.changed_at, by.person_id)
    place = max((one.position for one in contract.seal_uses.all()), default=0) + 1
    return [
        SealUse(
            contract=contract, position=place, seal=seal, copies=copies, across_pages=across_pages,
            used_by_id=by.person_id, used_at=contract.changed_at, document_sha256=contract.document_sha256,
        )
    ]  # fmt: skip


def require_across(record: Any, across_pages: bool) -> None:
    """Raises Refusal("across") where several pages are sealed without a seal across them."""
    if (record.document_pages or 0) > 1 and not across_pages:
        said = _("A contract of several pages is sealed across the pages too, so that none can be exchanged.")
        raise Refusal("across", said, fields={"across_pages": [said]})


@action(
    Contract, "sign", clause="2.6.2", label=_("Signed by both"), may=keeps_contracts, source=State.SEALED,
    reads=["document", "entity"], locks=["covered.order"], prepare=Papers, primary=True, icon="signature",
)  # fmt: skip
def sign(
    contract: Contract,
    by: Actor,
    papers: Papers,
    *,
    file: Annotated[uuid.UUID, Ask(_("Scan of the signed contract (PDF)"))],
    signed_on: Annotated[datetime.date, Ask(_("Signed on"))],
) -> None:
    """2.6.2: both have signed; the scan is held beside the approved document, and the contract holds from its day.

    Refuses `file`, `pdf`, `pages`, `unsigned`, `document`, `future`.
    """
    today = contract.changed_at.astimezone(by.zone).date()
    scan, pages = papers.signed(contract, file, signed_on, by)
    contract.scan, contract.scan_pages, contract.scan_sha256 = scan, pages, scan.sha256
    contract.signed_on = signed_on
    contract.stamp_duty = duty_on(contract, contract.net, contract.entity, signed_on)
    enter_state(contract, State.SIGNED, contract.changed_at, by.person_id)
    if contract.starts_on is not None and contract.starts_on <= today:
        enter_state(contract, State.IN_FORCE, contract.changed_at, by.person_id)
    stand_under((one.order for one in contract.covered.all()), contract, by)


def duty_on(contract: Contract, net: Decimal, entity: Entity | None, day: datetime.date) -> Decimal:
    """What so much of a contract, without tax, costs in stamp duty on the day of its signing: in our own currency, at
    the contract's rate."""
    place = entity.jurisdiction if entity is not None else ""
    worth = product(net, contract.rate or ONE)
    own = contract.base_currency or contract.currency
    return stamp_duty(worth, own, place, contract.kind, policy("contract.stamp", day))


@action(
    Contract, "put_in_force", clause="2.6.2", label=_("Put in force"), may=nobody, source=State.SIGNED,
    target=State.IN_FORCE, shown=False, event="sales.contract.put_in_force",
)  # fmt: skip
def put_in_force(contract: Contract, by: Actor) -> None:
    """2.6.2: the day has come from which a signed contract holds. The house does this by the clock."""


@action(
    Contract, "let_pass", clause="2.6.2", label=_("Let pass before signing"), may=lets_pass, persons_only=True,
    source=[State.DRAFT, State.APPROVAL, State.APPROVED, State.SEALED, State.SIGNED], needs_reason=True,
    icon="lock-open",
    event="sales.contract.let_pass", offered_when=lambda contract: contract.let_pass_at is None,
    danger=_("Production and shipping begin before the contract holds. The exception is counted."),
)  # fmt: skip
def let_pass(contract: Contract, by: Actor) -> None:
    """2.6.2: the executive lets production and shipping begin before the contract is in force. Refuses `passed`."""
    if contract.let_pass_at is not None:
        raise Refusal("passed", _("It has been let pass already."))
    contract.let_pass_at, contract.let_pass_by_id = contract.changed_at, by.person_id


@action(
    Contract, "file", clause="2.6.2", label=pgettext_lazy("verb", "File"), may=files_contracts, icon="archive",
    event="sales.contract.filed",
    source=[State.SIGNED, State.IN_FORCE, State.FULFILLED, State.TERMINATED, State.EXPIRED],
)  # fmt: skip
def file(
    contract: Contract,
    by: Actor,
    *,
    file_number: Annotated[str, Ask(_("File number"), most=60)],
    kept_at: Annotated[str, Ask(_("Where the original lies"), most=100)],
) -> None:
    """2.6.2: the signed original lies in its place under its file number; again when it moves. Refuses `invalid`."""
    for name, value in (("file_number", file_number), ("kept_at", kept_at)):
        if not value.strip():
            raise Refusal(
                "invalid", _("Say where it lies, and under what number."), fields={name: [_("This is needed.")]}
            )
    contract.file_number, contract.kept_at = file_number.strip(), kept_at.strip()
    contract.filed_at = contract.filed_at or contract.changed_at
    contract.filed_by_id = contract.filed_by_id or by.person_id


@action(
    Contract, "expire", clause="2.6.2", label=_("Expired"), may=nobody, source=State.IN_FORCE, target=State.EXPIRED,
    shown=False,
)  # fmt: skip
def expire(contract: Contract, by: Actor) -> None:
    """2.6.2: its last day has passed. The house does this by the clock; what is owed stays owed."""


@action(
    Contract, "remind", clause="2.6.2", label=_("Remind"), may=nobody, source=State.IN_FORCE, shown=False,
    event="sales.contract.reminded",
)  # fmt: skip
def remind(contract: Contract, by: Actor, *, on: Annotated[datetime.date, Ask(_("Day"))]) -> None:
    """2.6.2: the owner is reminded of what is near: a milestone, the end. The house does this by the clock."""
    contract.reminded_on = on


def courses(contracts: Sequence[Contract], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Courses:
    """What has come in, was credited or paid back for the orders of each contract, and which have arrived: four
    queries."""
    of_contract = {one.pk: [part.order_id for part in one.covered.all()] for one in contracts}
    orders = {order for found in of_contract.values() for order in found}
    paid: dict[int, list[Paid]] = defaultdict(list)
    rows = Payment.objects.filter(order__in=orders, state=Payment.State.RECEIVED)
    for order, day, amount in rows.values_list("order_id", "received_on", "amount"):
        paid[order].append(Paid(day, amount))
    notes = CreditNote.objects.filter(order__in=orders, state=CreditNote.State.ISSUED)
    for order, issued_on, credited in notes.values_list("order_id", "issued_on", "amount"):
        if issued_on is not None and credited is not None:
            paid[order].append(Paid(issued_on, credited))
    backs = Refund.objects.filter(order__in=orders, state=Refund.State.PAID)
    for order, refunded in backs.values_list("order_id", "amount"):
        paid[order] = without(paid[order], refunded)
    columns = ("pk", "state", "delivered_on", "delivered_at", "revised_at")
    states = list(Order.objects.filter(pk__in=orders).values_list(*columns))
    arrived = {
        order: day
        for order, state, day, delivered_at, revised_at in states
        if day is not None and (state in DELIVERED or _had_arrived(delivered_at, revised_at))
    }
    given_up = {order for order, state, *_days in states if state in USELESS}
    return {
        key: Course(
            [one for order in found for one in paid[order]],
            {one: arrived[one] for one in found if one in arrived},
            frozenset(given_up.intersection(found)),
        )
        for key, found in of_contract.items()
    }


def _had_arrived(delivered_at: datetime.datetime | None, revised_at: datetime.datetime | None) -> bool:
    """Whether all of an order has been with the customer: some of it may be on its way anew, to replace what was bad.
    What was changed since is another order."""
    return delivered_at is not None and (revised_at is None or revised_at < delivered_at)


@action(
    Contract, "follow", clause="2.6.2", label=_("Follow the performance"), may=nobody, source=RUNNING, shown=False,
    reads=["covered", "instalments", "deliveries"], prepare=courses, event="sales.contract.followed",
)  # fmt: skip
def follow_records(contract: Contract, by: Actor, known: Courses) -> None:
    """2.6.2: payments, deliveries and milestones as the records of its orders say. The house does this when they
    change; a contract of which all is delivered and paid is fulfilled, and no more when a payment is taken back."""
    follow(contract, known[contract.pk])
    lasts = contract.kind == Contract.Kind.FRAMEWORK
    if contract.wound_up_at is not None and contract.state == State.IN_FORCE and not lasts:
        enter_state(contract, State.FULFILLED, contract.changed_at, None)
    elif contract.wound_up_at is None and contract.state == State.FULFILLED:
        contract.state = State.IN_FORCE
