"""Counts of duties: by week and chapter, clause, person or department, as of a moment."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.access import seen_by
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence

WEEKS = 26
_WEEK = datetime.timedelta(days=7)
_FULL, _STEPS = 99.5, (70.0, 85.0, 92.0, 96.0)

BREAKDOWNS: dict[str, Sentence] = {
    "chapter": _("Chapters"),
    "clause": _("Clauses"),
    "person": _("People"),
    "department": _("Departments"),
}
_COLUMN = {"chapter": "rule", "clause": "rule", "person": "holder_id", "department": "department_id"}


@dataclass(slots=True)
class Tally:
    """How many duties were due; kept: done in time; late: done late, or overdue."""

    kept: int = 0
    late: int = 0
    open: int = 0

    @property
    def settled(self) -> int:
        """Those of which one knows whether they were kept."""
        return self.kept + self.late

    @property
    def rate(self) -> float | None:
        """Per cent kept; None where nothing was due yet."""
        return self.kept * 100 / self.settled if self.settled else None

    def add(self, other: "Tally") -> None:
        """Count another's with one's own."""
        self.kept += other.kept
        self.late += other.late
        self.open += other.open

    @property
    def heat(self) -> str:
        """The step of the heat map: none, or 0 (less than 70 %) to 5 (all kept)."""
        if self.rate is None:
            return "none"
        return "5" if self.rate >= _FULL else str(sum(self.rate >= step for step in _STEPS))


@dataclass(frozen=True, slots=True)
class Span:
    """Weeks by their Mondays, first and last included, as of a moment."""

    first: datetime.date
    last: datetime.date
    as_of: datetime.datetime

    @property
    def mondays(self) -> list[datetime.date]:
        """The Monday of each week."""
        count = (self.last - self.first).days // 7 + 1
        return [self.first + place * _WEEK for place in range(count)]


def span_until(day: datetime.date, as_of: datetime.datetime, weeks: int = WEEKS) -> Span:
    """So many weeks up to the one in which `day` lies."""
    last = day - datetime.timedelta(days=day.weekday())
    return Span(last - (weeks - 1) * _WEEK, last, as_of)


@dataclass(slots=True)
class Heat:
    """Tallies by row key and Monday. A key is a chapter's or clause's code, or a person's or department's id."""

    span: Span
    cells: dict[Any, dict[datetime.date, Tally]] = field(default_factory=lambda: defaultdict(dict))

    def row(self, key: Any) -> Tally:
        """All weeks of a row together."""
        return together(self.cells[key].values()) if key in self.cells else Tally()

    def week(self, monday: datetime.date) -> Tally:
        """All rows of a week together."""
        return together(row[monday] for row in self.cells.values() if monday in row)

    @property
    def whole(self) -> Tally:
        """Everything together."""
        return together(one for row in self.cells.values() for one in row.values())


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies."""
    found = Tally()
    for one in tallies:
        found.add(one)
    return found


def provable() -> list[str]:
    """The rules that something in the house can prove: no other's duties count."""
    return [one.code for one in rules.values() if one.is_connected]


def in_weeks(actor: Actor, span: Span) -> "models.QuerySet[Duty]":
    """The duties of these weeks that count: seen by the reader, open by then, neither waived nor fallen away.

    What nothing in the house can prove (any more) counts as neither kept nor late.
    """
    still = Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=span.as_of) | Q(done_at__lte=span.as_of)
    counted = Q(waived_at__isnull=True) | Q(waived_at__gt=span.as_of)
    found = seen_by(actor).filter(week__gte=span.first, week__lte=span.last, opened_at__lte=span.as_of)
    return found.filter(still, counted, rule__in=provable())


def late(as_of: datetime.datetime) -> Q:
    """Done late, or overdue, at a moment."""
    return Q(due_at__lt=as_of) & (Q(done_at__isnull=True) | Q(done_at__gt=F("due_at")))


def kept(as_of: datetime.datetime) -> Q:
    """Done in time, by a moment."""
    return Q(done_at__lte=F("due_at")) & Q(done_at__lte=as_of)


def heat(actor: Actor, span: Span, by: str = "chapter") -> Heat:
    """One query: the tallies of each row in each week."""
    column = _COLUMN[by]
    rows = (
        in_weeks(actor, span)
        .values_list(column, "week")
        .annotate(
            every=Count("opened_at"),
            kept=Count("opened_at", filter=kept(span.as_of)),
            late=Count("opened_at", filter=late(span.as_of)),
        )
        .order_by()
    )
    found = Heat(span)
    for value, week, every, in_time, too_late in rows:
        key = _key(by, value)
        one = Tally(in_time, too_late, every - in_time - too_late)
        known = found.cells[key].setdefault(week, Tally())
        known.add(one)
    return found


def _key(by: str, value: Any) -> Any:
    if by not in ("chapter", "clause"):
        return value
    rule = rules.get(value)
    if rule is None:
        return ""
    return rule.chapter if by == "chapter" else rule.clause


def of_row(found: "models.QuerySet[Duty]", by: str, key: str) -> "models.QuerySet[Duty]":
    """The duties of one row. An unknown key has none."""
    if by in ("chapter", "clause"):
        codes = [one.code for one in rules.values() if key == (one.chapter if by == "chapter" else one.clause)]
        return found.filter(rule__in=codes)
    return found.filter(**{_COLUMN[by]: int(key)}) if key.isdigit() and len(key) < 16 else found.none()


def late_first(as_of: datetime.datetime) -> Case:
    """Sorts what was not kept before the rest."""
    return Case(When(late(as_of), then=Value(0)), default=Value(1), output_field=models.IntegerField())


def weeks_of(actor: Actor, span: Span, codes: Iterable[str]) -> dict[datetime.date, Tally]:
    """The tallies of some rules together, by Monday."""
    rows = (
        in_weeks(actor, span)
        .filter(rule__in=list(codes))
        .values_list("week")
        .annotate(
            every=Count("opened_at"),
            kept=Count("opened_at", filter=kept(span.as_of)),
            late=Count("opened_at", filter=late(span.as_of)),
        )
        .order_by()
    )
    return {week: Tally(in_time, too_late, every - in_time - too_late) for week, every, in_time, too_late in rows}
