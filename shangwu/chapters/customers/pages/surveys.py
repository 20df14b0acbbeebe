"""Pages of clause 2.5.2: surveys, and the result of a year as a table."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer, SatisfactionReport, Survey
from shangwu.foundation.pages.kit import (
    Column,
    DetailPage,
    FormPage,
    Group,
    Hidden,
    ListPage,
    Look,
    Pages,
    Panel,
    Period,
    RowsPanel,
    View,
    Wide,
    panel,
)
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

YEAR = Column("year", _("Year"), Look.TEXT, value=lambda report: str(report.year), edit=False)
"""A year is no amount: it has no thousands."""

ListPage(
    Survey,
    clause="2.5.2",
    columns=[
        "number", "customer", "contact", "occasion", "state", "content", "would_recommend", "words", "answered_on",
        Hidden("order_number"), Hidden("complaint"), Hidden("owner"), Hidden("department"), Hidden("expires_at"),
    ],
    filters=["state", "occasion", "customer", "owner", "department", "content", Period("answered_on")],
    sorts=["answered_on"],
    views=[
        View("open", _("Waiting for an answer"), "state=open"),
        View("low", _("Not content"), "content=1&content=2"),
    ],
    tones={"expired": "void", "withdrawn": "void", "answered": "done", "open": "wait"},
    empty=_("Nobody was asked yet. It begins with the first delivery or closed complaint of who agreed to be asked."),
    icon="mood-smile",
    path="customers/surveys",
    order=36,
)  # fmt: skip
DetailPage(
    Survey,
    clause="2.5.2",
    title=["customer"],
    track=["open", "answered"],
    facts=[
        "customer", "contact", "occasion", "order_number", "complaint", "answered_at", "expires_at",
        Group(_("Answer"), "content", "would_recommend", Wide("words")),
    ],
)  # fmt: skip
FormPage(
    "customers.survey.create",
    clause="2.5.2",
    groups=[Group(_("Whom"), "occasion", Wide("customer", 3), Wide("contact", 3), "order_number", "complaint")],
)
Pages(
    SatisfactionReport,
    clause="2.5.2",
    columns=[YEAR, "state", "asking_since", "drawn_at", "department", "findings", "measures", Hidden("finished_at")],
    filters=["state", "department"],
    sorts=["year"],
    title=["year"],
    empty=_("No year yet. Begin this year's, then ask the customers."),
    icon="chart-bar",
    order=38,
    facts=["asking_since", "drawn_at", "findings", "measures"],
    groups=[Group(_("Year"), "year", "department", clause="2.5.2")],
    track=["draft", "finished"],
)


def result(actor: Actor, record: Record | None) -> Mapping[str, Any]:
    """The year as a table: by occasion how many were asked and answered, contentment with its mean, and the balance."""
    assert isinstance(record, SatisfactionReport)
    labels = {str(key): label for key, label in Survey.Occasion.choices}
    found = record.figures
    rows = [_row(one, str(labels.get(one["occasion"], one["occasion"]))) for one in found.get("rows", ())]
    if len(rows) > 1:
        rows.append(_row(found["whole"], gettext("All occasions")))
    said = found.get("recommend", {})
    return {"rows": rows, "recommend": said, "balance": _signed(said.get("balance"))}


def _row(one: Mapping[str, Any], label: str) -> dict[str, Any]:
    share = f"{100 * one['answered'] / one['asked']:.0f}%" if one["asked"] else "—"
    top = f"{one['top']}%" if one["top"] is not None else "—"
    mean = one["mean"] or "—"
    return {
        "label": label, "asked": one["asked"], "answered": one["answered"], "share": share, "top": top, "mean": mean,
    }  # fmt: skip


def _signed(text: str | None) -> str:
    """A balance with its sign: +45, −12, 0."""
    if text is None:
        return "—"
    plain = text.removesuffix(".0")
    return f"\N{MINUS SIGN}{plain[1:]}" if plain.startswith("-") else f"+{plain}" if plain.strip("0.") else "0"


panel(
    SatisfactionReport,
    Panel("result", _("Result"), "customers/satisfaction_result.html", result, place="main", order=5, clause="2.5.2"),
)
panel(Customer, RowsPanel("surveys", Survey, _("Satisfaction"), "customer={record}", order=27, clause="2.5.2"))
