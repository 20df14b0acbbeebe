"""Who reads: the actor behind a request, built once and only when something asks."""

import hashlib
import re
import uuid
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from shangwu.foundation.access.actors import actor_of_account
from shangwu.foundation.people.models import Account
from shangwu.foundation.records.actors import Actor, Source

_UNASKED = object()
_TOKEN = re.compile(r"[\x21-\x7e]{1,64}", re.ASCII)


class Request(HttpRequest):
    """A request as a page receives it: somebody has signed in, and `actor` is who."""

    actor: Actor
    htmx: HtmxDetails


def reader_of(request: HttpRequest) -> Actor | None:
    """The actor behind the sign-in; None when nobody has signed in, or the account has no person."""
    found = getattr(request, "_reader", _UNASKED)
    if found is _UNASKED:
        found = _build(request)
        request._reader = found  # type: ignore[attr-defined]
    return cast("Actor | None", found)


def _build(request: HttpRequest) -> Actor | None:
    account: Account | AnonymousUser | None = getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return None
    return actor_of_account(
        account,
        source=Source.PAGE,
        address=request.META.get("REMOTE_ADDR") or None,
        language=getattr(request, "LANGUAGE_CODE", "zh-hant"),
    )


def form_key(request: HttpRequest) -> str | None:
    """The form token of a POST: the same form sent twice has one effect. A token that no page of ours printed, too
    long or of any signs, stands for itself by its digest."""
    token = request.POST.get("form_token", "")
    if token and not _TOKEN.fullmatch(token):
        return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return token or None


def fragment(request: HttpRequest) -> str:
    """The id of the part of the page that htmx asks for; "" when the whole page is wanted.

    htmx 4 names the target as tag and id, `section#sw-list`.
    """
    if request.headers.get("HX-Request") != "true" or request.headers.get("HX-Request-Type") == "full":
        return ""
    return request.headers.get("HX-Target", "").rpartition("#")[2]


class FreshToken:
    """A new form token each time it is printed, so that two forms of one page never share one."""

    def __str__(self) -> str:
        return uuid.uuid4().hex
