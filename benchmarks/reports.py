"""How long a sales report of twelve pages takes as PDF and as a Word file: what a person waits for its job."""

import datetime
from decimal import Decimal
from uuid import uuid4

from benchmarks.figures import Figures, median
from shangwu.chapters.analytics.reports.content import Content, Proposed, Said
from shangwu.chapters.analytics.reports.papers import paper
from shangwu.chapters.analytics.reports.tables import Cell, Table
from shangwu.chapters.analytics.reports.word_files import word

PAGES, ROWS = 12, 21
BEFORE = 2
"""Pages before the figures: what stands out, and what the numbers mean."""


def measure(figures: Figures) -> None:
    """The documents alone, from figures that are frozen already."""
    content = _content()
    paper(content)  # the fonts are read once in each process
    figures.at_most("sales report as PDF (12 pages)", median(lambda: paper(content)), "ms", 5000)
    figures.at_most("sales report as Word file", median(lambda: word(content)), "ms", 5000)


def _content() -> Content:
    sentence = "高雄區域銷售 1,234,567，同比 −23.40%（上年同期 1,611,706）。"
    proposed = Proposed(uuid4(), "走訪下單減少的大客戶。", "王小明", datetime.date(2026, 12, 18))
    found = [Said(uuid4(), "accepted", sentence, "/analytics/", "依區域", "問題", "10%", [proposed])] * 6
    return Content(
        title="銷售分析報告 2026-10", number="SW-BG-2026-0001", organisation="岳澄精密股份有限公司",
        period="2026-10-01 – 2026-10-31", state="已發布", sha256="0" * 64,
        basis=[("口徑", "訂單自確認起，依訂單日")] * 7,
        definitions=[("收入", "各行未稅金額之和；退貨以負數計")] * 12, achievements=found[:3], problems=found,
        tables=[_table(number) for number in range(PAGES - BEFORE)], address="https://shangwu.example/analytics/",
    )  # fmt: skip


def _table(number: int) -> Table:
    names = [f"晉洋化工股份有限公司 {row}" for row in range(ROWS)]
    cells = [Cell("1,234,567"), Cell("123,456"), Cell("12.3%"), Cell("+20.00%")]
    bars = [(name, Decimal(ROWS - place)) for place, name in enumerate(names)]
    heads = ["收入", "毛利", "占比", "同比"]
    return Table(
        f"figure{number}", f"圖表 {number}", "/analytics/figures/", heads, [(name, cells) for name in names], bars
    )
