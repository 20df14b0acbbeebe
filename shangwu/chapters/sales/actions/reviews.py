"""Clause 2.6.1: the review of an order, routine by one check, special by opinions and authority (DOMAIN W6).

The review is an approval request: who is asked follows from the order's facts and the route in force.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import reviews_orders, takes_orders
from shangwu.chapters.sales.credit import Credit, credit_of
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.pricing import Document, discount_of, judge
from shangwu.chapters.sales.stock import lacking
from shangwu.chapters.sales.unread import require_read
from shangwu.foundation.actions.door import Ask, Refusal, action, enter_state
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import Fact, StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

State = Order.State
REVIEW = "sales.order.review"
REASONS = {
    "discount": _("discount"), "minimum": _("below the lowest price"), "cost": _("below cost"),
    "terms": _("longer terms of payment"), "credit": _("beyond the credit limit"), "stock": _("not in stock"),
    "spec": _("made to the customer's own specification"),
}  # fmt: skip
"""What makes a review special."""

ABOUT_MONEY = "discount minimum cost terms credit"
FOR_THE_EXECUTIVE = "minimum cost terms credit"
_NOT_FOR_THE_EXECUTIVE = [("reasons", "lacks", FOR_THE_EXECUTIVE), ("objected", "is", "no")]


def largest_discount(order: Document) -> Decimal:
    """The largest discount of the lines, as a share of the list price."""
    return max((discount_of(line) for line in order.lines.all()), default=Decimal(0))


ADVICE_ON_MONEY = StepSpec(name=_("Finance"), role=Role.FINANCE, advisory=True, when=[("reasons", "has", ABOUT_MONEY)])
AUTHORITIES = [
    StepSpec(
        name=_("Check"), role=Role.SALES_SUPPORT, from_above=True,
        when=[("discount", "up_to", "{discount.sales}"), *_NOT_FOR_THE_EXECUTIVE],
    ),
    StepSpec(
        name=_("Head of department"), role=Role.HEAD, from_above=True, link="beside",
        when=[
            ("discount", "above", "{discount.sales}"), ("discount", "up_to", "{discount.head}"),
            *_NOT_FOR_THE_EXECUTIVE,
        ],
    ),
    StepSpec(
        name=_("Executive in charge"), role=Role.VICE_EXECUTIVE, from_above=True, link="beside",
        when=[
            ("discount", "above", "{discount.head}"), ("discount", "up_to", "{discount.vice}"),
            *_NOT_FOR_THE_EXECUTIVE,
        ],
    ),
    StepSpec(name=_("Executive"), role=Role.EXECUTIVE, link="beside", otherwise=True),
]  # fmt: skip
"""Who decides about prices, by the matrix of DOMAIN §2.1; quotations ask the same."""


approvable(
    REVIEW,
    model=Order,
    label=_("Order review"),
    clause="2.6.1",
    facts={
        "discount": Fact(_("Largest discount"), largest_discount),
        "reasons": Fact(_("Special because"), lambda order: order.special_because, REASONS),
    },
    amount=lambda order: order.base_gross,
    currency=lambda order: order.base_currency,
    title=lambda order: f"{order.number} {order.customer_name}",
    on_approved="sales.order.accept",
    on_rejected="sales.order.refuse",
    on_returned="sales.order.return",
    on_withdrawn="sales.order.take_back",
    resubmitted_by="sales.order.submit",
    lapses_on=["sales.order.cancelled"],
    route=[
        ADVICE_ON_MONEY,
        StepSpec(
            name=_("Production planning"), role=Role.PLANNING, advisory=True, link="beside",
            when=[("reasons", "has", "stock spec")],
        ),
        StepSpec(
            name=_("Engineering"), role=Role.ENGINEERING, advisory=True, link="beside",
            when=[("reasons", "has", "spec")],
        ),
        StepSpec(
            name=_("Quality"), role=Role.QUALITY, advisory=True, link="beside", when=[("reasons", "has", "spec")],
        ),
        StepSpec(
            name=_("Purchasing"), role=Role.PURCHASING, advisory=True, link="beside",
            when=[("reasons", "has", "stock")],
        ),
        *AUTHORITIES,
    ],
)  # fmt: skip


def credit_and_review(
    orders: Sequence[Order], by: Actor, inputs: Sequence[Mapping[str, Any]]
) -> tuple[Credit, Opening]:
    """What opening a review needs: the credit that is left, and the route."""
    return credit_of(orders, by, inputs), opening(REVIEW)(orders, by, inputs)


@action(
    Order, "submit", clause="2.6.1", label=_("Submit for review"), may=takes_orders, source=State.RECEIVED,
    target=State.REVIEW, reads=["customer", "lines.product"], prepare=credit_and_review, primary=True,
    icon="send", bulk=True,
)  # fmt: skip
def submit(order: Order, by: Actor, known: tuple[Credit, Opening]) -> list[models.Model]:
    """2.6.1: ask for the review. Whether it is special, and who is asked, follows from the order. Refuses `route`,
    `rate`, and `unread` while rows of the customer's sheet are not dealt with."""
    require_read(order)
    judge(order, list(order.lines.all()))
    return open_review(order, by, *known)


def open_review(order: Order, by: Actor, credit: Credit, opened: Opening) -> list[models.Model]:
    """Another round: what credit and stock add to the reasons, and the request with those who are asked first."""
    because = set(order.special_because)
    if not credit.suffices(order):
        because.add("credit")
        order.authority = Role.EXECUTIVE.value
    if lacking(order.lines.all()):
        because.add("stock")
    order.special_because = sorted(because)
    order.review_round += 1
    return opened.request(order, by)


@action(
    Order, "accept", clause="2.6.1", label=_("Accept"), may=by_decision, source=State.REVIEW, target=State.ACCEPTED,
    icon="thumb-up", persons_only=True,
)  # fmt: skip
def accept(order: Order, by: Actor, *, conditions: Annotated[str, Ask(_("Condition"), multiline=True)] = "") -> None:
    """2.6.1: the review is concluded, we take the order, once conditions are met. Only a decision does this."""
    order.conditions = conditions.strip()[:500]
    if "credit" in order.special_because:
        order.excess_allowed = order.gross


@action(
    Order, "meet_conditions", clause="2.6.1", label=_("Condition met"), may=reviews_orders, source=State.ACCEPTED,
    icon="checks", needs_reason=True, event="sales.order.conditions_met",
)  # fmt: skip
def meet_conditions(order: Order, by: Actor) -> None:
    """2.6.1: the condition is met; the reason says how, the log keeps it. Refuses `nothing`."""
    if not order.conditions:
        raise Refusal("nothing", _("There is no open condition."))
    order.conditions = ""


@action(
    Order, "return", clause="2.6.1", label=_("Return"), may=by_decision, source=State.REVIEW, target=State.RECEIVED,
    needs_reason=True, icon="arrow-back", persons_only=True, event="sales.order.returned",
)  # fmt: skip
def return_(order: Order, by: Actor) -> None:
    """2.6.1: back to sales, to be corrected and submitted again. Only a decision does this."""


@action(
    Order, "take_back", clause="2.6.1", label=_("Take back from review"), may=by_decision, source=State.REVIEW,
    target=State.RECEIVED, icon="arrow-back", persons_only=True,
)  # fmt: skip
def take_back(order: Order, by: Actor) -> None:
    """2.6.1: the request was withdrawn; sales may correct the order and submit it again."""


@action(
    Order, "refuse", clause="2.6.1", label=_("Refuse"), may=by_decision, source=State.REVIEW,
    needs_reason=True, icon="thumb-down", persons_only=True, event="sales.order.refused",
)  # fmt: skip
def refuse(order: Order, by: Actor) -> None:
    """2.6.1: we do not take the order; the customer is told why. Only a decision does this.

    Of an order of which a part has left the change alone is refused: it goes back to sales, who correct it or have what
    is left given up."""
    enter_state(order, State.REFUSED, order.changed_at, by.person_id)
    if order.shipped_quantity:
        order.state = State.RECEIVED.value
