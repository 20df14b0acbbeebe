"""Clause 2.5.1: valuations of all customers, the grades that follow from them, and grades set by hand for a time."""

import datetime
import json
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import moves_customers, values_customers
from shangwu.chapters.customers.models import Customer, Valuation
from shangwu.chapters.customers.ranks import note_rank
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, create
from shangwu.foundation.records.actors import Actor

LONGEST_BY_HAND = datetime.timedelta(days=366)


def _ask_for(valuation: Valuation, by: Actor) -> None:
    """2.5.1: value all customers as of a day. The work is a job. Refuses `future`: tomorrow's orders are not there."""
    if valuation.until > valuation.changed_at.astimezone(by.zone).date():
        said = _("This day has not come yet. Choose today or an earlier day.")
        raise Refusal("future", said, fields={"until": [said]})


create(
    Valuation, clause="2.5.1", may=values_customers, fields=["until"], body=_ask_for, label=_("Value all customers"),
    event="customers.valuation.asked_for",
)  # fmt: skip


@action(
    Valuation, "finish", clause="2.5.1", label=_("Finish"), may=nobody, source=Valuation.State.WAITING,
    target=Valuation.State.DONE, shown=False,
)  # fmt: skip
def finish(
    valuation: Valuation,
    by: Actor,
    *,
    since: datetime.date,
    window: int,
    share_a: int,
    share_b: int,
    facts_at: datetime.datetime,
    digest: str,
    customers: int,
    total: Decimal,
    bounds: str,
) -> None:
    """2.5.1: what a valuation found, and what it rested on; the scores were added in the same transaction."""
    valuation.since, valuation.window = since, window
    valuation.share_a, valuation.share_b = share_a, share_b
    valuation.facts_at, valuation.digest = facts_at, digest
    valuation.customers, valuation.total, valuation.bounds = customers, total, json.loads(bounds)


@action(Customer, "take_grade", clause="2.5.1", label=_("Take the computed grade"), may=nobody, shown=False)
def take_grade(
    customer: Customer, by: Actor, *, grade: Customer.Grade, segment: Customer.Segment | None = None
) -> None:
    """2.5.1: what the last valuation found. A grade set by hand stands until its last day."""
    customer.computed_grade, customer.segment = grade, segment or ""
    if customer.grade_until is None:
        customer.grade = grade
        note_rank(customer)


@action(
    Customer, "set_grade", clause="2.5.1", label=_("Set the grade by hand"), may=moves_customers,
    icon="adjustments-horizontal",
)  # fmt: skip
def set_grade(
    customer: Customer,
    by: Actor,
    *,
    grade: Annotated[Customer.Grade, Ask(_("Grade"))],
    until: Annotated[datetime.date, Ask(_("Until"), _("On the next day the computed grade counts again."))],
    why: Annotated[str, Ask(_("What the figures do not show"))],
) -> None:
    """2.5.1: another grade than the computed one needs a reason and an end. Refuses `period`."""
    today = customer.changed_at.astimezone(by.zone).date()
    if not today <= until <= today + LONGEST_BY_HAND:
        said = _("A grade set by hand ends within a year. Choose a day from today on.")
        raise Refusal("period", said, fields={"until": [said]})
    customer.grade, customer.grade_until, customer.grade_reason = grade, until, why[:200]
    note_rank(customer)


@action(
    Customer, "drop_grade", clause="2.5.1", label=_("Back to the computed grade"), may=moves_customers,
    icon="arrow-back",
)  # fmt: skip
def drop_grade(customer: Customer, by: Actor) -> None:
    """2.5.1: the computed grade counts again; by itself when the last day of the other has passed.

    Refuses `nothing` where no grade was set by hand.
    """
    if customer.grade_until is None:
        raise Refusal("nothing", _("This grade was not set by hand: it is the computed one."))
    customer.grade_until, customer.grade_reason = None, ""
    customer.grade = customer.computed_grade or customer.grade
    note_rank(customer)
