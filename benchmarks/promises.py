"""The promise days of all open orders, worked out anew as the hourly job does it: stock, reservations, arrivals."""

import time

from benchmarks.figures import Figures
from benchmarks.house import holders
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.models.orders import OPEN
from shangwu.chapters.sales.promising import RECKON
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.running import run
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate

ORDERS, SECONDS = 100_000, 60
"""So many open orders, and how long they may take; other numbers of them in proportion."""


def measure(figures: Figures) -> None:
    """One run of the job, with its own progress and result, over whatever is open."""
    by = actor_of(holders(Role.SALES_SUPPORT)[0])
    with gate.free_reading():
        orders = Order.objects.filter(state__in=OPEN, imported=False, archived_at__isnull=True).count()
    started = time.perf_counter()
    done: Job | None = run(start(by, RECKON, {}).pk)
    seconds = time.perf_counter() - started
    if done is None or done.state != Job.State.DONE:
        raise RuntimeError(f"the promise days were not worked out: {done and done.error}")
    name = f"promise days of {orders:,} open orders, {done.result['lines']:,} lines"
    figures.at_most(name, seconds, "s", max(SECONDS * orders / ORDERS, 1))
