"""Channels, regions and people side by side (2.7.2), and what customers owe by age (2.6.2)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics.explorer import behind, drawing, keys, receivables, saying
from shangwu.chapters.analytics.explorer.asked import FIRST, Asked
from shangwu.chapters.analytics.explorer.changes import NOTHING, Change, change, compared_spans
from shangwu.chapters.analytics.explorer.pages.explorer import OWN
from shangwu.chapters.analytics.explorer.receivables import AGES
from shangwu.chapters.analytics.explorer.sheet import Sheet, exact, sheet
from shangwu.chapters.analytics.explorer.spans import part_asked, span_asked
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.sales.models import Order
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

Facts = dict[str, Any]
GROUPINGS = {"channels": "channel", "regions": "region", "people": "salesperson"}
OWED = "owed"


def show(request: Request) -> HttpResponse:
    """GET: one grouping with shares and the change against the same days a year before, or what is owed."""
    span, offered = span_asked(request, "part")
    parts = {"channels": _("Channels"), "regions": _("Regions"), "people": _("People"), OWED: _("Receivables")}
    part, tabs = part_asked(request, parts)
    facts: Facts = {
        "page": frame.page_facts(_("Channels, regions, people"), clause="2.7.2"), "tabs": tabs, "part": part, **offered,
        "currency": request.actor.currency,
    }  # fmt: skip
    try:
        facts |= _owed(request.actor) if part == OWED else _grouped(request.actor, span, GROUPINGS[part])
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        facts["nothing"] = refusal.sentence
    return render(request, "analytics/parts.html", facts)


def _grouped(actor: Actor, span: Span, name: str) -> Facts:
    today = clock.today(actor.zone)
    asked = Asked((FIRST,), row=name, since=span.since, until=span.until)
    found = sheet(actor, asked)
    table = drawing.Table(found, asked, actor, today).facts()
    compared = compared_spans(span, today)
    for row, head in zip(table["rows"], found.rows, strict=True):
        part, whole = found.cells[head.value, None][0], found.total[0]
        row |= {"share": saying.share(part, whole), "share_formula": saying.quotient(part, whole, actor.currency)}
        row["change"] = NOTHING
    facts = _changes(actor, asked, found, table["rows"], compared) if compared is not None else {"whole": NOTHING}
    return {
        "table": table,
        "chart": drawing.chart(found),
        "before": f"{compared[1].since} – {compared[1].until}" if compared is not None else "",
        "together": compared is None or compared[0] != span,
        "as_of": found.as_of,
        **facts,
    }


def _changes(actor: Actor, asked: Asked, found: Sheet, rows: list[Facts], compared: tuple[Span, Span]) -> Facts:
    """Put into each row how it changed from the year before, and answer how the whole did."""
    name, today, earlier = asked.row, clock.today(actor.zone), compared[1]
    judged, former = (_of(actor, asked, span) for span in compared)
    asked = replace(asked, since=compared[0].since, until=compared[0].until)
    for row, head in zip(rows, found.rows, strict=True):
        now, before = (one.cells.get((head.value, None)) for one in (judged, former))
        moved = change(*(exact(each[0]) if each is not None else None for each in (now, before)))
        row |= {
            "change": moved.said(actor.currency),
            "trend": moved.trend,
            "change_url": _change_url(keys.narrowed(asked, today, {name: (head.value, head.token)}), earlier, moved)
            if head.token
            else "",
        }
    totals = [None if each.total[0] is None else exact(each.total[0]) for each in (judged, former)]
    whole = change(*totals)
    return {
        "whole": whole.said(actor.currency),
        "whole_url": _change_url(keys.narrowed(asked, today, {}), earlier, whole),
    }


def _of(actor: Actor, asked: Asked, span: Span) -> Sheet:
    return sheet(actor, Asked(asked.measures, row=asked.row, since=span.since, until=span.until))


def _change_url(asked: Asked, before: Span, found: Change) -> str:
    """Where a change opens both of its figures; "" without a base."""
    return drawing.compared_url(asked, before) if found.difference is not None else ""


def _owed(actor: Actor) -> Facts:
    """By currency and age, each age leading to its orders, of those that the reader sees."""
    found = receivables.ages(actor, clock.today(actor.zone))
    return {
        "owed": [
            {
                "currency": currency,
                "rows": [
                    {
                        "label": AGES[one.age], "count": formats.number(one.count),
                        "amount": formats.money(one.amount, currency),
                        "share": saying.share(one.amount, whole),
                        "formula": f"{formats.money(one.amount, currency)} ÷ {formats.money(whole, currency)}",
                        "url": behind.list_url(Order, "owed", currency, one.age, count=min(one.count, behind.MOST)),
                    }
                    for one in rows
                ],
                "total": formats.money(whole, currency),
                "count": formats.number(count),
                "url": behind.list_url(Order, "owed", currency, behind.ALL, count=min(count, behind.MOST)),
                "chart": _bars(rows),
            }
            for currency, rows in found.items()
            for whole, count in [(sum((one.amount for one in rows), Decimal()), sum(one.count for one in rows))]
        ],
        "list_url": f"{url('sales.order.list')}?view=unpaid",
    }  # fmt: skip


def _bars(rows: list[receivables.Age]) -> Facts:
    data = [float(one.amount) for one in rows]
    return {
        "xAxis": {"type": "category", "data": [str(AGES[one.age]) for one in rows]},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "name": _("Owed"), "data": data, "itemStyle": {"color": "$c1"}, "barMaxWidth": 36}],
        "sw": {"decimals": 0},
    }


page(
    Route(
        "analytics.parts", "analytics/parts/", show, reason=OWN, clause="2.7.2",
        label=gettext_lazy("Channels, regions, people"), icon="sitemap",
    )
)  # fmt: skip
