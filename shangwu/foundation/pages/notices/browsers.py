"""Browsers that may be woken (web push): the worker's script at a fixed address, and one's own list of browsers."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from shangwu.foundation.notices.models import Browser
from shangwu.foundation.outgoing.calling import validate_url
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.records import clock
from shangwu.foundation.records.refusals import Refusal, missing

MOST = 10
"""Browsers of one person; the oldest makes room."""


def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows a notice while no page is open. Its address never changes, as browsers ask for it again."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=1)
def _script() -> bytes:
    built = Path(settings.BASE) / "static" / "built" / "push-worker.js"
    if not built.is_file():
        raise missing()
    return built.read_bytes()


def subscribe(request: Request) -> HttpResponse:
    """Keep the browser that the reader sits at, or forget one of theirs."""
    person_id = request.actor.person_id
    if person_id is None:
        raise missing()
    given = {name: request.POST.get(name, "") for name in ("endpoint", "public_key", "secret")}
    if forget := request.POST.get("forget", ""):
        Browser.objects.filter(
            person=person_id, pk=int(forget) if forget.isascii() and forget.isdigit() else 0
        ).delete()
        return redirect("notices.wishes")
    try:
        validate_url(given["endpoint"])
        from shangwu.foundation.notices.browsers.encrypting import Keys

        Keys.read(given["public_key"], given["secret"])
        if len(given["endpoint"]) > 1000:
            raise ValueError("too long")
    except (ValidationError, ValueError) as unfit:
        raise Refusal("unfit", _("This browser's answer can't be used. Try again, or use another browser.")) from unfit
    name = request.headers.get("User-Agent", "")[:120]
    values = {**given, "person_id": person_id, "name": name, "since": clock.now()}
    Browser.objects.update_or_create(endpoint=given["endpoint"], defaults=values)
    kept = Browser.objects.filter(person=person_id).order_by("-since").values_list("pk", flat=True)[:MOST]
    Browser.objects.filter(person=person_id).exclude(pk__in=list(kept)).delete()
    return redirect("notices.wishes")


page(
    Route(
        "notices.worker", "push-worker.js", worker, signed_in=False, reason="a script of ours, the same for everybody"
    )
)
page(Route("notices.browsers", "notices/browsers/", subscribe, methods=("POST",), reason="the reader's own browsers"))
