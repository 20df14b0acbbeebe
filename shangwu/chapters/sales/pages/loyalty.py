"""Beside the year's satisfaction: who ordered again, and who was lost (2.5.2)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import SatisfactionReport
from shangwu.chapters.customers.pareto import within
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.registry import measures
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.kit import Panel, panel
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

FIGURES = ("sales.repeat_rate", "sales.loss_rate")


def loyalty(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The two rates of the year and department, from the orders that the reader may count; nothing before figures are
    there."""
    assert isinstance(record, SatisfactionReport)
    theirs = {"department": sorted(within(record.department_id))} if record.department_id is not None else None
    year = (datetime.date(record.year, 1, 1), datetime.date(record.year, 12, 31))
    try:
        found = ask(actor, FIGURES, since=year[0], until=year[1], where=theirs)
    except Refusal:
        return None
    values = found.rows[0] if found.rows else (None, None)
    rows = [
        {"label": measures[name].label, "value": formats.percent(value) if value is not None else "—",
         "definition": measures[name].definition}
        for name, value in zip(FIGURES, values, strict=True)
    ]  # fmt: skip
    return {"rows": rows, "as_of": found.as_of}


panel(
    SatisfactionReport,
    Panel(
        "loyalty", _("Who ordered again, who was lost"), "sales/loyalty.html", loyalty, place="main", order=6,
        clause="2.5.2",
    ),
)  # fmt: skip
