"""Customers in figures (2.7.2): who came, stayed and went, standing, cohorts, what they may still buy."""

import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics.explorer import behind, customers, drawing, saying, worth
from shangwu.chapters.analytics.explorer.asked import FIRST, Asked
from shangwu.chapters.analytics.explorer.customers import TOP, Moved
from shangwu.chapters.analytics.explorer.pages.explorer import OWN
from shangwu.chapters.analytics.explorer.sheet import sheet
from shangwu.chapters.analytics.explorer.spans import part_asked, span_asked
from shangwu.chapters.analytics.moved import DEFINED, KINDS
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.customers.models import Customer
from shangwu.foundation.exchange.pages.jobs import followed
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.related import Names
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

Facts = dict[str, Any]
LARGEST = 10
FEW = 5
"""Of how many concentration is told at the head (DOMAIN W7)."""


def show(request: Request) -> HttpResponse:
    """GET: one part of the page. POST: have the lifetime values worked out, in a job."""
    span, offered = span_asked(request, "part")
    if request.method == "POST":
        job = worth.begin(request.actor, _as_of(request.actor, span))
        return followed(request, job)
    parts = {
        "moved": _("New, stayed, lost"),
        "standing": _("ABC and RFM"),
        "cohorts": _("Cohorts"),
        "worth": _("Lifetime value"),
    }
    part, tabs = part_asked(request, parts)
    facts: Facts = {
        "page": frame.page_facts(_("Customers in figures"), clause="2.7.2"), "tabs": tabs, "part": part, **offered,
    }  # fmt: skip
    try:
        facts |= _PARTS[part](request.actor, span)
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        facts["nothing"] = refusal.sentence
    return render(request, "analytics/customers.html", facts)


def _moved(actor: Actor, span: Span) -> Facts:
    found = customers.moved(actor, span)
    earlier = customers.period_before(span)
    whole, largest = customers.largest(actor, span)
    currency = actor.currency
    question = Asked((FIRST,), row="customer", since=span.since, until=span.until)
    whole_url = drawing.figure_url(Asked((FIRST,), since=span.since, until=span.until))
    top = sheet(actor, question, most_rows=LARGEST)
    return {
        "before": f"{earlier.since} – {earlier.until}",
        "defined": DEFINED,
        "currency": currency,
        "figures": _moved_figures(found, span, whole, largest, currency),
        "moved": [
            {
                "label": KINDS[one.kind],
                "count": formats.number(one.count),
                "url": behind.list_url(Customer, "moved", one.kind, span.since, span.until, count=one.count),
                "now": formats.money(one.now, currency),
                "before": formats.money(one.before, currency),
            }
            for one in found
        ],
        "concentration": [
            {
                "label": _("The %(count)s largest") % {"count": count},
                "share": _share_of_first(count, largest, whole),
                "formula": _formula_of_first(count, largest, whole, currency),
                "url": behind.list_url(Customer, "largest", count, span.since, span.until, count=len(largest[:count])),
                "whole_url": whole_url,
            }
            for count in TOP
        ],
        "table": drawing.Table(top, question, actor, clock.today(actor.zone)).facts(),
        "as_of": top.as_of,
    }


def _moved_figures(
    found: list[Moved], span: Span, whole: Decimal, largest: list[Decimal], currency: str
) -> list[Facts]:  # fmt: skip
    figures: list[Facts] = [
        {
            "label": KINDS[one.kind],
            "value": formats.number(one.count),
            "note": formats.money(one.before if one.kind == "lost" else one.now, currency),
            "list_url": behind.list_url(Customer, "moved", one.kind, span.since, span.until, count=one.count),
        }
        for one in found
    ]
    five = _share_of_first(FEW, largest, whole).removesuffix("%")
    address = behind.list_url(Customer, "largest", FEW, span.since, span.until, count=len(largest[:FEW]))
    formula = _formula_of_first(FEW, largest, whole, currency)
    label = _("Share of the five largest")
    return [*figures, {"label": label, "value": five, "unit": "%", "note": formula, "list_url": address}]


def _formula_of_first(count: int, largest: list[Decimal], whole: Decimal, currency: str) -> str:
    return " ÷ ".join(formats.money(one, currency) for one in (sum(largest[:count], Decimal()), whole))


def _share_of_first(count: int, largest: list[Decimal], whole: Decimal) -> str:
    return saying.share(sum(largest[:count], Decimal()), whole)


def _standing(actor: Actor, span: Span) -> Facts:
    here = url("customers.customer.list")
    return {
        "grades": _counted(customers.standing(actor, "grade"), f"{here}?view=all&grade=", dict(Customer.Grade.choices)),
        "segments": _counted(customers.standing(actor, "segment"), f"{here}?view=all&segment=", _segments()),
        "as_of": None,
    }


def _segments() -> dict[str, Any]:
    return dict(Customer._meta.get_field("segment").flatchoices)


def _counted(found: list[tuple[str, int]], address: str, labels: dict[str, Any]) -> list[Facts]:
    whole = sum(count for _name, count in found)
    return [
        {
            "label": labels.get(name, name), "count": formats.number(count), "share": saying.share(count, whole),
            "formula": f"{formats.number(count)} ÷ {formats.number(whole)}",
            "url": f"{address}{name}",
        }
        for name, count in found
    ]  # fmt: skip


def _cohorts(actor: Actor, span: Span) -> Facts:
    this_month = clock.today(actor.zone).replace(day=1)
    found = customers.cohorts(actor, this_month)
    width = max((len(one.bought) for one in found), default=0)
    return {
        "months_after": list(range(width)),
        "cohorts": [
            {
                "month": f"{one.month:%Y-%m}", "count": formats.number(one.bought[0]),
                "url": behind.list_url(Customer, "cohort", one.month, 0, count=one.bought[0]),
                "cells": [_heat(one.month, after, count, one.bought[0]) for after, count in enumerate(one.bought)],
                "rest": range(width - len(one.bought)),
            }
            for one in found
        ],
        "as_of": None,
    }  # fmt: skip


def _heat(month: datetime.date, after: int, count: int, whole: int) -> Facts:
    share = 100 * count // whole if whole else 0
    address = behind.list_url(Customer, "cohort", month, after, count=count)
    return {"text": f"{share}%", "count": count, "heat": min(4, (share + 24) // 25), "url": address}


def _as_of(actor: Actor, span: Span) -> datetime.date | None:
    """The last day asked for; None for today, and for what is still to come."""
    return span.until if span.until is not None and span.until < clock.today(actor.zone) else None


def _worth(actor: Actor, span: Span) -> Facts:
    day = _as_of(actor, span)
    job = worth.found(actor, day)
    facts: Facts = {
        "job": job,
        "job_url": url("job", public_id=job.public_id) if job is not None else "",
        "as_of": None,
        "asked_as_of": (day or clock.today(actor.zone)).isoformat(),
    }
    if job is None or job.state != Job.State.DONE:
        return facts
    found, names = job.result, Names()
    names.add(actor, Customer, [row[0] for row in found["best"]])
    currency = actor.currency
    until = datetime.date.fromisoformat(found["until"])
    bought_url = drawing.figure_url(Asked(("sales.buyers",), since=datetime.date(1900, 1, 1), until=until))
    return facts | {
        "found": found,
        "currency": currency,
        "figures": [
            {"label": _("Customers"), "value": formats.number(found["customers"]), "url": bought_url},
            {"label": _("Still customers, expected"), "value": f"{found['still'] * 100:.1f}", "unit": "%"},
            {"label": _("Purchases in a year, expected"), "value": formats.number(round(found["purchases"]))},
            {"label": _("Worth in a year, expected"), "value": formats.money(Decimal(str(found["value"])), currency)},
        ],
        "parameters": [(name, f"{value:.3f}") for name, value in found["parameters"].items()],
        "best": [
            {
                "name": names.of(Customer, key), "still": formats.percent(Decimal(str(still))),
                "purchases": f"{purchases:.2f}", "value": formats.money(Decimal(str(value)), currency),
            }
            for key, still, purchases, value in found["best"]
        ],
    }  # fmt: skip


_PARTS = {"moved": _moved, "standing": _standing, "cohorts": _cohorts, "worth": _worth}


page(
    Route(
        "analytics.customers", "analytics/customers/", show, reason=OWN, clause="2.7.2", methods=("GET", "POST"),
        label=gettext_lazy("Customers in figures"), icon="users-group",
    )
)  # fmt: skip
