"""Contracts bind their orders and follow them: no production before the contract, and money as it comes (2.6.2)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, DateField, Max, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf, TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.after_contracts import contracts_end
from shangwu.chapters.sales import contract_clockwork  # noqa: F401 -- it declares its own
from shangwu.chapters.sales.actions.contract_signing import RUNNING
from shangwu.chapters.sales.actions.supplements import changes_of
from shangwu.chapters.sales.models import (
    Contract,
    ContractOrder,
    CreditNote,
    Order,
    Payment,
    Refund,
    Return,
    Shipment,
    Supplement,
)
from shangwu.foundation.actions.door import Acted, Objected, Row, act_many, on
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Source
from shangwu.foundation.records.refusals import Refusal, Sentence

State = Contract.State
NOT_YET = (State.DRAFT, State.APPROVAL, State.APPROVED, State.SEALED, State.SIGNED)
GIVEN_UP = (State.VOID, State.TERMINATED)
Standing = tuple[str, bool, bool]
"""The state of a contract, whether the executive has let it pass, and whether it is suspended."""
SUSPENDED = _("The contract over this order is suspended. Wait until it is resumed, or ask who suspended it.")
MILESTONE = gettext_noop("Contract %(contract)s: the next milestone is on %(day)s.")
FOLLOWED = (Payment, Refund, CreditNote, Shipment)
END = gettext_noop("Contract %(contract)s ends on %(day)s. Decide whether it is renewed.")


@on("sales.order.scheduled")
@on("sales.order.ready")
@on("sales.order.packed")
@on("sales.order.shipped")
def first_the_contract(acted: Acted) -> None:
    """2.6.2: first the contract, then production and shipping; exceptions are the executive's."""
    orders = [one for one in acted.records if isinstance(one, Order)]
    rows = ContractOrder.objects.filter(order__in=[one.pk for one in orders], contract__archived_at__isnull=True)
    over: dict[int, list[Standing]] = defaultdict(list)
    columns = ("order_id", "contract__state", "contract__let_pass_at", "contract__suspended_at")
    for order, state, passed, suspended in rows.values_list(*columns):
        over[order].append((state, passed is not None, suspended is not None and state == State.IN_FORCE))
    if unsigned := {one.pk: said for one in orders if (said := _lacks_contract(one, over.get(one.pk, ())))}:
        raise Objected({order: Refusal("unsigned", said) for order, said in unsigned.items()})


@on("sales.shipment.shipped")
def nothing_leaves_while_suspended(acted: Acted) -> None:
    """2.6.2: what was packed before its contract was suspended stays here too."""
    shipments = [one for one in acted.records if isinstance(one, Shipment)]
    under = ContractOrder.objects.filter(order__in=[one.order_id for one in shipments], contract__state=State.IN_FORCE)
    held = set(under.filter(contract__suspended_at__isnull=False).values_list("order_id", flat=True))
    if kept := {one.pk: Refusal("unsigned", SUSPENDED) for one in shipments if one.order_id in held}:
        raise Objected(kept)


def _lacks_contract(order: Order, over: Sequence[Standing]) -> Sentence:
    """What keeps an order back, by the contracts over it; empty when nothing does. One that was refused, given up or
    ended early lets nothing pass: the order needs another."""
    if any(suspended for _state, _passed, suspended in over):
        return SUSPENDED
    if any(state in NOT_YET and not passed for state, passed, _suspended in over):
        return _(
            "The contract over this order is not in force yet. Have it signed, or ask the executive to let it pass."
        )
    if over and all(state in GIVEN_UP for state, _passed, _suspended in over):
        return _(
            "The contract over this order was given up. Draft another and have it signed, or ask the executive to let "
            "its draft pass."
        )
    least = policy("contract.required")
    if not over and least and not order.imported and order.base_gross > least:
        return _(
            "An order as large as this needs a contract. Draft one and have it signed, or ask the executive to let its "
            "draft pass."
        )
    return ""


@on("sales.payment.created")
@on("sales.payment.allotted")
@on("sales.payment.voided")
@on("sales.creditnote.issued")
@on("sales.creditnote.voided")
@on("sales.refund.paid")
@on("sales.refund.voided")
@on("sales.shipment.delivered")
def follow_orders(acted: Acted) -> None:
    """2.6.2: what was paid, paid back, credited or delivered counts for the contract over the order."""
    follow_contracts({one.order_id for one in acted.records if isinstance(one, FOLLOWED)})


@on("sales.return.received")
def credit_returns(acted: Acted) -> None:
    """2.6.2: goods that are back are to be credited: a credit note lies ready, to be put forward by who keeps the
    account. What is replaced is owed as before."""
    backs = [one for one in acted.records if isinstance(one, Return) and one.amount > 0 and not one.replaced]
    rows = [Row({"order": one.order, "back": one, "why": CreditNote.Why.RETURN}) for one in backs]
    if rows:
        act_many(actors.system(Source.EVENT), "sales.creditnote.create", rows)  # what is credited already needs none


@contracts_end
def last_days_under_contract() -> QuerySet[Contract, Any]:
    """2.5.1: until when customers had contracts. What is being agreed on, or holds without an end, has none yet."""
    rows = Contract.objects.exclude(state__in=(State.DRAFT, State.VOID)).filter(archived_at__isnull=True)
    ended = Case(
        When(state=State.TERMINATED, then=TruncDate("terminated_at")),
        When(state__in=(State.FULFILLED, State.EXPIRED), then=Coalesce("ends_on", TruncDate("fulfilled_at"))),
        When(state=State.IN_FORCE, then="ends_on"),
        output_field=DateField(),
    )
    last = Max(Coalesce(ended, Value(datetime.date.max)))
    # datetime.date.max counts as no end: it must not be shifted.
    return rows.order_by().values("customer").annotate(ended=NullIf(last, Value(datetime.date.max)))


@on("sales.creditnote.issued")
def pay_back(acted: Acted) -> None:
    """2.6.2: where more was paid than is due after a credit note, its refund lies ready; our debt has its paper."""
    credits = [one for one in acted.records if isinstance(one, CreditNote) and one.order.overpaid]
    rows = [
        Row({"order": one.order, "credit": one, "amount": min(one.amount or one.order.overpaid, one.order.overpaid)})
        for one in credits
    ]
    if rows:
        act_many(actors.system(Source.EVENT), "sales.refund.create", rows)


@on("sales.order.rest_given_up")
def settle_rests(acted: Acted) -> None:
    """2.6.2: all that is still wanted may have arrived by now; and what was paid for the rest is to be paid back."""
    orders = [one for one in acted.records if isinstance(one, Order)]
    follow_contracts({one.pk for one in orders})
    if rows := [Row({"order": one, "amount": one.overpaid}) for one in orders if one.overpaid]:
        act_many(actors.system(Source.EVENT), "sales.refund.create", rows)


@on("sales.order.cancelled")
def follow_cancelled(acted: Acted) -> None:
    """2.6.2: what is not delivered any more is waited for no more by the contract over it."""
    follow_contracts({one.pk for one in acted.records if isinstance(one, Order)})


@on("sales.supplement.signed")
def amend_contracts(acted: Acted) -> None:
    """2.6.2: from its signing on, a supplement stands in the contract itself."""
    found = [one for one in acted.records if isinstance(one, Supplement)]
    rows = [Row(changes, one.contract) for one in found if (changes := changes_of(one))]
    if rows:
        act_many(actors.system(Source.EVENT), "sales.contract.amend", rows, whole=True)


@on("sales.contract.submitted")
@on("sales.supplement.submitted")
def put_numbers_on(acted: Acted) -> None:
    """2.6.2: the text that is approved bears the number that its contract, or supplement, has drawn just now."""
    for model, verb in ((Contract, "sales.contract.number_document"), (Supplement, "sales.supplement.number_document")):
        found = [one for one in acted.records if isinstance(one, model) and not _bears_its_number(one)]
        if found:
            outcome = act_many(actors.system(Source.EVENT), verb, [Row(target=one) for one in found])
            if outcome.refused:
                raise Objected({found[place].pk: refusal for place, refusal in outcome.refused})


def _bears_its_number(record: Contract | Supplement) -> bool:
    """Whether a person's file was marked before, as one that was returned; what the house writes is drawn anew."""
    return record.document_numbered and not getattr(record, "document_written", False)


@on("sales.contract.amended")
@on("sales.contract.covered")
@on("sales.contract.signed")
def begin_to_follow(acted: Acted) -> None:
    """2.6.2: from signing on, days and milestones run; what was paid before counts."""
    _follow([one for one in acted.records if isinstance(one, Contract)])


def follow_contracts(orders: Iterable[int]) -> None:
    """Bring the contracts over these orders to what their records say."""
    keys = ContractOrder.objects.filter(order__in=orders, contract__state__in=RUNNING).values("contract")
    _follow(Contract.objects.filter(pk__in=keys, archived_at__isnull=True).order_by("pk"))


def _follow(contracts: Iterable[Contract]) -> None:
    rows = [Row(target=one) for one in contracts]
    if rows:
        act_many(actors.system(Source.EVENT), "sales.contract.follow", rows, whole=True)


@on("sales.contract.reminded")
def tell_reminded(acted: Acted) -> None:
    """2.6.2: the owner hears of the next milestone and of the contract's end before they come."""
    for one in acted.records:
        assert isinstance(one, Contract)
        lies_ahead = (
            one.milestone_on is not None and one.reminded_on is not None and one.milestone_on >= one.reminded_on
        )
        message, day = (MILESTONE, one.milestone_on) if lies_ahead else (END, one.ends_on)
        notify([one.owner_id], message, {"contract": one.number, "day": day}, about=one)
