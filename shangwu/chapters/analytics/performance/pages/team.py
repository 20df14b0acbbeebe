"""Clause 2.7.3: the team's table of a period: who stands where, one row each."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance.models import KpiSheet, Objection
from shangwu.chapters.analytics.performance.progress import SheetNow, progress_of
from shangwu.foundation.access.labels import labels
from shangwu.foundation.duties.periods import period_of
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock

LISTED, OFFERED = 200, 8


def show(request: Request) -> HttpResponse:
    """The sheets of persons that the reader sees: salespeople find their own alone."""
    actor, today = request.actor, clock.today(request.actor.zone)
    sheets = KpiSheet.objects.visible_to(actor).filter(level=KpiSheet.Level.PERSON)
    offered = list(sheets.order_by("-first").values_list("period", flat=True).distinct()[: OFFERED * 40])
    periods = list(dict.fromkeys(offered))[:OFFERED]
    current = period_of(str(policy("kpi.every")), today).key
    chosen = request.GET.get("period", "") or (current if current in periods or not periods else periods[0])
    rows = list(sheets.filter(period=chosen).order_by("department_id", "owner_id", "pk")[:LISTED])
    found = progress_of(rows, today)
    names = labels(actor, Person, {one.owner_id for one in rows if one.owner_id is not None})
    asked = Objection.objects.visible_to(actor).filter(sheet__in=rows, answered_at__isnull=True)
    waiting = set(asked.values_list("sheet", flat=True))
    facts = {
        "page": frame.page_facts(gettext("Performance of the team"), clause="2.7.3"),
        "choices": [{"label": one, "url": f"?period={one}", "current": one == chosen} for one in periods],
        "period": chosen,
        "as_of": next((one.as_of for one in found if one.as_of is not None), None),
        "figures": _figures(found, waiting),
        "rows": [_row(one, names, waiting) for one in found],
        "listed": LISTED,
    }
    return render(request, "analytics/team.html", facts)


def _figures(found: list[SheetNow], waiting: set[int]) -> list[dict[str, Any]]:
    states = [one.sheet.state for one in found]
    signed = sum(1 for one in found if one.sheet.signed_at is not None)
    scored = sum(1 for one in found if one.sheet.is_scored)
    return [
        {"label": gettext("Sheets"), "value": formats.number(len(found))},
        {"label": gettext("Signed by the employee"), "value": f"{signed} / {len(states)}"},
        {"label": gettext("Scored"), "value": f"{scored} / {len(states)}"},
        {"label": gettext("Objections waiting"), "value": formats.number(len(waiting))},
    ]


def _row(one: SheetNow, names: dict[int, str], waiting: set[int]) -> dict[str, Any]:
    sheet = one.sheet
    first = one.lines[0] if one.lines else None
    percent = int(first.percent) if first is not None and first.percent is not None else None
    return {
        "name": names.get(sheet.owner_id or 0, ""),
        "url": reverse("analytics.kpisheet.detail", kwargs={"public_id": sheet.public_id}),
        "state": sheet.get_state_display(),
        "score": formats.number(one.score, 2) if one.lines else "—",
        "provisional": one.is_provisional,
        "indicator": first.line.label if first is not None else "",
        "reached": "—" if percent is None else f"{percent}%",
        "passed": one.passed,
        "behind": percent is not None and one.is_provisional and percent < one.passed,
        "objected": sheet.pk in waiting,
    }


page(
    Route(
        "analytics.team", "analytics/team/", show, model=KpiSheet, verb="list", clause="2.7.3",
        label=_("Performance of the team"), icon="users",
    )
)  # fmt: skip
