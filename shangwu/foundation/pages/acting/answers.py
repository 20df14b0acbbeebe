"""What a page answers when an action has been done: go on, or stay, with a word and the way back."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import Done
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.actions.undo import undoable
from shangwu.foundation.pages.acting import disclosing, places
from shangwu.foundation.pages.reading import FreshToken

UNDO = "undo:"
"""Tag of a message that carries the address of its undo."""


def is_htmx(request: HttpRequest) -> bool:
    """Whether a script asked, so that headers may say where to go."""
    return request.headers.get("HX-Request") == "true"


def done(request: HttpRequest, one: Action, did: Done) -> HttpResponse:
    """The answer to an action that was done."""
    if disclosing.disclosed_by(did):
        return disclosing.shown(request, one, did)
    text = _("%(action)s: %(record)s") % {"action": one.label, "record": name_of(one, did)}
    undo_url = reverse("undo", kwargs={"entry": did.entry_id}) if undoable(one) else ""
    if is_htmx(request) and places.stays(request, one, did.public_id):
        if places.on_a_record(request):
            say(request, text, undo_url)
            return go(request, places.current(request))
        return beside(request, text, undo_url)
    say(request, text, undo_url)
    return go(request, places.next_url(request, one, did.public_id))


def name_of(one: Action, did: Done) -> str:
    """How people name the record that was acted on."""
    if did.record is not None and not did.number:
        return str(did.record)
    return did.number or str(one.model._meta.verbose_name)


def say(request: HttpRequest, text: str, undo_url: str = "") -> None:
    """A toast on the next page."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def go(request: HttpRequest, url: str) -> HttpResponse:
    """On to another page."""
    if is_htmx(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url, "HX-Reswap": "none"})
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def beside(request: HttpRequest, text: str, undo_url: str = "", *, content: str = "") -> HttpResponse:
    """The person stays: the list is asked again, dialog and panel close, a toast says what was done."""
    response = HttpResponse(content + toast(request, text, undo_url))
    response.headers["HX-Trigger"] = json.dumps({"sw:close": {}, "sw:list": {}})
    if not content:
        response.headers["HX-Reswap"] = "none"
    return response


def toast(request: HttpRequest, text: str, undo_url: str = "") -> str:
    """A toast as a part of any fragment."""
    facts: dict[str, Any] = {"text": text, "undo_url": undo_url, "form_token": FreshToken()}
    drawn = render_to_string("pages/components/toast.html", facts, request)
    return f'<hx-partial hx-target="#sw-toasts" hx-swap="beforeend">{drawn}</hx-partial>'


def warn(request: HttpRequest, text: str) -> None:
    """A sentence at the top of the next page: something of what was asked was refused."""
    messages.warning(request, text)
