"""A month's complaints in figures: by kind and by product with running shares, answers in time, repeats (2.5.3)."""

import calendar as months
import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shangwu.chapters.customers.clocks import REPLY
from shangwu.chapters.customers.models import Complaint
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.judging import type_of
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.money.rounding import round_half_up
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock
from shangwu.foundation.text.normalise import comparable

_CLOSED = (Complaint.State.CLOSED, Complaint.State.REFUSED)
_NAMED = ("article__public_id", "article__code", "product")
PLACES = 1
"""Decimals of a share in per cent."""
MOST = 10
"""Products that an analysis names; the others stand together in its last line."""
WORDS, OTHERS = "words", "others"
"""What stands in place of a product's public id: for words that name none on file, and for all beyond the first."""


def pareto(kinds: Iterable[str]) -> list[tuple[str, int, Decimal, Decimal]]:
    """(kind, count, share, running share) in per cent, the most frequent first; equal counts by name.

    The running share is that of the running count, so that it ends at exactly 100.
    """
    counts = sorted(Counter(kinds).items(), key=lambda one: (-one[1], one[0]))
    whole, run = sum(count for _kind, count in counts), 0
    found = []
    for kind, count in counts:
        run += count
        found.append((kind, count, share(count, whole), share(run, whole)))
    return found


def by_product(named: Iterable[tuple[str, str, str]]) -> list[list[Any]]:
    """[public id or what stands for it, words, count, share, running share] of each product, the most frequent first.

    named: (public id, code, words) of each complaint. A product on file is one whatever people call it, and its name
    is drawn when read; words that name none count as one in any spelling; what names nothing has neither.
    """
    meant: dict[str, tuple[str, str]] = {}
    keys = []
    for public_id, code, words in named:
        keys.append(key := comparable(code or words))
        if public_id or key not in meant:
            meant[key] = (public_id, "") if public_id else (WORDS if words else "", words)
    rows = pareto(keys)
    told = [[*meant[key], count, str(part), str(run)] for key, count, part, run in rows[:MOST]]
    if rest := sum(count for _key, count, _part, _run in rows[MOST:]):
        told.append([OTHERS, "", rest, str(share(rest, len(keys))), "100.0"])
    return told


def share(part: int, whole: int) -> Decimal:
    """A part of a whole in per cent; 0 of nothing."""
    return round_half_up(Decimal(100 * part) / whole, PLACES) if whole else Decimal(0)


def last_day(month: datetime.date) -> datetime.date:
    """The last day of a month."""
    return month.replace(day=months.monthrange(month.year, month.month)[1])


def of_months(wanted: Iterable[tuple[datetime.date, int | None]]) -> Mapping[tuple[datetime.date, int | None], Any]:
    """The figures of months, by (first day, department); a department's are those of all below it too."""
    return {(month, department): _figures(month, department) for month, department in set(wanted)}


def within(department: int | None) -> set[int]:
    """A department and all below it."""
    above = directory.present().above
    found = {department} - {None}
    while more := {one for one, parent in above.items() if parent in found} - found:
        found |= more
    return {one for one in found if one is not None}


def _figures(month: datetime.date, department: int | None) -> dict[str, Any]:
    rows = Complaint.objects.filter(
        registered_on__gte=month, registered_on__lte=last_day(month), department__in=within(department),
        archived_at=None,
    )  # fmt: skip
    found = list(rows.values_list("pk", "category", "state", "repeats_id", "level", *_NAMED))
    counted = [row for row in found if row[2] != Complaint.State.REFUSED]
    in_time, due = _replies([row[0] for row in counted])
    return {
        "count": len(counted),
        "refused": len(found) - len(counted),
        "rows": [[kind, count, str(part), str(run)] for kind, count, part, run in pareto(row[1] for row in counted)],
        "products": by_product((str(row[5] or ""), row[6] or "", row[7]) for row in counted),
        "replies": [in_time, due],
        "repeats": sum(row[3] is not None for row in counted),
        "urgent": sum(row[4] == Complaint.Level.URGENT for row in counted),
        "open": sum(row[2] not in _CLOSED for row in counted),
        "parameters": {"complaint.reply": policy("complaint.reply", month)},
    }


def _replies(complaints: Sequence[int]) -> tuple[int, int]:
    """(in time, all) of the first answers that are settled: given, or overdue."""
    duties = Duty.objects.filter(
        rule=REPLY, subject_type=type_of(Complaint), subject_id__in=complaints, period="00", due_at__isnull=False
    )
    now, in_time, settled = clock.now(), 0, 0
    for due_at, done_at in duties.values_list("due_at", "done_at"):
        if done_at is not None or (due_at is not None and due_at < now):
            settled += 1
            in_time += done_at is not None and due_at is not None and done_at <= due_at
    return in_time, settled
