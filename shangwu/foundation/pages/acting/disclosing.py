"""What is shown once: a token's key, a webhook's secret. It stands in this one answer and is kept nowhere."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import Done
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.pages.acting import places
from shangwu.foundation.pages.frame import page_facts


def disclosed_by(did: Done) -> Mapping[str, str]:
    """What an action's body gave away on its record, by name; empty for nearly every action, and for a repeat."""
    found: Mapping[str, str] = getattr(did.record, "disclosed", None) or {}
    return found


def shown(request: HttpRequest, one: Action, did: Done) -> HttpResponse:
    """The answer that shows it: in the dialog for htmx, else as a page."""
    labels = {"key": _("Key"), "secret": _("Signing secret"), "address": _("Calendar address")}
    values = [{"label": labels.get(name, name), "value": value} for name, value in disclosed_by(did).items()]
    facts: dict[str, Any] = {
        "values": values,
        "title": str(did.record),
        "next": places.record_url(one.model, did.public_id),
    }
    if request.headers.get("HX-Request") == "true":
        response = render(request, "pages/components/disclosed.html", facts)
        response.headers["HX-Retarget"] = "#sw-dialog-body"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        facts["page"] = page_facts(str(did.record), clause=one.clause)
        response = render(request, "pages/form/disclosed_page.html", facts)
    response.headers["Cache-Control"] = "no-store"
    return response
