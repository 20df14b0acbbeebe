"""The explorer over all order lines: any two groupings, a figure with its rows, the analyses beside it."""

from functools import partial
from itertools import combinations

from django.http import QueryDict

from benchmarks.figures import Figures, median
from benchmarks.house import house
from shangwu.chapters.analytics.explorer import customers, figures, products
from shangwu.chapters.analytics.explorer.asked import read
from shangwu.chapters.analytics.explorer.sheet import sheet
from shangwu.chapters.analytics.periods import Span, span
from shangwu.foundation.measures import engine
from shangwu.foundation.measures.asking import question
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.measures.registry import fact_sets
from shangwu.foundation.records import clock

GROUPINGS = ("month", "quarter", "category", "region", "salesperson", "channel", "product")
MEASURES = ("sales.revenue", "sales.profit", "sales.quantity", "sales.orders", "sales.margin")


def measure(told: Figures) -> None:
    """Ask each measure by each two groupings, tell the slowest and the middle one; then the pages' own questions."""
    export("sales.lines")
    reader = house()
    table, _as_of = engine.table(fact_sets["sales.lines"])
    floor = median(lambda: engine.rows(table.group_by("category").agg(net=table.net.sum())), 5)
    for name in MEASURES:
        took = {by: median(partial(_answered, name, by), 3) for by in combinations(GROUPINGS, 2)}
        slowest = max(took, key=lambda by: took[by])
        told.at_most(f"{name} by any two, slowest: {' x '.join(slowest)}", took[slowest], "ms", 300, floor)
    asked = read(QueryDict("m=sales.revenue&row=category&column=quarter&period=all"), reader)
    told.at_most("explorer: category x quarter, all totals", median(partial(sheet, reader, asked), 5), "ms", 300, floor)
    one = read(QueryDict("m=sales.profit&period=month"), reader)
    told.at_most("a figure, its formula and rows", median(partial(figures.figure, reader, one), 5), "ms", 500, floor)
    today = clock.today(reader.zone)
    _analyses(told, span("last_12", today), floor)


def _answered(name: str, by: tuple[str, str]) -> None:
    engine.rows(question(house(), [name], by=by).table)


def _analyses(told: Figures, year: Span, floor: float) -> None:
    reader = house()
    assert year.until is not None
    for name, work in (
        ("customers: new, kept, lost", partial(customers.moved, reader, year)),
        ("customers: cohorts", partial(customers.cohorts, reader, year.until.replace(day=1))),
        ("products: bridge", partial(products.sold, reader, year)),
        ("products: bought together", partial(products.together, reader, year)),
    ):
        told.at_most(name, median(work, 3), "ms", 3000, floor)
