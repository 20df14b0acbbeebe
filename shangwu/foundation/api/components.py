"""What the operations of the OpenAPI document share: refusals, headers, the filters that all records have."""

from collections.abc import Iterable
from typing import Any

from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.api import schemas
from shangwu.foundation.api.exposure import Told, fields_of
from shangwu.foundation.api.schemas import Schema, ref
from shangwu.foundation.records.models import Record

PROBLEM_STATUSES = {
    400: "The request can't be read (malformed).",
    401: "Nobody is known: sign in or send a valid token (unauthenticated).",
    403: "Not among the caller's duties, or not allowed to this token (forbidden, csrf).",
    404: "Not there, or not the caller's to see (missing).",
    409: "Someone was faster: both versions are in the details (stale); the key was used for other data (repeat).",
    413: "Too large.",
    415: "Not JSON.",
    422: "Refused, with a sentence for each entry.",
    429: "Too many requests; wait as Retry-After says (throttled).",
    503: "Busy, or the database is away; the same request is safe after Retry-After.",
}
READING = (400, 401, 403, 404, 422, 429, 503)
DOING = tuple(PROBLEM_STATUSES)

HEADERS: dict[str, Schema] = {
    "ETag": {"schema": {"type": "string"}, "description": "The version, for If-Match."},
    "Idempotency-Replayed": {"schema": {"type": "string"}, "description": "“true” when it had been done before."},
    "Location": {"schema": {"type": "string"}, "description": "The address of the record."},
    "Retry-After": {"schema": {"type": "string"}, "description": "Seconds."},
}

PARAMETERS: dict[str, Schema] = {
    "Idempotency-Key": {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "schema": {"type": "string", "pattern": "^[!-~]{1,80}$"},
        "description": "The same key with the same data has one effect, however often it is sent.",
    },
    "If-Match": {
        "in": "header",
        "name": "If-Match",
        "required": False,
        "schema": {"type": "string", "pattern": '^("[1-9][0-9]{0,8}"|\\*)$'},
        "description": "The ETag that you have seen; refused with 409 when someone has changed the record since.",
    },
}

REDIRECT: Schema = {"$ref": "#/components/responses/redirect"}

_SAID = {
    "": "Equal to this.",
    "in": "One of these, separated by commas.",
    "starts": "Begins with this.",
    "gt": "Greater or later than this.",
    "gte": "This, or greater or later.",
    "lt": "Less or earlier than this.",
    "lte": "This, or less or earlier.",
    "has": "This record is among them.",
    "empty": "true: nothing is filled in; false: something is.",
}

_OF_EVERY_RECORD = frozenset(one.name for one in Record._meta.fields)


def components(models: Iterable[type[Record]]) -> dict[str, Any]:
    """All shared components."""
    found = list(models)
    answers = {str(status): _problem(status, said) for status, said in PROBLEM_STATUSES.items()}
    answers["redirect"] = {
        "description": "A number stood in the id's place: the record's own address.",
        "headers": headers("Location"),
    }
    basics = {
        "Problem": schemas.PROBLEM,
        "Reference": schemas.REFERENCE,
        "OwnFields": schemas.OWN,
        "Done": schemas.DONE,
        "BulkDone": schemas.BULK,
    }
    return {
        "responses": answers,
        "schemas": basics | {record_name(model): schemas.record_schema(model) for model in found},
        "headers": HEADERS,
        "parameters": PARAMETERS | _common_filters(found),
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "An API token, made under “My tokens”."},
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": "shangwu_session",
                "description": "The sign-in of the pages; changes need the header X-CSRFToken.",
            },
        },
    }


def _problem(status: int, said: str) -> Schema:
    found: Schema = {"description": said, "content": {"application/json": {"schema": ref("Problem")}}}
    return found | ({"headers": headers("Retry-After")} if status in (429, 503) else {})


def responses(statuses: tuple[int, ...]) -> dict[int, Schema]:
    """The answers that are refusals, by status."""
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def headers(*names: str) -> dict[str, Schema]:
    """Pointers to shared headers of an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def shared_parameter(name: str) -> Schema:
    """A pointer to a shared parameter."""
    return {"$ref": f"#/components/parameters/{name}"}


def parameter(name: str, schema: Schema, said: str = "") -> Schema:
    """A parameter of an address."""
    found: Schema = {"in": "query", "name": name, "required": False, "schema": schema}
    return found | ({"description": said} if said else {})


def filter_parameter(told: Told, operator: str) -> Schema:
    """The parameter of a filter; a pointer where every record has it."""
    name = _filter_name(told, operator)
    return shared_parameter(name) if told.name in _OF_EVERY_RECORD else _filter(told, operator)


def _common_filters(models: Iterable[type[Record]]) -> dict[str, Schema]:
    return {
        _filter_name(told, operator): _filter(told, operator)
        for model in models
        for told in fields_of(model).values()
        if told.name in _OF_EVERY_RECORD
        for operator in told.filters
    }


def _filter_name(told: Told, operator: str) -> str:
    return f"{told.name}__{operator}" if operator else told.name


def _filter(told: Told, operator: str) -> Schema:
    said = f"{told.input.label}. {_SAID[operator]}"
    return parameter(_filter_name(told, operator), _filter_schema(told, operator), said)


def _filter_schema(told: Told, operator: str) -> Schema:
    if operator == "empty":
        return {"type": "boolean"}
    if operator == "in":
        return {"type": "string"}
    if told.kind is Kind.CHOICE:
        return {"enum": [value for value, _label in told.input.choices]}
    formats = {Kind.DATE: "date", Kind.MOMENT: "date-time", Kind.FILE: "uuid"}
    kinds = {Kind.INTEGER: "integer", Kind.BOOLEAN: "boolean"}
    found: Schema = {"type": kinds.get(told.kind, "string")}
    return found | ({"format": formats[told.kind]} if told.kind in formats else {})
