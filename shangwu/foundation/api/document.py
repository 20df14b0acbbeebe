"""The words of each operation in the OpenAPI document: clause, refusals, parameters, examples."""

import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from shangwu.foundation.actions.registry import Action, record_name
from shangwu.foundation.api import questions, requests, schemas
from shangwu.foundation.api.acting import MOST_ROWS, WHOLE
from shangwu.foundation.api.components import (
    DOING,
    READING,
    REDIRECT,
    filter_parameter,
    headers,
    parameter,
    responses,
    shared_parameter,
)
from shangwu.foundation.api.exposure import fields_of, parts_of, sorts_of
from shangwu.foundation.api.schemas import Schema, ref
from shangwu.foundation.pages.lists.search import has_search
from shangwu.foundation.records.models import Record

_REFUSED = re.compile(r"""Refusal\(\s*["']([a-z_]+)["']""")
_SAID_TO_REFUSE = re.compile(r"Refuses\s+([^.]*)")
_DEPTH = 3


def _answer(said: str, schema: Schema, sent: dict[str, Schema] | None = None) -> Schema:
    found: Schema = {"description": said, "content": {"application/json": {"schema": schema}}}
    return found | ({"headers": sent} if sent else {})


def list_operation(model: type[Record]) -> dict[str, Any]:
    """A list: what it may be asked and what it answers."""
    rows = {"type": "array", "items": ref(record_name(model))}
    schema = {
        "type": "object",
        "required": ["results", "next"],
        "properties": {
            "results": rows,
            "next": {"type": ["string", "null"], "description": "The address of the next page; null on the last."},
        },
    }
    return {
        "parameters": list(_list_parameters(model)),
        "responses": {200: _answer("One page.", schema)} | responses(READING),
    }


def one_operation(model: type[Record]) -> dict[str, Any]:
    """One record with its parts."""
    answer = _answer("The record.", ref(record_name(model)), headers("ETag"))
    return {
        "parameters": [_fields_parameter(model)],
        "responses": {200: answer, 307: REDIRECT} | responses(READING),
    }


def _list_parameters(model: type[Record]) -> Iterator[Schema]:
    orders = [questions.NEWEST, questions.OLDEST]
    orders += [sign + name for name in sorts_of(model) for sign in ("", "-")]
    limits = {"minimum": 1, "maximum": questions.MOST_ROWS, "default": questions.USUAL_LIMIT}
    yield parameter("sort", {"type": "string", "enum": orders, "default": questions.NEWEST})
    yield parameter("limit", {"type": "integer", **limits})
    yield parameter("cursor", {"type": "string"}, "From `next` of the page before.")
    yield _fields_parameter(model)
    yield parameter("archived", {"type": "string", "enum": list(questions.ARCHIVED), "default": "no"})
    if has_search(model):
        schema = {"type": "string", "maxLength": questions.LONGEST_SEARCH}
        yield parameter("search", schema, "Any part of the text; two characters suffice.")
    for told in fields_of(model).values():
        for operator in told.filters:
            yield filter_parameter(told, operator)


def _fields_parameter(model: type[Record]) -> Schema:
    names = [*fields_of(model), *parts_of(model)]
    return parameter("fields", {"type": "string"}, f"Which to give, separated by commas: {', '.join(names)}.")


def action_operation(action: Action) -> dict[str, Any]:
    """One action on one record: its inputs, and how it may be refused."""
    reserved = [one for one in (requests.VERSION, requests.REASON) if one.name not in action.input_names]
    if action.makes:
        reserved = [one for one in reserved if one.name != "version"]
    schema = schemas.object_schema((*action.inputs, *reserved))
    if action.takes_own:
        schema["properties"]["extra"] = ref("OwnFields")
    example = schemas.example(action.inputs)
    if action.needs_reason and "reason" not in action.input_names:
        schema["required"] = [*schema.get("required", []), "reason"]
        example["reason"] = "The customer asked for it."
    body = {"schema": schema, "example": example}
    answer = _answer("Done.", ref("Done"), headers("ETag", "Idempotency-Replayed"))
    if action.makes:
        answer["headers"] |= headers("Location")
    sent = ["Idempotency-Key"] if action.makes else ["Idempotency-Key", "If-Match"]
    return {
        "parameters": [shared_parameter(name) for name in sent],
        "requestBody": {"required": bool(schema.get("required")), "content": {"application/json": body}},
        "responses": ({201: answer} if action.makes else {200: answer, 307: REDIRECT}) | responses(DOING),
        **_facts(action),
    }


def bulk_operation(action: Action) -> dict[str, Any]:
    """An action on a set."""
    inputs = schemas.object_schema(action.inputs)
    if action.takes_own:
        inputs["properties"]["extra"] = ref("OwnFields")
    row: Schema = {"type": "object", "additionalProperties": False, "properties": {"inputs": inputs}}
    example: dict[str, Any] = {"inputs": schemas.example(action.inputs)}
    if not action.makes:
        row["properties"] |= {
            "public_id": {"type": "string", "format": "uuid"},
            "version": schemas.input_schema(requests.VERSION),
        }
        row["required"] = ["public_id"]
        example = {"public_id": schemas.EXAMPLE_ID, "version": 1, **example}
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["rows"],
        "properties": {
            "rows": {"type": "array", "items": row, "minItems": 1, "maxItems": MOST_ROWS},
            "whole": schemas.input_schema(WHOLE),
            "reason": schemas.input_schema(requests.REASON),
        },
    }
    answer = _answer("One result per row.", ref("BulkDone"), headers("Idempotency-Replayed"))
    return {
        "parameters": [shared_parameter("Idempotency-Key")],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": {"rows": [example]}}},
        },
        "responses": {200: answer} | responses(DOING),
        **_facts(action),
    }


def _facts(action: Action) -> dict[str, Any]:
    return {
        "x-clause": action.clause,
        "x-event": action.event,
        "x-refusals": refusal_codes(action),
        "x-scope": action.name,
    }


def action_words(action: Action, *, many: bool = False) -> str:
    """What the reference says about an action: its docstring, clause, states and refusals."""
    said = [" ".join(action.description.split())] if action.description else []
    said.append(f"Clause {action.clause}.")
    if action.source:
        said.append(f"From: {', '.join(sorted(action.source))}." + (f" To: {action.target}." if action.target else ""))
    if action.persons_only:
        said.append("Only persons: refused to tokens.")
    if codes := refusal_codes(action):
        said.append(f"Refusal codes of its own: {', '.join(codes)}.")
    said.append(f"Event: {action.event}.")
    if many:
        said.append("Rows are refused one by one and the others go in; with “whole”, one refusal stops all.")
    return " ".join(said)


def refusal_codes(action: Action) -> list[str]:
    """Codes by which an action's body refuses: those its docstring names, and those found in the code it calls."""
    said = {code for text in _SAID_TO_REFUSE.findall(action.description) for code in re.findall(r"`([a-z_]+)`", text)}
    return sorted(said | (_codes(action.body, _DEPTH) if action.body is not None else set()))


@cache
def _codes(function: Callable[..., Any], depth: int) -> frozenset[str]:
    source = inspect.getsource(function)
    found = set(_REFUSED.findall(source))
    if depth:
        names = set(re.findall(r"([A-Za-z_]+)\(", source))
        for name in names & set(function.__globals__):
            called = function.__globals__[name]
            if inspect.isfunction(called) and called is not function and called.__module__.startswith("shangwu."):
                found |= _codes(called, depth - 1)
    return frozenset(found)
