"""The page behind every figure (2.7.2): definition, formula filled in, rule, filter, rows; beside any page or alone."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from shangwu.chapters.analytics.explorer import drawing, saying
from shangwu.chapters.analytics.explorer.asked import Asked, read, span_of
from shangwu.chapters.analytics.explorer.changes import Change, change
from shangwu.chapters.analytics.explorer.explained import explained, term
from shangwu.chapters.analytics.explorer.figures import Figure, adds, equal, figure, of_measure, worked_out_again
from shangwu.chapters.analytics.explorer.pages.explorer import OWN, nothing_yet
from shangwu.chapters.analytics.explorer.sheet import exact
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.measures.registry import Unit, measures
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.pages.related import Names
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

Facts = dict[str, Any]
AGAIN = "again"


def show(request: Request) -> HttpResponse:
    """GET: the figure of the question in the address. With `again=1` it is worked out from the ledger once more."""
    given = request.GET.copy()
    again = given.pop(AGAIN, [""])[-1]
    before = {name: given.pop(f"before_{name}", [""])[-1] for name in ("since", "until")}
    asked = read(given, request.actor)
    asked = of_measure(asked, asked.measures[0])
    then = _earlier(asked, before)
    try:
        found = figure(request.actor, asked)
    except Refusal as refusal:
        return nothing_yet(request, refusal)
    facts = _facts(request.actor, asked, found, then)
    if again:
        facts["again"] = _again(request.actor, asked, found)
    if fragment(request) == "sw-panel":
        return render(request, "analytics/figure_panel.html", facts)
    facts["page"] = frame.page_facts(str(found.measure.label), clause=found.measure.clause)
    return render(request, "analytics/figure_page.html", facts)


def _facts(actor: Actor, asked: Asked, found: Figure, then: Asked | None) -> Facts:
    one, today = found.measure, clock.today(actor.zone)
    names = Names()
    names.add(actor, found.model, [key for key, _value in found.records])
    here = drawing.figure_url(asked) if then is None else drawing.compared_url(asked, then.span(today))
    said = explained(actor, found)
    return {
        "measure": one,
        "value": saying.of_measure(found.value, one, actor),
        "compared": _compared(actor, found, then) if then is not None else None,
        "currency": actor.currency if one.unit is Unit.MONEY else "",
        "formula": said.formula,
        "terms": [(each.label, term(actor, found, each)) for each in one.terms],
        "clause": frame.clause_facts(one.clause),
        "edition": said.edition,
        "parameters": said.parameters,
        "conditions": saying.conditions(actor, asked),
        "span": saying.span(asked, today),
        "as_of": found.as_of,
        "rows": [
            {"name": names.of(found.model, key), "value": saying.of_measure(value, one, actor)}
            for key, value in found.records
        ],
        "count": formats.number(found.count),
        "found_count": found.count,
        "more": found.count - len(found.records),
        "sum": saying.of_measure(found.rows_sum, one, actor) if found.rows_sum is not None else "",
        "agrees": found.rows_sum is None or equal(found.rows_sum, found.value),
        "list_url": _list_url(asked, found),
        "explorer_url": f"{url('analytics.explorer')}?{asked.query}",
        "here": here,
        "again_url": f"{here}&{AGAIN}=1",
    }


def _earlier(asked: Asked, days: dict[str, str]) -> Asked | None:
    """The same question of the days that it is compared with; None where it isn't. Raises Refusal `invalid`."""
    if not any(days.values()) or measures[asked.measures[0]].unit is Unit.DATE:
        return None
    _period, since, until = span_of(QueryDict(urlencode(days)))
    return replace(asked, period="", since=since, until=until)


def _compared(actor: Actor, found: Figure, then: Asked) -> Facts:
    """The other figure, which opens its own rows, and the change filled in (2.7.2)."""
    one, before = found.measure, figure(actor, then).value
    now, base = (saying.of_measure(value, one, actor) for value in (found.value, before))
    known = None not in (found.value, before) or adds(one)
    moved = change(exact(found.value), exact(before)) if known else Change()
    said = saying.moved(moved, one, actor)
    if moved.difference is None:
        formula = _("%(now)s after %(before)s: without a base there is no rate.") % {"now": now, "before": base}
    elif moved.rate is None or one.unit is Unit.RATIO:
        formula = f"{now} − {base} = {said}"
    else:
        formula = f"({now} − {base}) ÷ {base} = {said}"
    span = saying.span(then, clock.today(actor.zone))
    return {"value": base, "url": drawing.figure_url(then), "span": span, "formula": formula}


def _list_url(asked: Asked, found: Figure) -> str:
    """The ordinary list of the records that the figure counts; "" where there is none."""
    address = url(f"{record_name(found.model)}.list")
    return f"{address}?{urlencode({'figure': asked.query})}" if address else ""


def _again(actor: Actor, asked: Asked, found: Figure) -> Facts:
    """From the ledger as it is now: the same, or how it differs since."""
    value = worked_out_again(actor, asked)
    if value is None and found.value is not None:
        return {
            "sentence": _("These are too many rows to be worked out while you wait. Filter for fewer."),
            "same": None,
        }
    same = equal(value, found.value)
    said = saying.of_measure(value, found.measure, actor)
    sentence = (
        _("Worked out again from the ledger as it is now: %(value)s. It is the same.")
        if same
        else _(
            "Worked out again from the ledger as it is now: %(value)s. Rows have changed since the figures were drawn."
        )
    )
    return {"sentence": sentence % {"value": said}, "same": same}


page(Route("analytics.figure", "analytics/figure/", show, reason=OWN, clause="2.7.2"))
