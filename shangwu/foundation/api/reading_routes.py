"""The addresses of what the API reads beside the record types; apart from their registry, because the library that
serves them is large, and an idle worker serves nothing."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Annotated, Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from pydantic import WithJsonSchema

from shangwu.foundation.api import questions
from shangwu.foundation.api.authentication import Request, authenticate
from shangwu.foundation.api.components import READING, parameter, responses
from shangwu.foundation.api.problems import json_response
from shangwu.foundation.api.readings import Reading, readings
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, Sentence


def build(api: NinjaAPI, *, documented: bool = False) -> None:
    """Give the API an operation per reading. documented: with the words of the OpenAPI document."""
    for one in readings():
        api.default_router.add_api_operation(
            f"/{one.path}",
            ["GET"],
            _view(one),
            auth=authenticate,
            operation_id=one.name,
            url_name=one.name,
            response={200: None},
            **(_words(one) if documented else {"include_in_schema": False}),
        )


def _view(one: Reading) -> Callable[..., HttpResponseBase]:
    def view(request: Request, **named: str) -> HttpResponseBase:
        _require_scope(request.auth, one)
        found = one.answer(request.auth, _given(request, one), **named)
        return found if isinstance(found, HttpResponseBase) else json_response(found)

    named = [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=Annotated[str, WithJsonSchema({"type": "string"})])
        for name in one.names
    ]
    asking = Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
    view.__signature__ = Signature([asking, *named])  # type: ignore[attr-defined]  # the library reads it
    return view


def _require_scope(by: Actor, one: Reading) -> None:
    if by.allowed is not None and by.allowed.isdisjoint({"read", one.scope}):
        said = _("This token may not read this. Make one that is allowed “%(scope)s”.")
        raise Refusal("forbidden", said, {"scope": one.scope})


def _given(request: Request, one: Reading) -> dict[str, str]:
    """The query, read strictly. Raises Refusal("invalid") for what is not asked for here, or given twice."""
    wrong: dict[str, list[Sentence]] = {name: [questions.NO_FILTER] for name in request.GET if name not in one.asks}
    wrong |= {name: [questions.TWICE] for name in request.GET if len(request.GET.getlist(name)) > 1}
    if wrong:
        raise Refusal("invalid", _("Some entries need your attention."), fields=wrong)
    return request.GET.dict()


def _words(one: Reading) -> dict[str, Any]:
    if one.shape is None:
        content: Schema = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    else:
        content = {"application/json": {"schema": one.shape}}
    return {
        "summary": str(one.label),
        "description": f"{one.said} A token needs “{one.scope}”, or “read”.",
        "tags": [one.scope.partition(":")[0]],
        "openapi_extra": {
            "parameters": [parameter(name, schema) for name, schema in one.asks.items()],
            "responses": {200: {"description": "The answer.", "content": content}} | responses(READING),
        },
    }
