"""The month's data: what a day's changes cost, and closing a month."""

import datetime
import time
from typing import Any

from benchmarks.figures import Figures
from benchmarks.house import Desk, holders
from shangwu.chapters.analytics.closing import freezing
from shangwu.chapters.analytics.closing.models import Finding, MonthClose
from shangwu.chapters.sales.measures import COUNTED
from shangwu.chapters.sales.models import Line, Order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.measures import exporting
from shangwu.foundation.measures.exporting import export_all
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, clock, gate

DAY = datetime.timedelta(days=1)
TAKEN = 200
"""Orders of five lines that come in on a day."""
CHANGED = 100
"""Orders of the last three months that a day changes, so that figures change."""


def measure(figures: Figures) -> None:
    """Export everything, change what a day changes, export that; then close the last month."""
    support = actor_of(holders(Role.SALES_SUPPORT)[0])
    export_all()
    # The rows of the benchmark were all made within the hour: an old house has none that may still be committed.
    exporting.MARGIN = 0
    _change(support.entity_id)
    start = time.perf_counter()
    export_all()
    figures.at_most("export of a day's changes", (time.perf_counter() - start) * 1000, "ms", 5_000)
    close, lines = _last_month()
    if close is not None:
        print(f"closing {close} with {lines:,} order lines", flush=True)
        figures.at_most("month close", _closed(support, close), "ms", 30_000)


def _change(entity: int | None) -> None:
    """Orders come in and are confirmed; others, of this month and the three before, go to another salesperson."""
    desk = Desk()
    for _n in range(TAKEN):
        desk.take_and_confirm()
    since = clock.today(desk.checks.zone) - 90 * DAY
    with gate.free_reading():
        orders = Order.objects.filter(imported=False, entity=entity, ordered_on__gte=since)
        older = list(orders.filter(state__in=COUNTED).exclude(state="closed").order_by("public_id")[:CHANGED])
    given = {"to": holders(Role.SALES)[-1]}
    rows = [Row(given, one) for one in older]
    done = act_many(actors.system(), "sales.order.transfer", rows, reason="benchmark").done
    print(f"{TAKEN} orders of 5 lines taken, {len(done)} of the last three months changed", flush=True)


def _last_month() -> tuple[MonthClose | None, int]:
    """The demo's month that is checked and not locked, and its lines."""
    with gate.free_reading():
        close = MonthClose.objects.filter(state=MonthClose.State.CHECKED).order_by("-month").first()
        if close is None:
            return None, 0
        days = {"order__ordered_on__gte": close.month, "order__ordered_on__lte": close.last_day}
        return close, Line.objects.filter(**days).count()


def _closed(by: Any, close: MonthClose) -> float:
    """Milliseconds of running the checks and locking; what was found is accepted in between, which people do."""
    start = time.perf_counter()
    checked = act(by, "analytics.monthclose.check", close.fresh).record
    taken = time.perf_counter() - start
    executive = actor_of(holders(Role.EXECUTIVE)[0])
    with gate.free_reading():
        found = list(Finding.objects.filter(close=close, state=Finding.State.OPEN))
    if found:
        act_many(executive, "analytics.finding.accept", [Row({"reason": "benchmark"}, one) for one in found])
    start = time.perf_counter()
    freezing.lock(by, checked)
    return (taken + time.perf_counter() - start) * 1000
