"""From which day open orders can be kept: stock, reservations and expected goods, first come first served (2.6.1).

All in the database, a portion of the products at a time: what a line still needs beyond its reservation, added up in
the order of the days promised, and behind these in the order in which orders came, is held against free stock and
arrivals, added up by their day.
"""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models.orders import OPEN, PROMISED
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.records import actors, clock
from shangwu.foundation.records.refusals import Refusal

RECKON = "sales.availability"
AT_ONCE = 400
"""Products of one portion."""

_OPEN_LINES = """
    sales_line l JOIN sales_order o ON o.id = l.order_id JOIN sales_product p ON p.id = l.product_id
    WHERE o.state = ANY(%(open)s) AND NOT o.imported AND o.archived_at IS NULL AND l.quantity > l.shipped AND p.stocked
"""
_RECKONED = f"""
WITH demand AS (
    SELECT l.id AS line_id, l.product_id, l.quantity - l.shipped AS wanted,
        greatest(l.quantity - l.shipped - l.reserved, 0) AS needed, o.id AS order_id, l.position,
        CASE WHEN o.state = ANY(%(promised)s) THEN o.promised_on END AS promised_on
    FROM {_OPEN_LINES} AND l.product_id = ANY(%(products)s)
),
supply AS (
    SELECT id AS product_id, %(today)s::date AS day, on_hand - reserved AS quantity
    FROM sales_product WHERE id = ANY(%(products)s)
    UNION ALL
    SELECT product_id, expected_on, quantity FROM sales_arrival
    WHERE state = 'expected' AND expected_on >= %(today)s AND archived_at IS NULL AND product_id = ANY(%(products)s)
),
summed AS (
    SELECT product_id, line_id, wanted, needed, NULL::date AS day,
        sum(needed) OVER (PARTITION BY product_id ORDER BY promised_on, order_id, position) AS reached
    FROM demand
    UNION ALL
    SELECT product_id, NULL, NULL, NULL, day, sum(quantity) OVER (PARTITION BY product_id ORDER BY day) FROM supply
),
kept AS (
    -- From the largest sum down: the earliest day on which as much or more is there.
    SELECT *, min(day) OVER (
        PARTITION BY product_id ORDER BY reached DESC, (line_id IS NULL) DESC ROWS UNBOUNDED PRECEDING
    ) AS covered_on FROM summed
)
SELECT line_id, product_id, wanted, CASE WHEN needed = 0 THEN %(today)s::date ELSE covered_on END AS available_on
FROM kept WHERE line_id IS NOT NULL
"""
_WRITE = f"""
INSERT INTO sales_availability (line_id, product_id, wanted, available_on, reckoned_at)
SELECT line_id, product_id, wanted, available_on, %(now)s FROM ({_RECKONED}) AS r
ON CONFLICT (line_id) DO UPDATE SET
    product_id = EXCLUDED.product_id, wanted = EXCLUDED.wanted, available_on = EXCLUDED.available_on,
    reckoned_at = EXCLUDED.reckoned_at
"""
_PRODUCTS = f"SELECT DISTINCT l.product_id FROM {_OPEN_LINES} ORDER BY 1"
_CLEAR = "DELETE FROM sales_availability WHERE reckoned_at < %(now)s"


class Kept(NamedTuple):
    """From which day a line can be kept. available_on: None while nothing covers it."""

    line_id: int
    available_on: datetime.date | None


def today() -> datetime.date:
    """The house's business day."""
    return clock.today(ZoneInfo(settings.TIME_ZONE))


def available(products: Sequence[int]) -> dict[int, Kept]:
    """Line -> from which day it can be kept, for all open lines of these products, as things stand: one query."""
    if not products:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_RECKONED, {"open": OPEN, "promised": PROMISED, "products": list(products), "today": today()})
        return {line: Kept(line, day) for line, _product, _wanted, day in cursor.fetchall()}


@job(RECKON, title=_("Promise days of all open orders"))
def reckon(running: Running) -> None:
    """Work out all open lines anew, and forget those that are open no more. Safe to run twice."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCTS, {"open": list(OPEN)})
        products = [key for (key,) in cursor.fetchall()]
        lines = 0
        for begin in range(0, len(products), AT_ONCE):
            running.progress(begin, len(products), _("Products"))
            given: dict[str, Any] = {
                "open": OPEN,
                "promised": PROMISED,
                "products": products[begin : begin + AT_ONCE],
                "today": today(),
                "now": now,
            }
            cursor.execute(_WRITE, given)
            lines += cursor.rowcount
        cursor.execute(_CLEAR, {"now": now})
    running.result(lines=lines, products=len(products))


def reckon_by_clock() -> None:
    """Each hour, unless somebody has just asked for it."""
    try:
        start(actors.system(), RECKON, {}, once="all")
    except Refusal:
        return
