"""The addresses of the API, drawn from the registries: per record type a list and a record, per action a POST."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Router
from pydantic import WithJsonSchema

from shangwu.foundation.actions.registry import Action, actions_of, record_name
from shangwu.foundation.api import acting, document, listing, problems, questions
from shangwu.foundation.api.authentication import Request, authenticate
from shangwu.foundation.api.naming import is_public_id, public_id_of
from shangwu.foundation.api.vocabulary import record_types, require_reading
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing
from shangwu.foundation.records.successors import successor_of

_ID = "The record's public id. A number in its place redirects."

View = Callable[..., HttpResponse]

PublicId = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid", "description": _ID})]


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One operation: which record type and action it belongs to, and how its sample address is built.

    verb: "list", "one", the action's own, or "bulk/" and it. name: for `reverse("api-1:" + name)`.
    """

    name: str
    method: str
    model: type[Record]
    verb: str
    action: Action | None = None

    @property
    def needs_record(self) -> bool:
        """Whether the address names a record."""
        return self.verb == "one" or (self.action is not None and not self.is_bulk and not self.action.makes)

    @property
    def is_bulk(self) -> bool:
        """Whether it acts on a set."""
        return self.verb.startswith("bulk/")

    def address(self, record: Record | None = None) -> str:
        """The address, for `record` where it names one."""
        arguments = {"public_id": str(record.public_id)} if record is not None and self.needs_record else {}
        return reverse(f"api-1:{self.name}", kwargs=arguments)


def served_actions(model: type[Record]) -> list[Action]:
    """The actions of a record type that the API offers: those that are shown to people."""
    return [one for one in actions_of(model) if one.shown]


@cache
def routes() -> tuple[Route, ...]:
    """Every operation of the API, for the reference and the authorisation matrix."""
    return tuple(route for model in record_types() for route in _routes_of(model))


def _routes_of(model: type[Record]) -> Iterable[Route]:
    name = record_name(model)
    yield Route(f"{name}.list", "GET", model, "list")
    found = served_actions(model)
    # Two verbs may make a record (an order, and one copied from another): the plain POST is the first.
    first = next((one for one in found if one.makes), None)
    if first is not None:
        yield Route(f"{name}.list", "POST", model, first.verb, first)
    yield Route(f"{name}.one", "GET", model, "one")
    for one in found:
        if one is not first:
            yield Route(f"{name}.{one.verb}", "POST", model, one.verb, one)
        if one.bulk or one.makes:
            yield Route(f"{name}.bulk.{one.verb}", "POST", model, f"bulk/{one.verb}", one)


def build(api: NinjaAPI, *, documented: bool = False) -> None:
    """Give the API an operation per route. documented: with all the words of the OpenAPI document, in the language
    that is active; a serving process needs none of them."""
    for model in record_types():
        router = Router(tags=[record_name(model)])
        # Fixed words first: “bulk” is no id.
        for route in sorted(_routes_of(model), key=lambda one: one.needs_record):
            path, view = _served(route)
            router.add_api_operation(
                path,
                [route.method],
                view,
                auth=authenticate,
                operation_id=_operation_id(route),
                url_name=route.name,
                response={201: None} if path == "/" and route.method == "POST" else {200: None},
                **(_words(route) if documented else {"include_in_schema": False}),
            )
        app, _dot, name = record_name(model).partition(".")
        api.add_router(f"/{app}/{name}", router)


def _operation_id(route: Route) -> str:
    return f"{record_name(route.model)}.{route.verb.replace('/', '.')}"


def _served(route: Route) -> tuple[str, View]:
    """(path below the record type's own, view) of a route."""
    model, action = route.model, route.action
    if action is None:
        return ("/", _list_view(model)) if route.verb == "list" else ("/{public_id}/", _one_view(model))
    if route.is_bulk:
        return f"/{route.verb}/", _bulk_view(action)
    if action.makes:
        return "/" if route.name.endswith(".list") else f"/{action.verb}/", _make_view(action)
    return f"/{{public_id}}/{action.verb}/", _act_view(action)


def _words(route: Route) -> dict[str, Any]:
    """What the OpenAPI document says of a route."""
    model, action = route.model, route.action
    if action is not None:
        several = f" ({_('several')})" if route.is_bulk else ""
        return {
            "summary": f"{action.label}{several}",
            "description": document.action_words(action, many=route.is_bulk),
            "openapi_extra": (document.bulk_operation if route.is_bulk else document.action_operation)(action),
        }
    if route.verb == "list":
        said, extra = "Those that the caller may see.", document.list_operation(model)
    else:
        said, extra = "One record, its parts nested.", document.one_operation(model)
    names = model._meta.verbose_name_plural if route.verb == "list" else model._meta.verbose_name
    return {"summary": str(names), "description": said, "openapi_extra": extra}


def _list_view(model: type[Record]) -> View:
    def view(request: Request) -> HttpResponse:
        require_reading(request.auth, model)
        question = questions.read_list(model, request.auth, request.GET)
        page = listing.page_of(question, request.auth)
        following = None
        if page.cursor is not None:
            following = f"{request.path}?{urlencode({**request.GET.dict(), 'cursor': page.cursor})}"
        return problems.json_response({"results": page.rows, "next": following})

    return view


def _one_view(model: type[Record]) -> View:
    def view(request: Request, public_id: PublicId) -> HttpResponse:
        require_reading(request.auth, model)
        if not is_public_id(public_id):
            return _redirect(request, model, public_id)
        if model.successor and (led_to := successor_of(model, public_id, request.auth)):
            return _redirected(request, led_to)
        given = {name: text for name, text in request.GET.items() if name != "fields"}
        if given:
            raise acting.invalid(dict.fromkeys(given, questions.NO_FILTER))
        told, parts = questions.chosen_fields(model, request.auth, request.GET.get("fields", ""), parts=True)
        found = listing.one_of(model, public_id, told, parts, request.auth)
        response = problems.json_response(found)
        if "version" in found:
            response.headers["ETag"] = f'"{found["version"]}"'
        return response

    return view


def _make_view(action: Action) -> View:
    def view(request: Request) -> HttpResponse:
        return acting.perform(request, action, None)

    return view


def _act_view(action: Action) -> View:
    def view(request: Request, public_id: PublicId) -> HttpResponse:
        if not is_public_id(public_id):
            return _redirect(request, action.model, public_id)
        return acting.perform(request, action, public_id)

    return view


def _bulk_view(action: Action) -> View:
    def view(request: Request) -> HttpResponse:
        return acting.perform_many(request, action)

    return view


def _redirect(request: Request, model: type[Record], number: str) -> HttpResponse:
    """Lead from a number to the record's own address, method and body kept. Raises Refusal("missing")."""
    return _redirected(request, public_id_of(model, number, request.auth))


def _redirected(request: Request, public_id: object) -> HttpResponse:
    match = request.resolver_match
    if match is None:
        raise missing()
    address = reverse(match.view_name, kwargs={"public_id": public_id})
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{address}?{query}" if query else address, preserve_request=True)
