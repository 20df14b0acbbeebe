"""Clause 2.6.2: a credit note is drafted for an order, numbered, approved by its amount; issued, it lowers the debt."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.contract_access import settles_accounts, voids_credits
from shangwu.chapters.sales.models import CreditNote, Order, Return
from shangwu.chapters.sales.pricing import in_base
from shangwu.chapters.sales.settling import settle
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Refusal, action, archive, classify, create, edit
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.money.rounding import product, round_money
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import filled

CREDITS = Series("credit_note", "CN%Y-{n:04d}", _("Credit note"), Reset.YEAR)

State = CreditNote.State
APPROVAL = "sales.creditnote.approval"
UNOWED = (Order.State.RECEIVED, Order.State.REVIEW, Order.State.ACCEPTED, Order.State.REFUSED, Order.State.CANCELLED)
"""States in which nothing is owed for an order."""

classify(CreditNote, may=nobody, shown=False)

approvable(
    APPROVAL,
    model=CreditNote,
    label=_("Approval of a credit note"),
    clause="2.6.2",
    amount=lambda credit: in_base(credit.amount or Decimal(0), credit.order),
    currency=lambda credit: credit.order.base_currency,
    title=lambda credit: f"{credit.order} {credit.customer_name}",
    on_approved="sales.creditnote.issue",
    on_rejected="sales.creditnote.reject",
    on_returned="sales.creditnote.return",
    on_withdrawn="sales.creditnote.take_back",
    resubmitted_by="sales.creditnote.submit",
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


def draft(credit: CreditNote, by: Actor) -> None:
    """2.6.2: write down what is credited for which order, and why. Refuses `forbidden`, `imported`, `unowed`, `return`,
    `invalid`, `precision`, `over_credited`, `duplicate`."""
    order = credit.order
    if not settles_accounts(by, order):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    if order.imported:
        raise Refusal("imported", _("This order is another ledger's. Credit it there."))
    for name in ("owner_id", "department_id", "entity_id", "secrecy", "currency", "customer_name"):
        setattr(credit, name, getattr(order, name))
    complete(credit, by)


def complete(credit: CreditNote, by: Actor) -> None:
    """2.6.2: correct a draft. Refuses as drafting does."""
    order, back = credit.order, credit.back
    if order.state in UNOWED:
        raise Refusal("unowed", _("Nothing is owed for this order. Change the order itself."))
    if (credit.why == CreditNote.Why.RETURN) != (back is not None):
        said = _("Name the return where goods came back, and none where the price was wrong.")
        raise Refusal("return", said, fields={"back": [said]})
    if back is not None:
        _require_back(back, order)
        credit.amount = back.amount if credit.amount is None else credit.amount
    elif not credit.words.strip():
        raise Refusal("invalid", _("Say which price was wrong, and why."), fields={"words": [_("This is needed.")]})
    if credit.amount is None or credit.amount <= 0:
        said = _("A credit note is above zero.")
        raise Refusal("invalid", said, fields={"amount": [said]})
    if credit.amount != round_money(credit.amount, order.currency):
        said = _("Nobody pays fractions of the smallest coin. Correct the amount.")
        raise Refusal("precision", said, fields={"amount": [said]})
    if back is not None and credit.amount > back.amount:
        _refuse_above(back.amount, credit)
    require_room(credit, order)


def _require_back(back: Return, order: Order) -> None:
    if back.order_id != order.pk or back.state != Return.State.RECEIVED:
        said = _("Goods are credited when they are back, for the order that they came with.")
        raise Refusal("return", said, fields={"back": [said]})
    if back.replaced:
        said = _("These goods were replaced. Nothing is credited for them.")
        raise Refusal("return", said, fields={"back": [said]})


def require_room(credit: CreditNote, order: Order) -> None:
    """Raises Refusal("over_credited") for more than the order has cost and was not credited yet."""
    assert credit.amount is not None
    if credit.amount > order.gross - order.credited:
        _refuse_above(order.gross - order.credited, credit)


def _refuse_above(most: Decimal, credit: CreditNote) -> None:
    said, params = _("At most %(most)s %(currency)s are to be credited."), {"most": most, "currency": credit.currency}
    raise Refusal("over_credited", said, params, fields={"amount": [filled(said, params)]})


create(
    CreditNote, clause="2.6.2", may=settles_accounts, fields=["order", "why", "back", "amount", "words"],
    reads=["order", "back"], body=draft, label=_("Draft a credit note"), then="submit",
)  # fmt: skip
edit(
    CreditNote, clause="2.6.2", may=settles_accounts, fields=["why", "back", "amount", "words"], source=State.DRAFT,
    reads=["order", "back"], body=complete, bulk=False,
)  # fmt: skip
archive(CreditNote, clause="2.6.2", may=settles_accounts, source=frozenset({State.DRAFT.value}))


@action(
    CreditNote, "submit", clause="2.6.2", label=_("Put forward"), may=settles_accounts, source=State.DRAFT,
    target=State.APPROVAL, reads=["order", "back"], series=CREDITS, prepare=opening(APPROVAL), primary=True,
    icon="send",
)  # fmt: skip
def submit(credit: CreditNote, by: Actor, opened: Opening) -> Iterable[models.Model]:
    """2.6.2: put it forward; it gets its number. Refuses `route`, and what a draft refuses."""
    complete(credit, by)
    return opened.request(credit, by)


@action(
    CreditNote, "issue", clause="2.6.2", label=_("Issue"), may=by_decision, source=State.APPROVAL,
    target=State.ISSUED, locks=["order"], icon="thumb-up", persons_only=True, shown=False,
)  # fmt: skip
def issue(credit: CreditNote, by: Actor) -> None:
    """2.6.2: from now on the customer owes so much less for the order. Only a decision does this. Refuses
    `over_credited` and `closed`."""
    require_room(credit, credit.order)
    credit.issued_on = credit.changed_at.astimezone(by.zone).date()
    _credit(credit, by, credit.amount)


@action(
    CreditNote, "reject", clause="2.6.2", label=_("Reject"), may=by_decision, source=State.APPROVAL,
    target=State.VOID, icon="thumb-down", needs_reason=True, persons_only=True, shown=False,
)  # fmt: skip
def reject(credit: CreditNote, by: Actor) -> None:
    """2.6.2: nothing is credited; the number is kept as void. Only a decision does this."""


@action(
    CreditNote, "return", clause="2.6.2", label=_("Return"), may=by_decision, source=State.APPROVAL,
    target=State.DRAFT, icon="arrow-back", needs_reason=True, persons_only=True, shown=False,
    event="sales.creditnote.returned",
)  # fmt: skip
def return_(credit: CreditNote, by: Actor) -> None:
    """2.6.2: back to who drafted it, with its number. Only a decision does this."""


@action(
    CreditNote, "take_back", clause="2.6.2", label=_("Take back from approval"), may=by_decision,
    source=State.APPROVAL, target=State.DRAFT, icon="arrow-back", persons_only=True, shown=False,
)  # fmt: skip
def take_back(credit: CreditNote, by: Actor) -> None:
    """2.6.2: the request was withdrawn; it is a draft again and keeps its number. Only a decision does this."""


@action(
    CreditNote, "void", clause="2.6.2", label=_("Declare void"), may=voids_credits, source=State.ISSUED,
    target=State.VOID, locks=["order"], needs_reason=True, icon="x", event="sales.creditnote.voided",
    danger=_("The amount is owed again. The number is kept."),
)  # fmt: skip
def void(credit: CreditNote, by: Actor) -> None:
    """2.6.2: it was issued in error; what it credited is owed again. Refuses `closed`."""
    assert credit.amount is not None
    _credit(credit, by, -credit.amount)


def _credit(credit: CreditNote, by: Actor, amount: Decimal | None) -> None:
    """So much less is owed for the order from now on."""
    order = credit.order
    if order.state == Order.State.CLOSED:
        raise Refusal("closed", _("The order is closed. Its accounts stand."))
    assert amount is not None
    order.changed_at, order.changed_by_id = credit.changed_at, by.person_id
    order.credited += amount
    # In parts or at once, what is credited whole leaves no revenue: each note takes what is missing to its share.
    whole = round_money(product(order.base_net, order.credited) / order.gross, order.base_currency)
    if amount > 0:
        credit.base_net = whole - order.base_credited
    order.base_credited += credit.base_net if amount > 0 else -credit.base_net
    settle(order, by)
