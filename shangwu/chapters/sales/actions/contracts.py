"""Clause 2.6.2: contracts are drafted for the order: parties, amount in figures and words, schedules."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import SELLERS, leads_sales
from shangwu.chapters.sales.actions.orders import require_welcome
from shangwu.chapters.sales.bounds import bounded
from shangwu.chapters.sales.contract_access import ends_contracts, keeps_contracts
from shangwu.chapters.sales.contract_checks import is_their_rate, tax_of_orders, words_for
from shangwu.chapters.sales.contract_standards import Standards, compare, fill, standards
from shangwu.chapters.sales.models import Contract, ContractOrder, Instalment, Order
from shangwu.chapters.sales.rates import Rates, rates_for, require_no_odd_rate
from shangwu.chapters.sales.settling import stand_alone
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, classify, create, edit, hand_over
from shangwu.foundation.money.rounding import product, round_money, total
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.text.capitals import read_capital_amount
from shangwu.foundation.text.identity_numbers import organisation_number

ONE = Decimal(1)
State = Contract.State
OVER = (State.TERMINATED, State.EXPIRED, State.VOID)
"""States in which a contract binds no order any more."""
TEXTS = [
    "rights", "specification", "quantity_terms", "price_terms", "delivery_terms", "payment_terms", "warranty",
    "breach", "disputes", "departures", "relief", "relief_told",
]  # fmt: skip
FIELDS = [
    "title", "kind", "customer", "jurisdiction", "customer_number", "signer", "signer_name", "standing",
    "standing_on", "currency", "rate",
    "amount", "amount_words", "tax_rate", "deposit_kind", "deposit", "starts_on", "ends_on", "originals",
    "inspection_days", *TEXTS,
]  # fmt: skip
INPUTS = bounded(Contract, FIELDS)
PARTS = {
    "covered": ["order"],
    "instalments": ["purpose", "after", "days", "due_on", "amount"],
    "deliveries": ["what", "order", "due_on"],
}
USELESS = (Order.State.CANCELLED, Order.State.REFUSED)

Bound = Mapping[int, set[int]]
"""Order -> contracts that bind it."""

hand_over(
    Contract, clause="2.6.2", may=leads_sales,
    source=[one for one in State if one not in (State.FULFILLED, *OVER)],
)  # fmt: skip
classify(Contract, may=leads_sales)


def bound(contracts: Sequence[Contract], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Bound:
    """Which contracts bind the orders that these name. The orders are locked: two can't both be first."""
    orders = {part.order_id for one in contracts for part in one.covered.all()}
    orders |= {row["order"].pk for given in inputs for row in given.get("covered") or () if row.get("order")}
    found: dict[int, set[int]] = {}
    rows = ContractOrder.objects.filter(order__in=orders, contract__archived_at__isnull=True)
    for order, contract in rows.exclude(contract__state__in=OVER).values_list("order_id", "contract_id"):
        found.setdefault(order, set()).add(contract)
    return found


class Known(NamedTuple):
    """What a draft is held against: contracts that bind the same orders, the standard clauses, dated rates, and each
    draft's currency and rate as they were."""

    bound: Bound
    standards: Standards
    rates: Rates
    former: Mapping[int, tuple[str, Decimal | None]]


def known_to(contracts: Sequence[Contract], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Known:
    """What drafting needs, for all contracts of a run."""
    today = clock.today(by.zone)
    wanted = (
        (given.get("currency") or one.currency, by.currency, today)
        for one, given in zip(contracts, inputs, strict=True)
    )
    former = {one.pk: (one.currency, one.rate) for one in contracts if not one._state.adding}
    return Known(bound(contracts, by, inputs), standards(), rates_for(wanted), former)


def draft(contract: Contract, by: Actor, known: Known) -> None:
    """2.6.2: draft a contract; what the customer's file says is filled in, and clauses nobody wrote by the standard.

    Refuses `blacklisted`, `invalid`, `precision`, `words`, `order`, `bound`, `rate`.
    """
    if not by.holds_any(SELLERS):
        contract.owner_id = contract.customer.owner_id or contract.owner_id
        contract.department_id = contract.customer.department_id or contract.department_id
    fill(contract, known.standards)
    complete(contract, by, known)


def complete(contract: Contract, by: Actor, known: Known) -> None:
    """2.6.2: change a draft; amounts, words and schedules are held against each other. Refuses as drafting does."""
    customer = contract.customer
    require_welcome(customer)
    contract.customer_name = customer.name
    contract.jurisdiction = contract.jurisdiction or customer.jurisdiction
    contract.customer_number = _number(contract.jurisdiction, contract.customer_number or customer.identity_number)
    contract.currency = contract.currency or customer.currency or by.currency
    if not contract.currency:
        raise Refusal("invalid", _("Say in which currency."), fields={"currency": [_("This is needed.")]})
    settle_amounts(contract)
    settle_schedule(contract)
    _settle_orders(contract, known.bound)
    settle_tax(contract)
    compare(contract, known.standards)
    settle_rate(contract, by, known)


def settle_rate(contract: Contract, by: Actor, known: Known) -> None:
    """What the amount is worth in our own currency, by a rate that has its day: that of its orders, if none is given,
    else the dated one of today; a rate of the currency that it had before counts no more. Refuses `rate`.
    """
    contract.base_currency = by.currency or contract.currency
    today = contract.changed_at.astimezone(by.zone).date()
    rates = {one.order.rate: one.order.rated_on for one in contract.covered.all()}
    currency, rate = known.former.get(contract.pk, (contract.currency, None))
    is_stale = currency != contract.currency and rate == contract.rate
    if contract.currency == contract.base_currency:
        require_no_odd_rate(contract.rate, contract.currency)
        contract.rate = ONE
    elif (contract.rate in (None, ONE) or is_stale) and len(rates) == 1:
        contract.rate = next(iter(rates))
    elif contract.rate is None or is_stale:
        dated = known.rates.require(contract.currency, contract.base_currency, today)
        contract.rate, rates = dated.rate, {dated.rate: dated.day}
    is_own = contract.currency == contract.base_currency
    if not contract.rate or contract.rate <= 0 or (contract.rate == ONE and not is_own):
        said = _("A document in %(currency)s needs its rate: how many %(base)s one %(currency)s is worth.")
        params = {"currency": contract.currency, "base": contract.base_currency}
        raise Refusal("rate", said, params, fields={"rate": [str(said) % params]})
    contract.rated_on = rates.get(contract.rate, today)
    value(contract)


def value(contract: Contract) -> None:
    """The amount at the contract's rate; as it is where an older contract has none."""
    contract.base_currency = contract.base_currency or contract.currency
    contract.base_amount = round_money(product(contract.amount, contract.rate or ONE), contract.base_currency)


def _number(jurisdiction: str, text: str) -> str:
    """The number as it is stored where it is right; as given where it is not, for the list of what is wrong."""
    try:
        return organisation_number(jurisdiction, text) if jurisdiction and text else text
    except ValidationError:
        return text


def _require_payable(contract: Contract, name: str, amount: Any) -> None:
    if amount != round_money(amount, contract.currency):
        said = _("Nobody pays fractions of the smallest coin. Correct the amount.")
        raise Refusal("precision", said, fields={name: [said]})


def settle_amounts(contract: Contract) -> None:
    """Figures and words say the same; net and tax follow."""
    if contract.amount <= 0:
        said = _("The amount of a contract is above zero.")
        raise Refusal("invalid", said, fields={"amount": [said]})
    contract.deposit = Decimal(contract.deposit)  # the column's default is a whole number
    for name in ("amount", "deposit"):
        _require_payable(contract, name, getattr(contract, name))
    expected = words_for(contract.amount, contract.currency)
    contract.amount_words = contract.amount_words.strip() or expected
    if expected and read_capital_amount(contract.amount_words, contract.currency) != contract.amount:
        said = _("The words say another amount than the figures: %(right)s. Correct one, or leave the words empty.")
        params = {"right": expected}
        raise Refusal("words", said, params, fields={"amount_words": [str(said) % params]})
    contract.net = net_of(contract, contract.amount)
    contract.tax = contract.amount - contract.net


def settle_tax(contract: Contract) -> None:
    """Net and tax are those of its orders, to the cent, where it comes to what they come to and says no other rate;
    without a rate and without orders the whole amount counts as net."""
    net, tax = tax_of_orders(contract)
    if net + tax == contract.amount and (contract.tax_rate is None or is_their_rate(contract, contract.tax_rate)):
        contract.net, contract.tax = net, tax
    elif contract.tax_rate is None:
        contract.net = _part(contract, contract.amount, net, net + tax)
        contract.tax = contract.amount - contract.net


def net_of(contract: Contract, amount: Decimal) -> Decimal:
    """What an amount of the contract is without tax: by its rate, else in the proportion that it has so far."""
    if contract.tax_rate is not None:
        return round_money(amount / (1 + contract.tax_rate), contract.currency)
    return _part(contract, amount, contract.net, contract.net + contract.tax)


def _part(contract: Contract, amount: Decimal, net: Decimal, whole: Decimal) -> Decimal:
    return round_money(product(amount, net) / whole, contract.currency) if whole > 0 else amount


def settle_schedule(contract: Contract) -> None:
    """Instalments are in the contract's currency; their sum is kept, and held against the amount when put forward."""
    instalments = list(contract.instalments.all())
    for place, one in enumerate(instalments):
        one.currency = contract.currency
        if one.amount <= 0:
            said = _("An instalment is above zero.")
            raise Refusal("invalid", said, fields={f"instalments.{place}.amount": [said]})
        _require_payable(contract, f"instalments.{place}.amount", one.amount)
        if one.after != Instalment.After.DAY:
            one.due_on = None
    contract.scheduled = total(one.amount for one in instalments)


def require_free(contract: Contract, known: Bound) -> None:
    """Raises Refusal("bound"): an order stands under one contract at a time."""
    for place, one in enumerate(contract.covered.all()):
        if known.get(one.order_id, set()) - {contract.pk}:
            said = _("This order stands under another contract. End that one first, or leave the order out.")
            raise Refusal("bound", said, fields={f"covered.{place}.order": [said]})


def require_fit(contract: Contract, place: int, order: Order) -> None:
    """Raises Refusal("order") for an order of another customer, in another currency, or given up."""
    field = f"covered.{place}.order"
    if order.customer_id != contract.customer_id or order.currency != contract.currency:
        said = _("This order is another customer's, or in another currency. Choose one of this customer's.")
        raise Refusal("order", said, fields={field: [said]})
    if order.state in USELESS:
        said = _("This order was given up. Leave it out.")
        raise Refusal("order", said, fields={field: [said]})


def _settle_orders(contract: Contract, known: Bound) -> None:
    """The orders are this customer's, in this currency, and under no other contract."""
    covered = [one.order for one in contract.covered.all()]
    for place, order in enumerate(covered):
        require_fit(contract, place, order)
    require_free(contract, known)
    keys = {one.pk for one in covered}
    for place, one in enumerate(contract.deliveries.all()):
        if one.order_id not in keys:
            said = _("A delivery is of an order that the contract covers.")
            raise Refusal("order", said, fields={f"deliveries.{place}.order": [said]})


create(
    Contract, clause="2.6.2", may=keeps_contracts, fields=INPUTS, parts=PARTS, locks=["covered.order"],
    reads=["customer"], prepare=known_to, body=draft, label=_("Draft a contract"), then="submit",
)  # fmt: skip
edit(
    Contract, clause="2.6.2", may=keeps_contracts, fields=INPUTS, parts=PARTS, source=State.DRAFT,
    locks=["covered.order"], reads=["customer", "deliveries.order"], prepare=known_to, body=complete, bulk=False,
)  # fmt: skip
archive(Contract, clause="2.6.2", may=keeps_contracts, source=frozenset({State.DRAFT.value}))


@action(
    Contract, "void", clause="2.6.2", label=_("Declare void"), may=ends_contracts, target=State.VOID, icon="x",
    source=[State.DRAFT, State.APPROVED, State.SEALED], needs_reason=True,
    danger=_("The contract is given up. Its number is kept and never used again."),
)  # fmt: skip
def void(contract: Contract, by: Actor) -> None:
    """2.6.2: give up a contract that has its number; the reason is kept with it. Refuses `numbered`."""
    if contract.number is None:
        raise Refusal("numbered", _("A draft without a number is archived instead."))


@action(
    Contract, "terminate", clause="2.6.2", label=_("Terminate"), may=ends_contracts, target=State.TERMINATED,
    source=[State.SIGNED, State.IN_FORCE], locks=["covered.order"], needs_reason=True, icon="circle-off",
    danger=_("The contract ends before its day. Its orders are bound no more."),
)  # fmt: skip
def terminate(contract: Contract, by: Actor) -> None:
    """2.6.2: the contract ends early; the reason says by which right, or by whose consent. What its orders still owe is
    collected order by order."""
    stand_alone((one.order for one in contract.covered.all()), contract, by)


@action(
    Contract, "suspend", clause="2.6.2", label=_("Suspend"), may=ends_contracts, source=State.IN_FORCE,
    needs_reason=True, icon="player-pause", event="sales.contract.suspended",
    offered_when=lambda contract: contract.suspended_at is None,
    danger=_("Nothing is produced or shipped under it, and no milestone runs, until it is resumed."),
)  # fmt: skip
def suspend(contract: Contract, by: Actor) -> None:
    """2.6.2: performance stops for a time, by right or by consent; the reason says which. Refuses `suspended`."""
    if contract.suspended_at is not None:
        raise Refusal("suspended", _("It is suspended already. Resume it, or terminate it."))
    contract.suspended_at, contract.suspended_by_id = contract.changed_at, by.person_id


@action(
    Contract, "resume", clause="2.6.2", label=_("Resume"), may=ends_contracts, source=State.IN_FORCE,
    needs_reason=True, icon="player-play", event="sales.contract.resumed",
    offered_when=lambda contract: contract.suspended_at is not None,
)  # fmt: skip
def resume(contract: Contract, by: Actor) -> None:
    """2.6.2: performance goes on; the next milestone runs again. Refuses `running`."""
    if contract.suspended_at is None:
        raise Refusal("running", _("It is not suspended."))
    contract.suspended_at, contract.suspended_by_id = None, None


@action(
    Contract, "decide_end", clause="2.6.2", label=_("Decide about its end"), may=keeps_contracts, icon="calendar-event",
    source=State.IN_FORCE, needs_reason=True, event="sales.contract.end_decided",
)  # fmt: skip
def decide_end(contract: Contract, by: Actor, *, renewal: Annotated[Contract.Renewal, Ask(_("At its end"))]) -> None:
    """2.6.2: before a contract ends it is decided whether it is renewed; the reason says why."""
    contract.renewal = renewal
    contract.decided_at, contract.decided_by_id = contract.changed_at, by.person_id
