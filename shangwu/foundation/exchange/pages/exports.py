"""Taking a list out: at once when it is short, by a job when it is long."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any, get_args

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.foundation.exchange.exporting import export, list_of, parts_of
from shangwu.foundation.exchange.pages.files import made
from shangwu.foundation.exchange.writing import Form
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.counting import count
from shangwu.foundation.pages.lists.prepared import Prepared, prepared
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import missing

AT_ONCE = 5_000
"""Rows that are written while the browser waits."""
LINES = "lines"
"""In an address: with a row for each line of a record."""
OPTIONS = ("form", LINES, "csrfmiddlewaretoken", "form_token")


def show(pages: RecordPages, request: Request) -> HttpResponse:
    """GET with a form: the file, if it is short. Without: choose the form. POST: a job makes the file."""
    one = prepared(pages.model)
    question = asked(one, lists_of(request.GET.urlencode()), request.actor)
    counted = count(one, question, request.actor, enough=AT_ONCE)
    is_long = counted.capped
    form = next((each for each in get_args(Form) if each == request.GET.get("form")), None)
    query, with_lines = list_query(request), request.GET.get(LINES) == "1"
    if request.method == "POST" and form:
        return begin_job(one, request, query, form, with_lines)
    if form is None or is_long:
        facts = {
            "page": page_facts(_("Export %(records)s") % {"records": one.title}, clause=one.page.clause),
            "title": _("Export %(records)s") % {"records": one.title},
            "count": str(counted),
            "is_long": is_long,
            "query": query,
            "here": reverse(f"{pages.name}.export"),
            "has_lines": question.on is None and parts_of(one, request.actor) is not None,
        }
        return render(request, "exchange/export.html", facts)
    with tempfile.NamedTemporaryFile(prefix="export-", delete=False) as file:
        path = Path(file.name)
    export(request.actor, one, query, path, form, with_lines=with_lines)
    return made(path, file_name(one, form, request.actor))


def list_query(request: Request) -> str:
    """The list's own part of the address."""
    given = request.GET.copy()
    for name in OPTIONS:
        given.pop(name, None)
    return given.urlencode()


def file_name(one: Prepared, form: Form, by: Actor) -> str:
    """Such as "Customers 2026-11-23.xlsx"."""
    return f"{one.title} {clock.today(by.zone):%Y-%m-%d}.{'xlsx' if form == 'xlsx' else 'csv'}"


def begin_job(one: Prepared, request: Request, query: str, form: Form, with_lines: bool) -> HttpResponse:
    """Queue the work and show how far it is."""
    title = _("Export %(records)s") % {"records": one.title}
    arguments: dict[str, Any] = {"record": one.pages.name, "query": query, "form": form}
    if with_lines:
        arguments |= {"with_lines": True}
    queued = start(request.actor, "exchange.export", arguments, title=title, source=Source.PAGE)
    return answers.go(request, reverse("job", kwargs={"public_id": queued.public_id}))


@job("exchange.export", title=_("Export"))
def export_list(running: Running, *, record: str, query: str, form: Form, with_lines: bool = False) -> None:
    """Write a long list to the job's result file. Safe to run twice: it only reads."""
    one = list_of(record)
    if one is None:
        raise missing()
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "export"
        told = partial(running.progress, said=_("Rows"))
        rows = export(running.by, one, query, path, form, told, with_lines=with_lines)
        running.file(path, file_name(one, form, running.by))
    running.result(rows=rows)
