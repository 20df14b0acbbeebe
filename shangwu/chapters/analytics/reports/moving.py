"""Clause 2.7.2: how many customers are new, stayed, came back or were lost in a span of days, and what they bought.

No single measure says so, since two spans are compared; but all of it is asked of the same locked months.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from shangwu.chapters.analytics.moved import KINDS, kind_of
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.analytics.reports import spans
from shangwu.foundation.measures.asking import Answer

FIRST, BOUGHT = "sales.first_buyers", "sales.bought"


def rows(asking: Callable[..., Answer], span: Span) -> list[list[Any]]:
    """By kind: the customers, and what they bought; those who were lost in the span before, all others in this one.

    Raises Refusal as `asking` does: also where the span before is not locked.
    """
    now, before = (_bought(asking, one) for one in (span, span_before(span)))
    counts: Counter[str] = Counter()
    sums = dict.fromkeys(KINDS, Decimal())
    for customer in now.keys() | before.keys():
        is_first = customer in now and now[customer][0] > 0
        kind = kind_of(now=customer in now, before=customer in before, is_first=is_first)
        counts[kind] += 1
        sums[kind] += (before if kind == "lost" else now)[customer][1]
    return [[kind, counts[kind], sums[kind]] for kind in KINDS]


def _bought(asking: Callable[..., Answer], span: Span) -> dict[Any, tuple[int, Decimal]]:
    """Customer -> whether their first order ever lies in the span, as a count; what they bought in it."""
    found = asking((FIRST, BOUGHT), by=["customer"], since=span.since, until=span.until)
    return {row[0]: (row[1] or 0, Decimal(str(row[2] or 0))) for row in found.rows if row[0] is not None}


def span_before(span: Span) -> Span:
    """As many whole months just before."""
    assert span.since is not None
    assert span.until is not None
    after = span.until + datetime.timedelta(days=1)
    months = (after.year - span.since.year) * 12 + after.month - span.since.month
    return spans.span_of(spans.months_on(span.since, -months), months)
