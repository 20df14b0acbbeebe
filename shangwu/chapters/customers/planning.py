"""What a contact plan proposes by the customer's grade (2.5.2): nobody begins with an empty sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shangwu.chapters.customers.actions.plans import rule_of
from shangwu.chapters.customers.models import ContactPlan, Customer
from shangwu.chapters.customers.ranks import PLANNED
from shangwu.foundation.actions.door import Outcome, Row, act_many
from shangwu.foundation.records.actors import Actor

MOST = 500
"""Customers planned for at once."""

WAYS = {"A": ContactPlan.Way.VISIT, "B": ContactPlan.Way.PHONE}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as it would be drawn up."""

    customer: Customer
    way: str
    every_days: int
    traits: str
    reason: str

    def inputs(self, year: int) -> dict[str, Any]:
        """What the door is given."""
        return {
            "customer": self.customer, "year": year, "way": self.way, "every_days": self.every_days,
            "traits": self.traits, "reason": self.reason,
        }  # fmt: skip


def lacking(actor: Actor, year: int) -> Sequence[Customer]:
    """The actor's own customers of grade A and B that have no plan for a year, the better ones first."""
    has = ContactPlan.objects.visible_to(actor).filter(year=year)
    mine = Customer.objects.visible_to(actor).filter(
        owner=actor.person_id, grade__in=PLANNED, state__in=[Customer.State.WON, Customer.State.DORMANT]
    )
    found = mine.exclude(pk__in=has.order_by().values("customer")).order_by("grade", "sort_key", "pk")
    return list(found[:MOST])


def propose(customers: Iterable[Customer]) -> list[Proposal]:
    """By grade: the best are visited, as often as the regulation asks; traits as far as the file tells them."""
    reasons = {
        "A": _("Grade A: what matters is said face to face."),
        "B": _("Grade B: a call keeps in touch; a visit when there is a reason."),
    }
    return [
        Proposal(one, WAYS[one.grade], rule_of(one.grade) or 0, _traits(one), reasons[one.grade]) for one in customers
    ]


def _traits(customer: Customer) -> str:
    told = [customer.industry, customer.get_size_display(), customer.region, customer.tags]
    if customer.segment:
        told.append(customer.get_segment_display())
    return " · ".join(str(one) for one in told if one) or _("To be found out in the first talk.")


def draw_up_all(actor: Actor, year: int) -> Outcome:
    """Draw up what is proposed for each customer that has no plan yet, in one run; refusals stay with their row."""
    rows = [Row(one.inputs(year)) for one in propose(lacking(actor, year))]
    return act_many(actor, "customers.contactplan.create", rows)
