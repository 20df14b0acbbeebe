"""The board (clause by week), the list of duties, a rule on its own page, and what leaves on paper or as a table."""

import datetime
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangwu.foundation.board import (
    counting,
    on_clauses,  # noqa: F401 -- declares what stands on pages of clauses
    reporting,
    waivers,  # noqa: F401 -- declares the pages of waivers
)
from shangwu.foundation.board.asking import Asked, asked
from shangwu.foundation.board.counting import BREAKDOWNS, Heat, Tally
from shangwu.foundation.board.drawing import Drawn
from shangwu.foundation.board.figures import figures, with_evidence
from shangwu.foundation.board.naming import connected, row_names
from shangwu.foundation.board.panels import mine
from shangwu.foundation.duties.access import seen_by
from shangwu.foundation.duties.models import OPEN, Duty, open_at
from shangwu.foundation.duties.rules import Rule, rules
from shangwu.foundation.duties.threads import deadline_of, standing_of, who_of
from shangwu.foundation.exchange.exporting import note
from shangwu.foundation.exchange.pages.files import made
from shangwu.foundation.exchange.writing import Column, write_workbook
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.as_of import ON, as_of, asked_on, moment_of, past
from shangwu.foundation.pages.frame import clause_facts, page_facts
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.records.refusals import missing

LINES = 40
MOST_EXPORTED = 100_000
OWN = "duties pass their own gate: one's own, the department's, or all, never above one's clearance"
_WEEK = datetime.timedelta(days=7)
_ANY_WEEK = "0000-00-00"
_NOTHING = Tally()
_LINK = '<a href="{0}" aria-label="{1}" title="{1}">{2}</a>'


def board(request: Request) -> HttpResponse:
    """The heat map of twenty-six weeks, and under it the duties of the chosen cell, or what is overdue."""
    view = asked(request.GET, request.actor)
    found = counting.heat(request.actor, view.span, view.by)
    context: dict[str, Any] = {
        "page": page_facts(_("Board")),
        "view": view,
        "as_of": as_of(request, None if view.is_today else view.day),
        "breakdowns": [
            {"label": label, "url": view.address(by=name, row="", week=""), "current": name == view.by}
            for name, label in BREAKDOWNS.items()
        ],
        "figures": figures(request.actor, view, found),
        "evidence": with_evidence(),
        "heat": _drawn_heat(request, view, found),
        "report_url": f"{url('board_report')}?month={view.day:%Y-%m}",
        "export_url": url("board_export") + view.address(show=""),
        "figures_url": url("board_export") + view.address(row="", week="", show="table"),
        "other_url": view.address(show="" if view.table else "table"),
        **_chosen(request, view),
    }
    return render(request, "board/board.html", context)


def _drawn_heat(request: Request, view: Asked, found: Heat) -> dict[str, Any]:
    mondays = view.span.mondays
    names, proved = row_names(request.actor, view.by, found), connected(view.by)
    this_week = view.span.as_of.astimezone(request.actor.zone).date() - mondays[-1] < _WEEK
    rows = []
    for key, name, number, link in names:
        whole = found.row(key)
        cells = _cells(view, str(key), name, found.cells.get(key, {}))
        rows.append(
            {
                "name": name, "number": number, "url": link, "cells": cells, "trend": _spark(found, key),
                "html": "" if view.table else _heat_cells(cells, unfinished=this_week),
                "whole": whole, "rate": "—" if whole.rate is None else f"{whole.rate:.1f}%",
                "current": view.row == str(key), "unconnected": proved is not None and key not in proved,
            }
        )  # fmt: skip
    return {
        "weeks": [{"number": one.isocalendar().week, "day": one, "current": one == mondays[-1]} for one in mondays],
        "rows": rows,
    }


def _cells(view: Asked, key: str, name: str, tallies: Mapping[datetime.date, Tally]) -> list[dict[str, Any]]:
    """One cell for each week."""
    said = _("%(name)s, week %(week)s: %(kept)s of %(settled)s in time, %(late)s late")
    address = f"{view.address(row=key, week=_ANY_WEEK)}#duties"
    cells = []
    for monday in view.span.mondays:
        found = tallies.get(monday, _NOTHING)
        figures = {"name": name, "week": monday.isocalendar().week, "kept": found.kept, "settled": found.settled}
        cells.append(
            {
                "figure": f"{found.kept}/{found.settled}" if found.settled else "",
                "heat": found.heat,
                "late": found.late or "",
                "label": said % {**figures, "late": found.late},
                "url": address.replace(_ANY_WEEK, monday.isoformat()) if found.settled or found.open else "",
                "chosen": view.week == monday and view.row == key,
            }
        )
    return cells


def _heat_cells(cells: list[dict[str, Any]], *, unfinished: bool) -> SafeString:
    """The cells of a row of the map, drawn here: three hundred of them are too many for a template's tags."""
    drawn = []
    for place, one in enumerate(cells, start=1):
        style = f"sw-heat-{one['heat']}{' is-chosen' if one['chosen'] else ''}"
        style += " is-unfinished" if unfinished and place == len(cells) else ""
        drawn.append((style, format_html(_LINK, one["url"], one["label"], one["late"]) if one["url"] else ""))
    return format_html_join("", '<td class="{}">{}</td>', drawn)


def _spark(found: Heat, key: Any) -> str:
    """The trend of a row as the points of a line: one for each week in which anything was due, high is kept."""
    rates = [
        (place, one.rate)
        for place, monday in enumerate(found.span.mondays)
        if (one := found.cells.get(key, {}).get(monday)) and one.rate is not None
    ]
    return " ".join(f"{place * 2},{20 - rate / 5:.1f}" for place, rate in rates) if len(rates) > 1 else ""


def _chosen(request: Request, view: Asked) -> dict[str, Any]:
    """The duties under the map: of the cell, the row or the week that was chosen; else what is overdue."""
    rows, title = _rows_of(request, view)
    duties = list(rows[: LINES + 1])
    return {
        "title": title,
        "lines": Drawn(request.actor, duties[:LINES], view.span.as_of).lines(),
        "has_more": len(duties) > LINES,
        "before_url": view.address(week=(view.week - _WEEK).isoformat()) + "#duties" if view.week else "",
        "after_url": view.address(week=(view.week + _WEEK).isoformat()) + "#duties" if view.week else "",
        "clear_url": view.address(row="", week=""),
        "is_chosen": bool(view.row or view.week),
    }


def _rows_of(request: Request, view: Asked) -> tuple[Any, str]:
    if not (view.row or view.week):
        until = view.span.as_of
        overdue = seen_by(request.actor).filter(open_at(until, is_now=view.is_today), due_at__lt=until)
        return overdue.order_by("-due_at"), _("Overdue")
    found = counting.in_weeks(request.actor, view.span)
    parts = []
    if view.row:
        found = counting.of_row(found, view.by, view.row)
        parts.append(
            next((name for key, name, *_rest in row_names(request.actor, view.by) if str(key) == view.row), "")
        )
    if view.week:
        found = found.filter(week=view.week)
        last = view.week + 6 * datetime.timedelta(days=1)
        week = _("week %(week)s, %(first)s to %(last)s")
        parts.append(week % {"week": view.week.isocalendar().week, "first": view.week, "last": last})
    # What was not kept stands first.
    late_first = found.annotate(was_late=counting.late_first(view.span.as_of))
    return late_first.order_by("was_late", "due_at"), " · ".join(filter(None, parts))


def export(request: Request) -> HttpResponse:
    """The duties of the view as a workbook, or the figures of its weeks."""
    view = asked(request.GET, request.actor)
    if view.table:
        return _figures_exported(request, view)
    rows, title = _rows_of(request, view) if view.row or view.week else (None, _("Duties of 26 weeks"))
    if rows is None:
        rows = counting.in_weeks(request.actor, view.span).order_by("due_at")
    drawn = Drawn(request.actor, list(rows[:MOST_EXPORTED]), view.span.as_of)
    columns = [
        Column(str(one))
        for one in (
            _("Clause"), _("Duty"), _("Subject"), _("Holder"), _("Due"), _("Done"), _("Late by"), _("Result"), _("Note")
        )
    ]  # fmt: skip
    cells = (
        [
            one["clause"]["code"] if one["clause"] else "", str(one["title"]), one["subject"].label, one["who"],
            str(one["due"]), one["done"], one["late"], str(one["word"]), one["note"],
        ]
        for one in drawn.lines()
    )  # fmt: skip
    return _taken_out(request, view, columns, cells, title)


def _figures_exported(request: Request, view: Asked) -> HttpResponse:
    """Each row's figures, week by week: in time of all that was due."""
    heat = _drawn_heat(request, view, counting.heat(request.actor, view.span, view.by))
    weeks = [Column(f"{one['day']:%G-W%V}") for one in heat["weeks"]]
    totals = [Column(str(one), is_number=True) for one in (_("In time"), _("Late"), _("Open"))]
    weeks_and_sums = [Column(str(BREAKDOWNS[view.by])), *weeks, *totals, Column(str(_("Kept")))]
    cells = (
        [f"{one['number']} {one['name']}".strip(), *(each["figure"] for each in one["cells"]),
         str(one["whole"].kept), str(one["whole"].late), str(one["whole"].open), one["rate"]]
        for one in heat["rows"]
    )  # fmt: skip
    return _taken_out(request, view, weeks_and_sums, cells, _("Kept by week"))


def _taken_out(
    request: Request, view: Asked, columns: Sequence[Column], cells: Iterable[Sequence[str]], title: str
) -> HttpResponse:
    """The workbook; that it left the house is written down."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as kept:
        path = Path(kept.name)
    count = write_workbook(path, columns, cells, title)
    named = [one.title for one in columns]
    note(request.actor, "duties.duty", request.GET.urlencode()[:1000], named, "xlsx", count)
    return made(path, f"{title} {view.day}.xlsx")


def report(request: Request) -> HttpResponse:
    """The compliance report of a month on paper, for the head's signature."""
    return render(request, "board/report.html", reporting.report(request.actor, request.GET.get("month", "")))


def duties(request: Request) -> HttpResponse:
    """The reader's own duties, or those of a scope, today or on a past day: open ones by deadline."""
    which = request.GET.get("show", "open")
    of_all = request.GET.get("whose") == "all"
    found = seen_by(request.actor) if of_all else Duty.objects.filter(mine(request.actor))
    on = past(asked_on(request))
    now = moment_of(on, request.actor)
    is_open = open_at(now, is_now=on is None)
    choices = {
        "open": (_("Open"), found.filter(is_open).order_by("due_at")),
        "late": (_("Overdue"), found.filter(is_open, due_at__lt=now).order_by("due_at")),
        "done": (_("Done"), found.filter(done_at__isnull=False, done_at__lte=now).order_by("-done_at")),
        "planned": (_("Not yet open"), found.filter(OPEN, opened_at__gt=now).order_by("opened_at")),
    }
    chosen = which if which in choices else "open"
    rows = list(choices[chosen][1][: LINES + 1])
    whose = "&whose=all" if of_all else ""
    day = f"&{ON}={on.isoformat()}" if on else ""
    context = {
        "page": page_facts(_("Duties")),
        "choices": [
            {"label": label, "url": f"?show={name}{whose}{day}", "current": name == chosen}
            for name, (label, _rows) in choices.items()
        ],
        "whose": [
            {"label": _("Mine"), "url": f"?show={chosen}{day}", "current": not of_all},
            {"label": _("All that I see"), "url": f"?show={chosen}&whose=all{day}", "current": of_all},
        ],
        "lines": Drawn(request.actor, rows[:LINES], now).lines(),
        "has_more": len(rows) > LINES,
        "as_of": as_of(request, on),
        "show": chosen,
        "of_all": of_all,
        "rules": [_rule_facts(one, on) for one in rules.values()],
    }
    return render(request, "board/duties.html", context)


def _rule_facts(one: Rule, on: datetime.date | None) -> dict[str, Any]:
    return {
        "code": one.code, "label": one.label, "url": url("duty_rule", code=one.code), "who": who_of(one),
        "deadline": deadline_of(one, on), "evidence": one.evidence, "standing": standing_of(one),
        "connected": one.is_connected,
        "clause": clause_facts(one.clause) if one.clause.count(".") == 2 else None,
    }  # fmt: skip


def _begun(on: datetime.date | None, now: datetime.datetime) -> dict[str, datetime.datetime]:
    """What had not been opened by a past day was not there."""
    return {"opened_at__lte": now} if on else {}


def rule_page(request: Request, code: str) -> HttpResponse:
    """One rule: who, by when, proved by what; twelve weeks of it, and its latest duties."""
    one = rules.get(code)
    if one is None:
        raise missing()
    on = past(asked_on(request))
    now = moment_of(on, request.actor)
    span = counting.span_until(on or formats.today(), now, weeks=12)
    weeks = counting.weeks_of(request.actor, span, [code])
    latest = list(seen_by(request.actor).filter(rule=code, **_begun(on, now)).order_by("-opened_at")[:LINES])
    context = {
        "page": page_facts(one.label, clause=one.clause if one.clause.count(".") == 2 else ""),
        "rule": _rule_facts(one, on),
        "as_of": as_of(request, on),
        "spark": reporting.spark(weeks, span),
        "total": counting.together(weeks.values()),
        "lines": Drawn(request.actor, latest, now).lines(),
    }
    return render(request, "board/rule.html", context)


page(Route("board", "board/", board, reason=OWN))
page(Route("board_export", "board/export/", export, reason=OWN))
page(Route("board_report", "board/report/", report, reason=OWN))
page(Route("duties", "duties/", duties, reason=OWN))
page(Route("duty_rule", "duties/<str:code>/", rule_page, reason=OWN, sample={"code": "=2.6.1.1"}))
