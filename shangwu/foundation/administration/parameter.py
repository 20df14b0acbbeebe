"""What is behind a value of the regulation, in the side panel: since when, its bounds, and trying another value."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from shangwu.foundation.administration.proposal_sheet import range_of, replayed, sheet_of
from shangwu.foundation.administration.proposals import row_of
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.as_of import as_of, asked_on
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.pages.wording import first_of_next_month
from shangwu.foundation.policy.judging import judge
from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.policy.reading import read, written
from shangwu.foundation.records.refusals import missing
from shangwu.foundation.regulation import values
from shangwu.foundation.regulation.actions.proposals import proposes

Facts = dict[str, Any]


def show(request: Request, key: str) -> HttpResponse:
    """A parameter on a day; for who may propose, a form that says what another value would change before it asks."""
    one = parameters.get(key)
    if one is None:
        raise missing()
    on, may = asked_on(request), proposes(request.actor, None)
    facts: Facts = {
        "page": page_facts(one.label, clause=one.clause),
        "as_of": as_of(request, on),
        "one": row_of(one, on, may=may),
        "bounds": range_of(one),
        "touches_pay": one.touches_pay,
        "open_url": url("parameter", key=key),
        "create_url": url("regulation.proposal.create"),
        "form": _form(request, one) if may else None,
        "tried": _tried(request, one) if may and "written" in request.GET else None,
    }
    where = "parameter_panel.html" if fragment(request) == "sw-panel" else "parameter.html"
    return render(request, f"administration/{where}", facts)


def _day(request: Request) -> datetime.date:
    return formats.asked_day(request.GET.get("effective_from", "")) or first_of_next_month()


def _form(request: Request, one: Parameter) -> Facts:
    """The new value and its first day, as they were typed, else what holds from the first of next month."""
    day = _day(request)
    typed = request.GET.get("written") or written(one, values.value_on(one, day))
    return {"written": typed[:500], "effective_from": day}


def _tried(request: Request, one: Parameter) -> Facts:
    """What the typed value would change, or why it cannot be. Nothing is written."""
    day = _day(request)
    try:
        value = read(one, request.GET["written"][:500])
        judge(one.key, value, on=day)
    except ValidationError as error:
        return {"refused": error.messages}
    former = values.value_on(one, day)
    return (
        {"same": True} if value == former else sheet_of(request.actor, one, replayed(request.actor, one, former, value))
    )


page(
    Route(
        "parameter", "regulation/parameters/<str:key>/", show, sample={"key": "=order.std"},
        reason="the regulation is open to everybody who has signed in; records on a sheet come through their gates",
    )
)  # fmt: skip
