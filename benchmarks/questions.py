"""The monthly question, asked of the engine over all order lines."""

import time
from functools import partial

from benchmarks.figures import Figures, median
from benchmarks.house import house
from shangwu.foundation.measures import engine
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.measures.registry import fact_sets


def measure(figures: Figures) -> None:
    """Export everything once, then ask."""
    start = time.perf_counter()
    release = export("sales.lines", everything=True)
    figures.at_least("facts exported to Parquet", release.rows / (time.perf_counter() - start), "rows/s", 100_000)
    table, _as_of = engine.table(fact_sets["sales.lines"])
    floor = median(lambda: engine.rows(table.group_by("category").agg(net=table.net.sum())), 5)
    question = partial(ask, house(), ["sales.revenue"], by=["month", "category"])
    figures.at_most("monthly revenue by category", median(question, 9), "ms", 100, floor)
