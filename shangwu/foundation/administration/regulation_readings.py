"""The regulation through the API: its clauses and its parameters, today or as of a day. Open to everybody, as it is."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.api.readings import ON, ON_SCHEMA, Reading, day_of, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.duties.threads import deadline_of, who_of
from shangwu.foundation.policy.clauses import INTRODUCTION, TITLES
from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.policy.reading import stored
from shangwu.foundation.policy.saying import said
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import missing
from shangwu.foundation.regulation import editions, values
from shangwu.foundation.regulation.shipped import LANGUAGES, REFERENCE
from shangwu.foundation.regulation.texts import clause_text, wording
from shangwu.foundation.regulation.tracing import KINDS, is_connected, parameters_of, trace

SCOPE = "regulation:read"

KEEPERS = tuple(kind for kind in KINDS if kind != "tests")

Given = Mapping[str, str]


def _language() -> str:
    spoken = get_language() or ""
    return spoken if spoken in LANGUAGES else REFERENCE


def _edition(on: datetime.date | None) -> dict[str, Any] | None:
    held = editions.held_on(on)
    if held is None:
        return None
    return {"public_id": held.public_id, "number": held.number, "title": held.title, "since": held.since}


def _head(code: str, on: datetime.date | None) -> dict[str, Any]:
    one = wording(code, _language(), on)
    return {
        "code": code,
        "title": one.title,
        "repealed": bool(one.repealed),
        "connected": code == INTRODUCTION or is_connected(code),
    }


def clauses(by: Actor, given: Given) -> dict[str, Any]:
    """The introduction and the clauses, as they are worded on the day."""
    on = day_of(given, by)
    return {"on": on, "edition": _edition(on), "clauses": [_head(code, on) for code in TITLES]}


def clause(by: Actor, given: Given, *, code: str) -> dict[str, Any]:
    """One clause with its text, values and duties on the day. Raises Refusal("missing") for an unknown code."""
    if code not in TITLES:
        raise missing()
    on = day_of(given, by)
    return {
        "on": on,
        "edition": _edition(on),
        **_head(code, on),
        "text": [{"text": one.plain, "item": one.item} for one in clause_text(code, _language(), on)],
        "parameters": [_parameter(one, on) for one in _of_clause(code)],
        "duties": [
            {
                "code": one.code,
                "label": one.label,
                "who": who_of(one),
                "deadline": deadline_of(one, on),
                "evidence": one.evidence,
                "connected": one.is_connected,
            }
            for one in rules.values()
            if one.clause == code
        ],
    }


def keepers(by: Actor, given: Given, *, code: str) -> dict[str, Any]:
    """What in the program keeps a clause, read from the program itself. Raises Refusal("missing") for an unknown code.

    As `shangwu clauses CODE --json` tells it, without the tests: those stand in a checkout alone.
    """
    if code not in TITLES:
        raise missing()
    on = day_of(given, by)
    found = {**trace(code), "parameters": tuple(parameters_of(code, on))}
    told = {
        kind: [{"name": one.name, "label": one.label, "detail": one.detail} for one in found[kind]] for kind in KEEPERS
    }
    return {"on": on, **_head(code, on), **told}


def _of_clause(code: str) -> Iterable[Parameter]:
    return (one for one in parameters.values() if one.clause == code)


def _parameter(one: Parameter, on: datetime.date | None) -> dict[str, Any]:
    value, held = values.value_on(one, on), values.held_on(one.key, on)
    return {
        "key": one.key,
        "clause": one.clause,
        "label": one.label,
        "unit": one.unit,
        "value": stored(value),
        "said": said(one, value),
        "since": held.since if held else None,
        "legal_note": one.legal_note,
    }


def all_parameters(by: Actor, given: Given) -> dict[str, Any]:
    """Every blank of the regulation with its value on the day."""
    on = day_of(given, by)
    return {"on": on, "parameters": [_parameter(one, on) for one in parameters.values()]}


def parameter(by: Actor, given: Given, *, key: str) -> dict[str, Any]:
    """One parameter on the day. Raises Refusal("missing") for an unknown key."""
    one = parameters.get(key)
    if one is None:
        raise missing()
    on = day_of(given, by)
    return {"on": on, **_parameter(one, on)}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def _rows(row: Schema) -> Schema:
    return {"type": "array", "items": row}


TEXT: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
DAY: Schema = {"type": ["string", "null"], "format": "date"}
ASKED: Schema = {**DAY, "description": "The day asked about; null for today."}
EDITION: Schema = {
    **_object(public_id={"type": "string", "format": "uuid"}, number=TEXT, title=TEXT, since=DAY),
    "type": ["object", "null"],
    "description": "The edition that holds on the day; null while the text that the program ships does.",
}
HEAD: dict[str, Schema] = {"code": TEXT, "title": TEXT, "repealed": BOOLEAN, "connected": BOOLEAN}
VALUE: dict[str, Schema] = {
    "key": TEXT, "clause": TEXT, "label": TEXT, "unit": {"type": ["string", "null"]},
    "value": {"description": "As JSON; decimals are text."}, "said": TEXT,
    "since": {**DAY, "description": "Since when it has this value; null while it was never changed."},
    "legal_note": TEXT,
}  # fmt: skip
DUTY = _object(code=TEXT, label=TEXT, who=TEXT, deadline=TEXT, evidence=TEXT, connected=BOOLEAN)

for name, path, answer, label, words, shape in (
    (
        "regulation.clauses", "regulation/clauses/", clauses, _("Clauses of the regulation"),
        "The introduction and the 36 clauses, worded as on the day.",
        _object(on=ASKED, edition=EDITION, clauses=_rows(_object(**HEAD))),
    ),
    (
        "regulation.clause", "regulation/clauses/{code}/", clause, _("Clause"),
        "A clause with its text, the values in it, and its duties, as on the day; in the language of Accept-Language.",
        _object(on=ASKED, edition=EDITION, **HEAD, text=_rows(_object(text=TEXT, item=BOOLEAN)),
                parameters=_rows(_object(**VALUE)), duties=_rows(DUTY)),
    ),
    (
        "regulation.clause.keepers", "regulation/clauses/{code}/keepers/", keepers, _("What keeps a clause"),
        "The actions, records, pages, measures, duties and parameters that keep a clause, by their public names.",
        _object(on=ASKED, **HEAD, **{kind: _rows(_object(name=TEXT, label=TEXT, detail=TEXT)) for kind in KEEPERS}),
    ),
    (
        "regulation.parameters", "regulation/parameters/", all_parameters, _("Parameters"),
        "Every parameter of the regulation with the value that it has on the day.",
        _object(on=ASKED, parameters=_rows(_object(**VALUE))),
    ),
    (
        "regulation.parameter", "regulation/parameters/{key}/", parameter, _("Parameter"),
        "A parameter with the value that it has on the day.", _object(on=ASKED, **VALUE),
    ),
):  # fmt: skip
    names = {"code": "2.6.1"} if "{code}" in path else {"key": "order.std"} if "{key}" in path else {}
    reading(Reading(name, path, answer, SCOPE, label, words, shape, asks={ON: ON_SCHEMA}, names=names))
