"""Products in figures (2.7.2): what moves slowly, what is bought together, and the bridge between two periods."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shangwu.chapters.analytics.explorer.bridge import Sold
from shangwu.chapters.analytics.explorer.sheet import exact
from shangwu.chapters.analytics.periods import Span
from shangwu.chapters.sales.models import Product
from shangwu.foundation.measures import engine
from shangwu.foundation.measures.asking import question
from shangwu.foundation.records.actors import Actor

REVENUE, QUANTITY, ORDERS, LAST = "sales.revenue", "sales.quantity", "sales.orders", "sales.last_order"
TOGETHER = 60
"""Of the most frequent products it is looked at which are bought together."""
PAIRS, SLOW = 30, 50
LEAST_TOGETHER = 2
"""A pair seen once is chance."""
IN_STOCK = 5_000


@dataclass(frozen=True, slots=True)
class Slow:
    """A product in stock. quantity: sold in the period. lasts: days the stock lasts at that pace; None: for ever."""

    product: Any
    on_hand: Decimal
    quantity: Decimal
    last_on: datetime.date | None
    lasts: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products. support: share of all orders with both. confidence: of the orders with the first, those with the
    second. lift: how many times more often together than by chance."""

    first: int
    second: int
    orders: int
    support: Decimal
    confidence: Decimal
    lift: Decimal


def slow(actor: Actor, span: Span) -> list[Slow]:
    """What is in stock and sells least, measured by how long the stock lasts."""
    rows = Product.objects.visible_to(actor).filter(stocked=True, on_hand__gt=0).order_by("-on_hand", "pk")
    products = list(rows.only("public_id", "code", "name", "unit", "on_hand")[:IN_STOCK])
    posed = question(
        actor, [QUANTITY, LAST], by=["product"], since=span.since, until=span.until,
        where={"product": [one.pk for one in products]},
    )  # fmt: skip
    sold = {row[0]: row[1:] for row in engine.rows(posed.table)}
    days = (span.until - span.since).days + 1 if span.since and span.until else 365
    found = [_slow(one, sold.get(one.pk, (Decimal(), None)), days) for one in products]
    found.sort(key=lambda one: (one.lasts is not None, -(one.lasts or 0), -one.on_hand))
    return found[:SLOW]


def _slow(product: Any, found: tuple[Any, ...], days: int) -> Slow:
    quantity, last_on = found
    sold = max(exact(quantity), Decimal())
    return Slow(product, product.on_hand, sold, last_on, int(product.on_hand * days / sold) if sold else None)


def together(actor: Actor, span: Span) -> tuple[int, list[Pair]]:
    """(orders in all, the pairs bought together most surely), the greatest lift first."""
    posed = question(actor, [ORDERS], by=["record", "product"], since=span.since, until=span.until).table
    posed = posed.select(order="by_record", product="by_product")
    known = posed.filter(posed["product"].notnull())
    whole = engine.rows(posed.aggregate(n=posed["order"].nunique()))[0][0]
    often = known.group_by("product").agg(n=known.count()).order_by([_desc("n"), "product"]).limit(TOGETHER)
    orders = dict(engine.rows(often))
    if not whole or len(orders) < 2:
        return whole or 0, []
    first = known.filter(known["product"].isin(list(orders)))
    second = first.view()
    both = first.join(second, [first["order"] == second["order"], first["product"] < second["product"]])
    pairs = both.select(one=first["product"], other=second["product"])
    counted = engine.rows(pairs.group_by(["one", "other"]).agg(n=pairs.count()))
    found = [_pair(one, other, count, orders, whole) for one, other, count in counted if count >= LEAST_TOGETHER]
    found.sort(key=lambda pair: (-pair.lift, -pair.orders, pair.first))
    return whole, found[:PAIRS]


def orders_with(actor: Actor, span: Span, one: int, other: int, *, most: int) -> list[int]:
    """The orders of a span with both products, at most so many."""
    days: dict[str, Any] = {"since": span.since, "until": span.until}
    posed = question(actor, [ORDERS], by=["record", "product"], **days, where={"product": [one, other]}).table
    counted = posed.group_by(order=posed.by_record).agg(n=posed.by_product.nunique())
    return [row[0] for row in engine.rows(counted.filter(counted.n == 2).select("order").limit(most))]


def _desc(name: str) -> Any:
    import ibis

    return ibis.desc(name)


def _pair(one: int, other: int, count: int, orders: Mapping[int, int], whole: int) -> Pair:
    """Read in the surer direction: from the rarer product to the more frequent one."""
    first, second = sorted((one, other), key=lambda product: (orders[product], product))
    confidence = Decimal(count) / orders[first]
    return Pair(first, second, count, Decimal(count) / whole, confidence, confidence * whole / orders[second])


def sold(actor: Actor, span: Span) -> dict[int | None, Sold]:
    """Amount and quantity by product, for the bridge."""
    posed = question(actor, [REVENUE, QUANTITY], by=["product"], since=span.since, until=span.until)
    return {product: Sold(exact(amount), exact(quantity)) for product, amount, quantity in engine.rows(posed.table)}
