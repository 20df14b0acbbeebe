"""What customers owe by age (2.7.2, 2.6.2): orders that arrived or were invoiced and are not paid, by the days since
they fell due. The same as the measure `sales.receivable`, but of each currency and as of now.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, DateField, ExpressionWrapper, F, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Order
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence

BOUNDS = (30, 60, 90, 180, 365)
AGES: Mapping[str, Sentence] = {
    "open": _("Not yet due"), "30": _("1–30 days"), "60": _("31–60 days"), "90": _("61–90 days"),
    "180": _("91–180 days"), "365": _("181–365 days"), "older": _("More than 365 days"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Age:
    """What is owed of one age in one currency."""

    age: str
    count: int
    amount: Decimal


def aged(actor: Actor, today: datetime.date) -> QuerySet[Any]:
    """The orders that something is owed for, each with its `age`: those that `sales.receivable` counts.

    What has neither arrived nor been invoiced is not owed yet, whatever is still open of it. Due: the days of payment
    after the invoice or the arrival; without such days at once.
    """
    since = Coalesce("invoiced_on", "delivered_on", output_field=DateField())
    rows = Order.objects.visible_to(actor).filter(base_open__gt=0, imported=False).annotate(since=since)
    due = ExpressionWrapper(F("since") + Coalesce("payment_days", 0), output_field=DateField())
    day = datetime.timedelta(days=1)
    older = [When(fell_due__gte=today - bound * day, then=Value(str(bound))) for bound in BOUNDS]
    age = Case(When(fell_due__gte=today, then=Value("open")), *older, default=Value("older"), output_field=CharField())
    return rows.filter(since__isnull=False).annotate(fell_due=due).annotate(age=age)


def ages(actor: Actor, today: datetime.date) -> dict[str, list[Age]]:
    """By currency: what is owed in each age. One query."""
    rows = aged(actor, today).order_by()
    tallies = rows.values_list("base_currency", "age").annotate(Count("pk"), Sum("base_open"))
    found: dict[str, dict[str, Age]] = {}
    for currency, name, count, amount in tallies:
        found.setdefault(currency, {})[name] = Age(name, count, amount)
    return {
        currency: [known.get(name, Age(name, 0, Decimal())) for name in AGES]
        for currency, known in sorted(found.items())
    }
