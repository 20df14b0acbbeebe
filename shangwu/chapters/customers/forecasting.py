"""What the open opportunities promise, by month and by owner, as far as somebody sees them (2.5.2).

committed: of those whose chance is at least `opportunity.commit`. weighted: each amount by its chance. best: all of
them. Amounts of different currencies are never added up.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from shangwu.chapters.customers.models import Opportunity
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor

AHEAD = 6
"""Months that are shown one by one; what is expected later stands together."""

ZERO = Decimal()


@dataclass(frozen=True, slots=True)
class Promise:
    """Of so many opportunities: the amounts that are certain enough, by chance, and all."""

    count: int = 0
    committed: Decimal = ZERO
    weighted: Decimal = ZERO
    best: Decimal = ZERO

    def __add__(self, other: "Promise") -> "Promise":
        return Promise(
            self.count + other.count,
            self.committed + other.committed,
            self.weighted + other.weighted,
            self.best + other.best,
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of one currency: a promise for each month from this one on, and for each owner. late: what was expected before
    this month and is still open; its months are over, so that it stands apart. later: beyond the months shown."""

    currency: str
    late: Promise
    months: Sequence[tuple[datetime.date, Promise]]
    later: Promise
    owners: Mapping[int | None, Promise]

    @property
    def total(self) -> Promise:
        """All of them."""
        return together(self.owners.values())


def together(found: Iterable[Promise]) -> Promise:
    """The sum of promises."""
    return sum(found, Promise())


def forecasts(actor: Actor, today: datetime.date, *, owner: int | None = None) -> list[Forecast]:
    """One forecast per currency, that of most opportunities first. One query, however many there are."""
    rows: Any = Opportunity.objects.visible_to(actor).filter(state=Opportunity.State.OPEN)
    if owner is not None:
        rows = rows.filter(owner=owner)
    first = today.replace(day=1)
    last = month_after(first, AHEAD)
    tallies = rows.order_by().values("currency", "owner_id", month=TruncMonth("expected_on")).annotate(
        count=Count("pk"),
        committed=Coalesce(Sum("amount", filter=Q(probability__gte=policy("opportunity.commit"))), ZERO),
        weighted=Sum(F("amount") * F("probability") / 100),
        best=Sum("amount"),
    )  # fmt: skip
    by_currency: dict[str, list[tuple[Any, Any, Promise]]] = {}
    for one in tallies:
        promise = Promise(one["count"], one["committed"], one["weighted"], one["best"])
        by_currency.setdefault(one["currency"], []).append((one["month"], one["owner_id"], promise))
    made = [_forecast(currency, found, first, last) for currency, found in by_currency.items()]
    return sorted(made, key=lambda one: one.total.count, reverse=True)


def month_after(first: datetime.date, count: int) -> datetime.date:
    """The first day of the month so many months later."""
    place = first.year * 12 + first.month - 1 + count
    return datetime.date(place // 12, place % 12 + 1, 1)


def _forecast(
    currency: str, found: Sequence[tuple[Any, Any, Promise]], first: datetime.date, last: datetime.date
) -> Forecast:
    owners: dict[int | None, Promise] = {}
    for _month, owner, promise in found:
        owners[owner] = owners.get(owner, Promise()) + promise
    months = [month_after(first, place) for place in range(AHEAD)]
    return Forecast(
        currency,
        together(promise for month, _owner, promise in found if month < first),
        [(month, together(promise for at, _owner, promise in found if at == month)) for month in months],
        together(promise for month, _owner, promise in found if month >= last),
        dict(sorted(owners.items(), key=lambda pair: pair[1].weighted, reverse=True)),
    )
