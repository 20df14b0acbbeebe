"""The analyses of 2.7.2 that no single measure gives, for programs: trend, who came and went, cohorts, slow movers,
what is bought together, and the bridge; each as its page works it out, over what the caller may see."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics import periods
from shangwu.chapters.analytics.explorer import customers, products
from shangwu.chapters.analytics.explorer.api.figures import QUERY, SCOPE, asked_of, once_exported, plain
from shangwu.chapters.analytics.explorer.asked import span_of
from shangwu.chapters.analytics.explorer.bridge import bridge
from shangwu.chapters.analytics.explorer.changes import Change
from shangwu.chapters.analytics.explorer.keys import tokens
from shangwu.chapters.analytics.explorer.trend import trend
from shangwu.chapters.analytics.moved import KINDS
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.sales.models import Product
from shangwu.foundation.access.labels import labels
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.measures.registry import Unit, dimensions
from shangwu.foundation.pages import formats
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

SINCE, UNTIL = "since", "until"

Facts = dict[str, Any]


def _span(by: Actor, given: Mapping[str, str]) -> Span:
    """The days asked for; without a first day the twelve months up to the last. Raises Refusal `invalid`."""
    try:
        chosen, since, until = span_of(QueryDict(urlencode(given)))
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.sentence, refusal.params, fields={SINCE: [refusal.sentence]}) from refusal
    today = clock.today(by.zone)
    until = until or today
    return Span(since if since and not chosen else periods.span("last_12", until).since, until)


def _days(span: Span) -> Facts:
    return {SINCE: span.since, UNTIL: span.until}


def _changed(found: Change) -> Facts:
    return {"rate": plain(found.rate), "difference": plain(found.difference), "together": found.together}


@once_exported()
def trend_of(by: Actor, given: Mapping[str, str]) -> Facts:
    """The months of a measure, each against the month and the year before. Raises Refusal `invalid`, `missing`."""
    asked = asked_of(by, given)
    found = trend(by, asked)
    return {
        "query": asked.query,
        "name": found.measure.name,
        "label": found.measure.label,
        "currency": by.currency if found.measure.unit is Unit.MONEY else None,
        "as_of": found.as_of,
        "months": [
            {
                "month": one.month, "value": plain(one.value), "whole": one.whole,
                "against_month": _changed(one.against_month), "against_year": _changed(one.against_year),
            }
            for one in found.months
        ],
    }  # fmt: skip


@once_exported()
def moved(by: Actor, given: Mapping[str, str]) -> Facts:
    """Customers that are new, stayed, came back or were lost, beside the period before. Raises Refusal `invalid`."""
    span = _span(by, given)
    before = customers.period_before(span)
    return {
        **_days(span), "before": _days(before), "currency": by.currency,
        "kinds": [
            {
                "kind": one.kind, "label": KINDS[one.kind], "count": one.count, "now": plain(one.now),
                "before": plain(one.before),
            }
            for one in customers.moved(by, span)
        ],
    }  # fmt: skip


@once_exported()
def cohorts(by: Actor, given: Mapping[str, str]) -> Facts:
    """Customers by the month of their first order: how many bought in it, and in each month after."""
    found = customers.cohorts(by, clock.today(by.zone).replace(day=1))
    return {"cohorts": [{"month": one.month, "bought": one.bought} for one in found]}


@once_exported()
def slow(by: Actor, given: Mapping[str, str]) -> Facts:
    """Products in stock that sell least. Raises Refusal `invalid`."""
    span = _span(by, given)
    return {
        **_days(span),
        "products": [
            {
                "public_id": one.product.public_id, "label": str(one.product), "on_hand": plain(one.on_hand),
                "quantity": plain(one.quantity), "last_on": one.last_on, "lasts": one.lasts,
            }
            for one in products.slow(by, span)
        ],
    }  # fmt: skip


@once_exported()
def together(by: Actor, given: Mapping[str, str]) -> Facts:
    """Products that are bought together. Raises Refusal `invalid`."""
    span = _span(by, given)
    whole, pairs = products.together(by, span)
    named = _named(by, [key for one in pairs for key in (one.first, one.second)])
    return {
        **_days(span), "orders": whole,
        "pairs": [
            {
                "first": named[one.first], "second": named[one.second], "orders": one.orders,
                **{name: float(round(getattr(one, name), 6)) for name in ("support", "confidence", "lift")},
            }
            for one in pairs
        ],
    }  # fmt: skip


@once_exported()
def bridged(by: Actor, given: Mapping[str, str]) -> Facts:
    """From the sales of the period before to those of these days. Raises Refusal `invalid`."""
    span = _span(by, given)
    before = customers.period_before(span)
    former, now = (products.sold(by, one) for one in (before, span))
    found = bridge(former, now, formats.minor_units(by.currency))
    named = _named(by, [one.product for one in found.effects if one.product is not None])
    return {
        **_days(span), "earlier": _days(before), "currency": by.currency, "before": plain(found.before),
        "after": plain(found.after), "steps": [{"step": name, "amount": plain(one)} for name, one in found.steps],
        "effects": [
            {"product": named.get(one.product), "step": one.step, "amount": plain(round(one.amount, 6))}
            for one in found.effects
        ],
    }  # fmt: skip


def _named(by: Actor, found: Iterable[int]) -> dict[Any, Facts]:
    """Products by key: the public id of those that the caller sees, and what they may read for each."""
    wanted = set(found)
    known, said = tokens(by, dimensions["product"], wanted), labels(by, Product, wanted)
    return {key: {"public_id": known.get(key), "label": said.get(key, "")} for key in wanted}


_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_DAY: Schema = {"type": "string", "format": "date"}
_AMOUNT: Schema = {"type": ["string", "number", "null"], "description": "A decimal number as text; a mean as a number."}
_NUMBER: Schema = {"type": "number"}
_GIVEN: Schema = {"type": "string", "format": "date"}
_SPAN: dict[str, Schema] = {
    SINCE: {**_GIVEN, "description": "The first day; twelve months before the last if left out."},
    UNTIL: {**_GIVEN, "description": "The last day; today if left out."},
}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _rows(**properties: Schema) -> Schema:
    return {"type": "array", "items": _object(**properties)}


_BOTH: dict[str, Schema] = {SINCE: _DAY, UNTIL: _DAY}
_CHANGE: Schema = _object(
    rate={**_AMOUNT, "description": "In per cent; null without a base, and from one below nought."},
    difference=_AMOUNT,
    together={"type": "boolean", "description": "That of January and February as one."},
)
_PRODUCT: Schema = {"type": ["object", "null"], "properties": {"public_id": _MAYBE, "label": _TEXT}}


def _declare(name: str, label: Any, told: str, answer: Any, schema: Schema, asks: dict[str, Schema]) -> None:
    reading(Reading(f"analytics.{name}", f"analytics/{name}/", answer, SCOPE, label, told, schema, asks=asks))


_declare(
    "trend", _("Trend"), "The months of the first measure of a question, each against the month and the year before.",
    trend_of,
    _object(
        query=_TEXT, name=_TEXT, label=_TEXT, currency=_MAYBE, as_of={"type": "string", "format": "date-time"},
        months=_rows(month=_DAY, value=_AMOUNT, whole={"type": "boolean"}, against_month=_CHANGE, against_year=_CHANGE),
    ),
    {QUERY: {**_TEXT, "maxLength": 2000, "description": "As the explorer's address carries it."}},
)  # fmt: skip
_declare(
    "moved", _("New, stayed, lost"), "Customers that are new, stayed, came back or were lost, and what they bought.",
    moved,
    _object(**_BOTH, before=_object(**_BOTH), currency=_TEXT,
            kinds=_rows(kind=_TEXT, label=_TEXT, count=_COUNT, now=_AMOUNT, before=_AMOUNT)),
    _SPAN,
)  # fmt: skip
_declare(
    "cohorts", _("Cohorts"), "Customers by the month of their first order: how many bought in it and in each after.",
    cohorts, _object(cohorts=_rows(month=_DAY, bought={"type": "array", "items": _COUNT})), {},
)  # fmt: skip
_declare(
    "slow", _("Slow movers"), "Products in stock that sell least, by how many days the stock lasts.", slow,
    _object(**_BOTH, products=_rows(
        public_id=_TEXT, label=_TEXT, on_hand=_AMOUNT, quantity=_AMOUNT, last_on={**_MAYBE, "format": "date"},
        lasts={"type": ["integer", "null"], "description": "Days; null where nothing was sold."},
    )),
    _SPAN,
)  # fmt: skip
_declare(
    "together", _("Bought together"), "Pairs of products that orders hold together more often than by chance.",
    together,
    _object(**_BOTH, orders=_COUNT, pairs=_rows(first=_PRODUCT, second=_PRODUCT, orders=_COUNT, support=_NUMBER,
                                                confidence=_NUMBER, lift=_NUMBER)),
    _SPAN,
)  # fmt: skip
_declare(
    "bridge", _("Price, volume, mix"), "From the sales of the period before to those of these days, to the cent.",
    bridged,
    _object(**_BOTH, earlier=_object(**_BOTH), currency=_TEXT, before=_AMOUNT, after=_AMOUNT,
            steps=_rows(step=_TEXT, amount=_AMOUNT), effects=_rows(product=_PRODUCT, step=_TEXT, amount=_AMOUNT)),
    _SPAN,
)  # fmt: skip
