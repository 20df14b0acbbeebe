"""From a declared column to what stands on the page: label, look, alignment and the safe HTML of a value."""

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangwu.foundation.pages import face, formats
from shangwu.foundation.pages.codes import listed
from shangwu.foundation.pages.elements import Column, Look
from shangwu.foundation.pages.markup import escape, safe
from shangwu.foundation.pages.related import Names
from shangwu.foundation.pages.tones import tone_of
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.fields import RecordsField, StateField
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.records.scopes import hidden_fields

SOON_DAYS, SOON = 7, datetime.timedelta(days=1)
"""A promised day within a week is amber, and a promised moment within a day."""

EXACT = -1
"""As `places` of an amount: all its decimals, as unit prices have them."""

_LOOKS: tuple[tuple[type[models.Field[Any, Any]], Look], ...] = (
    (StateField, Look.STATE),
    (RecordsField, Look.PERSONS),
    (ArrayField, Look.LISTED),
    (models.BooleanField, Look.YES_NO),
    (models.DateTimeField, Look.MOMENT),
    (models.DateField, Look.DATE),
    (models.DecimalField, Look.NUMBER),
    (models.IntegerField, Look.NUMBER),
    (models.TextField, Look.LONG),
)

_CLASSES = {
    Look.MONEY: "sw-num",
    Look.NUMBER: "sw-num",
    Look.RATE: "sw-num",
    Look.MOMENT: "sw-dim sw-small",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column made ready. `field`: the model field behind it; `related`: the record type a reference points to."""

    name: str
    column: Column
    look: Look
    field: models.Field[Any, Any] | None = None
    related: type[models.Model] | None = None
    tones: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def label(self) -> Sentence:
        """The column's own label, else the field's."""
        return self.column.label or (self.field.verbose_name if self.field is not None else self.name)

    @property
    def classes(self) -> str:
        """Classes of the cell and of its head."""
        return _CLASSES.get(self.look, "")

    @property
    def is_number(self) -> bool:
        """Right-aligned figures."""
        return self.look in (Look.MONEY, Look.NUMBER, Look.RATE)

    def value(self, row: Any) -> Any:
        """The plain value; of a reference the other record's primary key."""
        if self.column.value is not None:
            return self.column.value(row)
        return getattr(row, self.field.attname if self.field is not None else self.name)

    def html(self, row: Any, names: Names, *, brief: bool = True) -> SafeString:
        """The value as safe HTML. brief: as in a list; else as among facts, with years and currencies."""
        return safe(self.markup(row, names, brief))

    def markup(self, row: Any, names: Names, brief: bool = True) -> str:
        """The same as a plain string, for the drawing of many cells."""
        value = self.value(row)
        if value is None or value == "" or value == []:
            return face.NOTHING
        return _DRAW[self.look](self, value, row, names, brief)


def resolve(model: type[models.Model], item: str | Column, tones: Mapping[str, str] | None = None) -> Drawn:
    """Make a declared column ready. Raises FieldDoesNotExist for a misspelt name."""
    column = Column(item) if isinstance(item, str) else item
    toned = {**(tones or {}), **dict(column.tones)}
    if column.value is not None:
        return Drawn(column.name, column, column.look or Look.TEXT, tones=toned)
    own_field = own.named(model, column.name)
    found = own_field.column if own_field else model._meta.get_field(column.name)
    if not isinstance(found, models.Field):
        raise FieldDoesNotExist(f"{model._meta.label}.{column.name} is no field of the record itself")
    related = found.related_model if isinstance(found, models.ForeignKey) else None
    target = related if isinstance(related, type) else None
    return Drawn(column.name, column, column.look or _look_of(found, target), found, target, toned)


def _look_of(found: models.Field[Any, Any], related: type[models.Model] | None) -> Look:
    if related is not None:
        return Look.PERSON if related is Person else Look.REFERENCE
    if found.name == "number":
        return Look.KEY
    if found.name == "state":
        return Look.STATE
    if found.choices:
        return Look.CHOICE
    if found.name == "year" or found.name.endswith("_year"):
        return Look.TEXT  # a year is not counted: 2026, never 2,026
    for kind, look in _LOOKS:
        if isinstance(found, kind):
            return look
    return Look.TEXT


def open_to(drawn: Iterable[Drawn], model: type[models.Model], actor: Actor) -> list[Drawn]:
    """The columns that `actor` may see: a gated field hides what is computed from it, too."""
    hidden = hidden_fields(model, actor)
    if not hidden:
        return list(drawn)
    return [one for one in drawn if one.name not in hidden and not hidden.intersection(one.column.needs)]


def labels_of(drawn: Sequence[Drawn]) -> dict[str, Sentence]:
    """Label by name, for refusals and menus."""
    return {one.name: one.label for one in drawn}


Draw = Callable[[Drawn, Any, Any, Names, bool], str]


def _text(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    return escape(value)


def _digest(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    return format_html('<code title="{}">{}…</code>', value, str(value)[:12]) if value else ""


def _long(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    lines = str(value).splitlines() or [""]
    return escape(lines[0][:200]) if brief else "<br>".join(map(escape, lines))


def _number(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    return formats.number(value, one.column.places)


def _money(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    code = getattr(row, one.column.currency, "") if one.column.currency else ""
    if not code and value == round(value):
        text = formats.number(int(value))  # whose currency is not told: decimals only where there are any
    else:
        text = formats.money(value, code, exact=one.column.places == EXACT)
    return f"{escape(formats.symbol(code))}\u00a0{text}" if code and (not brief or names.mixed_currencies) else text


def _rate(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    return formats.percent(value)


def _date(one: Drawn, value: datetime.date, row: Any, names: Names, brief: bool) -> str:
    text = formats.day(value, brief=brief)
    if not _is_promised(one.column, row):
        return text
    left = (value - formats.today()).days
    return _promised(text, late=left < 0, soon=left <= SOON_DAYS)


def _is_promised(column: Column, row: Any) -> bool:
    return column.open_while is not None and (not column.open_while or getattr(row, "state", None) in column.open_while)


def _promised(text: str, *, late: bool, soon: bool) -> str:
    if late:
        said = escape(_("late"))
        return f'<span class="sw-late sw-strong">{text}</span> <span class="sw-late sw-tiny">{said}</span>'
    return f'<span class="sw-soon">{text}</span>' if soon else text


def _moment(one: Drawn, value: datetime.datetime, row: Any, names: Names, brief: bool) -> str:
    text = formats.moment(value)
    if brief:
        text = f'<time title="{text}">{escape(formats.moment(value, brief=True))}</time>'
    if not _is_promised(one.column, row):
        return text
    left = value - formats.now()
    return _promised(text, late=left < datetime.timedelta(), soon=left <= SOON)


def _state(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    return _state_pill(str(_choice_label(one, value)), tone_of(str(value), one.tones))


@lru_cache(maxsize=1024)
def _state_pill(label: str, tone: str) -> str:
    return face.state(label, tone)


def _choice(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    return escape(_choice_label(one, value))


def _choice_label(one: Drawn, value: Any) -> Sentence:
    if one.field is None:
        return str(value)
    return next((label for key, label in one.field.flatchoices if key == value), str(value))


def _yes_no(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    return escape(_("yes")) if value else f'<span class="sw-dim">{escape(_("no"))}</span>'


def _reference(one: Drawn, value: int, row: Any, names: Names, brief: bool) -> str:
    assert one.related is not None
    named = names.of(one.related, value)
    label = escape(named.label)
    return f'<a class="sw-dim2" href="{escape(named.url)}">{label}</a>' if named.url else label


def _person(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    return _person_mark(names.of(Person, value).label)


@lru_cache(maxsize=4096)
def _person_mark(name: str) -> str:
    return face.person(name)


def _persons(one: Drawn, value: Sequence[int], row: Any, names: Names, brief: bool) -> str:
    return escape(_(", ").join(names.of(named_in(one.field), key).label for key in value))


def _listed(one: Drawn, value: Sequence[Any], row: Any, names: Names, brief: bool) -> str:
    return escape(listed(one.field, value))


def named_in(found: Any) -> type[models.Model]:
    """The record type of a column that names several records."""
    return found.named if isinstance(found, RecordsField) else Person


def _progress(one: Drawn, value: int, row: Any, names: Names, brief: bool) -> str:
    return _progress_bar(int(value))


@lru_cache(maxsize=128)
def _progress_bar(percent: int) -> str:
    return face.progress(percent)


def _tags(one: Drawn, value: Any, row: Any, names: Names, brief: bool) -> str:
    words = [word.strip() for word in value.split(",")] if isinstance(value, str) else list(map(str, value))
    return " ".join(face.tag(word) for word in words if word)


_DRAW: dict[Look, Draw] = {
    Look.KEY: _text,
    Look.TEXT: _text,
    Look.LONG: _long,
    Look.DIGEST: _digest,
    Look.NUMBER: _number,
    Look.MONEY: _money,
    Look.RATE: _rate,
    Look.DATE: _date,
    Look.MOMENT: _moment,
    Look.STATE: _state,
    Look.CHOICE: _choice,
    Look.YES_NO: _yes_no,
    Look.REFERENCE: _reference,
    Look.PERSON: _person,
    Look.PERSONS: _persons,
    Look.LISTED: _listed,
    Look.PROGRESS: _progress,
    Look.TAGS: _tags,
}


def plain_amount(one: Drawn, row: Any) -> str:
    """The exact amount of a row, for the sum of a selection."""
    value = one.value(row)
    return f"{value:f}" if isinstance(value, Decimal) else ""
