"""Draws panels: a template with its facts, or a short list of another record type by its own list declaration."""

from dataclasses import dataclass, replace
from typing import Any

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from shangwu.foundation.pages.drawing import open_to
from shangwu.foundation.pages.frame import clause_facts
from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.find import found
from shangwu.foundation.pages.lists.prepared import Prepared, prepared
from shangwu.foundation.pages.lists.rows import cell_classes, draw_rows, sheet
from shangwu.foundation.pages.panels import AnyPanel, RowsPanel
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence


@dataclass(frozen=True, slots=True)
class DrawnPanel:
    """A panel ready to print. url: the whole list behind it. padded: its body needs room at the edges.

    count: how many it shows, with "+" where there are more. told: a sentence about them. is_empty: a list without rows.
    """

    key: str
    title: Sentence
    html: str
    url: str = ""
    clause: Any = None
    has_more: bool = False
    padded: bool = True
    place: str = "main"
    count: str | None = None
    told: str = ""
    is_empty: bool = False


def drawn(actor: Actor, panel: AnyPanel, record: Record | None = None) -> DrawnPanel | None:
    """The panel for this reader; None when there is nothing to show or nothing that they may see."""
    if isinstance(panel, RowsPanel):
        return _rows(actor, panel, record)
    facts = panel.facts(actor, record)
    if facts is None:
        return None
    html = render_to_string(panel.template, {**facts, "record": record, "actor": actor})
    count = facts.get("count")
    return DrawnPanel(
        panel.key,
        panel.title,
        html,
        clause=clause_facts(panel.clause),
        place=panel.place,
        count=None if count is None else str(count),
        told=facts.get("told", ""),
    )


def query_of(panel: RowsPanel, record: Record | None) -> str:
    """The panel's filter as an address carries it."""
    key = str(record.public_id) if record is not None else ""
    query = panel.query.replace("{record}", key)
    return f"{query}&sort={panel.sort}" if panel.sort else query


def _rows(actor: Actor, panel: RowsPanel, record: Record | None) -> DrawnPanel | None:
    one = prepared(panel.model)
    if not actor.is_system and not scopes.arms(panel.model, actor):
        return None
    query = query_of(panel, record)
    rows = found(one, asked(one, lists_of(query), actor), actor, size=panel.limit)
    columns = _columns(one, panel, actor)
    made = replace(sheet(one, actor, columns, rows.rows, selectable=False), selectable=False)
    facts = {
        "heads": [{"label": each.label, "classes": cell_classes(one, each)} for each in columns],
        "rows": draw_rows(made, rows.rows),
        "has_rows": bool(rows.rows),
        "records": one.page.model._meta.verbose_name_plural,
    }
    html = render_to_string("pages/detail/rows.html", facts)
    return DrawnPanel(
        panel.key,
        panel.title,
        html,
        _address(one, query),
        clause_facts(panel.clause),
        rows.older is not None,
        padded=False,
        place=panel.place,
        count=f"{len(rows.rows)}{'+' if rows.older is not None else ''}",
        told=panel.told(len(rows.rows)) if panel.told and rows.rows else "",
        is_empty=not rows.rows,
    )


def _columns(one: Prepared, panel: RowsPanel, actor: Actor) -> list[Any]:
    """The panel's own columns, else the first that the list shows."""
    open_columns = open_to(one.columns, one.page.model, actor)
    if panel.columns:
        by_name = {each.name: each for each in open_columns}
        return [by_name[name] for name in panel.columns if name in by_name]
    return [each for each in open_columns if each.column.shown][:6]


def _address(one: Prepared, query: str) -> str:
    try:
        return reverse(f"{one.pages.name}.list") + f"?{query}"
    except NoReverseMatch:
        return ""
