"""A measure over the months (2.7.2): against the month and the year before, and the forecast worked out last."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.explorer import keys
from shangwu.chapters.analytics.explorer.asked import Asked
from shangwu.chapters.analytics.explorer.changes import Change, month_on_month, year_on_year
from shangwu.chapters.analytics.explorer.forecasting import forecast, month_after
from shangwu.chapters.analytics.explorer.lasting import last_job
from shangwu.chapters.analytics.explorer.sheet import exact
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.jobs.starting import begun
from shangwu.foundation.measures import engine
from shangwu.foundation.measures.asking import question
from shangwu.foundation.measures.registry import Measure
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import Refusal

FORECAST = "analytics.forecast"
SHOWN = 24
"""Months that are shown."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month and how it stands to others. whole: it is over."""

    month: datetime.date
    value: Decimal
    against_month: Change
    against_year: Change
    whole: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """months: the latest SHOWN. series: all of them. last: the last month that is over."""

    measure: Measure
    months: list[Month]
    series: Mapping[datetime.date, Decimal]
    last: datetime.date
    as_of: datetime.datetime


def trend(actor: Actor, asked: Asked) -> Trend:
    """The months of the first measure, filtered as asked, over the whole time. Raises what `question` raises."""
    posed = question(actor, asked.measures[:1], by=["month"], where=keys.values(actor, asked))
    rows = engine.rows(posed.table.filter(posed.table.by_month.notnull()).order_by("by_month"))
    series = {month: exact(value) for month, value in rows}
    this_month = clock.today(actor.zone).replace(day=1)
    last = month_after(this_month, -1)
    # A month without sales is nought, once there have been any; before that, and after today, nothing is known.
    if series and posed.measures[0].is_additive:
        month = min(series)
        while month <= last:
            series.setdefault(month, Decimal())
            month = month_after(month, 1)
    # A month that is not over is compared with nothing: it would look like a fall.
    over = {month: value for month, value in series.items() if month < this_month}
    months = [
        Month(
            month,
            series[month],
            month_on_month(over, month) if month in over else Change(),
            year_on_year(over, month) if month in over else Change(),
            month in over,
        )
        for month in sorted(series)[-SHOWN:]
    ]
    return Trend(posed.measures[0], months, series, last, posed.as_of)


def begin(actor: Actor, asked: Asked) -> Job:
    """Have the next months worked out, with the reader's own rights; or what they began and is under way."""
    return begun(actor, FORECAST, {"query": asked.query}, once=_mark(actor, asked), source=Source.PAGE)


def found(actor: Actor, asked: Asked) -> Job | None:
    """The reader's last forecast of this question, done or under way."""
    return last_job(actor, FORECAST, {"query": asked.query})


def _mark(actor: Actor, asked: Asked) -> str:
    return f"{actor.person_id}:{asked.query}"[:120]


@job(FORECAST, title=_("Forecast"))
def work_out(running: Running, *, query: str) -> None:
    """Forecast the months after the last whole one. Safe to run twice: it only reads."""
    from django.http import QueryDict

    from shangwu.chapters.analytics.explorer.asked import read

    asked = read(QueryDict(query), running.by)
    one = trend(running.by, asked)
    running.progress(1, 2)
    try:
        made = forecast(one.series, one.last)
    except ValueError:
        raise Refusal(
            "few", _("A forecast needs eight whole months at least. Ask again when there are more, or filter less.")
        ) from None
    running.result(**made.stored(), as_of=one.as_of)


def stored(job_of_it: Job) -> dict[str, Any]:
    """What a forecast's job has found, its months as days."""
    result = dict(job_of_it.result)
    result["months"] = [{**one, "month": datetime.date.fromisoformat(one["month"])} for one in result.get("months", ())]
    return result
