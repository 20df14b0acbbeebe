"""What a column of a file can be: an input of the making action, of its lines, or a fact about the record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.locking import natural_keys
from shangwu.foundation.actions.own_inputs import inputs_of
from shangwu.foundation.exchange.declarations import Importer
from shangwu.foundation.exchange.reading import dates, proposals, values
from shangwu.foundation.exchange.reading.words import folded
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.records.scopes import hidden_fields

NUMBER, OCCURRED_AT = "number", "occurred_at"
FLOAT = Context(prec=7, rounding=ROUND_HALF_UP)
NOISE = Decimal(2) ** -24
"""How far a float of four bytes lies from the number that was meant, as a share of it."""
SEPARATORS = ",;\n\u3001\uff0c\uff1b|"
"""Between the names of several records in one cell."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One thing that a column can fill. name: as in a mapping, `customer` or `lines.product`.

    part: the input's name inside a line, for lines; else empty. of: the record type, for what is not in a line.
    """

    name: str
    one: Input
    label: Sentence
    part: str = ""
    required: bool = False
    of: type[models.Model] | None = None

    @property
    def kind(self) -> Kind:
        """What sort of value it takes."""
        return self.one.kind


FACTS = (
    Input(NUMBER, Kind.TEXT, _("Number"), required=False, max_length=40),
    Input(OCCURRED_AT, Kind.MOMENT, _("Happened at"), required=False),
)
"""What an import may tell about a record besides its inputs: its number in another ledger, and when it was made."""


def targets_of(importer: Importer, by: Actor) -> dict[str, Target]:
    """Everything that this actor's file may fill, in the order of the action's inputs."""
    own = importer.model if NUMBER in importer.key else None
    found = {one.name: Target(one.name, one, one.label, of=own) for one in FACTS}
    hidden = hidden_fields(importer.model, by)
    for one in inputs_of(importer.making, by):
        if one.name in hidden:
            continue
        if one.kind is not Kind.PARTS:
            found[one.name] = Target(one.name, one, one.label, required=one.required, of=importer.model)
        elif one.name == importer.lines:
            found |= line_targets(importer, one, by)
    return found


def line_targets(importer: Importer, lines: Input, by: Actor) -> dict[str, Target]:
    """The inputs of one line, but for those that the actor may not see."""
    part: Any = importer.model._meta.get_field(lines.name).related_model
    hidden = hidden_fields(part, by)
    return {
        f"{lines.name}.{one.name}": Target(f"{lines.name}.{one.name}", one, one.label, one.name, one.required)
        for one in lines.parts
        if one.name not in hidden
    }


def fields_of(targets: Iterable[Target]) -> list[proposals.Field]:
    """The targets as the proposals want them: named in every language."""
    return [
        proposals.Field(
            target.name.rpartition(".")[2],
            (*labels(target.label), *longer_names(target)),
            str(target.kind),
            target.required,
            choices(target.one),
        )
        for target in targets
    ]


def longer_names(target: Target) -> list[str]:
    """How files call it that hold more than one kind of record: "product name", "order number", "customer id"."""
    found: list[str] = []
    if target.of is not None:
        found += (f"{own} {said}" for own, said in said_together(target.of, target.label))
        found.append(f"{target.of._meta.verbose_name_raw} {target.one.name}")
    if target.kind is Kind.REFERENCE and target.one.model is not None:
        keys: list[Any] = [target.one.model._meta.get_field(name) for name in natural_keys(target.one.model)]
        found += (f"{own} {said}" for key in keys for own, said in said_together(target.one.model, key.verbose_name))
    return found


def said_together(model: type[models.Model], label: Sentence) -> Iterator[tuple[str, str]]:
    """A record type's name and a label, in each language of the house."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield str(model._meta.verbose_name), str(label)


def labels(label: Sentence) -> tuple[str, ...]:
    """A label in all languages of the house."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(str(label))
    return tuple(dict.fromkeys(found))


def choices(one: Input) -> frozenset[str]:
    """What a cell may say for a choice, folded."""
    return frozenset(meanings(one.choices)) if one.kind is Kind.CHOICE else frozenset()


@cache
def meanings(given: Sequence[tuple[Any, Sentence]]) -> dict[str, Any]:
    """Folded text -> value: a choice may be given by its value or by its label in any language."""
    found = {folded(text): value for value, label in given for text in labels(label)}
    return found | {folded(str(value)): value for value, _label in given}


Convert = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Manner:
    """How this file writes days and amounts: decided from its columns, or told by a person."""

    order: dates.Order = dates.Order.MONTH_FIRST
    mark: str = values.POINT


def converter(target: Target, by: Actor, manner: Manner) -> Convert:
    """A function from a cell to the input's value; None means that the cell holds no value.

    It raises ValidationError with a sentence.
    """
    match target.kind:
        case Kind.DECIMAL:
            return lambda cell: without_noise(values.percentage(cell, manner.mark), target.one.places)
        case Kind.INTEGER:
            return lambda cell: values.whole(cell, manner.mark)
        case Kind.DATE:
            return lambda cell: dates.day(cell, manner.order)
        case Kind.MOMENT:
            return lambda cell: dates.moment(cell, by.zone, manner.order)
        case Kind.BOOLEAN:
            return values.yes_or_no
        case Kind.CHOICE:
            known = meanings(target.one.choices)  # once: looking it up asks every label for its translation
            return lambda cell: choice(cell, target.one, known)
        case Kind.REFERENCES:
            return several
        case _:
            return lambda cell: cell.strip() or None


def without_noise(number: Decimal | None, places: int | None) -> Decimal | None:
    """A number with more decimals than are kept, freed from what a float of four bytes added: 9.80000019 is 9.8.

    Such a float shows at most nine digits, of which seven are true. Other numbers stay, for the door to refuse.
    """
    if number is None or places is None or -number.as_tuple().exponent <= places:  # type: ignore[operator]  # finite
        return number
    plain = FLOAT.plus(number).normalize()
    is_noise = len(number.as_tuple().digits) <= 9 and abs(plain - number) <= abs(number) * NOISE
    return plain if is_noise else number


def choice(cell: str, one: Input, known: dict[str, Any]) -> Any:
    """The value that a cell means, of the `known` ones. Raises ValidationError that names the possible ones."""
    text = folded(cell)
    if not text:
        return None
    if text in known:
        return known[text]
    raise ValidationError(
        _("“%(cell)s” is not one of: %(choices)s."),
        code="choice",
        params={"cell": cell[:60], "choices": ", ".join(str(label) for _value, label in one.choices)},
    )


def several(cell: str) -> list[str] | None:
    """The names in a cell."""
    for separator in SEPARATORS:
        cell = cell.replace(separator, "\n")
    return [name.strip() for name in cell.split("\n") if name.strip()] or None


def manner_of(targets: Sequence[Target | None], rows: Sequence[Sequence[str]]) -> tuple[Manner, bool]:
    """How the columns write days and amounts, and whether their content proves the order of day and month."""
    columns = list(enumerate(targets))
    days = [at for at, target in columns if target and target.kind in (Kind.DATE, Kind.MOMENT)]
    amounts = [at for at, target in columns if target and target.kind in (Kind.DECIMAL, Kind.INTEGER)]
    order = dates.order_of(row[at] for row in rows for at in days if at < len(row))
    mark = values.decimal_mark(row[at] for row in rows for at in amounts if at < len(row))
    return Manner(order.order, mark), order.is_sure
