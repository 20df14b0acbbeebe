"""The API as a whole: assembled once from the registries, framed by language, gate and one shape of refusal."""

import json
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from shangwu.foundation.api import components, handlers, reading_routes, requests, routes
from shangwu.foundation.api.authentication import authenticate
from shangwu.foundation.api.problems import HttpRefusal, response_of
from shangwu.foundation.api.vocabulary import record_types
from shangwu.foundation.pages.addresses import Shortcut
from shangwu.foundation.records import gate
from shangwu.foundation.records.refusals import Refusal, missing

PREFIX = "/api/v1/"

_DESCRIPTION = """Every record type and every action of the house, drawn from its registries.

A list is filtered by field and operator (`total__gte=1000`), sorted and paged by `next`. A change is a POST of an
action; there is no PUT, PATCH or DELETE. Only what the caller may see is answered; a record that is not the caller's
answers 404. Fields are only ever added."""


class HouseAPI(NinjaAPI):
    """Ninja's assembly, with our shared schemas beside the operations."""

    def get_openapi_schema(self, **_options: Any) -> OpenAPISchema:
        """The OpenAPI 3.1 document in the language that is active."""
        found = super().get_openapi_schema(path_prefix=PREFIX)
        found["components"] = components.components(record_types())
        found["security"] = [{"token": []}, {"session": []}]
        return found


def _assembled(*, documented: bool) -> HouseAPI:
    api = HouseAPI(
        title="Shangwu", version="1", description=_DESCRIPTION, docs_url=None, openapi_url=None, urls_namespace="api-1"
    )
    handlers.install(api)
    routes.build(api, documented=documented)
    reading_routes.build(api, documented=documented)
    return api


@cache
def service() -> HouseAPI:
    """The one API of this process."""
    return _assembled(documented=False)


@cache
def openapi(language: str) -> str:
    """The OpenAPI document in a language, as JSON; assembled when first asked for, and only its text is kept."""
    with translation.override(language):
        return json.dumps(_assembled(documented=True).get_openapi_schema(), ensure_ascii=False, separators=(",", ":"))


def urls() -> tuple[list[URLPattern | URLResolver], str]:
    """All addresses under PREFIX and their namespace, for `path("api/v1/", include(urls()))`."""
    drawn = [one for one in service().urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    for one in drawn:
        one.callback = framed(one.callback)
    found: list[URLPattern | URLResolver] = [
        path("openapi.json", framed(_document), name="openapi"),
        Shortcut(drawn),
        *drawn,
        re_path(r"^.*$", framed(_nowhere), name="nowhere"),
    ]
    return found, "api-1"


def _document(request: HttpRequest) -> HttpResponse:
    authenticate(request)
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    text = openapi(translation.get_language() or settings.LANGUAGE_CODE)
    return HttpResponse(text, content_type="application/json")


def _nowhere(request: HttpRequest, **_arguments: Any) -> HttpResponse:
    raise missing(_("There is nothing at this address. Addresses end with a slash; openapi.json lists them."))


def framed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view in the caller's language, within the reading gate, every refusal in the one shape, nothing cached."""

    @wraps(view)
    def framing(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language), gate.request_code():
            response = _answered(view, request, arguments)
        response.headers["Content-Language"] = language
        response.headers["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Accept-Language", "Authorization", "Cookie"])
        return response

    framing.csrf_exempt = True  # type: ignore[attr-defined] # authenticate() checks it for sign-ins, tokens need none
    return framing


def _answered(
    view: Callable[..., HttpResponseBase], request: HttpRequest, arguments: dict[str, Any]
) -> HttpResponseBase:
    try:
        requests.require_storable_address(request)
        response = view(request, **arguments)
    except Refusal as refusal:
        return response_of(refusal)
    if isinstance(response, HttpResponseNotAllowed):
        said = _("This address does not take that method. Read with GET, act with POST.")
        return response_of(HttpRefusal("method", said, headers={"Allow": response.headers["Allow"]}))
    return response


def language_of(request: HttpRequest) -> str:
    """The caller's language by Accept-Language alone; the house's own when none of ours is wanted."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
