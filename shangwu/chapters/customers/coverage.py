"""How far customers are covered (2.5.2): by grade, what is planned, what was spoken, and who is overdue.

Whose duty it is is said by the rule of 2.5.2.2: so many days after the last contact, by the grade.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, Greatest

from shangwu.chapters.customers.actions.plans import rule_of
from shangwu.chapters.customers.models import Communication, ContactPlan, Customer
from shangwu.chapters.customers.ranks import PLANNED
from shangwu.foundation.records.actors import Actor

GRADES = ("A", "B", "C")
PLANS = ("planned", "unplanned")
CELLS = ("customers", *PLANS, "in_time", "overdue")
"""What a cell counts customers of; the talks stand beside them as numbers alone."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A row of the map. counts: by cell; None where nothing is asked (no plan for grade C). due, done: talks of this
    year that the plans in force ask for by now, and all that were held. days: the grade's rule."""

    grade: str
    days: int
    counts: Mapping[str, int | None]
    due: int
    done: int

    @property
    def percent(self) -> int:
        """Of a hundred customers, how many were spoken with in time."""
        whole = self.counts["customers"] or 0
        return 100 * (self.counts["in_time"] or 0) // whole if whole else 0


def served(actor: Actor) -> Any:
    """The customers that the reader sees, that buy from us and that somebody answers for; with their last contact."""
    rows = Customer.objects.visible_to(actor).filter(
        state__in=[Customer.State.WON, Customer.State.DORMANT], owner__isnull=False, won_at__isnull=False,
        grade__in=GRADES,
    )  # fmt: skip
    return rows.annotate(since=Greatest(Coalesce("last_contact_at", "won_at"), "won_at"))


def conditions(cell: str, now: datetime.datetime, year: int) -> Q:
    """Which of the served customers a cell counts."""
    late = Q()
    for grade in GRADES:
        late |= Q(grade=grade, since__lt=now - datetime.timedelta(days=rule_of(grade) or 0))
    planned = Q(planned_until__gte=datetime.date(year, 12, 31))
    return {
        "customers": Q(),
        "planned": Q(grade__in=PLANNED) & planned,
        "unplanned": Q(grade__in=PLANNED) & ~(planned & Q(planned_until__isnull=False)),
        "in_time": ~late,
        "overdue": late,
    }[cell]


def coverage(actor: Actor, now: datetime.datetime) -> list[Grade]:
    """The map: three queries, however many customers there are."""
    today = now.astimezone(actor.zone).date()
    counted = {one: Count("pk", filter=conditions(one, now, today.year)) for one in CELLS if one != "customers"}
    grouped = served(actor).order_by().values("grade").annotate(customers=Count("pk"), **counted)
    rows: dict[str, dict[str, Any]] = {row["grade"]: row for row in grouped}
    due, done = _due(actor, today), _done(actor, now, today)
    return [
        Grade(
            grade,
            rule_of(grade) or 0,
            {one: rows.get(grade, {}).get(one, 0) if grade in PLANNED or one not in PLANS else None for one in CELLS},
            due.get(grade, 0),
            done.get(grade, 0),
        )
        for grade in GRADES
    ]


def _due(actor: Actor, today: datetime.date) -> dict[str, int]:
    """By grade, the talks that plans in force ask for until today: one for each whole span."""
    elapsed = (today - datetime.date(today.year, 1, 1)).days + 1
    plans = (
        ContactPlan.objects.visible_to(actor)
        .joining(Customer)
        .filter(state=ContactPlan.State.IN_FORCE, year=today.year, customer__in=served(actor).values("pk"))
    )
    spans: Any = elapsed / F("every_days")
    rows = plans.order_by().values("customer__grade").annotate(talks=Sum(spans))
    return {row["customer__grade"]: row["talks"] for row in rows}


def _done(actor: Actor, now: datetime.datetime, today: datetime.date) -> dict[str, int]:
    """By grade, the talks of this year until now."""
    first = datetime.datetime(today.year, 1, 1, tzinfo=actor.zone)
    talks = (
        Communication.objects.visible_to(actor)
        .joining(Customer)
        .filter(at__gte=first, at__lte=now, customer__in=served(actor).values("pk"))
    )
    rows = talks.order_by().values("customer__grade").annotate(talks=Count("pk"))
    return {row["customer__grade"]: row["talks"] for row in rows}
