"""How many customers without an order a person has: nobody hoards them (2.5.1)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.compiled import by_pk
from shangwu.foundation.records.refusals import Refusal


@dataclass(slots=True)
class Holdings:
    """How many each person of a run has, those given to them earlier in the run included."""

    limit: int = 0
    counts: Counter[int | None] = field(default_factory=Counter)

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


def holdings_of(persons: Collection[int | None]) -> Holdings:
    """What these persons have. Their own rows are locked, so that two claims at once can't both be the last."""
    found = sorted(pk for pk in persons if pk is not None)
    by_pk(Person, found, lock=True)
    rows = Customer.objects.filter(owner__in=found, won_at__isnull=True, archived_at__isnull=True)
    counts = rows.order_by().values_list("owner").annotate(Count("pk"))
    return Holdings(policy("pool.limit"), Counter(dict(counts)))
