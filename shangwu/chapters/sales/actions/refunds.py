"""Clause 2.6.2: what was paid too much is paid back: put forward, approved by its amount, then paid with its day."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.sales.access import takes_payments
from shangwu.chapters.sales.contract_access import settles_accounts
from shangwu.chapters.sales.models import CreditNote, Order, Payment, Refund
from shangwu.chapters.sales.pricing import in_base
from shangwu.chapters.sales.settling import settle
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, classify, create, edit
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.money.rounding import round_money
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import filled

REFUNDS = Series("refund", "RF%Y-{n:04d}", _("Refund"), Reset.YEAR)

State = Refund.State
APPROVAL = "sales.refund.approval"

classify(Refund, may=nobody, shown=False)

approvable(
    APPROVAL,
    model=Refund,
    label=_("Approval of a refund"),
    clause="2.6.2",
    amount=lambda refund: in_base(refund.amount or Decimal(0), refund.order),
    currency=lambda refund: refund.order.base_currency,
    title=lambda refund: f"{refund.order} {refund.customer_name}",
    on_approved="sales.refund.approve",
    on_rejected="sales.refund.reject",
    on_returned="sales.refund.return",
    on_withdrawn="sales.refund.take_back",
    resubmitted_by="sales.refund.submit",
    route=[
        StepSpec(name=_("Head of department"), role=Role.HEAD, from_above=True),
        StepSpec(name=_("Finance"), role=Role.FINANCE),
        StepSpec(
            name=_("Executive in charge"), role=Role.VICE_EXECUTIVE, from_above=True,
            when=[("amount", "above", "{credit_note.head}"), ("amount", "up_to", "{credit_note.vice}")],
        ),
        StepSpec(
            name=_("Executive"), role=Role.EXECUTIVE, link="beside", when=[("amount", "above", "{credit_note.vice}")],
        ),
    ],
)  # fmt: skip


def draft(refund: Refund, by: Actor) -> None:
    """2.6.2: write down what is to be paid back for which order. Refuses `forbidden`, `credit`, `nothing`,
    `precision`, `over_refunded`."""
    order = refund.order
    if not settles_accounts(by, order):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    for name in ("owner_id", "department_id", "entity_id", "secrecy", "currency", "customer_name"):
        setattr(refund, name, getattr(order, name))
    complete(refund, by)


def complete(refund: Refund, by: Actor) -> None:
    """2.6.2: correct a draft. Refuses as drafting does."""
    order, credit = refund.order, refund.credit
    if credit is not None and (credit.order_id != order.pk or credit.state != CreditNote.State.ISSUED):
        said = _("Name a credit note that was issued for this order, or none.")
        raise Refusal("credit", said, fields={"credit": [said]})
    if order.imported or not order.overpaid:
        raise Refusal("nothing", _("No more was paid for this order than is due. There is nothing to pay back."))
    refund.amount = order.overpaid if refund.amount is None else refund.amount
    if refund.amount <= 0 or refund.amount != round_money(refund.amount, order.currency):
        said = _("Enter an amount above zero, in whole units of the smallest coin.")
        raise Refusal("precision", said, fields={"amount": [said]})
    require_room(refund, order)


def require_room(refund: Refund, order: Order) -> None:
    """Raises Refusal("over_refunded") for more than was paid beyond what is due."""
    assert refund.amount is not None
    if refund.amount > order.overpaid:
        said = _("Only %(most)s %(currency)s were paid too much. Correct the amount.")
        params = {"most": order.overpaid, "currency": order.currency}
        raise Refusal("over_refunded", said, params, fields={"amount": [filled(said, params)]})


create(
    Refund, clause="2.6.2", may=settles_accounts, fields=["order", "credit", "amount", "words"],
    reads=["order", "credit"], body=draft, label=_("Draft a refund"), then="submit",
)  # fmt: skip
edit(
    Refund, clause="2.6.2", may=settles_accounts, fields=["credit", "amount", "words"], source=State.DRAFT,
    reads=["order", "credit"], body=complete, bulk=False,
)  # fmt: skip
archive(Refund, clause="2.6.2", may=settles_accounts, source=frozenset({State.DRAFT.value}))


@action(
    Refund, "submit", clause="2.6.2", label=_("Put forward"), may=settles_accounts, source=State.DRAFT,
    target=State.APPROVAL, reads=["order", "credit"], series=REFUNDS, prepare=opening(APPROVAL), primary=True,
    icon="send",
)  # fmt: skip
def submit(refund: Refund, by: Actor, opened: Opening) -> Iterable[models.Model]:
    """2.6.2: put it forward; it gets its number. Refuses `route`, and what a draft refuses."""
    complete(refund, by)
    return opened.request(refund, by)


@action(
    Refund, "approve", clause="2.6.2", label=_("Approve"), may=by_decision, source=State.APPROVAL,
    target=State.APPROVED, icon="thumb-up", persons_only=True, shown=False,
)  # fmt: skip
def approve(refund: Refund, by: Actor) -> None:
    """2.6.2: finance may pay it. Only a decision does this."""


@action(
    Refund, "reject", clause="2.6.2", label=_("Reject"), may=by_decision, source=State.APPROVAL,
    target=State.VOID, icon="thumb-down", needs_reason=True, persons_only=True, shown=False,
)  # fmt: skip
def reject(refund: Refund, by: Actor) -> None:
    """2.6.2: nothing is paid back; the number is kept as void. Only a decision does this."""


@action(
    Refund, "return", clause="2.6.2", label=_("Return"), may=by_decision, source=State.APPROVAL,
    target=State.DRAFT, icon="arrow-back", needs_reason=True, persons_only=True, shown=False,
    event="sales.refund.returned",
)  # fmt: skip
def return_(refund: Refund, by: Actor) -> None:
    """2.6.2: back to who drafted it, with its number. Only a decision does this."""


@action(
    Refund, "take_back", clause="2.6.2", label=_("Take back from approval"), may=by_decision,
    source=State.APPROVAL, target=State.DRAFT, icon="arrow-back", persons_only=True, shown=False,
)  # fmt: skip
def take_back(refund: Refund, by: Actor) -> None:
    """2.6.2: the request was withdrawn; it is a draft again and keeps its number. Only a decision does this."""


@action(
    Refund, "pay", clause="2.6.2", label=pgettext_lazy("refund", "Paid back"), may=takes_payments,
    source=State.APPROVED, target=State.PAID, locks=["order"], primary=True, icon="cash", persons_only=True,
)  # fmt: skip
def pay(
    refund: Refund,
    by: Actor,
    *,
    paid_on: Annotated[datetime.date, Ask(_("Paid back on"))],
    reference: Annotated[str, Ask(_("Bank reference"), most=60)],
    method: Annotated[Payment.Method, Ask(_("Method"))] = Payment.Method.TRANSFER,
) -> None:
    """2.6.2: the money has left; the account of the order is even again. Refuses `day`, `reference`, `closed`, and
    `over_refunded` where less is too much by now."""
    order = refund.order
    if order.state == Order.State.CLOSED:
        raise Refusal("closed", _("The order is closed. Its accounts stand."))
    if paid_on > refund.changed_at.astimezone(by.zone).date():
        said = _("Money leaves today, or has left before.")
        raise Refusal("day", said, fields={"paid_on": [said]})
    if not reference.strip():
        raise Refusal("reference", _("Enter the bank reference."), fields={"reference": [_("This is needed.")]})
    require_room(refund, order)
    refund.paid_on, refund.reference, refund.method = paid_on, reference.strip(), method
    _count(refund, by, refund.amount)


@action(
    Refund, "void", clause="2.6.2", label=_("Declare void"), may=takes_payments, source=[State.APPROVED, State.PAID],
    target=State.VOID, locks=["order"], needs_reason=True, icon="x", event="sales.refund.voided",
    danger=_("The money is with us again, or never left. The number is kept."),
)  # fmt: skip
def void(refund: Refund, by: Actor) -> None:
    """2.6.2: it is not paid, or came back from the bank; we owe it again. Refuses `closed`."""
    if refund.order.state == Order.State.CLOSED:
        raise Refusal("closed", _("The order is closed. Its accounts stand."))
    if refund.paid_on is not None:
        assert refund.amount is not None
        _count(refund, by, -refund.amount)


def _count(refund: Refund, by: Actor, amount: Decimal | None) -> None:
    """So much less of what came in for the order is still with us."""
    order = refund.order
    assert amount is not None
    order.changed_at, order.changed_by_id = refund.changed_at, by.person_id
    order.refunded += amount
    settle(order, by)
