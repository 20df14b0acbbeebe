"""Customers in figures (2.7.2): who is new, stayed, came back or was lost; how the years of arrival go on buying."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count

from shangwu.chapters.analytics.explorer.sheet import exact
from shangwu.chapters.analytics.moved import KINDS
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.customers.models import Customer
from shangwu.foundation.measures import engine
from shangwu.foundation.measures.asking import question
from shangwu.foundation.records.actors import Actor

REVENUE, FIRST = "sales.revenue", "sales.first_order"
TOP = (1, 5, 10)
"""How many of the largest customers concentration is told of; five by the rule."""
COHORTS = 12

Where = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Moved:
    """Customers of one kind: how many, and what they bought in the period and in the one before."""

    kind: str
    count: int
    now: Decimal
    before: Decimal


def period_before(span: Span) -> Span:
    """The period of the same length just before; whole months before whole months."""
    assert span.since is not None
    assert span.until is not None
    day = datetime.timedelta(days=1)
    until = span.since - day
    if span.since.day == 1 and (span.until + day).day == 1:
        months = (span.until.year - span.since.year) * 12 + span.until.month - span.since.month + 1
        place = span.since.year * 12 + span.since.month - 1 - months
        return Span(datetime.date(place // 12, place % 12 + 1, 1), until)
    return Span(until - (span.until - span.since), until)


def _moved(actor: Actor, span: Span, where: Where | None = None) -> Any:
    """One row for each customer who ever bought: customer, kind, now, before. Kind: as `moved` says; "" for none."""
    import ibis

    earlier = period_before(span)
    now, before = (
        question(actor, [REVENUE], by=["customer"], since=one.since, until=one.until, where=where).table
        for one in (span, earlier)
    )
    ever = question(actor, [FIRST], by=["customer"], until=span.until).table
    ever = ever.filter(ever.by_customer.notnull()).select(customer="by_customer", first="sales_first_order")
    now = now.select(in_it="by_customer", now="sales_revenue")
    before = before.select(in_former="by_customer", before="sales_revenue")
    rows = ever.left_join(now, ever.customer == now.in_it)
    rows = rows.left_join(before, rows.customer == before.in_former)
    kind = ibis.cases(
        (rows.in_it.notnull() & (rows["first"] >= span.since), "new"),
        (rows.in_it.notnull() & rows.in_former.notnull(), "kept"),
        (rows.in_it.notnull(), "back"),
        (rows.in_former.notnull(), "lost"),
        else_="",
    )
    return rows.mutate(kind=kind)


def moved(actor: Actor, span: Span) -> list[Moved]:
    """How many customers are of each kind, and what they bought: as `moved.DEFINED` says."""
    import ibis

    rows = _moved(actor, span).group_by("kind")
    found = {
        name: Moved(name, count, exact(bought), exact(former))
        for name, count, bought, former in engine.rows(
            rows.agg(n=ibis._.count(), bought=ibis._["now"].sum(), former=ibis._["before"].sum())
        )
    }
    return [found.get(name, Moved(name, 0, Decimal(), Decimal())) for name in KINDS]


def who_moved(actor: Actor, span: Span, kind: str, *, most: int, where: Where | None = None) -> list[int]:
    """The customers of a kind, at most so many; where: of which orders. Raises KeyError for another kind."""
    if kind not in KINDS:
        raise KeyError(kind)
    rows = _moved(actor, span, where)
    return [row[0] for row in engine.rows(rows.filter(rows.kind == kind).select("customer").limit(most))]


def largest(actor: Actor, span: Span) -> tuple[Decimal, list[Decimal]]:
    """(revenue of all customers, that of the largest ones, largest first)."""
    posed = question(actor, [REVENUE], by=["customer"], since=span.since, until=span.until).table
    posed = posed.filter(posed.by_customer.notnull())
    whole = engine.rows(posed.aggregate(found=posed.sales_revenue.sum()))[0][0]
    top = engine.rows(posed.order_by(posed.sales_revenue.desc()).limit(max(TOP)).select("sales_revenue"))
    return exact(whole), [exact(row[0]) for row in top]


def who_is_largest(actor: Actor, span: Span, count: int) -> list[int]:
    """The customers of whom `largest` tells: the first so many."""
    posed = question(actor, [REVENUE], by=["customer"], since=span.since, until=span.until).table
    rows = posed.filter(posed.by_customer.notnull()).order_by(posed.sales_revenue.desc()).limit(count)
    return [row[0] for row in engine.rows(rows.select("by_customer"))]


def standing(actor: Actor, field: str) -> list[tuple[str, int]]:
    """Visible customers by their stored grade or segment."""
    rows = Customer.objects.visible_to(actor).exclude(**{field: ""}).order_by()
    return list(rows.values_list(field).annotate(Count("pk")).order_by(field))


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers whose first order lies in `month`: how many bought in that month and in each one after."""

    month: datetime.date
    bought: list[int]


def _bought(actor: Actor, this_month: datetime.date) -> Any:
    """One row for each customer of the last COHORTS months of arrival and month with an order: by_customer, by_month,
    first, and how many months `after` it that was."""
    import ibis

    posed = question(actor, [REVENUE], by=["customer", "month"]).table
    posed = posed.filter(posed.by_customer.notnull() & posed.by_month.notnull())
    first = posed.by_month.min().over(ibis.window(group_by="by_customer"))
    rows = posed.mutate(first=first, place=posed.by_month.year() * 12 + posed.by_month.month())
    place = this_month.year * 12 + this_month.month - COHORTS
    begin = datetime.date(place // 12, place % 12 + 1, 1)
    rows = rows.filter((rows["first"] >= begin) & (rows.by_month <= this_month))
    return rows.mutate(after=rows.place - (rows["first"].year() * 12 + rows["first"].month()))


def cohorts(actor: Actor, this_month: datetime.date) -> list[Cohort]:
    """The last COHORTS months of arrival, this month included; later months are not there yet."""
    rows = _bought(actor, this_month)
    counted: dict[datetime.date, dict[int, int]] = {}
    for month, after, count in engine.rows(rows.group_by(["first", "after"]).agg(n=rows.by_customer.nunique())):
        counted.setdefault(month, {})[after] = count
    return [Cohort(month, _row(found, month, this_month)) for month, found in sorted(counted.items())]


def who_bought(actor: Actor, this_month: datetime.date, first: datetime.date, after: int, *, most: int) -> list[int]:
    """Customers whose first order lies in the month `first`, who bought `after` months later; at most so many."""
    rows = _bought(actor, this_month)
    wanted = rows.filter((rows["first"] == first) & (rows.after == after))
    return [row[0] for row in engine.rows(wanted.select("by_customer").distinct().limit(most))]


def _row(found: dict[int, int], month: datetime.date, this_month: datetime.date) -> list[int]:
    length = (this_month.year - month.year) * 12 + this_month.month - month.month + 1
    return [found.get(after, 0) for after in range(min(length, COHORTS))]


def histories(actor: Actor, until: datetime.date) -> Any:
    """Per customer: days with a purchase after the first (x), last and first day in weeks (t_x, age), mean per day.

    An Arrow table customer, x, t_x, age, worth; days on which returns outweigh purchases are no purchase, those on
    which something was had for nothing are one.
    """
    posed = question(actor, [REVENUE], by=["customer", "day"], until=until).table
    posed = posed.filter(posed.by_customer.notnull() & posed.by_day.notnull() & (posed.sales_revenue >= 0))
    rows = posed.group_by(customer=posed.by_customer).agg(
        days=posed.count(), first=posed.by_day.min(), last=posed.by_day.max(), worth=posed.sales_revenue.mean()
    )
    return rows.select(
        "customer", x=rows.days - 1, t_x=(rows["last"].epoch_days() - rows["first"].epoch_days()) / 7,
        age=(_days(until) - rows["first"].epoch_days()) / 7, worth=rows.worth.cast("float64"),
    ).to_pyarrow()  # fmt: skip


def _days(day: datetime.date) -> int:
    return (day - datetime.date(1970, 1, 1)).days
