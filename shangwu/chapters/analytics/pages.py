"""The analysis page (2.7.2): what was sold, by month, category, region and salesperson."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics import charts, periods
from shangwu.chapters.analytics.explorer.changes import change, compared_spans
from shangwu.foundation.measures.asking import Answer, ask
from shangwu.foundation.measures.registry import measures
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import clock
from shangwu.foundation.records.refusals import Refusal

BREAKDOWNS = ("category", "region", "salesperson")


def analysis(request: Request) -> HttpResponse:
    """The page: figures, the trend by month, and one chart per breakdown, each with its table."""
    chosen, span = _span(request)
    currency = _currency(request)
    names = _may(request, "sales.revenue", "sales.profit")
    context: dict[str, Any] = {
        "page": frame.page_facts(_("Sales analysis"), clause="2.7.2"),
        "choices": _choices(chosen),
        "since": span.since,
        "until": span.until,
    }
    try:
        months = ask(request.actor, names, by=["month"], since=span.since, until=span.until)
        parts = [ask(request.actor, names, by=[one], since=span.since, until=span.until) for one in BREAKDOWNS]
        orders = ask(request.actor, _may(request, "sales.orders", "sales.margin"), since=span.since, until=span.until)
        before = _compared(request, names, span)
        shipped = _shipped(request, span)
        arrived = _arrived(request, span)
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        return render(request, "analytics/empty.html", {**context, "sentence": refusal.sentence})
    context |= {
        "as_of": months.as_of,
        "figures": [*_figures(months, orders, before, currency, span), *_delivered(shipped, arrived, span)],
        "trend": _trend(months) | {"details": _explored(names, "month", span)},
        "breakdowns": [
            _breakdown(one, currency) | {"details": _explored(names, one.by[0].name, span)} for one in parts
        ],
        "agrees": charts.agrees([months, *parts]),
        "total": formats.money(months.total(), currency),
        "definitions": [
            *months.measures,
            *(shipped.measures[:1] if shipped else ()),
            *(arrived[0].measures[:1] if arrived else ()),
        ],
    }
    return render(request, "analytics/analysis.html", context)


def _currency(request: Request) -> str:
    """The currency of the reader's legal entity; the figures stand in it."""
    entity = Entity.objects.visible_to(request.actor).filter(pk__in=[request.actor.entity_id or 0]).first()
    return entity.currency if entity else ""


def _may(request: Request, *names: str) -> list[str]:
    """Those of these measures that the reader may ask."""
    return [one for one in names if (gate := measures[one].gate) is None or gate(request.actor)]


def _span(request: Request) -> tuple[str, periods.Span]:
    typed = periods.between(request.GET.get("since", ""), request.GET.get("until", ""))
    if typed is not None:
        return "", typed
    chosen = request.GET.get("period", "last_12")
    if chosen not in periods.CHOICES:
        chosen = "last_12"
    return chosen, periods.span(chosen, clock.today(request.actor.zone))


def _choices(chosen: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"?{urlencode({'period': name})}", "current": name == chosen}
        for name, label in periods.CHOICES.items()
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is judged, against what of a year earlier, and the days of both."""

    now: Answer
    before: Answer
    spans: tuple[periods.Span, periods.Span]


def _compared(request: Request, names: list[str], span: periods.Span) -> Compared | None:
    """The figures beside those of a year earlier; None when there is nothing to compare: the span is open, or it is of
    a January or February that are not over, which are judged as one."""
    spans = compared_spans(span, clock.today(request.actor.zone)) if span.since is not None else None
    if spans is None:
        return None
    now, before = (ask(request.actor, names, since=one.since, until=one.until) for one in spans)
    return Compared(now, before, spans)


def _shipped(request: Request, span: periods.Span) -> Answer | None:
    """How many orders left on time; None while none has left."""
    names = ["sales.on_time", "sales.late", "sales.shipped"]
    try:
        found = ask(request.actor, names, since=span.since, until=span.until)
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        return None
    return found if found.total(2) else None


def _punctuality(shipped: Answer) -> dict[str, Any]:
    late = _("%(late)s of %(count)s late") % {"late": int(shipped.total(1)), "count": int(shipped.total(2))}
    share = formats.round_to(shipped.total() * 100, 2)
    return {"label": shipped.measures[0].label, "value": formats.number(share, 2), "unit": "%", "note": late}


def _arrived(request: Request, span: periods.Span) -> tuple[Answer, Answer] | None:
    """What arrived on time and in full, by the last promise and by the first; None while no promise can be judged."""
    try:
        last, first = (
            ask(request.actor, names, since=span.since, until=span.until)
            for names in (["sales.otif", "sales.promised"], ["sales.otif_first"])
        )
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        return None
    return (last, first) if last.total(1) else None


def _delivered(
    shipped: Answer | None, arrived: tuple[Answer, Answer] | None, span: periods.Span
) -> list[dict[str, Any]]:  # fmt: skip
    found = [_punctuality(shipped) | {"url": _explained("sales.on_time", span)}] if shipped else []
    return [*found, *([_in_full(*arrived) | {"url": _explained("sales.otif", span)}] if arrived else ())]


def _in_full(last: Answer, first: Answer) -> dict[str, Any]:
    note = _("%(share)s as first promised") % {"share": formats.percent(first.total())}
    share = formats.round_to(last.total() * 100, 2)
    return {"label": last.measures[0].label, "value": formats.number(share, 2), "unit": "%", "note": note}


def _explained(name: str, span: periods.Span, before: periods.Span | None = None) -> str:
    """The page on which a figure explains itself, beside that of the days before if it is compared with them."""
    ends = [("since", span.since), ("until", span.until)]
    days = [(end, day.isoformat()) for end, day in ends if day is not None] or [("period", "all")]
    if before is not None:
        ends = [("before_since", before.since), ("before_until", before.until)]
        days += [(end, day.isoformat()) for end, day in ends if day is not None]
    return f"{url('analytics.figure')}?{urlencode([('m', name), *days])}"


def _explored(names: list[str], by: str, span: periods.Span) -> str:
    """The same numbers in the explorer, where each leads to its explanation."""
    ends = [("since", span.since), ("until", span.until)]
    days = [(end, day.isoformat()) for end, day in ends if day is not None] or [("period", "all")]
    return f"{url('analytics.explorer')}?{urlencode([*(('m', name) for name in names), ('row', by), *days])}"


def _figures(
    months: Answer, orders: Answer, before: Compared | None, currency: str, span: periods.Span
) -> list[dict[str, Any]]:
    found = []
    for place, measure in enumerate(months.measures):
        now = months.total(place)
        figure: dict[str, Any] = {
            "label": measure.label,
            "value": formats.money(now, currency),
            "url": _explained(measure.name, span),
        }
        if before is not None:
            figure |= moved(measure.name, before, place, currency, span)
        found.append(figure)
    count, *margin = orders.rows[0]
    for value in margin:
        shown, unit = (f"{value * 100:.1f}", "%") if value is not None else ("—", "")
        found.append(
            {"label": orders.measures[1].label, "value": shown, "unit": unit, "url": _explained("sales.margin", span)}
        )
    found.append({"label": _("Orders"), "value": f"{count:,}", "url": _explained("sales.orders", span)})
    if count:
        value = formats.money(months.total() / count, currency)
        found.append({"label": _("Revenue per order"), "value": value, "url": _explained("sales.order_value", span)})
    return found


def moved(name: str, compared: Compared, place: int, currency: str, span: periods.Span) -> dict[str, Any]:
    """A figure's change by the rules of 2.7.2, and where it opens both of its figures."""
    judged, earlier = compared.spans
    then = compared.before.total(place)
    found = change(compared.now.total(place), then)
    said = _("A year ago %(amount)s") if judged == span else _("January and February as one; a year ago %(amount)s")
    return {
        "note": said % {"amount": formats.money(then, currency)},
        "change": found.said(currency),
        "trend": found.trend,
        # Of a month alone no rate is told: its page would tell one.
        "url": _explained(name, span, earlier if judged == span else None),
    }


def _trend(months: Answer) -> dict[str, Any]:
    legend = [{"label": one.label, "color": f"c{place + 1}"} for place, one in enumerate(months.measures)]
    return {
        "title": _("Trend"),
        "unit": _("by month"),
        "option": charts.lines_by_month(months, f"{formats.today():%Y-%m}"),
        "legend": legend,
    }


def _breakdown(answer: Answer, currency: str) -> dict[str, Any]:
    (dimension,) = answer.by
    footnote = _("%(count)s in all, together %(total)s") % {
        "count": len(answer.rows),
        "total": formats.money(answer.total(), currency),
    }
    return {"title": dimension.label, "option": charts.bars(answer, _("Others")), "footnote": footnote}


page(
    Route(
        "analytics.analysis",
        "analytics/",
        analysis,
        reason="answers pass the gate of each measure and the scope of its facts",
        clause="2.7.2",
        label=gettext_lazy("Sales analysis"),
        icon="chart-bar",
    )
)
