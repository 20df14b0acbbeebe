"""The map of coverage (2.5.2): by grade, plans and talks; each number opens its customers."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.coverage import CELLS, GRADES, Grade, conditions, coverage, served
from shangwu.chapters.customers.models import Customer
from shangwu.foundation.access.labels import labels
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock

LISTED = 200

HEADS = {
    "customers": _("Customers"),
    "planned": _("Plan in force"),
    "unplanned": _("Without a plan"),
    "in_time": _("Spoken with in time"),
    "overdue": _("Overdue"),
}


def show(request: Request) -> HttpResponse:
    """The map, and the customers of the cell that is asked for, those longest without a word first."""
    actor, now = request.actor, clock.now()
    rows = coverage(actor, now)
    grade, cell = request.GET.get("grade", ""), request.GET.get("cell", "")
    asked = (grade, cell) if grade in GRADES and cell in CELLS else None
    facts = {
        "page": frame.page_facts(gettext("Coverage"), clause="2.5.2"),
        "heads": list(HEADS.values()),
        "meters": [_meter(one) for one in rows],
        "rows": [_row(one, asked) for one in rows],
        "asked": asked and gettext("Grade %(grade)s: %(cell)s") % {"grade": grade, "cell": HEADS[cell]},
        "customers": _customers(request, *asked, now) if asked else [],
        "listed": LISTED,
        "at": formats.moment(now),
    }
    return render(request, "customers/coverage.html", facts)


def _meter(one: Grade) -> dict[str, Any]:
    label = gettext("Grade %(grade)s") % {"grade": one.grade}
    whole, in_time = one.counts["customers"] or 0, one.counts["in_time"] or 0
    return {"label": label, "value": in_time, "goal": whole, "percent": one.percent, "reached": in_time == whole}


def _row(one: Grade, asked: tuple[str, str] | None) -> dict[str, Any]:
    address = reverse("customers.coverage")
    return {
        "grade": one.grade,
        "rule": gettext("every %(days)s days") % {"days": one.days},
        "due": one.due,
        "done": one.done,
        "cells": [
            {
                "count": count,
                "url": f"{address}?{urlencode({'grade': one.grade, 'cell': cell})}#customers" if count else "",
                "label": gettext("Grade %(grade)s: %(cell)s") % {"grade": one.grade, "cell": HEADS[cell]},
                "current": asked == (one.grade, cell),
                "late": cell in ("overdue", "unplanned") and bool(count),
            }
            for cell, count in one.counts.items()
        ],
    }


def _customers(request: Request, grade: str, cell: str, now: datetime.datetime) -> list[dict[str, Any]]:
    actor = request.actor
    year = now.astimezone(actor.zone).year
    found = served(actor).filter(conditions(cell, now, year), grade=grade).order_by("since", "pk")
    rows: list[Any] = list(found[:LISTED])
    owners = labels(actor, Person, {one.owner_id for one in rows})
    return [_customer(one, owners, now) for one in rows]


def _customer(one: Any, owners: dict[int, str], now: datetime.datetime) -> dict[str, Any]:
    assert isinstance(one, Customer)
    query = urlencode({"customer": one.public_id})
    return {
        "name": str(one),
        "url": reverse("customers.customer.detail", kwargs={"public_id": one.public_id}),
        "owner": owners.get(one.owner_id or 0, ""),
        "last": formats.moment(one.last_contact_at, brief=True) if one.last_contact_at else "",
        "days": (now - one.since).days,  # type: ignore[attr-defined]  # annotated
        "planned_until": formats.day(one.planned_until) if one.planned_until else "",
        "plan_url": f"{reverse('customers.visit.create')}?{query}",
    }


page(
    Route(
        "customers.coverage", "customers/coverage/", show, model=Customer, verb="list", clause="2.5.2",
        label=_("Coverage"), icon="chart-bar",
    )
)  # fmt: skip
