"""An import on its own page: its columns until it runs, its progress while it runs, its result afterwards."""

import json
import uuid
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.exchange.actions import window_ends
from shangwu.foundation.exchange.declarations import importers
from shangwu.foundation.exchange.mapping import Mapping
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.pages.columns import look, posted
from shangwu.foundation.exchange.pages.files import given
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.formats import number
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request, form_key, fragment
from shangwu.foundation.records import clock
from shangwu.foundation.records.refusals import missing

State = Import.State
Facts = dict[str, Any]


def show(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The import in the state that it is in."""
    of: Import = record_of(request.actor, Import, public_id)
    if of.state in (State.UPLOADED, State.MAPPED):
        return columns(request, of, Mapping.of_text(of.mapping), check=False)
    facts = {**head(of), **course(of, request)}
    if fragment(request) == "sw-course":
        return render(request, "exchange/course_part.html", facts)
    return render(request, "exchange/course.html", facts)


def columns(request: Request, of: Import, mapping: Mapping, *, check: bool) -> HttpResponse:
    """The page of the columns, with what would happen below when it was asked."""
    facts = {**head(of), **look(of, request.actor, mapping, check=check)}
    return render(request, "exchange/columns.html", facts)


def head(of: Import) -> Facts:
    """What every page of an import shows above."""
    importer = importers.get(of.record_type)
    records = importer.model._meta.verbose_name_plural if importer else of.record_type
    return {
        "page": page_facts(
            of.name,
            clause=importer.clause if importer else "",
            crumbs=[{"label": _("Imports"), "url": url("exchange.import.list")}],
            record=str(of.public_id),
        ),
        "of": of,
        "title": _("Import %(records)s: %(file)s") % {"records": records, "file": of.name},
        "state": of.get_state_display(),
        "here": reverse("exchange.import.detail", kwargs={"public_id": of.public_id}),
        "list_url": url(f"{of.record_type}.list"),
    }


def course(of: Import, request: Request) -> Facts:
    """Progress or result."""
    job = Job.objects.filter(once=str(of.public_id)).order_by("-id").first()
    ends = window_ends(of)
    return {
        "job": job,
        "is_open": job is not None and job.is_open,
        "figures": [
            {"label": label, "value": number(count)}
            for label, count in (
                (_("Rows"), of.rows),
                (_("Accepted"), of.accepted),
                (_("Passed over"), of.skipped),
                (_("Refused"), of.refused),
                (_("Records made"), of.made),
                (_("Records changed"), of.changed),
            )
        ],
        "has_counts": of.state != State.RUNNING,
        "can_take_back": of.state in (State.DONE, State.CANCELLED)
        and of.accepted > 0
        and ends is not None
        and clock.now() < ends
        and of.owner_id == request.actor.person_id,
        "takes_until": ends,
        "notes": json.loads(of.notes or "[]"),
    }


def do(request: Request, public_id: uuid.UUID, step: str) -> HttpResponse:
    """One step of the course, as its buttons send it."""
    of: Import = record_of(request.actor, Import, public_id)
    key = form_key(request)
    if step in ("check", "save", "run"):
        mapping = posted(request.POST, Mapping.of_text(of.mapping))
        if step != "run":
            act(request.actor, "exchange.import.map", of, {"mapping": mapping.text()}, key=key)
            return columns(request, of, mapping, check=step == "check")
        with transaction.atomic():
            act(request.actor, "exchange.import.map", of, {"mapping": mapping.text()})
            act(request.actor, "exchange.import.run", of, key=key)
    elif step in ("stop", "take_back", "resume"):
        act(request.actor, f"exchange.import.{'run' if step == 'resume' else step}", of, key=key)
    else:
        raise missing()
    return answers.go(request, reverse("exchange.import.detail", kwargs={"public_id": public_id}))


def download(request: Request, public_id: uuid.UUID, which: str) -> HttpResponse:
    """The file that was sent, or its refused rows."""
    of: Import = record_of(request.actor, Import, public_id)
    if which == "refused" and of.refused_blob is not None:
        return given(of.refused_blob, of.refused_name)
    if which == "file" and of.sha256:
        return given(of.blob, of.name)
    raise Refusal("missing", _("There is nothing here, or it is not yours to see. Go back to the list."))
