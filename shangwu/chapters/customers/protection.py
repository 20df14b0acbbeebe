"""How long an owner is protected in having a customer who has not ordered yet (2.5.1, DOMAIN W5).

All days are plain calendar days. The day of the claim is not counted and the last day counts to its end: claimed on
03-25 for ten days, a customer is protected to the end of 04-04, and lies in the pool on 04-05.
"""

import datetime
import zoneinfo
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Greatest, Least, TruncDate
from django.db.models.lookups import GreaterThanOrEqual

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.policy.parameters import policy


@dataclass(frozen=True, slots=True)
class Terms:
    """The values that count. first: D, days after taking it. more: U, days after a contact. most: M, days in all.

    first_a, first_b, first_c: D for customers of that grade; 0 where it is as for those without a grade.
    """

    first: int
    more: int
    most: int
    first_a: int = 0
    first_b: int = 0
    first_c: int = 0

    def of_grade(self, grade: str) -> int:
        """D for a customer of this grade; an empty text is none."""
        named = {"A": self.first_a, "B": self.first_b, "C": self.first_c}
        return min(named.get(grade, 0) or self.first, self.most)

    def end(
        self, held_on: datetime.date, contact_on: datetime.date | None, extra: int = 0, grade: str = ""
    ) -> datetime.date:
        """The last protected day of who holds a customer since `held_on` and spoke with it last on `contact_on`."""
        days = self.of_grade(grade)
        if contact_on is not None and contact_on >= held_on:
            days = max(days, min((contact_on - held_on).days + self.more, self.most))
        return held_on + datetime.timedelta(days=days + extra)


PLACES = {
    "pool.D": "first", "pool.U": "more", "pool.M": "most", "pool.D_a": "first_a", "pool.D_b": "first_b",
    "pool.D_c": "first_c",
}  # fmt: skip
"""Parameter -> what it is called among the terms."""


def terms(on: datetime.date | None = None) -> Terms:
    """The terms that the regulation sets on a day."""
    return Terms(**{name: policy(key, on) for key, name in PLACES.items()})


def is_exempt(customer: Customer) -> bool:
    """Whether there is nothing to protect: nobody has it, it has ordered, or nobody may do business with it."""
    return customer.owner_id is None or customer.won_at is not None or customer.state == Customer.State.BLACKLISTED


def protect(customer: Customer, zone: datetime.tzinfo) -> None:
    """Work out anew until when the owner is protected. zone: where the days of the owner begin."""
    if is_exempt(customer) or customer.held_on is None:
        customer.protected_until = None
        return
    contact_at = customer.last_contact_at
    contact_on = contact_at.astimezone(zone).date() if contact_at else None
    customer.protected_until = terms().end(customer.held_on, contact_on, customer.extra_days, customer.grade)


def protect_fairly(customer: Customer, zone: datetime.tzinfo, today: datetime.date) -> None:
    """Work it out anew where it may have become shorter: nobody loses the days in which one is warned."""
    former = customer.protected_until
    protect(customer, zone)
    if former is not None and customer.protected_until is not None:
        granted = today + datetime.timedelta(days=policy("pool.warn_first"))
        customer.protected_until = max(customer.protected_until, min(former, granted))


def begin(customer: Customer, day: datetime.date, zone: datetime.tzinfo) -> None:
    """From this day on the customer is its present owner's."""
    customer.held_on, customer.extra_days, customer.warned_on = day, 0, None
    protect(customer, zone)


def let_go(customer: Customer, day: datetime.date) -> None:
    """The customer goes to the pool on this day; whose it was stays on the file."""
    customer.released_by_id, customer.released_at, customer.released_on = customer.owner_id, customer.changed_at, day
    customer.owner_id, customer.collaborators = None, []
    customer.held_on = customer.protected_until = customer.warned_on = None
    customer.extra_days = 0


def shifted(day: Any, sign: str, days: Any) -> CombinedExpression:
    """A day so many days later ("+") or earlier ("-"), as SQL."""
    return CombinedExpression(day, sign, days, output_field=models.DateField())


def ends_on(terms: Terms, zone: str) -> CombinedExpression:
    """`Terms.end` over the columns of Customer: what a set of a million is asked with."""
    held, spoken = F("held_on"), TruncDate("last_contact_at", tzinfo=zoneinfo.ZoneInfo(zone))
    later = Least(shifted(spoken, "+", Value(terms.more)), shifted(held, "+", Value(terms.most)))
    by_contact = Case(When(GreaterThanOrEqual(spoken, held), then=later), default=held)
    first = Case(
        *(When(grade=grade, then=Value(terms.of_grade(grade))) for grade in Customer.Grade.values),
        default=Value(terms.first),
    )
    return shifted(Greatest(shifted(held, "+", first), by_contact), "+", F("extra_days"))


def standing(terms: Terms, zone: str, today: datetime.date) -> Any:
    """Until when each owner is protected if these terms hold from today on.

    What they give is there at once. What they take leaves the days in which one is warned.
    """
    granted = today + datetime.timedelta(days=policy("pool.warn_first"))
    return Greatest(ends_on(terms, zone), Least("protected_until", Value(granted, models.DateField())))
