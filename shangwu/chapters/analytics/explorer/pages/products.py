"""Products in figures (2.7.2): mix and margin, Pareto, slow movers, what is bought together, the bridge."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics.charts import plain
from shangwu.chapters.analytics.explorer import behind, drawing, keys, products, saying
from shangwu.chapters.analytics.explorer.asked import FIRST, Asked, grouping
from shangwu.chapters.analytics.explorer.bridge import Bridge, Effect, bridge
from shangwu.chapters.analytics.explorer.changes import change
from shangwu.chapters.analytics.explorer.customers import period_before
from shangwu.chapters.analytics.explorer.pages.explorer import OWN
from shangwu.chapters.analytics.explorer.sheet import exact, sheet
from shangwu.chapters.analytics.explorer.spans import part_asked, span_asked
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.sales.models import Order, Product
from shangwu.foundation.measures.asking import labels_of
from shangwu.foundation.measures.registry import Unit, measures
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.related import Names
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

Facts = dict[str, Any]
MOST = 200
MARGIN, PROFIT = "sales.margin", "sales.profit"
BARS = 24
MOVERS = 20
"""Products whose part of the bridge is listed."""


def show(request: Request) -> HttpResponse:
    """GET: one part of the page."""
    span, offered = span_asked(request, "part")
    parts = {
        "mix": _("Mix and margin"), "pareto": _("Pareto"), "slow": _("Slow movers"), "together": _("Bought together"),
        "bridge": _("Price, volume, mix"),
    }  # fmt: skip
    part, tabs = part_asked(request, parts)
    facts: Facts = {
        "page": frame.page_facts(_("Products in figures"), clause="2.7.2"), "tabs": tabs, "part": part,
        "currency": request.actor.currency, **offered,
    }  # fmt: skip
    try:
        facts |= _PARTS[part](request.actor, span)
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        facts["nothing"] = refusal.sentence
    return render(request, "analytics/products.html", facts)


def _mix(actor: Actor, span: Span) -> Facts:
    """Categories with their share; profit and margin for who may see cost."""
    gate = measures[PROFIT].gate
    names = (FIRST, PROFIT, MARGIN) if gate is None or gate(actor) else (FIRST,)
    asked = Asked(names, row="category", since=span.since, until=span.until)
    found = sheet(actor, asked)
    table = drawing.Table(found, asked, actor, clock.today(actor.zone)).facts()
    whole = found.total[0]
    for row, head in zip(table["rows"], found.rows, strict=True):
        part = found.cells[head.value, None][0]
        row |= {"share": saying.share(part, whole), "share_formula": saying.quotient(part, whole, actor.currency)}
    return {"table": table, "shares": True, "chart": drawing.chart(_first_only(actor, asked)), "as_of": found.as_of}


def _first_only(actor: Actor, asked: Asked) -> Any:
    return sheet(actor, Asked(asked.measures[:1], row=asked.row, since=asked.since, until=asked.until))


def _pareto(actor: Actor, span: Span) -> Facts:
    """Products by what they bring, with running shares that end at the whole."""
    asked = Asked((FIRST,), row="product", since=span.since, until=span.until)
    found = sheet(actor, asked, most_rows=MOST)
    table = drawing.Table(found, asked, actor, clock.today(actor.zone)).facts()
    whole, run, runs = exact(found.total[0]), Decimal(), []
    for row, head in zip(table["rows"], found.rows, strict=True):
        run += exact(found.cells[head.value, None][0])
        runs.append(run)
        row |= {"share": saying.share(run, whole), "share_formula": saying.quotient(run, whole, actor.currency)}
    shares = [round(float(one / whole * 100), 2) if whole else None for one in runs[:BARS]]
    values = [plain(found.cells[head.value, None][0]) for head in found.rows[:BARS]]
    option = {
        "xAxis": {"type": "category", "data": [head.label for head in found.rows[:BARS]]},
        "yAxis": [{"type": "value"}, {"type": "value", "min": 0, "max": 100}],
        "series": [
            {
                "type": "bar", "name": str(found.measures[0].label), "data": values, "barMaxWidth": 18,
                "itemStyle": {"color": "$c1"},
            },
            {"type": "line", "name": _("Running share, %"), "data": shares, "yAxisIndex": 1, "symbol": "none",
             "lineStyle": {"width": 2, "color": "$c2"}, "itemStyle": {"color": "$c2"}},
        ],
        "sw": {"decimals": 2},
    }  # fmt: skip
    most_of_it = sum(1 for one in runs if whole and one <= whole * Decimal("0.8"))
    return {
        "table": table, "running": True, "chart": {"option": option, "legend": []}, "as_of": found.as_of,
        "said": _("%(count)s of %(all)s products bring four fifths.")
        % {"count": formats.number(min(most_of_it + 1, found.all_rows)), "all": formats.number(found.all_rows)},
    }  # fmt: skip


def _slow(actor: Actor, span: Span) -> Facts:
    return {
        "slow": [
            {
                "name": str(one.product), "code": one.product.code,
                "url": record_url(Product, one.product.public_id),
                "on_hand": formats.number(one.on_hand), "quantity": formats.number(one.quantity),
                "sold_url": _figure_of(products.QUANTITY, span, str(one.product.public_id)),
                "last_on": formats.day(one.last_on) if one.last_on else saying.NOTHING,
                "formula": _lasting(one, span),
                "lasts": formats.number(one.lasts) if one.lasts is not None else _("not sold"),
            }
            for one in products.slow(actor, span)
        ]
    }  # fmt: skip


def _lasting(one: products.Slow, span: Span) -> str:
    """How long the stock lasts, filled in; "" where nothing was sold."""
    if one.lasts is None or span.since is None or span.until is None:
        return ""
    days = (span.until - span.since).days + 1
    hand, sold = formats.number(one.on_hand), formats.number(one.quantity)
    return f"{hand} × {days} ÷ {sold} = {formats.number(one.lasts)}"


def _together(actor: Actor, span: Span) -> Facts:
    orders, pairs = products.together(actor, span)
    names, both = Names(), {key for pair in pairs for key in (pair.first, pair.second)}
    names.add(actor, Product, both)
    rows = Product.objects.visible_to(actor, archived=True).filter(pk__in=both)
    called: dict[int, Any] = dict(rows.values_list("pk", "public_id"))
    return {
        "orders": formats.number(orders),
        "pairs": [
            {
                "first": names.of(Product, pair.first), "second": names.of(Product, pair.second),
                "count": formats.number(pair.orders), "url": _with_both(pair, span, called),
                "support": formats.percent(pair.support),
                "confidence": formats.percent(pair.confidence), "lift": formats.number(pair.lift, 2),
            }
            for pair in pairs
        ],
    }  # fmt: skip


def _with_both(pair: products.Pair, span: Span, called: Mapping[int, Any]) -> str:
    """The list of the orders with both products; "" where the reader may not name one of them."""
    if pair.first not in called or pair.second not in called:
        return ""
    asked = called[pair.first], called[pair.second], span.since, span.until
    return behind.list_url(Order, "together", *asked, count=pair.orders)


def _bridge(actor: Actor, span: Span) -> Facts:
    """From the period before to this one; the steps come to the change, to the last digit of the currency."""
    earlier = period_before(span)
    currency = actor.currency
    found = bridge(products.sold(actor, earlier), products.sold(actor, span), formats.minor_units(currency))
    labels = {
        "price": _("Price"), "volume": _("Volume"), "mix": _("Mix"), "new": _("New products"),
        "gone": _("Products no longer sold"), "other": _("Without product or quantity"),
    }  # fmt: skip
    ends = [_("Period before"), _("This period")]
    steps = [(labels[name], value) for name, value in found.steps]
    formulas = _formulas(found, currency)
    moved_url = drawing.compared_url(Asked((FIRST,), since=span.since, until=span.until), earlier)
    return {
        "before": f"{earlier.since} – {earlier.until}",
        "steps": [
            {
                "label": labels[name], "value": formats.money(value, currency), "trend": drawing.direction(value),
                "formula": formulas.get(name, ""), "url": moved_url,
            }
            for name, value in found.steps
        ],
        "first": formats.money(found.before, currency),
        "last": formats.money(found.after, currency),
        "first_url": _figure_of(FIRST, earlier),
        "last_url": _figure_of(FIRST, span),
        "moved": change(found.after, found.before).said(currency),
        "difference": formats.money(found.after - found.before, currency),
        "effects": _effects(actor, found, labels, (earlier, span)),
        "chart": {"option": _waterfall(ends, found.before, steps, found.after), "legend": []},
    }  # fmt: skip


def _formulas(found: Bridge, currency: str) -> dict[str, str]:
    """The steps that are worked out of all products together, filled in."""
    former, now = found.compared
    quantities = [_quantity(one.quantity) for one in (now, former)]
    amounts = [formats.money(one, currency) for one in (found.after, found.before, former.amount)]
    others = [formats.money(value, currency) for name, value in found.steps if name != "mix"]
    if not former.quantity:
        return {}
    return {
        "volume": f"({quantities[0]} − {quantities[1]}) × {amounts[2]} ÷ {quantities[1]}",
        "mix": " − ".join([amounts[0], amounts[1], *(f"({one})" for one in others)]),
    }


def _quantity(value: Decimal) -> str:
    return saying.said(value, Unit.QUANTITY)


def _figure_of(name: str, span: Span, token: str = "") -> str:
    """Where the figure of a measure explains itself, of one product if it is named."""
    where = (("product", (token,)),) if token else ()
    return drawing.figure_url(Asked((name,), since=span.since, until=span.until, where=where))


def _effects(actor: Actor, found: Bridge, labels: Mapping[str, str], spans: tuple[Span, Span]) -> list[Facts]:
    """The products that move the sales most, each with its figures of both periods and its part of a step."""
    shown = found.effects[:MOVERS]
    one = grouping("product")
    known = labels_of(actor, [one], [(each.product,) for each in shown])[one.name]
    tokens = keys.tokens(actor, one, [each.product for each in shown])
    return [_effect(each, known, tokens.get(each.product, ""), labels, spans, actor.currency) for each in shown]


def _effect(
    one: Effect,
    known: Mapping[Any, str],
    token: str,
    labels: Mapping[str, str],
    spans: tuple[Span, Span],
    currency: str,
) -> Facts:
    sides = []
    for sold, span in zip((one.before, one.after), spans, strict=True):
        said = formats.money(sold.amount, currency), _quantity(sold.quantity)
        addresses = [_figure_of(name, span, token) if token else "" for name in (FIRST, products.QUANTITY)]
        sides += [{"text": text, "url": address} for text, address in zip(said, addresses, strict=True)]
    amounts = [formats.money(each.amount, currency) for each in (one.after, one.before)]
    formula = ""
    if one.step == "price":
        formula = f"{amounts[0]} − {amounts[1]} ÷ {_quantity(one.before.quantity)} × {_quantity(one.after.quantity)}"
    return {
        "name": known.get(one.product) or saying.NOTHING, "step": labels[one.step], "cells": sides,
        "amount": formats.money(one.amount, currency), "trend": drawing.direction(one.amount), "formula": formula,
    }  # fmt: skip


def _waterfall(ends: list[str], before: Decimal, steps: list[tuple[str, Decimal]], after: Decimal) -> Facts:
    """Bars that stand where the one before ended: an invisible foot, and what is added or taken."""
    labels, foot = [ends[0]], [0.0]
    up, down = [float(before)], [0.0]
    level = before
    for label, value in steps:
        labels.append(label)
        foot.append(float(min(level, level + value)))
        up.append(float(max(value, Decimal())))
        down.append(float(max(-value, Decimal())))
        level += value
    labels, foot, up, down = [*labels, ends[1]], [*foot, 0.0], [*up, float(after)], [*down, 0.0]
    bar = {"type": "bar", "stack": "bridge", "barMaxWidth": 36}
    return {
        "xAxis": {"type": "category", "data": labels},
        "yAxis": {"type": "value"},
        "series": [
            {**bar, "name": _("From"), "data": foot, "itemStyle": {"color": "transparent"}},
            {**bar, "name": _("More"), "data": up, "itemStyle": {"color": "$c1"}},
            {**bar, "name": _("Less"), "data": down, "itemStyle": {"color": "$c-mark"}},
        ],
        "sw": {"decimals": 0},
    }


_PARTS = {"mix": _mix, "pareto": _pareto, "slow": _slow, "together": _together, "bridge": _bridge}

page(
    Route(
        "analytics.products", "analytics/products/", show, reason=OWN, clause="2.7.2",
        label=gettext_lazy("Products in figures"), icon="package",
    )
)  # fmt: skip
