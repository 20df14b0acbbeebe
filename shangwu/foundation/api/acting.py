"""Doing: one action on one record, or on many, by the door, and what is answered."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Done, Row, act, act_many
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import Action, record_name
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.api import own_fields, requests
from shangwu.foundation.api.authentication import Request
from shangwu.foundation.api.exposure import fields_of
from shangwu.foundation.api.problems import json_response, shape
from shangwu.foundation.api.rendering import References, plain
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

MOST_ROWS = 1000

WHOLE = Input("whole", Kind.BOOLEAN, _("All or nothing"), required=False, default=False)


def perform(request: Request, action: Action, public_id: str | None) -> HttpResponse:
    """Do an action on one record, or make one. Raises Refusal."""
    by = request.auth
    given = requests.body_of(request)
    reserved = {"version", "reason"} - action.input_names
    version = requests.expected_version(request, given.get("version") if "version" in reserved else None)
    reason = requests.reason_of(given) if "reason" in reserved or action.needs_reason else ""
    inputs = own_fields.flattened({name: value for name, value in given.items() if name not in reserved}, action)
    try:
        done = act(
            by, action.name, public_id, inputs, version=version, key=requests.idempotency_key(request), reason=reason
        )
    except Refusal as refusal:
        raise _translated(refusal, action, by) from refusal
    response = json_response(told(done), 201 if action.makes else 200)
    if action.makes:
        response.headers["Location"] = address_of(action.model, str(done.public_id))
    response.headers["ETag"] = f'"{done.version}"'
    if done.repeated:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def told(done: Done) -> dict[str, Any]:
    """What is answered of a done action. `disclosed` holds what is shown this once: a token's key."""
    found: dict[str, Any] = {"public_id": str(done.public_id), "number": done.number, "version": done.version}
    if disclosed := getattr(done.record, "disclosed", None):
        found["disclosed"] = disclosed
    return found


def address_of(model: type[models.Model], public_id: str) -> str:
    """The address of a record."""
    return reverse(f"api-1:{record_name(model)}.one", kwargs={"public_id": public_id})


def perform_many(request: Request, action: Action) -> HttpResponse:
    """Do an action on a set: rows are refused one by one, the others go in; with `whole` all or none."""
    given = requests.body_of(request)
    reason = requests.reason_of(given)
    whole = bool(validated((WHOLE,), "request", {"whole": given.get("whole", False)})["whole"])
    if unknown := set(given) - {"rows", "whole", "reason"}:
        raise invalid({name: _("There is no such entry. Remove it.") for name in unknown})
    rows = _rows(given.get("rows"), action)
    key = requests.idempotency_key(request)
    try:
        outcome = act_many(request.auth, action.name, rows, key=key, reason=reason, whole=whole)
    except Refusal as refusal:
        raise _translated(refusal, action, request.auth) from refusal
    results = [
        {"done": told(one)} if isinstance(one, Done) else {"refused": shape(_translated(one, action, request.auth))}
        for one in outcome.results
    ]
    counts = {"done": len(outcome.done), "refused": len(outcome.refused)}
    response = json_response({**counts, "results": results})
    if any(one.repeated for one in outcome.done):
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _rows(given: Any, action: Action) -> list[Row]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_ROWS:
        raise invalid({"rows": _("Give a list of 1 to 1000 rows.")})
    known = {"inputs"} if action.makes else {"public_id", "version", "inputs"}
    rows = []
    for place, row in enumerate(given):
        inputs = row.get("inputs", {}) if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(inputs, dict) or not set(row) <= known:
            said = _("Give an object with “inputs”, and with “public_id” and “version” where the record exists.")
            raise invalid({f"rows.{place}": said})
        target = row.get("public_id")
        if not action.makes and not isinstance(target, str):
            raise invalid({f"rows.{place}.public_id": _("This is needed.")})
        version = validated((requests.VERSION,), "request", {"version": row.get("version")})["version"]
        rows.append(Row(_flattened(place, inputs, action), target, version))
    return rows


def _flattened(place: int, inputs: dict[str, Any], action: Action) -> dict[str, Any]:
    try:
        return own_fields.flattened(inputs, action)
    except Refusal as refusal:
        raise invalid({f"rows.{place}.inputs.{name}": said[0] for name, said in refusal.fields.items()}) from refusal


def invalid(fields: Mapping[str, Any]) -> Refusal:
    """The refusal of entries, one sentence each by their place."""
    return Refusal(
        "invalid", _("Some entries need your attention."), fields={name: [said] for name, said in fields.items()}
    )


def _translated(refusal: Refusal, action: Action, by: Actor) -> Refusal:
    """The refusal with references in place of primary keys in its details: both versions of a stale record."""
    own_fields.named(refusal, action)
    fields = refusal.details.get("fields")
    if refusal.code != "stale" or not isinstance(fields, dict):
        return refusal
    known = fields_of(action.model)
    references = References(by)
    for name, sides in fields.items():
        if name in known:
            references.want([known[name]], [{known[name].column: _key(value)} for value in sides.values()])
    references.load()
    refusal.details["fields"] = {
        name: {side: _shown(known.get(name), value, references) for side, value in sides.items()}
        for name, sides in fields.items()
    }
    return refusal


def _key(value: Any) -> Any:
    if isinstance(value, list):
        return [_key(one) for one in value]
    return value.pk if isinstance(value, models.Model) else value


def _shown(told_field: Any, value: Any, references: References) -> Any:
    value = _key(value)
    if told_field is None or told_field.input.model is None:
        return plain(value)
    if isinstance(value, list):
        return [references.get(told_field.input.model, one) for one in value]
    return references.get(told_field.input.model, value)
