"""The first page of an import: choose the file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.foundation.exchange.declarations import Importer
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.reading_in import importer_of
from shangwu.foundation.exchange.targets import targets_of
from shangwu.foundation.exchange.uploading import uploaded
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.records.refusals import Refusal

ACCEPTED = ".xlsx,.xls,.xlsm,.xlsb,.ods,.csv,.tsv,.txt,.gz"
SHOWN = 8
"""Earlier imports that are listed."""


def begin(importer: Importer, request: Request) -> HttpResponse:
    """Choose a file; when it is sent, go on to its columns."""
    importer_of(importer.name, request.actor)
    if request.method == "POST":
        return take(importer, request)
    targets = targets_of(importer, request.actor)
    records = importer.model._meta.verbose_name_plural
    former = Import.objects.visible_to(request.actor).filter(record_type=importer.name, owner=request.actor.person_id)
    facts = {
        "page": page_facts(_("Import %(records)s") % {"records": records}, clause=importer.clause),
        "title": _("Import %(records)s") % {"records": records},
        "accepted": ACCEPTED,
        "needed": [target.label for target in targets.values() if target.required],
        "possible": [target.label for target in targets.values() if not target.required],
        "former": former.order_by("-id")[:SHOWN],
        "list_url": url(f"{importer.name}.list"),
    }
    return render(request, "exchange/begin.html", facts)


def take(importer: Importer, request: Request) -> HttpResponse:
    """Keep the file and go on. Raises Refusal `invalid` when none was chosen."""
    file = request.FILES.get("file")
    if file is None:
        said = _("Choose a file first.")
        raise Refusal("invalid", said, fields={"file": [said]})
    of = uploaded(request.actor, importer.name, file, file.name or "", key=form_key(request))
    return answers.go(request, reverse("exchange.import.detail", kwargs={"public_id": of.public_id}))
