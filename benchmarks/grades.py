"""The valuation of all customers: scores and grades in the engine, into the database; then grades through the door."""

import time

from benchmarks.figures import Figures
from benchmarks.house import house
from shangwu.chapters.customers import grading
from shangwu.chapters.customers.models import Valuation
from shangwu.foundation.actions.door import act
from shangwu.foundation.jobs.running import Cancelled
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.records import clock, gate

ENOUGH = 10_000
"""Customers that take their grade before the rate is known."""


def measure(figures: Figures) -> None:
    """Value all customers once, as the nightly work does it."""
    by = house()
    export("sales.lines")
    orders = int(ask(by, ["sales.orders"]).total())
    valuation: Valuation = act(by, "customers.valuation.create", None, {"until": clock.now().date()}).record
    start = time.perf_counter()
    with gate.free_reading():
        scored = grading.score(valuation)
    seconds = time.perf_counter() - start
    figures.at_most(f"valuation of {scored.customers:,} customers, {orders:,} orders in all", seconds, "s", 60)
    start = time.perf_counter()
    taken = _taken(scored)
    figures.at_least("grades taken by customers", taken / (time.perf_counter() - start), "rows/s", 1_000)


def _taken(valuation: Valuation) -> int:
    """How many customers took their grade until enough had."""
    seen = 0

    def stop(done: int, _of: int) -> None:
        nonlocal seen
        seen = done
        if done >= ENOUGH:
            raise Cancelled

    try:
        return grading.apply_grades(valuation, stop)
    except Cancelled:
        return seen
