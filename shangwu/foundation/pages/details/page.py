"""The page of a record: head with state and next action, track, facts, parts, panels, and the timeline beside them."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from shangwu.foundation.actions.trash import KEPT
from shangwu.foundation.audit.reading import How
from shangwu.foundation.pages import face, formats
from shangwu.foundation.pages.acting import places
from shangwu.foundation.pages.acting.buttons import buttons
from shangwu.foundation.pages.as_of import as_of, asked_on, moment_of, past
from shangwu.foundation.pages.details import facts, panels
from shangwu.foundation.pages.details.facts import Table
from shangwu.foundation.pages.details.finding import followed_record_of
from shangwu.foundation.pages.details.history import history
from shangwu.foundation.pages.details.logged import logged
from shangwu.foundation.pages.details.panels import DrawnPanel
from shangwu.foundation.pages.details.past import Parts, as_it_was
from shangwu.foundation.pages.details.timeline import timeline
from shangwu.foundation.pages.details.track import track
from shangwu.foundation.pages.drawing import Drawn, resolve
from shangwu.foundation.pages.elements import Look
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.panels import panels_of
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.pages.recent import is_pinned, note_opened
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.pages.related import Names, names_for
from shangwu.foundation.pages.tones import tone_of
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import missing
from shangwu.foundation.records.scopes import hidden_fields
from shangwu.foundation.records.successors import successor_of

PANEL = "sw-panel"
HISTORY = "history"

Facts = dict[str, Any]


@dataclass(slots=True)
class Opened:
    """A record as one reader has opened it, with everything read that drawing it needs."""

    request: Request
    pages: RecordPages
    record: Any
    sections: list[facts.Section]
    tables: list[Table]
    meta: list[Drawn]
    title: list[Drawn]
    came_from: str = ""
    names: Names = field(default_factory=Names)

    @property
    def url(self) -> str:
        """The record's own address, with the list that the reader came from."""
        query = f"?{urlencode({'from': self.came_from})}" if self.came_from else ""
        return reverse(f"{self.pages.name}.detail", kwargs={"public_id": self.record.public_id}) + query

    def address(self, name: str, **more: Any) -> str:
        """Another address of this record."""
        return reverse(f"{self.pages.name}.{name}", kwargs={"public_id": self.record.public_id, **more})


def opened(
    pages: RecordPages,
    request: Request,
    public_id: uuid.UUID,
    tab: str | None = None,
    how: How = How.PAGE,
    on: datetime.date | None = None,
) -> Opened:
    """Read the record, its parts and all names that they refer to. tab: read the parts of that tab only.

    on: a past day; Refuses `missing` where it was not there yet, or not for this reader.
    """
    assert pages.detail is not None
    actor, then = request.actor, None
    record = followed_record_of(actor, pages.model, public_id, how)
    if on is not None:
        record, then = _on(record, on, actor)
    hidden = hidden_fields(pages.model, actor)
    meta = [resolve(pages.model, name) for name in pages.detail.meta if name not in hidden]
    title = [resolve(pages.model, name) for name in pages.detail.title if name not in hidden]
    one = Opened(
        request,
        pages,
        record,
        facts.sections(pages, actor),
        facts.tables(pages, actor, record, tab, then),
        meta,
        title,
        request.GET.get("from", "")[:2000],
    )
    created = resolve(pages.model, "created_by")
    own = [*(column for section in one.sections for column in section.columns), *meta, *title, created]
    one.names = names_for(actor, own, [record])
    for table in one.tables:
        _add_names(one, table)
    one.tables = [facts.said_once(table, one.names) for table in one.tables]
    return one


def _on(record: Any, on: datetime.date, actor: Actor) -> tuple[Any, Parts]:
    found = as_it_was(record, moment_of(on, actor), actor)
    if found is None:
        said = _("On %(day)s it was not there yet, or not yours to see. Choose a later day.")
        raise missing(said % {"day": on.isoformat()})
    return found


def _add_names(one: Opened, table: Table) -> None:
    for column in table.columns:
        if column.related is not None:
            one.names.add(one.request.actor, column.related, {column.value(row) for row in table.rows})


def show(pages: RecordPages, request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The whole page; for the side panel its short form. A record that was merged leads to the one that it is now."""
    if on := past(asked_on(request)):
        return _show_past(pages, request, public_id, on)
    one = opened(pages, request, public_id, request.GET.get("tab", ""))
    if one.record.archived_at is not None and (led_to := successor_of(pages.model, public_id, request.actor)):
        return redirect(f"{pages.name}.detail", public_id=led_to)
    note_opened(request, one.record)
    found = head(one) | {"track": track(pages.detail, one.record) if pages.detail else [], "sections": _sections(one)}
    if fragment(request) == PANEL:
        return render(request, "pages/detail/panel.html", found | _peek(one))
    found |= {"page": _page(one), "warnings": _warnings(request), "tabs": [], **_tabbed(one)}
    found |= {"timeline": timeline(request, pages, one.record, one.names), **_beside(one)}
    return render(request, "pages/detail.html", found)


def _show_past(pages: RecordPages, request: Request, public_id: uuid.UUID, on: datetime.date) -> HttpResponse:
    """The record as it was on a day: head, facts and parts, and nothing to press."""
    one = opened(pages, request, public_id, on=on)
    with formats.looking_at(moment_of(on, request.actor)):
        found = head(one) | {"actions": [], "more": [], "has_more": False, "docked": False}
        found |= {"page": _page(one), "sections": _sections(one, editable=frozenset())}
        found["tables"] = [
            {"title": table.title, "heads": table.heads(), "rows": table.drawn_rows(one.names), "count": table.count}
            for table in one.tables
        ]
    found["as_of"] = as_of(request, on)
    return render(request, "pages/detail/past.html", found)


def head(one: Opened) -> Facts:
    """Number, name, state, who and when, and what may be done now."""
    record, actor = one.record, one.request.actor
    actions, more = buttons(actor, record, came_from=one.came_from)
    number = record.number or ""
    name = " ".join(plain_text(one, column) for column in one.title).strip() or str(record)
    state = getattr(record, "state", None)
    tones = one.pages.detail.tones if one.pages.detail else {}
    return {
        "record": record,
        "number": number if number != name else "",
        "title": name,
        "state": record.get_state_display() if state else "",
        "kind": tone_of(str(state), tones) if state else "",
        "meta": _meta(one),
        "actions": actions,
        "more": more,
        "has_more": bool(more),
        "version": record.version,
        "docked": True,
        "archived": _archived(one),
    }


def plain_text(one: Opened, column: Drawn) -> str:
    """A value as text, for the name of the page: of a reference its name."""
    value = column.value(one.record)
    if column.related is not None:
        return one.names.of(column.related, value).label if value is not None else ""
    words = dict(column.field.flatchoices) if column.field is not None else {}
    return str(words.get(value, value or ""))


def _meta(one: Opened) -> list[Any]:
    record = one.record
    said = [_said(column, record, one.names) for column in one.meta if column.value(record) not in (None, "", 0)]
    found = [each for each in said if each != face.NOTHING]
    if record.created_by_id is not None:
        by = plain_text(one, resolve(one.pages.model, "created_by"))
        words = _("%(person)s made it %(time)s") % {"person": by, "time": formats.moment(record.created_at, brief=True)}
        found.append(format_html("{}", words))
    if record.version > 1:
        found.append(format_html("{}", _("changed %(time)s") % {"time": formats.moment(record.changed_at, brief=True)}))
    return found


def _said(column: Drawn, record: Any, names: Names) -> str:
    """A value under the name: figures and days need their label, names speak for themselves."""
    value = column.html(record, names)
    bare = column.is_number or column.look in (Look.DATE, Look.MOMENT, Look.YES_NO)
    return format_html("{} {}", column.label, value) if bare else value


def _archived(one: Opened) -> str:
    """The line over a record that has left the lists; how long it stays if it lies in the trash."""
    record = one.record
    if record.archived_at is None:
        return ""
    latest = logged(record, 1)
    if latest and latest[0].entry.verb.endswith(".trash"):
        day = formats.day(timezone.localtime(record.archived_at + KEPT).date())
        return _("In the trash. It is deleted on %(day)s unless somebody takes it out.") % {"day": day}
    return _("In the archive since %(time)s. It stands in no list.") % {"time": formats.moment(record.archived_at)}


def _sections(one: Opened, editable: frozenset[str] | None = None) -> list[Facts]:
    """The cards of facts. Beyond the first, what is empty and not to be filled in here is left out."""
    if editable is None:
        editable = facts.edited_in_place(one.pages, one.request.actor, one.record)
    found = []
    for place, section in enumerate(one.sections):
        shown = section.columns
        if place:
            shown = [each for each in shown if each.name in editable or not facts.is_empty(each.value(one.record))]
        if shown:
            drawn = [facts.fact(one.pages, column, one.record, one.names, editable) for column in shown]
            found.append({"title": section.title, "clause": section.clause, "facts": drawn})
    return found


def _page(one: Opened) -> Facts:
    crumbs = []
    if url := places.list_url(one.pages.model, one.came_from):
        crumbs.append({"label": capfirst(str(one.pages.model._meta.verbose_name_plural)), "url": url})
    title = one.record.number or str(one.record)
    return page_facts(title, clause=one.pages.clause, crumbs=crumbs, record=str(one.record.public_id))


def _warnings(request: Request) -> list[Any]:
    """What was refused on the way here: it stands on the page, never in a toast."""
    return [message for message in get_messages(request) if message.level >= 30]


def _tabbed(one: Opened) -> Facts:
    """The tabs, and the content of the one that is open. What holds nothing stands behind what is there to be read."""
    shown = [panel for panel in panels_of(one.pages.model) if panel.place == "tab"]
    filled = [table for table in one.tables if table.count]
    empty = [table for table in one.tables if not table.count]
    keys = [*(table.key for table in filled), *(panel.key for panel in shown), *(table.key for table in empty), HISTORY]
    asked = one.request.GET.get("tab", "")
    current = asked if asked in keys else keys[0]
    tabs = [_tab(one, table.key, table.title, current, table.count) for table in filled]
    tabs += [_tab(one, panel.key, panel.title, current) for panel in shown]
    tabs += [_tab(one, table.key, table.title, current, table.count) for table in empty]
    tabs.append(_tab(one, HISTORY, _("History"), current))
    return {"tabs": tabs, "tab": _content(one, current, shown)}


def _tab(one: Opened, key: str, title: Any, current: str, count: int | None = None) -> Facts:
    query = urlencode({"tab": key, **({"from": one.came_from} if one.came_from else {})})
    url = one.address("detail") + f"?{query}"
    return {"label": capfirst(str(title)), "url": url, "count": count, "current": key == current}


def _content(one: Opened, key: str, shown: Sequence[Any]) -> str:
    request = one.request
    if table := next((each for each in one.tables if each.key == key), None):
        totals = facts.totals(one.pages, request.actor, one.record, one.names) if table is one.tables[0] else []
        drawn = {"heads": table.heads(), "rows": table.drawn_rows(one.names), "totals": totals}
        return render_to_string("pages/detail/parts.html", drawn)
    if panel := next((each for each in shown if each.key == key), None):
        made = panels.drawn(request.actor, panel, one.record)
        return render_to_string("pages/detail/tab_panel.html", {"panel": made, "key": key})
    before = request.GET.get("before", "")
    page = history(request, one.pages, one.record, int(before) if before.isascii() and before.isdigit() else None)
    older = f"{one.address('detail')}?tab={HISTORY}&before={page.older}" if page.older else ""
    drawn = {"entries": page.entries, "older_url": older, "url": one.address("detail"), "today": formats.today()}
    return render_to_string("pages/detail/history.html", drawn)


def _beside(one: Opened) -> Facts:
    """Panels of higher rooms, the box to write in, and the small links of the record."""
    request, record = one.request, one.record
    made = [panels.drawn(request.actor, each, record) for each in panels_of(one.pages.model) if each.place != "tab"]
    found: list[DrawnPanel] = [each for each in made if each is not None]
    return {
        "top_panels": [each for each in found if each.place == "top"],
        "first_panels": [each for each in found if each.place == "first"],
        "panels": [each for each in found if each.place == "main"],
        "side_panels": [each for each in found if each.place == "side"],
        "writer": request.actor.name,
        "comment_url": one.address("comment"),
        "follow_url": one.address("follow"),
        "following": one.record.is_followed,
        "pin_url": one.address("pin"),
        "pinned": is_pinned(one.request, one.record),
        "why_url": one.address("why"),
        "print_url": one.address("print"),
        "steps_url": f"{one.address('steps')}?{urlencode({'from': one.came_from})}" if "from" in request.GET else "",
    }


def _peek(one: Opened) -> Facts:
    """What the side panel shows besides head and facts: the latest of the timeline."""
    return {"open_url": one.url, "timeline": timeline(one.request, one.pages, one.record, one.names)[:4]}
