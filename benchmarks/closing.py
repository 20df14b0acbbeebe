"""The month's data: what a day's changes cost, and closing a month."""

import datetime
import time
from typing import Any

from benchmarks.figures import Figures
from benchmarks.house import holders
from shangwu.chapters.analytics.closing import freezing
from shangwu.chapters.analytics.closing.models import Finding, MonthClose
from shangwu.chapters.sales.models import Line, Order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.measures import exporting
from shangwu.foundation.measures.exporting import export_all
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, clock, gate

DAY = datetime.timedelta(days=1)
CHANGED = 200
"""Orders that a day touches, of this month and the last."""


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
    with gate.free_reading():
        latest = list(Order.objects.filter(imported=False, entity=entity).order_by("-ordered_on")[:CHANGED])
    rows = [Row({"at": clock.now()}, one) for one in latest]
    done = act_many(actors.system(), "sales.order.note_told", rows).done
    print(f"{len(done)} orders changed", flush=True)


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
