"""Clause 2.5.2: opportunities begin, move from stage to stage, are won or lost, and change hands."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.access import SELLERS
from shangwu.chapters.customers.ladder import Ladder, ladder, weigh
from shangwu.chapters.customers.models import Customer, Opportunity, OutcomeReason, Stage
from shangwu.chapters.customers.named_orders import customers_named, looks_ours
from shangwu.chapters.customers.opportunity_access import (
    hands_opportunities_over,
    keeps_opportunity,
    makes_opportunities,
)
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit, hand_over
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor

OPPORTUNITIES = Series("opportunity", "SJ%Y%m-{n:04d}", _("Opportunity"), Reset.MONTH)

State = Opportunity.State
FIELDS = [
    "name", "amount", "currency", "expected_on", "product_range", "further_ranges", "products", "source", "next_step",
    "next_on", "competitor",
]  # fmt: skip


def begin(opportunity: Opportunity, by: Actor, known: Ladder) -> None:
    """2.5.2: a customer may buy something. Refuses `unowned`, `blacklisted`, `stage`.

    Who does not sell enters it for the customer's owner.
    """
    customer = opportunity.customer
    if customer.owner_id is None:
        said = _("This customer lies in the pool. Claim it first.")
        raise Refusal("unowned", said, fields={"customer": [said]})
    if customer.state == Customer.State.BLACKLISTED:
        said = _("This customer is on the blacklist.")
        raise Refusal("blacklisted", said, fields={"customer": [said]})
    if not by.holds_any(SELLERS):
        opportunity.owner_id, opportunity.department_id = customer.owner_id, customer.department_id
    opportunity.currency = opportunity.currency or customer.currency or by.currency
    sort_ranges(opportunity)
    known.place(opportunity, _open_stage(opportunity.stage if opportunity.stage_id else known.first()), by)


def sort_ranges(opportunity: Opportunity) -> None:
    """Each range stands once; where none is said to be the main one, the first is."""
    ranges = list(dict.fromkeys(opportunity.further_ranges))
    if opportunity.product_range_id is None and ranges:
        opportunity.product_range_id = ranges[0]
    opportunity.further_ranges = [one for one in ranges if one != opportunity.product_range_id]


def _open_stage(stage: Stage) -> Stage:
    """The stage, if something may stand in it. Raises Refusal("stage")."""
    if stage.kind != Stage.Kind.OPEN or stage.archived_at is not None:
        said = _("Choose a stage of what is under way. To win and to lose have actions of their own, which ask why.")
        raise Refusal("stage", said, fields={"stage": [said]})
    return stage


def weigh_anew(opportunity: Opportunity, by: Actor) -> None:
    """2.5.2: another amount may have another chance."""
    sort_ranges(opportunity)
    weigh(opportunity)


create(
    Opportunity, clause="2.5.2", may=makes_opportunities, fields=["customer", "stage", *FIELDS], series=OPPORTUNITIES,
    reads=["customer", "stage"], prepare=ladder, body=begin, icon="target-arrow",
)  # fmt: skip
edit(
    Opportunity, clause="2.5.2", may=keeps_opportunity, fields=FIELDS, source=[State.OPEN], reads=["stage"],
    body=weigh_anew,
)  # fmt: skip
archive(Opportunity, clause="2.5.2", may=keeps_opportunity)
hand_over(Opportunity, clause="2.5.2", may=hands_opportunities_over, source=[State.OPEN])


@action(
    Opportunity, "advance", clause="2.5.2", label=_("Next stage"), may=keeps_opportunity, source=State.OPEN,
    reads=["stage"], prepare=ladder, icon="player-play", bulk=True, undo=True,
)  # fmt: skip
def advance(opportunity: Opportunity, by: Actor, known: Ladder) -> None:
    """2.5.2: it has come one stage further. Refuses `last`."""
    following = known.after(opportunity.stage)
    if following is None:
        raise Refusal("last", _("This is the last stage. Enter whether it was won or lost."))
    known.place(opportunity, following, by)


@action(
    Opportunity, "move", clause="2.5.2", label=_("Move to a stage"), may=keeps_opportunity, source=State.OPEN,
    reads=["stage"], prepare=ladder, icon="arrows-exchange", primary=True, bulk=True, undo=True,
)  # fmt: skip
def move(
    opportunity: Opportunity,
    by: Actor,
    known: Ladder,
    *,
    stage: Annotated[Stage, Ask(_("Stage"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
) -> None:
    """2.5.2: it stands in another stage, further or back. Refuses `stage`, and `same` where it stands already."""
    if stage.pk == opportunity.stage_id:
        said = _("It stands in this stage already.")
        raise Refusal("same", said, fields={"stage": [said]})
    known.place(opportunity, _open_stage(stage), by)


@dataclass(frozen=True, slots=True)
class Winning:
    """What a run must know to close what is won: the stages, and order number -> customer of the orders named."""

    ladder: Ladder
    orders: Mapping[str, int]

    def order(self, opportunity: Opportunity, number: str) -> str:
        """The number, if it is an order of this customer, or another house's. Raises Refusal("order")."""
        number = number.strip()
        if looks_ours(number) and self.orders.get(number) != opportunity.customer_id:
            said = _("This customer has no order of this number.")
            raise Refusal("order", said, fields={"order_reference": [said]})
        return number


def winning(opportunities: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Winning:
    """The `prepare` of winning."""
    named = " ".join(str(given.get("order_reference") or "") for given in inputs)
    return Winning(ladder(opportunities, by, inputs), customers_named(named))


@action(
    Opportunity, "win", clause="2.5.2", label=pgettext_lazy("opportunity", "Won"), may=keeps_opportunity,
    source=State.OPEN, target=State.WON, prepare=winning, icon="trophy",
)  # fmt: skip
def win(
    opportunity: Opportunity,
    by: Actor,
    known: Winning,
    *,
    order_reference: Annotated[str, Ask(_("Became order"), _("Its number, if there is one."), most=60)] = "",
    outcome_reason: Annotated[OutcomeReason | None, Ask(_("Reason of the outcome"))] = None,
    outcome_words: Annotated[str, Ask(_("Outcome in words"), most=500)] = "",
) -> None:
    """2.5.2: the customer buys. It may name the order, and says why we won. Refuses `outcome_reason`, and `order` for
    a number of ours that is no order of this customer."""
    _close(opportunity, by, known.ladder, State.WON, outcome_reason, outcome_words)
    opportunity.order_reference = known.order(opportunity, order_reference)


@action(
    Opportunity, "lose", clause="2.5.2", label=pgettext_lazy("opportunity", "Lost"), may=keeps_opportunity,
    source=State.OPEN, target=State.LOST, prepare=ladder, icon="heart-broken",
)  # fmt: skip
def lose(
    opportunity: Opportunity,
    by: Actor,
    known: Ladder,
    *,
    outcome_reason: Annotated[OutcomeReason, Ask(_("Reason of the outcome"))],  # type: ignore[valid-type]  # as above
    outcome_words: Annotated[str, Ask(_("Outcome in words"), most=500)] = "",
    competitor: Annotated[str, Ask(_("Lost to"), most=200)] = "",
) -> None:
    """2.5.2: the customer does not buy, or not from us; the reason is needed for the analysis. Refuses
    `outcome_reason`."""
    _close(opportunity, by, known, State.LOST, outcome_reason, outcome_words)
    opportunity.competitor = competitor.strip() or opportunity.competitor


def _close(
    opportunity: Opportunity, by: Actor, known: Ladder, state: str, reason: OutcomeReason | None, words: str
) -> None:
    """What winning and losing have in common. Raises Refusal("outcome_reason") for a reason of the other outcome."""
    if reason is not None and reason.kind != state:
        said = _("This reason belongs to the other outcome. Choose another.")
        raise Refusal("outcome_reason", said, fields={"outcome_reason": [said]})
    opportunity.outcome_reason, opportunity.outcome_words = reason, words.strip()
    known.place(opportunity, known.end(state), by)
    opportunity.closed_on = opportunity.stage_since
    opportunity.next_step, opportunity.next_on = "", None


@action(
    Opportunity, "reopen", clause="2.5.2", label=_("Open again"), may=keeps_opportunity,
    source=[State.WON, State.LOST], target=State.OPEN, prepare=ladder, needs_reason=True, icon="refresh", primary=True,
)  # fmt: skip
def reopen(opportunity: Opportunity, by: Actor, known: Ladder) -> None:
    """2.5.2: it is under way again, in the furthest stage that it had come to; the former outcome stays in the
    history."""
    opportunity.closed_on, opportunity.outcome_reason = None, None
    opportunity.outcome_words = opportunity.order_reference = ""
    reached = [one for one in known.rungs if one.pk in opportunity.passed]
    known.place(opportunity, reached[-1] if reached else known.first(), by)


@action(
    Opportunity, "finish", clause="2.5.2", label=_("Next step done"), may=keeps_opportunity, source=State.OPEN,
    icon="check", offered_when=lambda opportunity: opportunity.next_on is not None,
)  # fmt: skip
def finish(
    opportunity: Opportunity,
    by: Actor,
    *,
    next_step: Annotated[str, Ask(_("Next step"), most=200)] = "",
    next_on: Annotated[datetime.date | None, Ask(_("Next step on"))] = None,
) -> None:
    """2.5.2: the promised step was done; what comes next, and when. Refuses `nothing` when there is none open."""
    if opportunity.next_on is None:
        raise Refusal("nothing", _("There is no open next step here."))
    opportunity.next_step, opportunity.next_on = next_step.strip(), next_on


@action(
    Opportunity, "weigh", clause="2.5.2", label=_("Weigh anew"), may=nobody, source=State.OPEN, reads=["stage"],
    shown=False,
)  # fmt: skip
def follow_history(opportunity: Opportunity, by: Actor) -> None:
    """2.5.2: the own history has taught another chance."""
    weigh(opportunity)
