"""What the answers come to (2.5.2). Contentment is a share of fours and fives and a mean; recommendation is a balance.

The two are asked on unlike scales and never added up.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from shangwu.chapters.customers.models import Survey
from shangwu.chapters.customers.pareto import within
from shangwu.foundation.money.rounding import round_half_up
from shangwu.foundation.policy.parameters import policy

TOP = (4, 5)
"""Answers that count as content."""
PROMOTERS, DETRACTORS = (9, 10), (0, 6)

State, Occasion = Survey.State, Survey.Occasion


def top_share(top: int, answers: int) -> Decimal | None:
    """Fours and fives of all answers, in per cent; None of no answers."""
    return round_half_up(Decimal(100 * top) / answers, 1) if answers else None


def mean(total: int, answers: int) -> Decimal | None:
    """The mean of the answers from one to five; None of no answers."""
    return round_half_up(Decimal(total) / answers, 2) if answers else None


def balance(promoters: int, detractors: int, answers: int) -> Decimal | None:
    """Those who answered nine or ten, less those up to six, in per cent of all: 60 % and 15 % are +45."""
    return round_half_up(Decimal(100 * (promoters - detractors)) / answers, 1) if answers else None


def is_low(survey: Survey) -> bool:
    """Whether somebody has to hear of an answer at once: up to the regulation's bound, or against us."""
    low = survey.content is not None and survey.content <= policy("survey.low")
    return low or (survey.would_recommend is not None and survey.would_recommend <= DETRACTORS[1])


def of_years(wanted: Iterable[tuple[int, int | None]]) -> Mapping[tuple[int, int | None], Any]:
    """The figures of years, by (year, department); a department's are those of all below it too."""
    return {(year, department): _figures(year, department) for year, department in set(wanted)}


def _figures(year: int, department: int | None) -> dict[str, Any]:
    theirs = Q(department__in=within(department)) if department is not None else Q()
    rows = Survey.objects.filter(theirs, created_at__year=year, archived_at__isnull=True)
    rows = rows.exclude(state=State.WITHDRAWN)
    answered = Q(state=State.ANSWERED)
    found = rows.order_by().values("occasion").annotate(
        asked=Count("pk"), answered=Count("pk", filter=answered), total=Sum("content", filter=answered),
        top=Count("pk", filter=answered & Q(content__in=TOP)),
    )  # fmt: skip
    by_occasion = {one["occasion"]: one for one in found}
    said = rows.filter(answered, would_recommend__isnull=False).aggregate(
        answers=Count("pk"), promoters=Count("pk", filter=Q(would_recommend__gte=PROMOTERS[0])),
        detractors=Count("pk", filter=Q(would_recommend__lte=DETRACTORS[1])),
    )  # fmt: skip
    lines = [_line(str(one), by_occasion[str(one)]) for one in Occasion if str(one) in by_occasion]
    return {"rows": lines, "whole": _line("", _added(list(by_occasion.values()))), "recommend": _balance(said)}


def _added(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {name: sum(one[name] or 0 for one in rows) for name in ("asked", "answered", "total", "top")}


def _line(occasion: str, counts: Mapping[str, Any]) -> dict[str, Any]:
    answers = counts["answered"]
    top, average = top_share(counts["top"], answers), mean(counts["total"] or 0, answers)
    return {
        "occasion": occasion, "asked": counts["asked"], "answered": answers, "top": _text(top), "mean": _text(average),
    }  # fmt: skip


def _balance(said: Mapping[str, int]) -> dict[str, Any]:
    answers, promoters, detractors = said["answers"], said["promoters"], said["detractors"]
    return {
        "answered": answers, "promoters": _text(top_share(promoters, answers)),
        "detractors": _text(top_share(detractors, answers)), "balance": _text(balance(promoters, detractors, answers)),
    }  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
