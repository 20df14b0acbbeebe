"""The pool simulator (2.5.1): other terms, and what would happen on which day, with the list."""

import datetime
from typing import Any

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.protection import PLACES, Terms, terms
from shangwu.chapters.customers.simulating import asked_terms, by_day, held, under
from shangwu.foundation.access.labels import labels
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records import clock

AHEAD = 30
"""Days that are shown one by one."""
LISTED = 100


def simulate(request: Request) -> HttpResponse:
    """Counts by day as it is and as it would be, and the customers whose day would be another."""
    actor = request.actor
    now = terms()
    rule, wrong = asked_terms(request.GET, now)
    zone, today = str(actor.zone), clock.today(actor.zone)
    rows = Customer.objects.visible_to(actor)
    then = under(rows, rule, zone, today)
    other = then.filter(~Q(then=F("protected_until")))
    end = today + datetime.timedelta(days=AHEAD)
    facts = {
        "page": frame.page_facts(_("Pool simulator"), clause="2.5.1"),
        "fields": _fields(rule, now),
        "wrong": wrong,
        "held": held(rows).count(),
        "sooner": other.filter(then__lt=F("protected_until")).count(),
        "later": other.filter(then__gt=F("protected_until")).count(),
        "days": _days(by_day(held(rows), "protected_until", end), by_day(then, "then", end)),
        "first": _first(by_day(then.filter(then__lt=F("protected_until")), "then", end)),
        "customers": _listed(request, other.order_by("then", "pk")[:LISTED]),
        "shown": LISTED,
        "ahead": AHEAD,
        "propose_url": _propose(rule, now),
    }
    return render(request, "customers/simulator.html", facts)


def _fields(rule: Terms, now: Terms) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": parameters[key].label,
            "value": getattr(rule, name),
            "now": getattr(now, name),
            "least": parameters[key].least,
            "most": parameters[key].most,
        }
        for key, name in PLACES.items()
    ]


def _days(now: dict[datetime.date, int], then: dict[datetime.date, int]) -> list[dict[str, Any]]:
    most = max([*now.values(), *then.values()], default=1)
    return [
        {
            "day": formats.day(day),
            "weekday": str(WEEKDAYS[day.weekday()]),
            "now": now.get(day, 0),
            "then": then.get(day, 0),
            "share": round(100 * then.get(day, 0) / most),
        }
        for day in sorted({*now, *then})
    ]


def _first(sooner: dict[datetime.date, int]) -> dict[str, Any] | None:
    """The day on which most would go that would not go by then: what the headline says."""
    if not sooner:
        return None
    day = max(sooner, key=lambda one: (sooner[one], -one.toordinal()))
    return {"day": formats.day(day), "weekday": str(WEEKDAYS[day.weekday()]), "count": sooner[day]}


def _listed(request: Request, found: Any) -> list[dict[str, Any]]:
    rows = list(found)
    owners = labels(request.actor, Person, {one.owner_id for one in rows})
    return [
        {
            "name": one.name,
            "url": reverse("customers.customer.detail", kwargs={"public_id": one.public_id}),
            "owner": owners.get(one.owner_id, ""),
            "now": formats.day(one.protected_until),
            "then": formats.day(one.then),
            "sooner": one.then < one.protected_until,
        }
        for one in rows
    ]


def _propose(rule: Terms, now: Terms) -> str:
    """The form of a proposal for the first of the terms that differs."""
    for key, name in PLACES.items():
        if getattr(rule, name) != getattr(now, name):
            return f"{reverse('regulation.proposal.create')}?key={key}&written={getattr(rule, name)}"
    return ""


page(
    Route(
        "customers.simulator", "customers/pool/simulator/", simulate, model=Customer, verb="list", clause="2.5.1",
        label=gettext_lazy("Pool simulator"), icon="chart-bar",
    )
)  # fmt: skip
