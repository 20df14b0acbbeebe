"""Clause 2.6.1: a quotation is drawn up, approved where its prices ask for it, and revised."""

import datetime
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.access import SELLERS, leads_sales, reviews_orders
from shangwu.chapters.sales.actions.orders import LINE, follow_customer, require_welcome
from shangwu.chapters.sales.actions.reviews import ADVICE_ON_MONEY, AUTHORITIES, REASONS, largest_discount
from shangwu.chapters.sales.bounds import bounded
from shangwu.chapters.sales.models import Quotation, QuotationLine, QuotationRevision
from shangwu.chapters.sales.pricing import Prices, judge, price, prices_for
from shangwu.chapters.sales.quotation_access import quotes
from shangwu.chapters.sales.quotation_texts import changes, text_before, text_of
from shangwu.foundation.actions.door import Ask, Refusal, action, classify, create, edit, hand_over
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import Fact, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor

QUOTATIONS = Series("quotation", "QT%Y%m-{n:04d}", _("Quotation"), Reset.MONTH)

State = Quotation.State
RELEASE = "sales.quotation.release"
HEAD = [
    "customer", "contact", "subject", "valid_until", "payment_terms", "payment_days", "delivery", "terms",
    "prices_with_tax", "currency", "rate", "note",
]  # fmt: skip
LINES = {"lines": bounded(QuotationLine, LINE)}
REVISABLE = [State.RELEASED, State.SENT, State.DECLINED, State.EXPIRED]
OPEN = [State.DRAFT, State.REVIEW, State.RELEASED, State.SENT]

hand_over(Quotation, clause="2.6.1", may=leads_sales, source=OPEN)
classify(Quotation, may=leads_sales)
approvable(
    RELEASE,
    model=Quotation,
    label=_("Release of a quotation"),
    clause="2.6.1",
    facts={
        "discount": Fact(_("Largest discount"), largest_discount),
        "reasons": Fact(_("Special because"), lambda quotation: quotation.special_because, REASONS),
    },
    amount=lambda quotation: quotation.base_gross,
    currency=lambda quotation: quotation.base_currency,
    title=lambda quotation: f"{quotation.edition} {quotation.customer_name}",
    on_approved="sales.quotation.release",
    on_rejected="sales.quotation.return",
    on_returned="sales.quotation.return",
    on_withdrawn="sales.quotation.take_back",
    resubmitted_by="sales.quotation.submit",
    lapses_on=["sales.quotation.withdrawn"],
    route=[ADVICE_ON_MONEY, *AUTHORITIES],
)


def begin(quotation: Quotation, by: Actor, prices: Prices) -> None:
    """2.6.1: fill in what the customer's file says, price the lines, find out whose approval the prices need.

    Refuses `invalid`, `rate`, `blacklisted`, `past`.
    """
    customer = _customer_of(quotation)
    quotation.base_currency = by.currency or customer.currency or quotation.currency
    quotation.currency = quotation.currency or customer.currency or quotation.base_currency
    if not quotation.currency:
        raise Refusal("invalid", _("Say in which currency."), fields={"currency": [_("This is needed.")]})
    if not by.holds_any(SELLERS):
        quotation.owner_id = customer.owner_id or quotation.owner_id
        quotation.department_id = customer.department_id or quotation.department_id
    quotation.payment_days = customer.payment_days if quotation.payment_days is None else quotation.payment_days
    _complete(quotation, by, prices)


def correct(quotation: Quotation, by: Actor, prices: Prices) -> None:
    """2.6.1: correct a draft; it is priced and judged again. Refuses as drawing up does."""
    _customer_of(quotation)
    follow_customer(quotation, prices.former[quotation.pk])
    _complete(quotation, by, prices)


def revise(quotation: Quotation, by: Actor, prices: Prices) -> list[models.Model]:
    """2.6.1: another text under the same number. The former one is kept, and its link opens nothing any more.

    Refuses `same` when nothing differs, and as drawing up does.
    """
    former = prices.former[quotation.pk]
    before = text_before(former)
    _customer_of(quotation)
    follow_customer(quotation, former)
    if quotation.valid_until == former.values["valid_until"] < quotation.changed_at.astimezone(by.zone).date():
        quotation.valid_until = None  # type: ignore[assignment]  # filled in below
    _complete(quotation, by, prices)
    if all(one["what"] == "quoted_on" for one in changes(before, text_of(quotation, quotation.lines.all()))):
        raise Refusal("same", _("Nothing differs from the present text."))
    quotation.revision += 1
    quotation.conditions, quotation.answer, quotation.answered_through, quotation.proof = "", "", "", ""
    return [
        QuotationRevision(
            quotation=quotation,
            position=quotation.revision,
            text=before,
            gross_before=former.values["gross"],
            gross_after=quotation.gross,
            made_by_id=by.person_id,
            made_at=quotation.changed_at,
        )
    ]


def _customer_of(quotation: Quotation) -> Customer:
    """The customer, welcome, and the contact one of theirs. Raises Refusal `blacklisted`, `invalid`."""
    customer = quotation.customer
    require_welcome(customer)
    if quotation.contact is not None and quotation.contact.customer_id != customer.pk:
        said = _("This contact belongs to another customer. Choose one of this customer's.")
        raise Refusal("invalid", said, fields={"contact": [said]})
    return customer


def _complete(quotation: Quotation, by: Actor, prices: Prices) -> None:
    """The name as it stands on documents, the days, prices and totals. Raises Refusal `past` and those of prices."""
    today = quotation.changed_at.astimezone(by.zone).date()
    quotation.quoted_on, quotation.customer_name = today, quotation.customer.name
    quotation.valid_until = quotation.valid_until or today + datetime.timedelta(days=policy("quotation.valid"))
    if quotation.valid_until < today:
        said = _("This day has passed. Let the quotation be valid until today or a later day.")
        raise Refusal("past", said, fields={"valid_until": [said]})
    price(quotation, prices)


create(
    Quotation, clause="2.6.1", may=quotes, fields=HEAD, parts=LINES, series=QUOTATIONS, prepare=prices_for, body=begin,
    label=_("New quotation"), then="send",
)  # fmt: skip
edit(
    Quotation, clause="2.6.1", may=quotes, fields=HEAD, parts=LINES, source=State.DRAFT,
    reads=["customer", "contact", "lines.product"], prepare=prices_for, body=correct, bulk=False,
)  # fmt: skip
edit(
    Quotation, clause="2.6.1", may=quotes, fields=HEAD, parts=LINES, source=REVISABLE, target=State.DRAFT,
    verb="revise", label=_("Revise"), reads=["customer", "contact", "lines.product"], prepare=prices_for, body=revise,
    needs_reason=True, bulk=False, undo=False, icon="versions",
)  # fmt: skip


@action(
    Quotation, "submit", clause="2.6.1", label=_("Submit for approval"), may=quotes, source=State.DRAFT,
    target=State.REVIEW, reads=["customer", "lines.product"], prepare=opening(RELEASE), primary=True, icon="send",
    offered_when=lambda quotation: bool(quotation.special_because),
)  # fmt: skip
def submit(quotation: Quotation, by: Actor, opened: Opening) -> list[models.Model]:
    """2.6.1: discounts beyond one's own authority, prices below the lowest, longer terms: approved before they are
    offered, as for orders. Refuses `nothing` where no approval is needed, and `route`."""
    judge(quotation, list(quotation.lines.all()))
    if not quotation.special_because:
        raise Refusal("nothing", _("These prices are within your own authority. Send the quotation."))
    return opened.request(quotation, by)


@action(
    Quotation, "release", clause="2.6.1", label=pgettext_lazy("quotation", "Release"), may=by_decision,
    source=State.REVIEW, target=State.RELEASED, icon="thumb-up", persons_only=True,
)  # fmt: skip
def release(
    quotation: Quotation, by: Actor, *, conditions: Annotated[str, Ask(_("Condition"), multiline=True)] = ""
) -> None:
    """2.6.1: it may be sent as it stands, once conditions are met. Only a decision does this."""
    quotation.conditions = conditions.strip()[:500]


@action(
    Quotation, "meet_conditions", clause="2.6.1", label=_("Condition met"), may=reviews_orders, source=State.RELEASED,
    icon="checks", needs_reason=True, event="sales.quotation.conditions_met",
    offered_when=lambda quotation: bool(quotation.conditions),
)  # fmt: skip
def meet_conditions(quotation: Quotation, by: Actor) -> None:
    """2.6.1: the condition is met; the reason says how, the log keeps it. Refuses `nothing`."""
    if not quotation.conditions:
        raise Refusal("nothing", _("There is no open condition."))
    quotation.conditions = ""


@action(
    Quotation, "return", clause="2.6.1", label=_("Return"), may=by_decision, source=State.REVIEW, target=State.DRAFT,
    needs_reason=True, icon="arrow-back", persons_only=True, event="sales.quotation.returned",
)  # fmt: skip
def return_(quotation: Quotation, by: Actor) -> None:
    """2.6.1: not at these prices: back to sales, to be changed and submitted again. Only a decision does this."""


@action(
    Quotation, "take_back", clause="2.6.1", label=_("Take back from approval"), may=by_decision, source=State.REVIEW,
    target=State.DRAFT, icon="arrow-back", persons_only=True,
)  # fmt: skip
def take_back(quotation: Quotation, by: Actor) -> None:
    """2.6.1: the request was withdrawn; sales may change the quotation and submit it again."""


@action(
    Quotation, "withdraw", clause="2.6.1", label=_("Withdraw"), may=quotes, source=OPEN, target=State.WITHDRAWN,
    needs_reason=True, icon="arrow-back-up", danger=_("The customer can't accept it any more."),
)  # fmt: skip
def withdraw(quotation: Quotation, by: Actor) -> None:
    """2.6.1: we don't offer this any more; its link tells so."""
