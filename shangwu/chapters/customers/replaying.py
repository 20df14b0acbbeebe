"""What other rules of 2.5.1 would do to the customers that are there: who may hold how many, which grade they have, and
who is dormant or lost. The limit is tried on what was taken in the last twelve months.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.dormancy import DORMANT, LOST, given_up_after, silent_for
from shangwu.chapters.customers.models import Customer, Score, Valuation
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.people.zones import zones
from shangwu.foundation.policy.parameters import Parameter, policy
from shangwu.foundation.records.actors import Source
from shangwu.foundation.records.history import history_models
from shangwu.foundation.regulation.replaying import Line, replays

LIMIT = "pool.limit"
TAKEN = gettext_noop("Times that somebody got a customer without an order")
REFUSED = gettext_noop("of these, refused because they would have had too many")
FULL = gettext_noop("People who have as many as they may, or more, today")


@dataclass(frozen=True, slots=True)
class Step:
    """A customer comes to somebody, or from somebody.

    holder: who has it without an order from then on. is_asked: whether the limit was asked, as it is when a file is
    opened, claimed or handed over in the twelve months; an import and the demo bring theirs without.
    """

    customer: int
    holder: int | None
    is_asked: bool


@dataclass(slots=True)
class Walk:
    """The same months with one limit. What it refuses stays where it was."""

    limit: int
    counts: Counter[int]
    held: dict[int, int] = field(default_factory=dict)
    refused: int = 0

    def take(self, step: Step) -> None:
        """One step further."""
        if step.is_asked and step.holder is not None and self.counts[step.holder] >= self.limit:
            self.refused += 1
            return
        former = self.held.pop(step.customer, None)
        if former is not None:
            self.counts[former] -= 1
        if step.holder is not None:
            self.held[step.customer] = step.holder
            self.counts[step.holder] += 1


@replays(lambda key: key == LIMIT)
def replay(parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date) -> Iterator[Line]:
    """How many times the limit was asked, how many of them it would have refused, and who stands at it today."""
    start = datetime.datetime.combine(since, datetime.time(), timezone.get_default_timezone())
    unmoved = counts_of(changed_at__lt=start)
    walks = [Walk(limit, Counter(unmoved)) for limit in (former, value)]
    asked = 0
    for step in steps_since(start):
        asked += step.is_asked
        for walk in walks:
            walk.take(step)
    today = counts_of().values()
    yield Line(TAKEN, asked, asked)
    yield Line(REFUSED, walks[0].refused, walks[1].refused)
    before, after = (sum(count >= limit for count in today) for limit in (former, value))
    yield Line(FULL, before, after)


def counts_of(**which: Any) -> dict[int, int]:
    """How many customers without an order each person has, of those that `which` chooses."""
    rows = Customer.objects.filter(won_at__isnull=True, archived_at__isnull=True, owner__isnull=False, **which)
    return dict(rows.order_by().values_list("owner").annotate(Count("pk")))


def steps_since(start: datetime.datetime) -> Iterator[Step]:
    """What moved the customers that have changed since then, from their first day on, in the order of the log."""
    columns = ("pgh_obj_id", "owner_id", "won_at", "archived_at", "changed_at", "was_brought")
    brought = Entry.objects.filter(
        context=OuterRef("pgh_context_id"), verb="customers.customer.create", source__in=(Source.IMPORT, Source.DEMO)
    )
    history: Any = history_models[Customer]
    rows = history.objects.filter(pgh_obj_id__in=Customer.objects.filter(changed_at__gte=start).values("pk"))
    yield from _steps(
        rows.annotate(was_brought=Exists(brought)).order_by("pgh_id").values_list(*columns).iterator(), start
    )


def _steps(rows: Iterable[Any], start: datetime.datetime) -> Iterator[Step]:
    owners: dict[int, int | None] = {}
    holders: dict[int, int | None] = {}
    for customer, owner, won_at, archived_at, changed_at, was_brought in rows:
        is_new_owner = owners.get(customer) != owner
        holder = owner if won_at is None and archived_at is None else None
        if holders.get(customer) != holder:
            yield Step(
                customer, holder, holder is not None and is_new_owner and not was_brought and changed_at >= start
            )
        owners[customer], holders[customer] = owner, holder


# The lines between the grades.

LINES = ("abc.a", "abc.b")
GRADED = gettext_noop("Customers of grade %(grade)s by the last valuation")


@replays(lambda key: key in LINES)
def replay_grades(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """How many of the customers that were last valued have which grade, but for grades set by hand."""
    last = Valuation.objects.filter(state=Valuation.State.DONE).order_by("-until", "-pk").first()
    if last is None:
        return
    found = []
    for supposed in (former, value):
        shares = {key: supposed if key == parameter.key else policy(key) for key in LINES}
        found.append(graded(last, *(shares[key] for key in LINES)))
    for grade in Customer.Grade.values:
        yield Line(GRADED, found[0][grade], found[1][grade], {"grade": grade})


def graded(valuation: Valuation, share_a: int, share_b: int) -> Counter[str]:
    """Grade -> how many have it if the lines stand there: by the share of turnover that stands before each."""
    rows = Score.objects.filter(valuation=valuation)
    bought = rows.filter(net__gt=0)
    upper = [bought.filter(before__lt=Decimal(share) / 100).count() for share in (share_a, share_b)]
    return Counter({"A": upper[0], "B": upper[1] - upper[0], "C": rows.count() - upper[1]})


# Who is dormant, and who is lost.

SILENT = gettext_noop("Customers who have not ordered for so long")
GIVEN_UP = gettext_noop("Dormant customers who count as lost once their owners have been warned")


@replays(lambda key: key == DORMANT)
def replay_dormancy(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """How many customers count as dormant, those included that are so already."""
    customers = (Customer.State.WON, Customer.State.DORMANT)
    before, after = (
        sum(silent_for(days, zone).filter(state__in=customers).count() for zone in zones()) for days in (former, value)
    )
    yield Line(SILENT, before, after)


@replays(lambda key: key == LOST)
def replay_loss(
    parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date
) -> Iterator[Line]:
    """How many dormant customers count as lost once their owners have been warned."""
    before, after = (
        sum(given_up_after(policy(DORMANT), more, zone).count() for zone in zones()) for more in (former, value)
    )
    yield Line(GIVEN_UP, before, after)
