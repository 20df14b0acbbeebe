"""What people see when a page refuses or breaks: what is wrong, what to do, and never an inside detail."""

import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.pages.reading import fragment
from shangwu.foundation.pages.registry import plain_routes
from shangwu.foundation.records.refusals import Refusal, Sentence, from_validation, missing

log = logging.getLogger("shangwu.pages")

UNFIT = 422
"""What was sent can be read, but breaks a rule."""

RETRY_SECONDS = 3
"""After how long a busy or absent house is asked again."""

_AWAY_CLASSES = ("08", "53", "57", "55", "40", "58")
"""SQLSTATE classes that pass by themselves: connection, resources (disk full), operator, locks, rollback, system."""

VARY = ("HX-Request", "HX-Request-Type", "HX-Target")

_PAGES = frozenset({400, 403, 404, 409, 413, 429, 500, 503})

_SAID = frozenset({400, 403, 409, 422, 429})
"""Statuses whose own sentence tells more than their page does."""

_TITLES: dict[int, Sentence] = {
    403: _("You may not do this."),
    404: _("Not found"),
    409: _("Someone was faster."),
    429: _("Too many requests."),
    503: _("The system is busy; nothing was changed."),
}


def answer_to(request: HttpRequest, exception: BaseException) -> HttpResponse | None:
    """The answer to an exception that a view raised; None for what Django or the log must handle."""
    if isinstance(exception, Refusal):
        return refused(request, exception)
    if isinstance(exception, ValidationError):
        return refused(request, from_validation(exception))
    if is_away(exception):
        log.warning("database away: %s", type(exception).__name__)
        return away(request)
    return None


def is_away(exception: BaseException | None) -> bool:
    """Whether the database is absent, full or blocked for the moment, so that trying again is right."""
    if isinstance(exception, InterfaceError):
        return True
    if not isinstance(exception, OperationalError):
        return False
    state = getattr(exception.__cause__, "sqlstate", None)
    return state is None or state.startswith(_AWAY_CLASSES) or state == "25006"


def refused(request: HttpRequest, refusal: Refusal, *, labels: Mapping[str, Sentence] | None = None) -> HttpResponse:
    """The page or fragment of a refusal. `labels`: names of the inputs that its fields mean."""
    said = [
        {"id": f"id_{name}", "label": (labels or {}).get(name, ""), "message": sentence}
        for name, sentences in refusal.fields.items()
        for sentence in sentences
    ]
    response = answer(request, refusal.status, refusal.sentence, field_errors=said)
    if refusal.code == "busy":
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def answer(
    request: HttpRequest,
    status: int,
    sentence: Sentence = "",
    *,
    title: Sentence = "",
    field_errors: Sequence[Mapping[str, Any]] = (),
) -> HttpResponse:
    """An error as a fragment for htmx (into the refusal region, never into a row), else as a page of its own."""
    title = title or _TITLES.get(status, _("This did not work."))
    if fragment(request) or request.headers.get("HX-Request") == "true":
        facts = {"title": title, "sentence": sentence, "field_errors": field_errors}
        response = HttpResponse(render_to_string("pages/components/refusal.html", facts), status=status)
        response.headers["HX-Retarget"] = "#sw-refusal"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        own = status in _PAGES and not (sentence and status in _SAID)
        template = f"{status}.html" if own else "refused.html"
        told: dict[str, Any] = {
            "title": title, "sentence": sentence, "status": str(status), "field_errors": field_errors,
            "outside": is_door(request),
        }  # fmt: skip
        response = HttpResponse(render_to_string(template, told), status=status)
    patch_vary_headers(response, VARY)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_door(request: HttpRequest) -> bool:
    """Whether the address is one for people outside, who have no day of work here to go back to."""
    found = getattr(request, "resolver_match", None)
    name = found.url_name if found is not None else None
    return any(route.name == name and not route.signed_in for route in plain_routes())


def away(request: HttpRequest) -> HttpResponse:
    """503 while the database is away; the same request may be repeated with the same token."""
    response = answer(request, 503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def not_found(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """404, the same for what is not there and what may not be seen."""
    return answer(request, 404, missing().sentence)


def forbidden(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """403 for what the reader's duties do not include."""
    return answer(request, 403, _("This is not among your duties. Ask the head of the department."))


def bad_request(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """400 for a request that no page of ours sends, 413 for one that is too large."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return answer(request, 413)
    return answer(request, 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 with the way back: the page was open too long, or cookies are off."""
    if request.headers.get("HX-Request") == "true":
        return answer(request, 403, _("This page was open for long. Reload it, then send the form again."))
    return render(request, "403_csrf.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500 without details; Django has logged the exception. 503 when the database is what broke."""
    exception = sys.exc_info()[1]
    if is_away(exception):
        return away(request)
    if isinstance(exception, Refusal):
        return refused(request, exception)
    return answer(request, 500)
