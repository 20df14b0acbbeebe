"""A customer whose contract has ended, and nothing followed, may go to the pool (2.5.1). Off while the term is 0.

Higher rooms say when a customer's last contract ends; this one counts from there, or from the day on which the present
owner took the customer over, whichever is later. An order within the term keeps the customer where they are.
"""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from shangwu.chapters.customers.dormancy import without_orders_since
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.protection import shifted
from shangwu.foundation.policy.parameters import policy

TERM = "pool.contract"

LastDays = Callable[[], "QuerySet[Any, Any]"]
"""Rows of (customer, ended): the last day under contract of each who has no contract that runs without an end."""

_last_days: list[LastDays] = []


def contracts_end(asked: LastDays) -> LastDays:
    """Register who knows of contracts. A decorator."""
    _last_days.append(asked)
    return asked


def _leaving(rows: QuerySet[Customer], term: int) -> Any:
    """Those of `rows` who would go, with `kept_until`: the last day on which their owner has them. term: in days."""
    days = [
        Subquery(asked().filter(customer=OuterRef("pk")).values("ended")[:1], output_field=models.DateField())
        for asked in _last_days
    ]
    ended = Greatest(*days) if len(days) > 1 else days[0]
    ours = rows.filter(owner__isnull=False, won_at__isnull=False, archived_at__isnull=True)
    ours = ours.exclude(state=Customer.State.BLACKLISTED).annotate(ended=ended).filter(ended__isnull=False)
    since = Greatest("ended", Coalesce("held_on", "ended"))
    return ours.annotate(kept_until=shifted(since, "+", Value(term)))


def ending(rows: QuerySet[Customer], today: datetime.date, ahead: int = 0, term: int | None = None) -> Any:
    """Those of `rows` whose last day is past, or at most so many days ahead, and who have not ordered in the term."""
    term = policy(TERM) if term is None else term
    if not term or not _last_days:
        return rows.none()
    last = today + datetime.timedelta(days=ahead)
    found = _leaving(rows, term).filter(kept_until__lt=last)
    return without_orders_since(found, today - datetime.timedelta(days=term))


def last_days(customers: Iterable[Customer], today: datetime.date, ahead: int) -> dict[int, datetime.date]:
    """Key -> last day, of those of some customers to whom that day has come, or comes within so many days."""
    if not policy(TERM):
        return {}
    rows: Any = Customer.objects.filter(pk__in=[one.pk for one in customers if one.won_at is not None])
    return dict(ending(rows, today, ahead).values_list("pk", "kept_until"))
