"""A job on its page: how far it is, cancel, what came out."""

import uuid
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.foundation.exchange.pages.files import given
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.starting import cancel
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.acting.places import current, own_address
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request, fragment
from shangwu.foundation.records.refusals import missing

BACK = "back"
"""Names, in a job's address, the page that shows what it works out."""


def job_of(request: Request, public_id: uuid.UUID) -> Job:
    """One's own job. Raises Refusal `missing` for another's."""
    person = request.actor.person_id
    found = Job.objects.filter(public_id=public_id, person_id=person).first() if person is not None else None
    if found is None:
        raise missing()
    return found


def show(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """GET: how far it is; when it is done, back to the page that waits for what came out. POST: cancel it."""
    one = job_of(request, public_id)
    back = own_address(request, request.GET.get(BACK, ""))
    here = reverse("job", kwargs={"public_id": public_id}) + (f"?{urlencode({BACK: back})}" if back else "")
    if request.method == "POST":
        cancel(one)
        return answers.go(request, here)
    if back and one.state == Job.State.DONE:
        return answers.go(request, back)
    facts = {"page": page_facts(one.title), "job": one, "is_open": one.is_open, "here": here, "title": one.title}
    if fragment(request) == "sw-course":
        return render(request, "exchange/job_part.html", facts)
    return render(request, "exchange/job.html", facts)


def followed(request: Request, one: Job) -> HttpResponse:
    """On to a job that was begun on a page, and back to that page when it is done."""
    query = f"?{urlencode({BACK: back})}" if (back := current(request)) else ""
    return answers.go(request, reverse("job", kwargs={"public_id": one.public_id}) + query)


def download(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The job's result file."""
    one = job_of(request, public_id)
    if one.blob is None:
        raise missing(_("This job has left no file, or it has been cleared away. Start it again."))
    return given(one.blob, one.file_name)
