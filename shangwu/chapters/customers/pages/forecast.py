"""The forecast (2.5.2): what is open, by the month in which it is expected and by owner, and why a chance is high."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.chances import Basis, Chance, chance
from shangwu.chapters.customers.forecasting import Forecast, Promise, forecasts, together
from shangwu.chapters.customers.models import Opportunity, Stage
from shangwu.foundation.access.labels import labels
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def forecast(request: Request) -> HttpResponse:
    """Per currency: figures, the months as a chart with its table, and the owners. `mine`: only one's own."""
    mine = request.GET.get("owner") == "me"
    today = clock.today(request.actor.zone)
    found = forecasts(request.actor, today, owner=request.actor.person_id if mine else None)
    owners = labels(request.actor, Person, {owner for one in found for owner in one.owners if owner is not None})
    facts = {
        "page": frame.page_facts(_("Sales forecast"), clause="2.5.2"),
        "choices": [
            {"label": _("All that I see"), "url": "?", "current": not mine},
            {"label": _("Mine"), "url": "?owner=me", "current": mine},
        ],
        "today": today,
        "commit": policy("opportunity.commit"),
        "parts": [_part(one, owners) for one in found],
        "list_url": reverse("customers.opportunity.list"),
    }
    return render(request, "customers/forecast.html", facts)


def _part(one: Forecast, owners: Mapping[int, Any]) -> dict[str, Any]:
    named = [(f"{month:%Y-%m}", promise) for month, promise in one.months]
    if one.later.count:
        named.append((_("Later"), one.later))
    rows = [(_("Should be closed already"), one.late), *named] if one.late.count else named
    total = one.total
    return {
        "currency": one.currency,
        "figures": [
            {"label": _("Committed"), "value": formats.money(total.committed, one.currency)},
            {"label": _("Weighted"), "value": formats.money(total.weighted, one.currency)},
            {"label": _("Best case"), "value": formats.money(total.best, one.currency)},
            {"label": _("Open opportunities"), "value": formats.number(total.count)},
        ],
        "option": _option(named),
        "legend": [{"label": label, "color": f"c{place}"} for place, (label, _name) in enumerate(_series(), start=1)],
        "months": [_row(label, promise, one.currency) for label, promise in rows],
        "owners": [
            _row(owners.get(owner, "—") if owner is not None else "—", promise, one.currency)
            for owner, promise in one.owners.items()
        ],
        "total": _row(_("Together"), together(promise for _label, promise in rows), one.currency),
        "title": _("Expected by month"),
    }


def _series() -> list[tuple[str, str]]:
    """(label, name of the figure) of what the chart shows."""
    return [(_("Committed"), "committed"), (_("Weighted"), "weighted"), (_("Best case"), "best")]


def _option(named: list[tuple[str, Promise]]) -> dict[str, Any]:
    """Three bars for each month. Numbers for drawing only; sums stay exact in the tables."""
    return {
        "xAxis": {"type": "category", "data": [label for label, _promise in named]},
        "yAxis": {"type": "value"},
        "series": [
            {
                "type": "bar",
                "name": label,
                "data": [round(float(getattr(promise, name)), 2) for _label, promise in named],
                "itemStyle": {"color": f"$c{place}"},
                "barMaxWidth": 18,
            }
            for place, (label, name) in enumerate(_series(), start=1)
        ],
        "sw": {"decimals": 0},
    }


def _row(label: str, promise: Promise, currency: str) -> dict[str, Any]:
    amounts = (promise.committed, promise.weighted, promise.best)
    return {
        "label": label,
        "count": formats.number(promise.count),
        "amounts": [formats.money(one, currency) for one in amounts],
    }


def why(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The chance of an open opportunity in words, and how each stage has done so far."""
    assert isinstance(record, Opportunity)
    if record.state != Opportunity.State.OPEN:
        return None
    with gate.free_reading():  # of the opportunity whose page this is; stages are open to all
        stages = list(Stage.objects.filter(kind=Stage.Kind.OPEN, archived_at__isnull=True).order_by("position", "pk"))
        here = record.stage
    found = [(stage, chance(stage, record.amount, record.currency)) for stage in stages]
    return {
        "percent": record.probability,
        "sentence": _sentence(here, chance(here, record.amount, record.currency), record.currency),
        "learnt_on": here.learnt_on,
        "stages": [
            {
                "name": stage.said,
                "percent": one.percent,
                "here": stage.pk == record.stage_id,
                "counted": f"{one.won} / {one.closed}" if one.basis != Basis.DEFAULT else _("default"),
            }
            for stage, one in found
        ],
    }


def _sentence(stage: Stage, one: Chance, currency: str) -> str:
    """Why the chance is what it is: the counts that it was learnt from, or that they are too few."""
    words = {
        "stage": stage.said, "closed": one.closed, "won": one.won, "months": round(policy("opportunity.window") / 30.4),
        "share": stage.share, "least": policy("opportunity.least"), "amount": formats.money(one.at or 0, currency),
        "currency": currency,
    }  # fmt: skip
    match one.basis:
        case Basis.STAGE:
            said = _("Of %(closed)s that came to “%(stage)s” and were closed in %(months)s months, %(won)s were won.")
        case Basis.BELOW:
            said = _(
                "Of %(closed)s below %(currency)s %(amount)s that came to “%(stage)s” and were closed in %(months)s "
                "months, %(won)s were won."
            )
        case Basis.ABOVE:
            said = _(
                "Of %(closed)s from %(currency)s %(amount)s that came to “%(stage)s” and were closed in %(months)s "
                "months, %(won)s were won."
            )
        case _unlearnt:
            said = _(
                "Only %(closed)s that came to “%(stage)s” were closed in %(months)s months, and %(least)s are needed: "
                "the stage's default of %(share)s%% holds."
            )
    return said % words


page(
    Route(
        "customers.forecast", "customers/forecast/", forecast, model=Opportunity, verb="list",
        clause="2.5.2", label=gettext_lazy("Sales forecast"), icon="chart-line",
    )
)  # fmt: skip
panel(
    Opportunity,
    Panel(
        "chance", gettext_lazy("Why this chance"), "customers/chance.html", why, place="side", order=5, clause="2.5.2"
    ),
)
