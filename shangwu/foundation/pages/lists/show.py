"""The list page: frame and rows in one answer; counts and sums come in a later one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shangwu.foundation.actions.registry import Action, actions, actions_of
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.as_of import ON, as_of, moment_of
from shangwu.foundation.pages.drawing import Drawn
from shangwu.foundation.pages.elements import Look
from shangwu.foundation.pages.formats import number, symbol
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.lists import columns, editors, views
from shangwu.foundation.pages.lists.asked import BOARD, Asked, asked, lists_of
from shangwu.foundation.pages.lists.find import Found, found
from shangwu.foundation.pages.lists.lanes import Lane, lanes
from shangwu.foundation.pages.lists.moving import attributes, ways
from shangwu.foundation.pages.lists.prepared import Prepared, prepared
from shangwu.foundation.pages.lists.rows import Sheet, cell_classes, draw_rows, sheet
from shangwu.foundation.pages.models.preferences import preferences_of
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.records.actors import Actor

Facts = dict[str, Any]

BULK_BUTTONS = 4
"""More verbs than these wait in the bulk bar's menu."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A list as one reader has opened it: the question, its view, the columns."""

    prepared: Prepared
    actor: Actor
    question: Asked
    tabs: list[views.Tab]
    tab: views.Tab | None
    columns: list[Drawn]

    @property
    def view_key(self) -> str:
        """Under which key the reader's columns are kept."""
        return self.tab.key if self.tab else views.ALL


def opened(pages: RecordPages, request: Request, query: str | None = None) -> Opened:
    """Read the address (or `query`) as this reader's question."""
    one, actor = prepared(pages.model), request.actor
    given = lists_of(request.GET.urlencode() if query is None else query)
    found_tabs = views.tabs(one, actor)
    kept = preferences_of(request, actor.person_id).get(columns.key_of(one), {})
    default = views.default_of(kept, found_tabs) if not given else None
    question = views.started_from(default, one, actor) if default else asked(one, given, actor)
    tab = views.current(found_tabs, question)
    wanted = columns.own_choice(kept, tab.key if tab else views.ALL) or (tab.columns if tab else ())
    return Opened(one, actor, question, found_tabs, tab, columns.chosen(one, actor, wanted))


def show(pages: RecordPages, request: Request) -> HttpResponse:
    """The list, whole or as the part that htmx puts in its place."""
    return draw(opened(pages, request), request)


def draw(one: Opened, request: Request) -> HttpResponse:
    """Draw an opened list."""
    groups = lanes(one.prepared, one.question, one.actor) if one.question.group else []
    rows = Found([row for lane in groups for row in lane.rows], None, None) if groups else None
    rows = rows or found(one.prepared, one.question, one.actor)
    with formats.looking_at(moment_of(one.question.on, one.actor)):
        facts = list_facts(one, rows, groups)
    facts["head_title"] = one.prepared.title
    facts["head_actions"] = head_actions(one)
    if one.question.on:
        facts["as_of"] = as_of(request, one.question.on)
    if wants_section(request):
        response = render(request, "pages/lists/section.html", facts)
        response.headers["HX-Push-Url"] = facts["here"]
        return response
    facts["page"] = page_facts(one.prepared.title, clause=one.prepared.page.clause)
    return render(request, "pages/list.html", facts)


def wants_section(request: Request) -> bool:
    """Whether only the section is put in its place. With hx-select htmx calls that request "full", too."""
    return request.headers.get("HX-Target", "").endswith("#sw-list") or fragment(request) == "sw-list"


def list_facts(one: Opened, rows: Found, groups: Sequence[Lane] = ()) -> Facts:
    """Everything that the list's section draws. groups: the lanes in which these rows stand."""
    made = _sheet(one, rows, groups)
    base = url(f"{one.prepared.pages.name}.list")
    later = url(f"{one.prepared.pages.name}.later")
    return {
        "here": base + one.question.address(more=_place(one.question)),
        "base": base,
        "tabs": [_tab_facts(tab, one) for tab in one.tabs if tab.pinned or tab is one.tab],
        "tab_menu": [tab for tab in one.tabs if not tab.pinned and tab is not one.tab],
        "later_url": f"{later}?{one.question.query()}",
        "save_url": url(f"{one.prepared.pages.name}.views") + "?" + one.question.query(),
        "bar": editors.bar(one.prepared, one.question, one.actor),
        "sorts": sort_facts(one),
        "columns_shown": len(one.columns),
        "columns_all": len(one.prepared.columns_for(one.actor)),
        "more_url": url(f"{one.prepared.pages.name}.filter") + "?" + one.question.query(),
        "columns_url": url(f"{one.prepared.pages.name}.columns") + "?" + one.question.query(),
        "heads": heads(one, rows.rows, made.names.mixed_currencies),
        "rows": "" if groups else draw_rows(made, rows.rows),
        "lanes": lane_facts(one, made, groups),
        "lane_width": len(one.columns) + made.selectable,
        "board": one.question.look == BOARD,
        "groups": group_facts(one),
        "has_rows": bool(rows.rows),
        "selectable": made.selectable,
        "sums": footer(one),
        "bulk": bulk_facts(one, made.bulk),
        "query": one.question.query(view=False),
        "pager": {} if groups else pager(one, rows, base),
        "empty": empty_facts(one) if not rows.rows else None,
    }


def _sheet(one: Opened, rows: Found, groups: Sequence[Lane]) -> Sheet:
    """What drawing the rows needs. Those of a past day lead to records as of that day, and nothing changes them."""
    question, on = one.question, one.question.on
    made = sheet(one.prepared, one.actor, one.columns, rows.rows, selectable=on is None, query=question.query())
    if on is None:
        return replace(made, ways=ways(one.prepared, question, one.actor, groups))
    return replace(made, peeks=False, origin=f"{made.origin}&{ON}={on.isoformat()}")


def _place(question: Asked) -> list[tuple[str, str]]:
    if question.after:
        return [("after", str(question.after))]
    return [("before", str(question.before))] if question.before else []


def _tab_facts(tab: views.Tab, one: Opened) -> Facts:
    address = tab.address + (f"&{ON}={one.question.on.isoformat()}" if one.question.on else "")
    return {"key": tab.key, "label": tab.label, "url": address, "current": tab is one.tab, "count": None}


def heads(one: Opened, rows: Sequence[Any], mixed: bool) -> list[Facts]:
    """The table's head: label, alignment, and the link that sorts, where an index serves it."""
    sorts = one.prepared.sorts_for(one.actor)
    found_heads = []
    for column in one.columns:
        sortable = column.name in sorts
        active = sortable and one.question.sort == column.name
        wanted = ("" if active and one.question.descending else "-") + column.name
        unit = ""
        if column.look is Look.MONEY and rows and not mixed and column.column.currency:
            unit = symbol(getattr(rows[0], column.column.currency, ""))
        found_heads.append(
            {
                "label": column.label,
                "unit": unit,
                "classes": cell_classes(one.prepared, column),
                "is_number": column.is_number,
                "url": one.question.address(without=("sort",), more=[("sort", wanted)]) if sortable else "",
                "sorted": ("descending" if one.question.descending else "ascending") if active else "",
            }
        )
    return found_heads


def sort_facts(one: Opened) -> Facts:
    """The menu of orders."""
    entries = []
    for name, label in one.prepared.sorts_for(one.actor).items():
        for descending in (True, False) if name else (True,):
            token = ("-" if descending else "") + name
            arrow = "↓" if descending else "↑"
            entries.append(
                {
                    "label": f"{label} {arrow}" if name else label,
                    "url": one.question.address(without=("sort",), more=[("sort", token)] if name else ()),
                    "current": one.question.sort == name and (not name or one.question.descending == descending),
                }
            )
    now = next((entry["label"] for entry in entries if entry["current"]), "")
    return {"entries": entries, "now": now}


def lane_facts(one: Opened, made: Sheet, groups: Sequence[Lane]) -> list[Facts]:
    """The lanes as the table draws them: heading, rows, and the way to all that the lane holds."""
    return [
        {
            "label": lane.label,
            "count": f"{len(lane.rows)}+" if lane.has_more else str(len(lane.rows)),
            "rows": draw_rows(made, lane.rows),
            "url": lane.address if lane.has_more else "",
            "attributes": attributes(lane, made.ways),
        }
        for lane in groups
    ]


def group_facts(one: Opened) -> Facts:
    """The menu of groups: none, or by one of the choices; and whether the groups stand side by side."""
    question, offered = one.question, one.prepared.groups_for(one.actor)
    if not offered or question.on:
        return {}

    def to(group: str, look: str) -> str:
        more = [(name, value) for name, value in (("group", group), ("look", look)) if value]
        return question.address(without=("group", "look"), more=more) or f"?view={one.view_key}"

    entries = [{"label": _("No groups"), "url": to("", ""), "current": not question.group}]
    entries += [
        {"label": label, "url": to(name, question.look), "current": question.group == name}
        for name, label in offered.items()
    ]
    looks = [
        {"label": _("Groups in the table"), "url": to(question.group, ""), "current": not question.look},
        {"label": _("Groups as a board"), "url": to(question.group, BOARD), "current": question.look == BOARD},
    ]
    now = offered.get(question.group, "")
    return {"entries": entries, "looks": looks if question.group else [], "now": now}


def footer(one: Opened) -> list[Facts]:
    """Cells of the footer; empty when nothing is summed, and for a past day. The figures come later."""
    if one.question.on or not any(column.column.total for column in one.columns):
        return []
    return [
        {"name": column.name if column.column.total else "", "classes": cell_classes(one.prepared, column)}
        for column in one.columns
    ]


def bulk_facts(one: Opened, offered: Sequence[Action]) -> Facts:
    """The buttons of the bulk bar: the first few stand in it, the others in its menu."""
    name = f"{one.prepared.pages.name}.bulk"
    fitting = [action for action in offered if action.from_archive == one.question.archived]
    made = [
        {"verb": action.verb, "label": action.label, "icon": action.icon, "url": url(name, verb=action.verb)}
        for action in sorted(fitting, key=lambda action: not action.primary)
    ]
    return {"actions": made[:BULK_BUTTONS], "more": made[BULK_BUTTONS:]} if made else {}


def pager(one: Opened, rows: Found, base: str) -> Facts:
    """Newer and older, and which rows these are."""
    last = rows.first + len(rows.rows) - 1
    return {
        "range": _("%(first)s – %(last)s") % {"first": number(rows.first), "last": number(last)} if rows.rows else "",
        "newer_url": base + one.question.address(more=[("before", str(rows.newer))]) if rows.newer else "",
        "older_url": base + one.question.address(more=[("after", str(rows.older))]) if rows.older else "",
    }


def head_actions(one: Opened) -> list[Facts]:
    """Buttons of the page's head: export what is shown, import, new; each by right and only when its page exists."""
    pages, actor = one.prepared.pages, one.actor
    found_actions: list[Facts] = []
    if export := url(f"{pages.name}.export"):
        names = "".join(f"&column={column.name}" for column in one.columns)
        shown = f"{export}?{one.question.query()}{names}"
        found_actions.append({"label": _("Export what is shown"), "url": shown, "icon": "download", "quiet": True})
    if one.question.on:
        return found_actions
    importing = url(f"{pages.name}.import")
    taken_in = next((one for one in actions_of(pages.model) if one.makes and one.offered_to(actor, None)), None)
    if importing and taken_in is not None:
        found_actions.append({"label": _("Import"), "url": importing, "icon": "file-import"})
    create = actions.get(f"{pages.name}.create")
    address = url(f"{pages.name}.create")
    if address and create is not None and create.offered_to(actor, None):
        label = _("New %(record)s") % {"record": pages.model._meta.verbose_name}
        found_actions.append(
            {"label": label, "url": address, "icon": "plus", "key": "n", "primary": True, "phone": True}
        )
    return found_actions


def empty_facts(one: Opened) -> Facts:
    """What an empty list says: the first step when there is nothing yet, the way back when a filter finds nothing."""
    records = one.prepared.model._meta.verbose_name_plural
    if one.question.is_plain and not (one.question.after or one.question.before):
        steps = [{"title": title, "detail": detail} for title, detail in one.prepared.page.steps]
        wanted = [action for action in head_actions(one) if not action.get("quiet")]
        return {
            "title": _("No %(records)s yet") % {"records": records},
            "sentence": one.prepared.page.empty,
            "actions": list(reversed(wanted)),
            "steps": steps,
        }
    clear = {"label": _("Remove all conditions"), "url": url(f"{one.prepared.pages.name}.list") + "?view=all"}
    return {
        "title": _("Nothing matches"),
        "sentence": _("No record that you may see meets all conditions. Remove one, or search for less."),
        "actions": [clear],
        "steps": [],
    }
