"""What is missing or wrong in a contract before it is put forward, each with what to do about it (2.6.2).

Pure functions of a contract in memory: the page lists what they find, and putting forward refuses what blocks.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Contract, Instalment
from shangwu.chapters.sales.tables.contract_words import ADVANCE, ADVANCE_MEANT, EARNEST, EARNEST_MEANT
from shangwu.foundation.money.currencies import currency
from shangwu.foundation.money.rounding import product, round_money, total
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.refusals import filled
from shangwu.foundation.text.capitals import capital_amount, read_capital_amount
from shangwu.foundation.text.identity_numbers import organisation_number
from shangwu.foundation.text.jurisdictions import Jurisdiction

MANDATORY = ("rights", "specification", "quantity_terms", "price_terms", "delivery_terms", "payment_terms")
"""Without one of these a contract is not put forward (DOMAIN 5a)."""
USUAL = ("warranty", "breach", "disputes")
"""What a contract states besides."""
RATES_APART = Decimal("0.005")
"""No two rates of tax lie as near to each other."""
LEFT_OPEN = re.compile(r"_{2,}|\uff3f{2,}|\[\s*\]|\u3010\s*\u3011|\(\s{2,}\)|\uff08\s+\uff09|[Xx]{3,}|\u25cb{2,}")
"""Places that someone meant to fill in: a line, empty brackets, a row of crosses or circles."""


OTHER_WORD: dict[str, tuple[bool, bool]] = {
    Contract.Deposit.EARNEST: (False, True),
    Contract.Deposit.ADVANCE: (True, False),
}
"""For what was entered: whether the words for earnest money and for an advance stand in the terms, and mean another."""


class Finding(NamedTuple):
    """One thing to mend. said: what is wrong; todo: what to do. blocks: it must be mended before it is put forward."""

    code: str
    said: str
    todo: str
    blocks: bool = True


Check = Callable[[Contract, datetime.date], Iterator[Finding]]


def findings(contract: Contract, on: datetime.date) -> list[Finding]:
    """All that is missing or wrong, what blocks first. Reads the contract, its customer and its parts from memory."""
    found = [one for check in CHECKS for one in check(contract, on)]
    return sorted(found, key=lambda one: not one.blocks)


def label_of(name: str) -> str:
    """What a field of the contract is called."""
    return str(Contract._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _other_side(contract: Contract, on: datetime.date) -> Iterator[Finding]:
    """Registration, standing and authority of the other side."""
    customer = contract.customer
    if customer.state == Customer.State.BLACKLISTED:
        yield Finding("blacklisted", _("The customer is on the blacklist."), _("Ask the executive."))
    if customer.kind != Customer.Kind.PERSON:
        if not contract.jurisdiction or not contract.customer_number:
            todo = _("Copy it from the customer's licence, with the place of registration.")
            yield Finding("number", _("The customer's registration number is missing."), todo)
        else:
            try:
                organisation_number(contract.jurisdiction, contract.customer_number)
            except ValidationError as error:
                todo = _("Compare it with the customer's licence.")
                yield Finding("number", " ".join(error.messages), todo)
    yield from _standing(contract, on)
    if contract.signer == Contract.Signer.AGENT and contract.authority_letter_id is None:
        todo = _("Attach the letter under Files, then name it as the letter of authority.")
        yield Finding("authority", _("An agent signs for the customer, without a letter of authority."), todo)


def _standing(contract: Contract, on: datetime.date) -> Iterator[Finding]:
    """What the register of dishonest debtors says; it is a register of the mainland, where it is always asked."""
    if contract.standing == Contract.Standing.LISTED and not contract.deposit:
        todo = _("Agree on earnest money or an advance, or leave the contract.")
        yield Finding("standing", _("The customer is on the list of dishonest debtors."), todo)
    if contract.standing and contract.standing_on is None:
        yield Finding("standing", _("It does not say when the register was looked up."), _("Enter the day."), False)
    elif contract.standing and contract.standing_on is not None and contract.standing_on > on:
        said = _("The register was looked up on a day that is still to come.")
        yield Finding("standing", said, _("Correct the day."))
    elif not contract.standing and contract.jurisdiction == Jurisdiction.MAINLAND:
        said = _("Nobody has looked up whether the customer is on the list of dishonest debtors.")
        todo = _("Look it up in the public register, and enter the day and what it says.")
        yield Finding("standing", said, todo, False)


def _blanks(contract: Contract, on: datetime.date) -> Iterator[Finding]:
    """Clauses that are empty, and places in them that were left open."""
    for name in (*MANDATORY, *USUAL):
        text, label = getattr(contract, name), label_of(name)
        if not text.strip():
            said = _("“%(field)s” is empty.") % {"field": label}
            todo = (
                _("Write what was agreed.") if name in MANDATORY else _("Write it, unless it was left out knowingly.")
            )
            yield Finding("blank", said, todo, name in MANDATORY)
        elif found := LEFT_OPEN.search(text):
            said = _("“%(field)s” has a place that was left open: %(place)s")
            todo = _("Fill it in, or strike it out.")
            yield Finding("blank", said % {"field": label, "place": found[0]}, todo)
    if contract.relief.strip() and not contract.relief_told:
        todo = _("Point them out, have it confirmed, and tick “Pointed out to the customer”.")
        yield Finding("relief", _("Terms that relieve us of liability were not pointed out to the customer."), todo)


def _term(contract: Contract, on: datetime.date) -> Iterator[Finding]:
    """From when until when it holds, and what text is approved."""
    if contract.starts_on is None or contract.ends_on is None:
        yield Finding("term", _("It does not say from when until when it holds."), _("Enter both days."))
    elif contract.ends_on < on:
        yield Finding("term", _("Its last day has passed."), _("Correct the day."))
    if contract.document_id is None:
        todo = _("Attach the contract as PDF under Files, then name it as the document.")
        yield Finding("document", _("There is no text to approve."), todo)


def most_earnest(contract: Contract, on: datetime.date) -> Decimal:
    """How much earnest money has effect as such, by the rules of a day."""
    share = policy("contract.deposit", on)
    return round_money(product(contract.amount, share), contract.currency) if contract.currency else contract.amount


def _deposit(contract: Contract, on: datetime.date) -> Iterator[Finding]:
    """Earnest money has a limit by law, and must not be called by the word that sounds the same."""
    most = most_earnest(contract, on)
    is_earnest = contract.deposit_kind == Contract.Deposit.EARNEST
    if is_earnest and contract.deposit > most:
        said = _("Earnest money is at most %(most)s %(currency)s of this contract.")
        todo = _("Lower it, or agree on the rest as an advance.")
        yield Finding("deposit", filled(said, {"most": most, "currency": contract.currency}), todo)
    yield from _deposit_words(contract)


def _deposit_words(contract: Contract) -> Iterator[Finding]:
    """What the terms of payment call it is what was entered; without an entry no limit would be held against it."""
    kind, words = contract.deposit_kind, contract.payment_terms
    named = bool(EARNEST_MEANT.search(words)), bool(ADVANCE_MEANT.search(words))
    called = {"earnest": EARNEST, "advance": ADVANCE}
    if named == (True, True):
        said = _("The terms of payment use both words: %(earnest)s binds, %(advance)s does not.")
        yield Finding("deposit_word", said % called, _("Use one word throughout."))
    elif named == OTHER_WORD.get(kind):
        said = _("The terms of payment use the word for the other kind: %(earnest)s binds, %(advance)s does not.")
        yield Finding("deposit_word", said % called, _("Use one word throughout."))
    elif kind == Contract.Deposit.NONE and any(named):
        said = _("The terms of payment speak of %(word)s, but none is entered.")
        todo = _("Choose under “Earnest money or advance” what it is, and enter how much.")
        yield Finding("deposit_word", said % {"word": EARNEST if named[0] else ADVANCE}, todo)


def _money(contract: Contract, on: datetime.date) -> Iterator[Finding]:
    """Words and figures, the schedule, the orders."""
    if not contract.amount_words:
        yield Finding("words", _("The amount in words is missing."), _("Write it as on the paper."))
    elif (read := amount_in(contract.amount_words, contract.currency)) is not None and read != contract.amount:
        said = _("The words say %(words)s, the figures %(figures)s.")
        params = {"words": read, "figures": contract.amount, "currency": contract.currency}
        yield Finding("words", filled(said, params), _("Correct one of them."))
    instalments = list(contract.instalments.all())
    summed = total(one.amount for one in instalments)
    if summed != contract.amount:
        said = _("The instalments add up to %(sum)s, the contract to %(amount)s.")
        params = {"sum": summed, "amount": contract.amount, "currency": contract.currency}
        yield Finding("schedule", filled(said, params), _("Correct the schedule; the last instalment takes the cents."))
    for one in instalments:
        if one.after == Instalment.After.DAY and one.due_on is None:
            said = _("Instalment %(position)s has no day.") % {"position": one.position}
            yield Finding("schedule", said, _("Enter the day, or after what it is due."))
    orders = [one.order for one in contract.covered.all()]
    if not orders and contract.kind == Contract.Kind.SALE:
        yield Finding("orders", _("It covers no order."), _("Name the orders that it covers."))
    ordered = total(one.gross for one in orders)
    if orders and contract.kind == Contract.Kind.SALE and ordered != contract.amount:
        said = _("The orders come to %(ordered)s, the contract to %(amount)s.")
        params = {"ordered": ordered, "amount": contract.amount, "currency": contract.currency}
        yield Finding("orders", filled(said, params), _("Look whether an order is missing."), False)


def tax_of_orders(contract: Contract) -> tuple[Decimal, Decimal]:
    """Net and tax of the orders that it covers, as their lines have them."""
    orders = [one.order for one in contract.covered.all()]
    return total(one.net for one in orders), total(one.tax for one in orders)


def is_their_rate(contract: Contract, rate: Decimal) -> bool:
    """Whether the orders are taxed by that rate; each of their lines is rounded for itself."""
    net, tax = tax_of_orders(contract)
    return abs(tax - product(net, rate)) <= product(net, RATES_APART) + currency(contract.currency).smallest


def _tax(contract: Contract, on: datetime.date) -> Iterator[Finding]:
    """Net and tax are what the orders say."""
    net, tax = tax_of_orders(contract)
    if contract.tax_rate is None:
        if not net + tax:
            said = _("No tax is stated: the whole amount counts as net, and stamp duty is reckoned on it.")
            yield Finding("tax", said, _("Enter the tax rate; 0 where no tax is due."), False)
    elif net + tax > 0 and not is_their_rate(contract, contract.tax_rate):
        said = _("The orders come to %(net)s and %(tax)s of tax, the contract to %(own_net)s and %(own_tax)s.")
        params = {"net": net, "tax": tax, "own_net": contract.net, "own_tax": contract.tax}
        todo = _("Leave the tax rate empty to take net and tax from the orders.")
        yield Finding("tax", filled(said, params | {"currency": contract.currency}), todo, False)


def pays_soon_by_law(contract: Contract, customer: Customer) -> bool:
    """Whether the other side is a large company of the mainland."""
    return contract.jurisdiction == Jurisdiction.MAINLAND and customer.size == Customer.Size.LARGE


def paid_too_late(contract: Contract, on: datetime.date) -> Iterator[Finding]:
    """A large company on the mainland pays small and medium ones soon after delivery, whatever is agreed."""
    if not pays_soon_by_law(contract, contract.customer):
        return
    most = datetime.timedelta(days=policy("contract.sme", on))
    last = max((one.due_on for one in contract.deliveries.all()), default=None)
    for one in contract.instalments.all():
        waits = one.after == Instalment.After.DELIVERED and one.days > most.days
        if waits or (last is not None and one.due_on is not None and one.due_on > last + most):
            said = _("Instalment %(position)s is due more than %(days)s days after delivery, from a large company.")
            todo = _("Bring it forward, unless we are no small or medium company ourselves.")
            yield Finding("late_terms", said % {"position": one.position, "days": most.days}, todo, False)


CHECKS: tuple[Check, ...] = (_other_side, _blanks, _term, _deposit, _money, _tax, paid_too_late)


def amount_in(words: str, currency: str) -> Decimal | None:
    """The amount that capitals say; None where they are no capitals in a script that we read."""
    try:
        return read_capital_amount(words, currency)
    except ValidationError:
        return None


def words_for(amount: Decimal, currency: str) -> str:
    """The amount in capitals; empty for a currency that has no form in them. Raises ValidationError `precision`."""
    try:
        return capital_amount(amount, currency)
    except ValidationError as error:
        if error.code == "currency":
            return ""
        raise
