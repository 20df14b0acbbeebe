"""Every delivery day that a customer was ever told, or that goods were expected: by whom, when, why it moved (2.6.3).

Nothing is kept for this: the rows of the log have it, whoever wrote them, and no correction can lose one.
"""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from shangwu.chapters.sales.models import Arrival, Order
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records.history import history_models


@dataclass(frozen=True, slots=True)
class Told:
    """A day that was promised. late: days after the first one, below zero for earlier; why: as it was given."""

    day: datetime.date
    at: datetime.datetime
    by: int | None
    late: int
    why: str


def days_of(arrival: Arrival) -> list[Told]:
    """The days on which goods were expected, the first one first, with why each moved. One query."""
    history: Any = history_models[Arrival]
    rows = history.objects.filter(pgh_obj_id=arrival.pk).order_by("pgh_id")
    told: list[Told] = []
    names = ("expected_on", "changed_at", "changed_by_id", "confirmed_at", "moved_because")
    for day, at, by, confirmed_at, why in rows.values_list(*names):
        if not told or told[-1].day != day:
            first = told[0].day if told else day
            told.append(Told(day, at, by, (day - first).days, why if confirmed_at == at else ""))
    return told


def promises_of(order: Order) -> list[Told]:
    """The days promised for an order, the first one first. Two queries, however many there were."""
    history: Any = history_models[Order]
    rows = history.objects.filter(pgh_obj_id=order.pk, promised_on__isnull=False).order_by("pgh_id")
    told: list[tuple[datetime.date, datetime.datetime, int | None, uuid.UUID | None]] = []
    for row in rows.values_list("promised_on", "changed_at", "changed_by_id", "pgh_context_id"):
        if not told or told[-1][0] != row[0]:
            told.append(row)
    contexts = [context for *_row, context in told[1:] if context is not None]
    reasons = dict(Entry.objects.filter(context__in=contexts).values_list("context", "reason")) if contexts else {}
    return [
        Told(day, at, by, (day - told[0][0]).days, reasons.get(context, "") if context is not None else "")
        for day, at, by, context in told
    ]
