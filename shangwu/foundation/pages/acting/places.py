"""Where a person acted from, and where they go next: back to the list, on to the record, or nowhere at all."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from shangwu.foundation.actions.registry import Action
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.records.models import Record

LEAVES = frozenset({"archive", "trash"})
"""Verbs after which the record is no longer where the person was."""


def current(request: HttpRequest) -> str:
    """Path and query of the page on which the person acted; "" when it is not one of ours."""
    return own_address(request, request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")


def own_address(request: HttpRequest, given: str) -> str:
    """Path and query of an address if it is one of ours; "" otherwise."""
    if not url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(given)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def list_query(request: HttpRequest) -> str:
    """The query of the list that the person came from, as the record's address carries it (`?from=`)."""
    if "from" in request.GET:
        return request.GET["from"][:2000]
    return (parse_qs(urlsplit(current(request)).query).get("from") or [""])[0][:2000]


def list_url(record_type: type[Record], query: str = "") -> str:
    """The list of a record type, asked as it was; "" when it has none."""
    pages = record_pages.get(record_type)
    if pages is None or pages.list is None:
        return ""
    return reverse(f"{pages.name}.list") + (f"?{query}" if query else "")


def record_url(record_type: type[Record], public_id: object) -> str:
    """The page of a record; its list when it has no page of its own."""
    pages = record_pages.get(record_type)
    if pages is None or pages.detail is None:
        return list_url(record_type) or "/"
    return reverse(f"{pages.name}.detail", kwargs={"public_id": public_id})


def next_url(request: HttpRequest, one: Action, public_id: object) -> str:
    """Where the person goes after `one` was done. Not onto a record that has just left the lists."""
    query = list_query(request)
    if one.verb in LEAVES and (back := list_url(one.model, query)):
        return back
    return record_url(one.model, public_id) + (f"?{urlencode({'from': query})}" if query else "")


def on_a_record(request: HttpRequest) -> bool:
    """Whether the person acted from the page of a record: what was done elsewhere may have changed it."""
    return _record_page(request) is not None


def record_beside(request: Request) -> Record | None:
    """The record on whose page the person stands, as far as they see it; None on any other page."""
    found = _record_page(request)
    name = str(found.url_name).removesuffix(".detail") if found else ""
    model = next((one.model for one in record_pages.values() if one.name == name), None)
    if found is None or model is None:
        return None
    rows: Any = model._default_manager.visible_to(request.actor, archived=True)
    shown: Record | None = rows.filter(public_id=found.kwargs["public_id"]).first()
    return shown


def _record_page(request: HttpRequest) -> ResolverMatch | None:
    try:
        found = resolve(urlsplit(current(request)).path)
    except Resolver404:
        return None
    return found if str(found.url_name or "").endswith(".detail") else None


def stays(request: HttpRequest, one: Action, public_id: object) -> bool:
    """Whether the person acted beside something else (a list, my day) and wants to stay there."""
    here = urlsplit(current(request)).path
    own = record_url(one.model, public_id)
    return bool(here) and not here.startswith(own) and not here.startswith("/act/") and not one.makes
