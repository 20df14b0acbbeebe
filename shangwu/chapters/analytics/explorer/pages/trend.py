"""Trend, seasons and forecast of a measure (2.7.2)."""

import datetime
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics.charts import plain, unfinished
from shangwu.chapters.analytics.explorer import drawing, figures, saying
from shangwu.chapters.analytics.explorer.asked import Asked, offered, read
from shangwu.chapters.analytics.explorer.changes import FESTIVAL, Change
from shangwu.chapters.analytics.explorer.forecasting import INTERVAL, month_after, seasons
from shangwu.chapters.analytics.explorer.pages.explorer import OWN
from shangwu.chapters.analytics.explorer.trend import Trend, begin, found, stored, trend
from shangwu.chapters.analytics.periods import Span
from shangwu.foundation.exchange.pages.jobs import followed
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.measures.registry import Unit
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records.refusals import Refusal

Facts = dict[str, Any]
DAY = datetime.timedelta(days=1)


def show(request: Request) -> HttpResponse:
    """GET: the months of a measure. POST: have the next months forecast, in a job."""
    asked = read(request.GET, request.actor)
    asked = figures.of_measure(asked, asked.measures[0])
    if request.method == "POST":
        begun = begin(request.actor, asked)
        return followed(request, begun)
    facts: Facts = {
        "page": frame.page_facts(_("Trend"), clause="2.7.2"),
        "measures": [
            (one.name, one.label, one.name == asked.measures[0])
            for one in offered(request.actor)
            if one.unit is not Unit.DATE
        ],
        "here": f"{url('analytics.trend')}?{asked.query}",
    }
    try:
        one = trend(request.actor, asked)
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        return render(request, "analytics/trend.html", {**facts, "nothing": refusal.sentence})
    job = found(request.actor, asked)
    made = stored(job) if job is not None and job.state == Job.State.DONE else None
    facts |= {
        "as_of": one.as_of,
        "rows": [_row(request, asked, one, each) for each in reversed(one.months)],
        "currency": request.actor.currency if one.measure.unit is Unit.MONEY else "",
        "option": _option(one, made),
        "legend": _legend(one, made),
        "title": str(one.measure.label),
        "seasons": _seasons(one),
        "job": job,
        "job_url": url("job", public_id=job.public_id) if job is not None else "",
        "forecast": _forecast(request, one, made) if made is not None else None,
    }
    return render(request, "analytics/trend.html", facts)


def _row(request: Request, asked: Asked, one: Trend, each: Any) -> Facts:
    together = each.against_year.together
    # Shares and means of two months do not come to that of both.
    against_year = Change() if together and not figures.adds(one.measure) else each.against_year
    first, last = (each.month.replace(month=month) for month in FESTIVAL) if together else (each.month, each.month)
    here, both = (
        replace(asked, period="", since=since, until=month_after(until, 1) - DAY)
        for since, until in ((each.month, each.month), (first, last))
    )
    month = Span(month_after(each.month, -1), each.month - DAY)
    year = Span(month_after(first, -12), month_after(last, -11) - DAY)
    return {
        "month": f"{each.month:%Y-%m}",
        "value": saying.of_measure(each.value, one.measure, request.actor),
        "url": drawing.figure_url(here),
        "whole": each.whole,
        "against_month": saying.moved(each.against_month, one.measure, request.actor),
        "against_year": saying.moved(against_year, one.measure, request.actor),
        "month_url": drawing.compared_url(here, month) if each.against_month.difference is not None else "",
        "year_url": drawing.compared_url(both, year) if against_year.difference is not None else "",
        "together": together,
        "month_trend": each.against_month.trend,
        "year_trend": against_year.trend,
    }


def _option(one: Trend, made: Facts | None) -> Facts:
    """The last months, the same of a year before, and what is expected with its interval."""
    months = [each.month for each in one.months]
    ahead = [each["month"] for each in made["months"]] if made is not None else []
    axis = months + [month for month in ahead if month not in months]
    before = [one.series.get(month.replace(year=month.year - 1)) for month in axis]
    series = [
        unfinished(
            _line(str(one.measure.label), [plain(one.series.get(month)) for month in axis], "$c1"),
            [f"{month:%Y-%m}" for month in axis],
            f"{formats.today():%Y-%m}",
        ),
        _line(_("A year before"), [plain(value) for value in before], "$c6", "dashed"),
    ]
    if made is not None:
        expected = {each["month"]: each for each in made["months"]}
        for name, label, kind in (
            ("value", _("Expected"), "solid"),
            ("low", _("Low"), "dotted"),
            ("high", _("High"), "dotted"),
        ):
            data = [round(expected[month][name], 2) if month in expected else None for month in axis]
            series.append(_line(label, data, "$c2", kind))
    return {
        "xAxis": {"type": "category", "data": [f"{month:%Y-%m}" for month in axis], "boundaryGap": False},
        "yAxis": {"type": "value"},
        "series": series,
        "sw": {"decimals": 2 if one.measure.unit is Unit.RATIO else 0},
    }


def _line(name: str, data: list[float | None], colour: str, kind: str = "solid") -> Facts:
    return {
        "type": "line", "name": name, "data": data, "symbol": "none", "itemStyle": {"color": colour},
        "lineStyle": {"width": 1.5 if kind == "dotted" else 2, "type": kind, "color": colour},
    }  # fmt: skip


def _legend(one: Trend, made: Facts | None) -> list[Facts]:
    legend: list[Facts] = [
        {"label": one.measure.label, "color": "c1"},
        {"label": _("A year before"), "color": "c6", "style": "dashed"},
    ]
    return legend if made is None else [*legend, {"label": _("Expected"), "color": "c2"}]


def _seasons(one: Trend) -> list[Facts]:
    """Each month of the year against the mean month; nothing before there are two whole years."""
    found_seasons = seasons(one.series, one.last)
    if found_seasons is None:
        return []
    return [
        {"month": month, "index": formats.number(round(value * 100), 0), "width": min(round(value * 50), 100)}
        for month, value in enumerate(found_seasons, start=1)
    ]


def _forecast(request: Request, one: Trend, made: Facts) -> Facts:
    """The months ahead, how the model did, and the naive forecast beside it."""

    def value(number: float) -> str:
        return saying.of_measure(number, one.measure, request.actor)

    return {
        "rows": [
            {
                "month": f"{each['month']:%Y-%m}", "value": value(each["value"]), "low": value(each["low"]),
                "high": value(each["high"]), "is_over": each["month"] <= one.last,
            }
            for each in made["months"]
        ],
        "model": made["model"],
        "first": datetime.date.fromisoformat(made["first"]),
        "last": datetime.date.fromisoformat(made["last"]),
        "tested": made["tested"],
        "error": _error(made["error"]),
        "naive": _error(made["naive_error"]),
        "better": made["error"] is not None and made["naive_error"] is not None and made["error"] < made["naive_error"],
        "interval": INTERVAL,
    }  # fmt: skip


def _error(value: float | None) -> str:
    return saying.NOTHING if value is None else f"{value:.2f}%"


page(
    Route(
        "analytics.trend", "analytics/trend/", show, reason=OWN, clause="2.7.2", methods=("GET", "POST"),
        label=gettext_lazy("Trend and forecast"), icon="chart-line",
    )
)  # fmt: skip
