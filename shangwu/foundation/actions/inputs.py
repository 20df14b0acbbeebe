"""Typed inputs of an action: read from a body's signature or from model fields, compiled once.

The same compiled model validates a page's form, an API body, an import row and a job's arguments.
"""

import datetime
import decimal
import enum
import inspect
import types
import typing
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.validators import DecimalValidator, MaxLengthValidator
from django.db import models
from django.db.models import NOT_PROVIDED
from django.utils.choices import CallableChoiceIterator

from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence


@dataclass(frozen=True, slots=True)
class Ask:
    """How an input of a body's signature is asked for: `Annotated[date, Ask(_("Delivery day"))]`.

    least, most: bounds of a number or day; `most` of a text is its length. secret: a password or a key, see `Input`.
    """

    label: Sentence
    help: Sentence = ""
    multiline: bool = False
    least: Any = None
    most: Any = None
    secret: bool = False


class Kind(enum.StrEnum):
    """What sort of value an input takes; decides widget, parser and schema.

    OWN: own fields by their keys, as the API sends and answers them; the door takes each as an input of its own.
    """

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    REFERENCE = "reference"
    REFERENCES = "references"
    PARTS = "parts"
    FILE = "file"
    OWN = "own"


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """One input: its name, kind and bounds, and the model field behind it when there is one.

    Compared by identity: compiled models are looked up by it for every row.

    model: what a reference points to. parts: the inputs of each part, for lines.
    filled: it may be left out, but not be given empty: an edit can't blank what a creation asks for.
    secret: hidden while it is typed, never drawn again, and in no draft and no digest of what was sent.
    """

    name: str
    kind: Kind
    label: Sentence
    required: bool = True
    default: Any = None
    help: Sentence = ""
    multiline: bool = False
    max_length: int | None = None
    digits: int | None = None
    places: int | None = None
    least: Any = None
    most: Any = None
    choices: Sequence[tuple[Any, Sentence]] = ()
    model: type[models.Model] | None = None
    parts: tuple["Input", ...] = ()
    field: models.Field[Any, Any] | None = None
    validators: tuple[Callable[[Any], Any], ...] = ()
    filled: bool = False
    secret: bool = False

    @property
    def optional(self) -> "Input":
        """The same input, for an edit: what is left out stays as it is."""
        return replace(self, required=False, filled=self.required or self.filled)


_KINDS: tuple[tuple[type[models.Field[Any, Any]], Kind], ...] = (
    (models.BooleanField, Kind.BOOLEAN),
    (models.DecimalField, Kind.DECIMAL),
    (models.DateTimeField, Kind.MOMENT),
    (models.DateField, Kind.DATE),
    (models.IntegerField, Kind.INTEGER),
    (models.ForeignKey, Kind.REFERENCE),
    (models.CharField, Kind.TEXT),
    (models.TextField, Kind.TEXT),
)


_CHECKED_BY_TYPE = (DecimalValidator, MaxLengthValidator)
"""Bounds that the compiled model checks by itself."""


class LateChoices(Sequence[tuple[Any, Sentence]]):
    """Choices that a function gives: asked each time, because rooms that load later add to them."""

    def __init__(self, found: models.Field[Any, Any]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found.flatchoices)

    def __getitem__(self, place: Any) -> Any:
        return list(self._found.flatchoices)[place]


def _choices_of(found: models.Field[Any, Any]) -> Sequence[tuple[Any, Sentence]]:
    return LateChoices(found) if isinstance(found.choices, CallableChoiceIterator) else tuple(found.flatchoices)


def _kind_of(found: models.Field[Any, Any]) -> Kind:
    from shangwu.foundation.records.fields import RecordsField

    if isinstance(found, RecordsField):
        return Kind.REFERENCES
    for cls, kind in _KINDS:
        if isinstance(found, cls):
            return Kind.CHOICE if found.choices and kind in (Kind.TEXT, Kind.INTEGER) else kind
    raise TypeError(f"{found} has no input kind: give the action a signature instead")


def from_field(model: type[models.Model], name: str) -> Input:
    """The input that a model field takes. Raises FieldDoesNotExist for a misspelt name."""
    found = model._meta.get_field(name)
    if not isinstance(found, models.Field):
        raise FieldDoesNotExist(f"{model._meta.label}.{name} is not a plain field")
    return of_column(found)


def fillable(model: type[models.Model]) -> list[str]:
    """The fields that a person fills in: those that a record has of its own and its model lets be edited."""
    given = {each.name for each in Record._meta.get_fields()}
    own = (each for each in model._meta.concrete_fields if each.editable and not each.primary_key)
    return [each.name for each in own if each.name not in given]


def of_column(found: models.Field[Any, Any]) -> Input:
    """The input that a column takes. Raises TypeError for a kind of column that nobody can fill in."""
    kind = _kind_of(found)
    has_default = found.default is not NOT_PROVIDED
    related = found.related_model if kind is Kind.REFERENCE else getattr(found, "named", None)
    return Input(
        name=found.name,
        kind=kind,
        label=found.verbose_name,
        required=not (found.null or found.blank or has_default),
        default=found.default if has_default and not callable(found.default) else None,
        help=found.help_text,
        multiline=isinstance(found, models.TextField),
        max_length=getattr(found, "max_length", None) if kind is Kind.TEXT else None,
        digits=getattr(found, "max_digits", None),
        places=getattr(found, "decimal_places", None),
        choices=_choices_of(found) if kind is Kind.CHOICE else (),
        model=related if isinstance(related, type) else None,
        field=found,
        validators=tuple(one for one in found.validators if not isinstance(one, _CHECKED_BY_TYPE)),
    )


def from_part(model: type[models.Model], relation: str, names: Sequence[str | Input]) -> Input:
    """The input for a record's parts: a list of rows, each with the named fields, or inputs said in full."""
    related = model._meta.get_field(relation)
    part = related.related_model
    assert isinstance(part, type)
    return Input(
        name=relation,
        kind=Kind.PARTS,
        label=part._meta.verbose_name_plural or relation,
        required=False,
        model=part,
        parts=tuple(one if isinstance(one, Input) else from_field(part, one) for one in names),
    )


_SCALARS: dict[Any, Kind] = {
    str: Kind.TEXT,
    int: Kind.INTEGER,
    decimal.Decimal: Kind.DECIMAL,
    datetime.date: Kind.DATE,
    datetime.datetime: Kind.MOMENT,
    bool: Kind.BOOLEAN,
    uuid.UUID: Kind.FILE,
}


def from_signature(body: Callable[..., Any]) -> tuple[Input, ...]:
    """The inputs of a body: its keyword-only parameters. Raises TypeError for one without a type."""
    hints = typing.get_type_hints(body, include_extras=True)
    found = []
    for parameter in inspect.signature(body).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            if parameter.name not in hints:
                raise TypeError(f"{body.__qualname__}: input {parameter.name} has no type")
            found.append(_from_hint(parameter.name, hints[parameter.name], parameter.default))
    return tuple(found)


def _from_hint(name: str, hint: Any, default: Any = inspect.Parameter.empty) -> Input:
    ask = Ask(name.replace("_", " ").capitalize())
    if typing.get_origin(hint) is typing.Annotated:
        hint, *notes = typing.get_args(hint)
        ask = next((note for note in notes if isinstance(note, Ask)), ask)
    optional = False
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        optional = type(None) in typing.get_args(hint)
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    has_default = default is not inspect.Parameter.empty
    if parts := _rows_of(hint):
        return Input(name, Kind.PARTS, ask.label, required=not (optional or has_default), help=ask.help, parts=parts)
    kind, model, choices = _classify(hint)
    return Input(
        name=name,
        kind=kind,
        label=ask.label,
        help=ask.help,
        multiline=ask.multiline,
        least=ask.least,
        most=ask.most,
        secret=ask.secret,
        required=not (optional or has_default),
        default=default if has_default else None,
        max_length=(ask.most or 20_000) if kind is Kind.TEXT else None,
        digits=20 if kind is Kind.DECIMAL else None,
        places=6 if kind is Kind.DECIMAL else None,
        choices=choices,
        model=model,
    )


def _rows_of(hint: Any) -> tuple[Input, ...]:
    """The inputs of each row when a body takes a list of rows: `list[Packed]`, with Packed a TypedDict."""
    (of,) = typing.get_args(hint) if typing.get_origin(hint) is list else (None,)
    if of is None or not typing.is_typeddict(of):
        return ()
    rows = [(name, one) for name, one in typing.get_type_hints(of, include_extras=True).items()]
    return tuple(
        _from_hint(name, one) if name in of.__required_keys__ else _from_hint(name, one).optional for name, one in rows
    )


def _classify(hint: Any) -> tuple[Kind, type[models.Model] | None, tuple[tuple[Any, Sentence], ...]]:
    if isinstance(hint, type) and issubclass(hint, models.Choices):
        return Kind.CHOICE, None, tuple(hint.choices)
    if isinstance(hint, type) and issubclass(hint, models.Model):
        return Kind.REFERENCE, hint, ()
    if typing.get_origin(hint) is list:
        (of,) = typing.get_args(hint)
        if isinstance(of, type) and issubclass(of, models.Model):
            return Kind.REFERENCES, of, ()
    if hint in _SCALARS:
        return _SCALARS[hint], None, ()
    raise TypeError(f"no input kind for {hint!r}")
