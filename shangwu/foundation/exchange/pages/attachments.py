"""The files of a record: its tab, the page that takes one more, and the download."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.audit.reading import How, read
from shangwu.foundation.exchange.attaching import file_for, files_on
from shangwu.foundation.exchange.pages.files import given
from shangwu.foundation.pages.acting import answers, enclosing
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.panels import Panel, panel_everywhere
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.pages.registry import RecordPages, record_pages
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def facts_of(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The record's files, and where one more is attached."""
    pages = record_pages.get(type(record)) if record is not None else None
    if record is None or pages is None or pages.detail is None:
        return None
    return {"files": files_on(record), "url": address(pages, record.public_id), "mine": actor.person_id}


def address(pages: RecordPages, public_id: uuid.UUID) -> str:
    """The page of a record's files."""
    return reverse(f"{pages.name}.files", kwargs={"public_id": public_id})


panel_everywhere(Panel("files", gettext_lazy("Files"), "exchange/files.html", facts_of, place="tab", order=80))


def show(pages: RecordPages, request: Request, public_id: uuid.UUID) -> HttpResponse:
    """GET: the files and the form. POST: attach what was chosen, or take one of one's own away."""
    record = record_of(request.actor, pages.model, public_id)
    if request.method == "POST":
        if gone := request.POST.get("gone"):
            take_away(request, record, gone)
        else:
            attach(pages, request, public_id)
        return answers.go(request, address(pages, public_id))
    title = record.number or str(record)
    facts = {
        "page": page_facts(
            _("Files of %(record)s") % {"record": title},
            clause=pages.clause,
            crumbs=[{"label": title, "url": reverse(f"{pages.name}.detail", kwargs={"public_id": public_id})}],
        ),
        "title": _("Files of %(record)s") % {"record": title},
        "editable": True,
        **(facts_of(request.actor, record) or {}),
    }
    return render(request, "exchange/attachments.html", facts)


def attach(pages: RecordPages, request: Request, public_id: uuid.UUID) -> None:
    """Take each chosen file in and hang it on the record. Raises Refusal or ValidationError; the ones before stay."""
    chosen = request.FILES.getlist("file")
    if not chosen:
        said = _("Choose a file first.")
        raise Refusal("invalid", said, fields={"file": [said]})
    key = form_key(request)
    for at, file in enumerate(chosen):
        enclosing.attach(request.actor, pages.model, public_id, file, f"{key}-{at}" if key else None)


def take_away(request: Request, record: Record, gone: str) -> None:
    """Take one's own file off the record; it is kept in the archive. Raises Refusal `missing`."""
    file = next((each for each in files_on(record) if str(each.public_id) == gone), None)
    act(request.actor, "files.storedfile.archive", file.public_id if file else gone, key=form_key(request))


def download(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The file itself, always as a download."""
    file = file_for(request.actor, public_id)
    read(request.actor, file, How.FILE)
    return given(file.blob, file.name, file.content.media_type)
