"""How many customers without an order a person has: nobody hoards them (2.5.1)."""

import datetime
import itertools
import sys
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.compiled import by_pk
from shangwu.foundation.records.refusals import Refusal

CLAIM = "customers.customer.claim"
LOOKED_AT = 2000
"""Of somebody's last deeds so many are looked at: who has done more in a day has claimed in sets."""


@dataclass(slots=True)
class Holdings:
    """How many each person of a run has, those given to them earlier in the run included.

    daily: how many one may claim in a day; claimed: how many the one who claims has claimed today.
    """

    limit: int = 0
    counts: Counter[int | None] = field(default_factory=Counter)
    daily: int = 0
    claimed: int = 0

    def take(self, customer: Customer) -> None:
        """One more for its owner. Raises Refusal("limit"); who has ordered does not count."""
        if customer.won_at is not None or customer.owner_id is None:
            return
        if self.counts[customer.owner_id] >= self.limit:
            said = _(
                "%(limit)s customers without an order are the most that one person may have. Release some first, or "
                "let another take it."
            )
            raise Refusal("limit", said, {"limit": self.limit}, details={"limit": self.limit})
        self.counts[customer.owner_id] += 1

    def claim(self, customer: Customer) -> None:
        """One more that its new owner has claimed today. Raises Refusal("daily"), and as `take`."""
        if self.claimed >= self.daily:
            said = _("%(limit)s customers are the most that one person may claim in a day. Go on tomorrow.")
            raise Refusal("daily", said, {"limit": self.daily}, details={"limit": self.daily})
        self.take(customer)
        self.claimed += 1


def claims_of(by: Actor) -> Holdings:
    """What the one who claims has, and has claimed since the morning of their own day. The demo's days are many."""
    held = holdings_of({by.person_id})
    if by.source is Source.DEMO:
        held.daily = sys.maxsize
        return held
    midnight = datetime.datetime.combine(clock.today(by.zone), datetime.time(), by.zone)
    done = Entry.objects.filter(person=by.person_id).order_by("-pk").values_list("at", "verb", "count")[:LOOKED_AT]
    today = itertools.takewhile(lambda one: one[0] >= midnight, done.iterator(chunk_size=200))
    held.daily = policy("pool.daily")
    held.claimed = sum(count for _at, verb, count in today if verb == CLAIM)
    return held


def holdings_of(persons: Collection[int | None]) -> Holdings:
    """What these persons have. Their own rows are locked, so that two claims at once can't both be the last."""
    found = sorted(pk for pk in persons if pk is not None)
    by_pk(Person, found, lock=True)
    rows = Customer.objects.filter(owner__in=found, won_at__isnull=True, archived_at__isnull=True)
    counts = rows.order_by().values_list("owner").annotate(Count("pk"))
    return Holdings(policy("pool.limit"), Counter(dict(counts)))
