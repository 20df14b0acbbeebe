"""JSON Schemas of inputs and records, from the registries. English or the reader's language, as it is read."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.actions.validation import MAX_PARTS
from shangwu.foundation.api.exposure import Told, example_of, fields_of, parts_of, points_to_part
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.scopes import gated_fields

Schema = dict[str, Any]

EXAMPLE_ID = "5f3c2a9e-6b1d-4c8f-9a70-2d4e6f8a1b3c"
INTEGER_BOUND = 2**31

PROBLEM: Schema = {
    "type": "object",
    "description": "Every refusal has this shape. The code is for programs, the sentence for people.",
    "required": ["code", "sentence", "fields", "details"],
    "properties": {
        "code": {"type": "string"},
        "sentence": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "details": {"type": "object"},
    },
    "example": {
        "code": "invalid",
        "sentence": "Some entries need your attention.",
        "fields": {"name": ["This is needed."]},
        "details": {},
    },
}

OWN: Schema = {
    "type": "object",
    "title": "Own fields",
    "description": "Fields that this house has added, by their keys: those that the caller may see, where they are "
    "filled in. Which there are stands in own_fields.ownfield. Decimals are text, days are 2026-11-23; null empties.",
    "additionalProperties": True,
}

REFERENCE: Schema = {
    "type": "object",
    "description": "A record that another points to. Where the reader may not see it, the ids are null and the label "
    "is concealed.",
    "required": ["public_id", "number", "label"],
    "properties": {
        "public_id": {"type": ["string", "null"], "format": "uuid"},
        "number": {"type": ["string", "null"]},
        "label": {"type": "string"},
    },
}

DONE: Schema = {
    "type": "object",
    "required": ["public_id", "number", "version"],
    "properties": {
        "public_id": {"type": "string", "format": "uuid"},
        "number": {"type": ["string", "null"]},
        "version": {"type": "integer", "minimum": 1},
        "disclosed": {
            "type": "object",
            "description": "Shown this once: a token's key, a webhook's secret.",
            "additionalProperties": {"type": "string"},
        },
    },
}

BULK: Schema = {
    "type": "object",
    "required": ["done", "refused", "results"],
    "properties": {
        "done": {"type": "integer"},
        "refused": {"type": "integer"},
        "results": {
            "type": "array",
            "description": "One per row, in the order sent.",
            "items": {
                "type": "object",
                "properties": {
                    "done": {"$ref": "#/components/schemas/Done"},
                    "refused": {"$ref": "#/components/schemas/Problem"},
                },
            },
        },
    },
}


def ref(name: str) -> Schema:
    """A pointer to a shared schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def _titled(one: Input, schema: Schema) -> Schema:
    found = {**schema, "title": str(one.label)}
    if one.help:
        found["description"] = " ".join(filter(None, [str(found.get("description", "")), str(one.help)]))
    return found


def input_schema(one: Input) -> Schema:
    """What may be sent for an input."""
    return _titled(one, _INPUTS[one.kind](one))


def _text(one: Input) -> Schema:
    found: Schema = {"type": "string"}
    if one.required:
        found["minLength"] = 1
    return found | ({"maxLength": one.max_length} if one.max_length else {})


def _integer(one: Input) -> Schema:
    least = one.least if one.least is not None else -INTEGER_BOUND
    most = one.most if one.most is not None else INTEGER_BOUND - 1
    return _optional(one, {"type": "integer", "minimum": least, "maximum": most})


def _decimal(one: Input) -> Schema:
    digits, places = one.digits or 20, one.places if one.places is not None else 6
    pattern = rf"^-?[0-9]{{1,{max(digits - places, 1)}}}" + (rf"(\.[0-9]{{1,{places}}})?$" if places else "$")
    return _optional(one, {"type": "string", "format": "decimal", "pattern": pattern})


def _choice(one: Input) -> Schema:
    values = [value for value, _label in one.choices]
    labels = ", ".join(f"{value}: {label}" for value, label in one.choices)
    kind = "integer" if all(isinstance(value, int) for value in values) else "string"
    return _optional(one, {"type": kind, "enum": values, "description": labels})


def _reference(one: Input) -> Schema:
    assert one.model is not None
    said = f"A {record_name(one.model)}, by public id, number or code."
    return _optional(one, {"type": "string", "description": said, "example": EXAMPLE_ID})


def _references(one: Input) -> Schema:
    assert one.model is not None
    said = f"Each a {record_name(one.model)}, by public id, number or code."
    return {"type": "array", "items": {"type": "string"}, "maxItems": 500, "description": said}


def _parts(one: Input) -> Schema:
    return {"type": "array", "items": object_schema(one.parts), "maxItems": MAX_PARTS}


def _optional(one: Input, schema: Schema) -> Schema:
    """An input that may be left empty may also be null."""
    if one.required or (one.field is not None and not one.field.null):
        return schema
    found = {**schema, "type": [schema["type"], "null"]}
    return found | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})


_INPUTS: dict[Kind, Callable[[Input], Schema]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: lambda one: _optional(one, {"type": "string", "format": "date"}),
    Kind.MOMENT: lambda one: _optional(one, {"type": "string", "format": "date-time"}),
    Kind.BOOLEAN: lambda one: _optional(one, {"type": "boolean"}),
    Kind.CHOICE: _choice,
    Kind.REFERENCE: _reference,
    Kind.REFERENCES: _references,
    Kind.PARTS: _parts,
    Kind.FILE: lambda one: _optional(one, {"type": "string", "format": "uuid"}),
}


def object_schema(inputs: Iterable[Input]) -> Schema:
    """The object that takes these inputs, and nothing else."""
    given = list(inputs)
    found: Schema = {
        "type": "object",
        "properties": {one.name: input_schema(one) for one in given},
        "additionalProperties": False,
    }
    required = [one.name for one in given if one.required]
    return found | ({"required": required} if required else {})


def example(inputs: Sequence[Input]) -> dict[str, Any]:
    """A plausible body: the needed inputs, or the first few when none is."""
    given = [one for one in inputs if one.required] or list(inputs[:2])
    return {one.name: _example(one) for one in given}


def _example(one: Input) -> Any:
    if (said := example_of(one)) is not None:
        return said
    match one.kind:
        case Kind.INTEGER:
            least = [rule.limit_value for rule in one.validators if isinstance(rule, MinValueValidator)]
            return max([one.least or 1, *least])
        case Kind.DECIMAL:
            return "1250.50" if (one.places or 0) >= 2 and (one.digits or 20) >= 6 else "1"
        case Kind.DATE:
            return "2026-11-23"
        case Kind.MOMENT:
            return "2026-11-23T09:30:00+08:00"
        case Kind.BOOLEAN:
            return True
        case Kind.CHOICE:
            return one.choices[0][0]
        case Kind.REFERENCE | Kind.FILE:
            return EXAMPLE_ID
        case Kind.REFERENCES:
            return [EXAMPLE_ID]
        case Kind.PARTS:
            return [example(one.parts)]
    return str(one.label)[: one.max_length or 80]


def field_schema(told: Told, *, gated: bool = False) -> Schema:
    """What is answered for a field."""
    one = told.input
    if points_to_part(told):
        found: Schema = {"type": ["integer", "null"], "description": "The position of that row in its record."}
    elif one.kind is Kind.REFERENCE:
        found = {"anyOf": [ref("Reference"), {"type": "null"}]} if told.nullable else dict(ref("Reference"))
    elif one.kind is Kind.OWN:
        return ref("OwnFields")
    elif one.kind is Kind.REFERENCES:
        found = {"type": "array", "items": ref("Reference")}
    else:
        found = dict(_ANSWERS[one.kind])
        if told.nullable:
            found["type"] = [found["type"], "null"]
        if one.kind is Kind.CHOICE:
            found |= _choice_answer(told)
    found["title"] = str(one.label)
    if gated:
        found["description"] = " ".join(filter(None, [found.get("description", ""), "Only for those who may see it."]))
    return found


def _choice_answer(told: Told) -> Schema:
    values = [value for value, _label in told.input.choices]
    labels = ", ".join(f"{value}: {label}" for value, label in told.input.choices)
    kind = "integer" if all(isinstance(value, int) for value in values) else "string"
    return {"type": [kind, "null"] if told.nullable else kind, "description": labels}


_ANSWERS: dict[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.DECIMAL: {"type": "string", "format": "decimal"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.CHOICE: {"type": "string"},
    Kind.FILE: {"type": "string", "format": "uuid"},
}


def record_schema(model: type[Record]) -> Schema:
    """A record as it is answered, its parts nested where they are asked for."""
    found = _fields_schema(model)
    gated = gated_fields(model)
    for relation, part in parts_of(model).items():
        found["properties"][relation] = {"type": "array", "items": _fields_schema(part)}
        if relation in gated:
            found["properties"][relation]["description"] = "Only for those who may see it."
    return found


def _fields_schema(model: type[models.Model]) -> Schema:
    gated = gated_fields(model)
    return {
        "type": "object",
        "properties": {name: field_schema(told, gated=name in gated) for name, told in fields_of(model).items()},
    }
