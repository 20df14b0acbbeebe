"""Clause 2.7.2: findings and proposals in words. A rule's sentence is a whole one, with its numbers in their places."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.labels import CONCEALED
from shangwu.foundation.pages import formats
from shangwu.foundation.records.refusals import Sentence


class Finding(Protocol):
    """What a finding must have to be told."""

    rule: Any
    facts: Any
    wording: Any
    outcome: Any


class Proposing(Protocol):
    """What a proposal must have to be told."""

    rule: Any
    facts: Any
    text: Any


SAID: Mapping[str, Sentence] = {
    "sales_up": _("Sales of %(now)s are %(change)s on the year before (%(then)s)."),
    "sales_down": _("Sales of %(now)s are %(change)s on the year before (%(then)s)."),
    "region_down": _("Sales in %(row)s, %(now)s, are %(change)s on the year before (%(then)s)."),
    "product_down": _("Sales of %(row)s, %(now)s, are %(change)s on the year before (%(then)s)."),
    "customer_down": _("Orders of %(row)s, %(now)s, are %(change)s on the year before (%(then)s)."),
    "channel_down": _("Sales through %(row)s, %(now)s, are %(change)s on the year before (%(then)s)."),
    "grade_down": _("Customers of grade %(row)s bought for %(now)s, %(change)s on the year before (%(then)s)."),
    "customers_lost": _(
        "%(count)s customers who bought in the period before bought nothing now: they had made %(share)s of its sales, "
        "%(bought)s of %(total)s."
    ),
    "customers_won": _("%(count)s new customers made %(share)s of sales: %(bought)s of %(total)s."),
    "returns": _("Goods of %(back)s came back, %(share)s of the %(sold)s sold."),
    "region_up": _("Sales in %(row)s, %(now)s, are %(change)s on the year before (%(then)s)."),
    "product_up": _("Sales of %(row)s, %(now)s, are %(change)s on the year before (%(then)s)."),
    "collected": _("Of %(due)s that fell due, %(paid)s is paid; %(open)s is still open."),
    "unpaid": _("Of %(due)s that fell due, %(open)s is not paid: %(share)s."),
    "slow_payer": _("%(row)s has not paid %(open)s of the %(due)s that fell due: %(share)s."),
    "old_debts": _("Of %(owed)s owed, %(old)s fell due more than ninety days ago: %(share)s."),
    "concentration": _("The %(count)s largest customers make %(share)s of sales: %(largest)s of %(total)s."),
    "late": _("%(late)s of %(shipped)s orders shipped left late: %(share)s."),
    "punctual": _("%(on_time)s of %(shipped)s orders shipped left on time."),
    "complaints_up": _("%(now)s complaints came in, %(more)s more than in the period before (%(then)s)."),
    "content_down": _(
        "%(score)s of 100 answers say that the customer is content, %(points)s fewer than in the period before "
        "(%(score_then)s)."
    ),
    "recommend_down": _(
        "Recommendation (NPS) is %(score)s, %(points)s points lower than in the period before (%(score_then)s)."
    ),
}
PROPOSED: Mapping[str, Sentence] = {
    "sales_down": _("Find out which customers ordered less, and speak with each of them."),
    "region_down": _("Visit the largest customers in %(row)s who ordered less, and report why."),
    "product_down": _("Compare price, stock and delivery time of %(row)s with those of competitors."),
    "customer_down": _("Visit %(row)s, and report why less was ordered."),
    "channel_down": _("Go through stock, prices and plans with %(row)s, and report why less was sold."),
    "grade_down": _("Go through the customers of grade %(row)s who ordered less, and visit them."),
    "customers_lost": _("Speak with each customer who bought nothing more, and report why."),
    "returns": _("Go through what came back with quality and sales, and mend what recurs."),
    "unpaid": _("Remind whoever is late, and agree on a day with each of them."),
    "slow_payer": _("Speak with %(row)s about the open amounts, and agree on a day or stop delivering on credit."),
    "old_debts": _("Go through the oldest debts one by one, and decide: a plan of payment, a claim, or written off."),
    "concentration": _("Win further customers, so that less hangs on the largest %(count)s."),
    "late": _("Go through the late shipments with planning and logistics, and mend what recurs."),
    "complaints_up": _("Go through the new complaints with quality and service, and settle their causes."),
    "content_down": _("Speak with each customer who was not content, and report what recurs."),
    "recommend_down": _("Ask those who would not recommend us why, and mend what recurs."),
}
FOLLOWED: Mapping[str, Sentence] = {
    "better": _("It was %(former)s in the period before: what was done has helped."),
    "same": _("It was %(former)s in the period before: nothing has changed."),
    "worse": _("It was %(former)s in the period before: what was done has not helped."),
}
_PERCENT = frozenset({"change", "share", "on_time", "paid", "weight"})
_COUNTS = frozenset({"count", "late", "shipped", "more", "answers", "answers_then", "score", "score_then", "points"})
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_UNITS = (Decimal(1), Decimal(1000), Decimal(10_000), Decimal(1_000_000), Decimal(100_000_000))
"""In which people round amounts: as they are, in thousands, in ten thousands, millions, and hundred millions."""


def numbers_of(facts: Mapping[str, Any], rule: str, currency: str) -> dict[str, str]:
    """The numbers of a finding as they are printed, by name."""
    counted = rule == "complaints_up"
    found = {}
    for name, text in facts.get("values", {}).items():
        value = Decimal(str(text))
        if name in _PERCENT:
            found[name] = signed(value) if name == "change" else f"{formats.number(value, 2)}%"
        else:
            found[name] = formats.number(value) if counted or name in _COUNTS else formats.money(value, currency)
    return found


def signed(value: Decimal) -> str:
    """A change in per cent, with its sign."""
    sign = "+" if value >= 0 else ""
    return f"{sign}{formats.number(value, 2)}%"


def said(finding: Finding, currency: str, row: str = "") -> str:
    """The rule's own sentence, in the reader's language. row: the name of the row that it is about."""
    places = {**numbers_of(finding.facts, finding.rule, currency), "row": row or _plain_row(finding.facts)}
    return str(SAID[finding.rule]) % places if finding.rule in SAID else finding.wording


def worded(finding: Finding, currency: str, row: str = "") -> str:
    """The finding as it stands: as a person put it, else as its rule does; and what became of the former one."""
    text = finding.wording or said(finding, currency, row)
    return f"{text} {became(finding, currency)}" if finding.outcome else text


def became(finding: Finding, currency: str) -> str:
    """Whether what was done about it has helped, with the number of the period before."""
    metric = finding.facts["metric"]
    former = numbers_of({"values": {metric: finding.facts["former"]}}, finding.rule, currency)[metric]
    return str(FOLLOWED[finding.outcome]) % {"former": former}


def proposal_text(proposal: Proposing, row: str = "") -> str:
    """The proposal as a person put it, else as the rule does."""
    if proposal.text or proposal.rule not in PROPOSED:
        return str(proposal.text)
    count = proposal.facts.get("values", {}).get("count", "")
    return str(PROPOSED[proposal.rule]) % {"row": row or _plain_row(proposal.facts), "count": count}


def _plain_row(facts: Mapping[str, Any]) -> str:
    """What a row is called where nobody reads: a text as it is; a record's name is for who may see the record."""
    row = facts.get("row")
    return row if isinstance(row, str) else CONCEALED if row is not None else ""


def brief(finding: Finding) -> str:
    """A name for lists and links; amounts without a currency's places."""
    return (finding.wording or said(finding, ""))[:120]


def unknown_numbers(
    text: str, facts: Mapping[str, Any], names: Iterable[str] = (), days: Iterable[str] = ()
) -> list[str]:
    """The numbers in a text that are neither the facts', rounded or not, nor of a name or a day: nobody could check
    them."""
    for name in sorted((one for one in names if one), key=len, reverse=True):
        text = text.replace(name, " ")
    allowed = {Decimal(part) for day in days for part in re.findall(r"\d+", day)}
    values = [Decimal(str(one)) for one in facts.get("values", {}).values()]
    values += [Decimal(str(facts[name])) for name in ("former", "tolerance") if facts.get(name)]
    for value in values:
        allowed |= set(_roundings(abs(value)))
    return [one for one in _DIGITS.findall(text) if Decimal(one.replace(",", "")) not in allowed]


def _roundings(value: Decimal) -> Iterator[Decimal]:
    for unit in _UNITS:
        for places in range(3):
            yield formats.round_to(value / unit, places)
    yield value


def has_number(text: str) -> bool:
    """Whether a text says any number at all."""
    return _DIGITS.search(text) is not None
