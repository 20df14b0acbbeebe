"""Addresses from the registry. Every page passes here: signed in, right method, reader set, nothing kept by caches."""

from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.pages import chapter, errors, language, my_day, notices, palette, registry  # noqa: F401 -- register
from shangwu.foundation.pages.acting import routes as acting_routes  # noqa: F401 -- registers theirs
from shangwu.foundation.pages.addresses import Shortcut
from shangwu.foundation.pages.details import routes as detail_routes  # noqa: F401 -- registers theirs
from shangwu.foundation.pages.lists import routes as list_routes  # noqa: F401 -- registers theirs
from shangwu.foundation.pages.reading import Request, reader_of
from shangwu.foundation.pages.registry import Route
from shangwu.foundation.records.refusals import missing


def entered(route: Route) -> Any:
    """The view of a route, behind the checks that every page has in common."""

    pages = registry.record_pages.get(route.model) if route.model else None
    clause = route.clause or (pages.clause if pages else "")

    @wraps(route.view)
    def view(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if request.method not in route.methods and not (request.method == "HEAD" and "GET" in route.methods):
            return HttpResponseNotAllowed(route.methods)
        request.clause = clause  # type: ignore[attr-defined]
        if not route.signed_in:
            return route.view(request, **arguments)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        actor = reader_of(request)
        if actor is None:
            return errors.answer(
                request, 403, _("This account belongs to no person. Ask the administrator to connect it.")
            )
        if not route.is_open_to(actor):
            raise missing()
        page_request = cast(Request, request)
        page_request.actor = actor
        with timezone.override(actor.zone):
            response = route.view(page_request, **arguments)
        if not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        patch_vary_headers(response, errors.VARY)
        return response

    view.route = route  # type: ignore[attr-defined]
    return view


def patterns() -> list[URLPattern | URLResolver]:
    """All addresses of the pages, fixed words before placeholders."""
    found = sorted(registry.routes(), key=lambda route: ("<str:" in route.path, "<" in route.path))
    row = [path(route.path, entered(route), name=route.name) for route in found]
    return [Shortcut(row), *row]
