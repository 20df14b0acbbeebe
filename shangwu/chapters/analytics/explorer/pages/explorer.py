"""The explorer (2.7.2): any measure by any two groupings over any days; every figure leads to its explanation."""

from dataclasses import replace
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics import periods
from shangwu.chapters.analytics.explorer import drawing, saying, writing
from shangwu.chapters.analytics.explorer.asked import IS, Asked, grouping, groupings, offered, read
from shangwu.chapters.analytics.explorer.sheet import Sheet, sheet
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.exchange.exporting import note
from shangwu.foundation.exchange.pages.files import made
from shangwu.foundation.measures.asking import TIME, allowed
from shangwu.foundation.measures.registry import fact_sets
from shangwu.foundation.pages import frame
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records import clock
from shangwu.foundation.records.refusals import Refusal

Facts = dict[str, Any]

OWN = "answers pass the gate of each measure and the scope of its facts"
MOST_EXPORTED = 20_000
CHOICES = 200
"""Values of a grouping that a filter offers."""


def explorer(request: Request) -> HttpResponse:
    """GET: the question in the address, answered as a table or a chart."""
    asked = read(request.GET, request.actor)
    if not request.GET:
        asked = replace(asked, row="category", column="quarter")
    facts: Facts = {"page": frame.page_facts(_("Explorer"), clause="2.7.2"), **_form(request, asked)}
    try:
        found = sheet(request.actor, asked)
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        return render(request, "analytics/explorer.html", {**facts, "nothing": refusal.sentence})
    today = clock.today(request.actor.zone)
    drawn = drawing.chart(found)
    facts |= {
        "as_of": found.as_of,
        "table": drawing.Table(found, asked, request.actor, today).facts(),
        "chart": drawn if asked.look == "chart" else None,
        "dependence": drawing.dependence(found),
        "title": _title(found),
        "currency": writing.currencies(found, request.actor),
        "span": saying.span(asked, today),
        "looks": [
            {"label": label, "url": drawing.with_look(asked, look), "current": asked.look == look}
            for look, label in (("table", _("Table")), ("chart", _("Chart")))
            if drawn is not None
        ],
        "export_url": f"{url('analytics.explorer.export')}?{asked.query}",
        "save_url": f"{url('analytics.savedanalysis.create')}?{_kept(asked, found)}",
    }
    return render(request, "analytics/explorer.html", facts)


def _kept(asked: Asked, found: Sheet) -> str:
    """What the form of a new analysis is filled in with."""
    return urlencode({"query": asked.query, "name": _title(found)})


def _title(found: Sheet) -> str:
    """What is shown, as a name for it: revenue by category and quarter."""
    of = _(", ").join(str(one.label) for one in found.measures)
    by = [str(one.label) for one in (found.row, found.column) if one is not None]
    if len(by) == 2:
        return _("%(of)s by %(row)s and %(column)s") % {"of": of, "row": by[0], "column": by[1]}
    return _("%(of)s by %(row)s") % {"of": of, "row": by[0]} if by else of


def _form(request: Request, asked: Asked) -> Facts:
    """What can be chosen: measures of the first one's facts beside it, groupings that all of them have."""
    actor = request.actor
    chosen = [allowed(actor, name) for name in asked.measures]
    all_measures = sorted(offered(actor), key=lambda one: one.facts)
    same = [one for one in all_measures if one.facts == chosen[0].facts and one is not chosen[0]]
    by = groupings(chosen)
    return {
        "groups": [
            (str(fact_sets[name].model._meta.verbose_name_plural), [_option(one, chosen[:1]) for one in group])
            for name, group in groupby(all_measures, key=lambda one: one.facts)
        ],
        "further": [_option(one, chosen[1:]) for one in same],
        "row_choices": [(one.name, one.label, one.name == asked.row) for one in by],
        "column_choices": [(one.name, one.label, one.name == asked.column) for one in by],
        "periods": [
            {"label": label, "url": f"?{in_period(asked, name).query}", "current": name == asked.period}
            for name, label in periods.CHOICES.items()
        ],
        "asked": asked,
        "carried": drawing.hidden_inputs(asked, "m", "row", "column", "since", "until"),
        "chips": drawing.chips(actor, asked),
        "filters": [(one.name, one.label, one.name == asked.narrow) for one in by if one.name not in TIME],
        "narrow": _narrowing(request, asked) if asked.narrow else None,
        "definitions": chosen,
    }


def in_period(asked: Asked, name: str) -> Asked:
    """The same question over a named span."""
    return replace(asked, period=name, since=None, until=None)


def _option(one: Any, chosen: list[Any]) -> tuple[str, Any, bool]:
    return (one.name, one.label, one in chosen)


def _narrowing(request: Request, asked: Asked) -> Facts:
    """The values of a grouping, the largest first, to choose from."""
    name = asked.narrow
    wide = replace(asked.only(name, ()), measures=asked.measures[:1], row=name, column="")
    try:
        found = sheet(request.actor, wide, most_rows=CHOICES)
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        return {}
    set_now = dict(asked.where).get(name, ())
    return {
        "name": f"{IS}{name}",
        "label": grouping(name).label,
        "choices": [(head.token, head.label, head.token in set_now) for head in found.rows if head.token],
        "carried": drawing.hidden_inputs(asked, f"{IS}{name}"),
    }


def nothing_yet(request: Request, refusal: Refusal) -> HttpResponse:
    """The page before the first figures are there. Raises every other refusal again."""
    if refusal.code != "facts":
        raise refusal
    facts = {"page": frame.page_facts(_("Explorer"), clause="2.7.2"), "sentence": refusal.sentence}
    return render(request, "analytics/empty.html", facts)


def export(request: Request) -> HttpResponse:
    """GET: the sheet as xlsx, with all its rows up to MOST_EXPORTED."""
    asked = read(request.GET, request.actor)
    try:
        found = sheet(request.actor, asked, most_rows=MOST_EXPORTED)
    except Refusal as refusal:
        return nothing_yet(request, refusal)
    title = _title(found)
    path = writing.workbook(found, request.actor, title)
    columns = [column.title for column in writing.columns_of(found)]
    made_of = record_name(fact_sets[found.measures[0].facts].model)
    note(request.actor, made_of, asked.query, columns, "xlsx", len(found.rows))
    return made(path, f"{title} {clock.today(request.actor.zone):%Y-%m-%d}.xlsx")


page(
    Route(
        "analytics.explorer", "analytics/explorer/", explorer, reason=OWN, clause="2.7.2",
        label=gettext_lazy("Explorer"), icon="zoom-check",
    )
)  # fmt: skip
page(Route("analytics.explorer.export", "analytics/explorer/export/", export, reason=OWN, clause="2.7.2"))
