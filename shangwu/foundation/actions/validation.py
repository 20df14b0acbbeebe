"""Compiles inputs to a pydantic model and its errors to sentences."""

import datetime
import decimal
import enum
import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic import ValidationError as PydanticError
from pydantic_core import PydanticCustomError

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.records.refusals import Refusal, Sentence
from shangwu.foundation.text.normalise import stored_line, stored_lines

SAID: dict[str, Sentence] = {
    "missing": _("This is needed."),
    "extra_forbidden": _("There is no such entry. Remove it."),
    "string_too_long": _("Too long: at most %(max_length)s characters."),
    "string_type": _("Enter text."),
    "decimal_parsing": _("Enter a number, such as 1250.50."),
    "decimal_type": _("Enter a number, such as 1250.50."),
    "decimal_max_places": _("At most %(decimal_places)s digits after the point."),
    "decimal_max_digits": _("Too large: at most %(max_digits)s digits."),
    "decimal_whole_digits": _("Too large: at most %(whole_digits)s digits before the point."),
    "finite_number": _("Enter a number, such as 1250.50."),
    "int_parsing": _("Enter a whole number."),
    "int_type": _("Enter a whole number."),
    "int_from_float": _("Enter a whole number."),
    "int_parsing_size": _("The number is too large."),
    "less_than_equal": _("At most %(le)s."),
    "greater_than_equal": _("At least %(ge)s."),
    "date_parsing": _("Enter a day such as 2026-11-23."),
    "date_from_datetime_parsing": _("Enter a day such as 2026-11-23."),
    "date_from_datetime_inexact": _("Enter a day such as 2026-11-23."),
    "date_type": _("Enter a day such as 2026-11-23."),
    "datetime_parsing": _("Enter a day and time such as 2026-11-23 17:30."),
    "datetime_from_date_parsing": _("Enter a day and time such as 2026-11-23 17:30."),
    "datetime_type": _("Enter a day and time such as 2026-11-23 17:30."),
    "timezone_naive": _("Add the time zone."),
    "bool_parsing": _("Answer yes or no."),
    "bool_type": _("Answer yes or no."),
    "literal_error": _("Choose one of the list."),
    "list_type": _("Give a list."),
    "too_long": _("Too many rows: at most %(max_length)s."),
    "model_type": _("Give the entries of the row."),
    "model_attributes_type": _("Give the entries of the row."),
    "dict_type": _("Give the entries of the row."),
    "uuid_parsing": _("Choose one of the list."),
    "uuid_type": _("Choose one of the list."),
}

EARLIEST, LATEST = datetime.date(1800, 1, 1), datetime.date(2199, 12, 31)
"""The days that can be meant: whatever is reckoned from one of them is a day of our calendar too."""

MAX_PARTS = 2000

COMPILED = 4000
"""How many sets of inputs are kept compiled: all actions, for each set of rights and edition of own fields in use."""


def _django(validator: Any) -> Any:
    """A Django validator as a pydantic one, its message kept."""

    @functools.wraps(validator, assigned=())
    def check(value: Any) -> Any:
        if value is None or value == "":
            return value
        try:
            validator(value)
        except ValidationError as error:
            raise PydanticCustomError("rule", "{said}", {"said": " ".join(error.messages)}) from error
        return value

    return check


def _cleaner(multiline: bool) -> Any:
    clean = stored_lines if multiline else stored_line

    def check(value: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, enum.Enum):
            value = value.value
        if isinstance(value, bool) or not isinstance(value, str | int | decimal.Decimal):
            raise PydanticCustomError("string_type", "text")
        try:
            return clean(str(value))
        except ValidationError as error:
            raise PydanticCustomError("rule", "{said}", {"said": " ".join(error.messages)}) from error

    return check


def _in_utc(moment: datetime.datetime | None) -> datetime.datetime | None:
    """The same moment in UTC: PostgreSQL knows no zone further than sixteen hours away. One without a zone stays so."""
    if moment is None or moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        raise PydanticCustomError("datetime_parsing", "the moment lies outside of all years") from None


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _reference_key(value: Any) -> Any:
    """A reference is given by its public id, its number or another natural key, or as the record itself."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str | int | uuid.UUID):
        text = str(value).strip()
        if not text.isprintable():
            raise PydanticCustomError("uuid_type", "reference")
        return text
    if hasattr(value, "_meta"):
        return value
    raise PydanticCustomError("uuid_type", "reference")


def _choice_value(choices: Sequence[tuple[Any, Sentence]], blank: Any) -> Any:
    """A choice is given by its value; numbers may come as text. No choice is `blank`, however it was said."""
    by_text = {str(value): value for value, _label in choices}

    def check(value: Any) -> Any:
        value = value.value if isinstance(value, enum.Enum) else value
        return blank if value in (None, "") else by_text.get(str(value).strip(), value)

    return check


def _needed(value: Any) -> Any:
    if value is None or value == "" or value == []:
        raise PydanticCustomError("missing", "missing")
    return value


def _annotation(given: Input) -> Any:
    match given.kind:
        case Kind.TEXT:
            text = Annotated[str, Field(max_length=given.max_length)] if given.max_length else str
            return _annotated(text, BeforeValidator(_cleaner(given.multiline)))
        case Kind.INTEGER:
            number = Annotated[int, Field(ge=given.least or -(2**31), le=given.most or 2**31 - 1)]
            return _annotated(number | None, BeforeValidator(_blank_is_none))
        case Kind.DECIMAL:
            bounds = Field(max_digits=given.digits, decimal_places=given.places, ge=given.least, le=given.most)
            return _annotated(Annotated[decimal.Decimal, bounds] | None, BeforeValidator(_blank_is_none))
        case Kind.DATE:
            day = Annotated[datetime.date, Field(ge=EARLIEST, le=LATEST)]
            return _annotated(day | None, BeforeValidator(_blank_is_none))
        case Kind.MOMENT:
            return _annotated(datetime.datetime | None, BeforeValidator(_blank_is_none), AfterValidator(_in_utc))
        case Kind.BOOLEAN:
            return _annotated(bool | None, BeforeValidator(_blank_is_none))
        case Kind.CHOICE:
            allowed = tuple(value for value, _label in given.choices)
            blank = "" if given.field is not None and not given.field.null else None
            return _annotated(
                Literal[(*allowed, blank)] if not given.required else Literal[allowed],
                BeforeValidator(_choice_value(given.choices, blank)),
            )
        case Kind.REFERENCE | Kind.FILE:
            return _annotated(Any, BeforeValidator(_reference_key))
        case Kind.REFERENCES:
            return _annotated(list[Annotated[Any, BeforeValidator(_reference_key)]], Field(max_length=500))
        case Kind.PARTS:
            return _annotated(list[compiled(given.parts, given.name)], Field(max_length=MAX_PARTS))  # type: ignore[misc]


def _annotated(base: Any, *notes: Any) -> Any:
    for note in notes:
        base = Annotated[base, note]
    return base


@functools.lru_cache(maxsize=COMPILED)
def compiled(inputs: tuple[Input, ...], name: str) -> type[BaseModel]:
    """The pydantic model of `inputs`. Unknown names are refused; missing optional ones stay unset."""
    fields: dict[str, Any] = {}
    for given in inputs:
        annotation = _annotation(given)
        notes = [AfterValidator(_django(one)) for one in given.validators]
        if given.required or given.filled:
            notes.append(AfterValidator(_needed))
        annotation = _annotated(annotation, *notes)
        if given.required:
            fields[given.name] = (annotation, ...)
        elif given.kind in (Kind.REFERENCES, Kind.PARTS):
            fields[given.name] = (annotation, Field(default_factory=list))
        else:
            fields[given.name] = (annotation, given.default)
    return create_model(name, __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True), **fields)


@functools.lru_cache(maxsize=COMPILED)
def _always_given(inputs: tuple[Input, ...]) -> frozenset[str]:
    """Inputs of a body's signature: what the caller leaves out has its default. A model's field stays unset."""
    return frozenset(one.name for one in inputs if one.field is None and one.kind is not Kind.PARTS)


def validated(inputs: tuple[Input, ...], name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The clean values that were given, by input name; a part's values are dicts too.

    Raises Refusal("invalid") with a sentence per field.
    """
    try:
        found = compiled(inputs, name).model_validate(values if type(values) is dict else dict(values))
    except PydanticError as error:
        raise Refusal("invalid", _("Some entries need your attention."), fields=_sentences(error)) from error
    given = found.model_fields_set | _always_given(inputs)
    return {key: _plain(value) for key, value in found.__dict__.items() if key in given}


def _plain(value: Any) -> Any:
    """A part's compiled model as a dict of what was given."""
    if type(value) is list and value and isinstance(value[0], BaseModel):
        return [{key: one for key, one in part.__dict__.items() if key in part.model_fields_set} for part in value]
    return value


def _sentences(error: PydanticError) -> dict[str, list[Sentence]]:
    found: dict[str, list[Sentence]] = {}
    for one in error.errors(include_url=False):
        place = ".".join(
            str(step) for step in one["loc"] if not str(step).startswith(("constrained", "literal", "union"))
        )
        found.setdefault(place, []).append(_sentence(one["type"], one.get("ctx", {}), one["msg"]))
    return found


def _sentence(kind: str, context: Mapping[str, Any], message: str) -> Sentence:
    if kind == "rule":
        return str(context["said"])
    said = str(SAID.get(kind, _("This entry can't be used. Check it and try again.")))
    return said % context if "%(" in said else said
