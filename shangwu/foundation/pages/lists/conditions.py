"""What one filter asks: read from the values in an address, turned into a condition and into words."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shangwu.foundation.access.labels import CONCEALED
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.elements import Filter, Sort
from shangwu.foundation.pages.lists import own_fields, periods
from shangwu.foundation.pages.lists.search import matches, searched_names
from shangwu.foundation.pages.related import named
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.fields import RecordsField
from shangwu.foundation.records.refusals import Sentence

VALUES = 100
"""More values of one filter are not read."""

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,8})?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ME = "me"

_SORTS: tuple[tuple[type[models.Field[Any, Any]], Sort], ...] = (
    (RecordsField, Sort.PERSONS),
    (models.ForeignKey, Sort.REFERENCE),
    (models.BooleanField, Sort.YES_NO),
    (models.DateField, Sort.PERIOD),
    (models.DecimalField, Sort.RANGE),
    (models.IntegerField, Sort.RANGE),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A filter made ready for its record type."""

    filter: Filter
    sort: Sort
    field: models.Field[Any, Any]

    @property
    def name(self) -> str:
        """How the address calls it."""
        return self.filter.name

    @property
    def label(self) -> Sentence:
        """Its own label, else the field's."""
        return self.filter.label or self.field.verbose_name

    @property
    def related(self) -> Any:
        """The record type that its values are of."""
        return self.field.named if isinstance(self.field, RecordsField) else self.field.related_model

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which the address may speak of it."""
        return tuple(self.name + ending for ending in ("", ".not", ".mode", ".empty", ".from", ".to"))


@dataclass(frozen=True, slots=True)
class Condition:
    """One answered question. text: the value in words; values: as in the address; chosen: names of references."""

    question: Question
    q: Q
    text: str
    values: Mapping[str, Sequence[str]]
    chosen: tuple[tuple[str, str], ...] = ()


def question(model: type[models.Model], item: str | Filter) -> Question:
    """Make a declared filter ready. Raises FieldDoesNotExist for a misspelt name."""
    one = Filter(item) if isinstance(item, str) else item
    own_field = own.named(model, one.name)
    field = own_field.column if own_field else model._meta.get_field(one.name)
    assert isinstance(field, models.Field)
    return Question(one, one.sort or _sort_of(field), field)


def _sort_of(field: models.Field[Any, Any]) -> Sort:
    if field.choices:
        return Sort.CHOICE
    return next((sort for kind, sort in _SORTS if isinstance(field, kind)), Sort.TEXT)


def answered(one: Question, given: Mapping[str, Sequence[str]], actor: Actor) -> Condition | None:
    """The condition that the address sets; None when it sets none, or nothing that can be understood."""
    if (empty := _last(given, f"{one.name}.empty")) in ("yes", "no"):
        said = _("empty") if empty == "yes" else _("filled in")
        return Condition(one, _blank(one) if empty == "yes" else ~_blank(one), said, {f"{one.name}.empty": [empty]})
    return _READ[one.sort](one, given, actor)


def _blank(one: Question) -> Q:
    if own.is_own(one.name):
        return own_fields.blank(one.name)
    blank = Q(**{f"{one.name}__isnull": True}) if one.field.null else Q(pk__in=[])
    if isinstance(one.field, models.CharField | models.TextField):
        blank |= Q(**{one.name: ""})
    return Q(**{one.name: []}) if one.sort is Sort.PERSONS else blank


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or [""]
    return values[-1].strip()


def _listed(one: Question, given: Mapping[str, Sequence[str]]) -> tuple[str, list[str]]:
    """(ending, values): those wanted, else those not wanted."""
    for ending in ("", ".not"):
        if values := [value for value in given.get(one.name + ending, ())[:VALUES] if value]:
            return ".not" if _last(given, f"{one.name}.mode") == "not" else ending, list(dict.fromkeys(values))
    return "", []


def _said(ending: str, words: Sequence[str]) -> str:
    text = _(", ").join(words)
    return _("not %(values)s") % {"values": text} if ending else text


def _read_choice(one: Question, given: Mapping[str, Sequence[str]], _actor: Actor) -> Condition | None:
    ending, values = _listed(one, given)
    labels = {str(key): (key, label) for key, label in one.field.flatchoices}
    known = [value for value in values if value in labels]
    if not known:
        return None
    q = _is_among(one, [labels[value][0] for value in known])
    words = [str(labels[value][1]) for value in known]
    return Condition(one, ~q if ending else q, _said(ending, words), {one.name + ending: known})


def _is_among(one: Question, values: Sequence[Any]) -> Q:
    return own_fields.equals(one.name, values) if own.is_own(one.name) else Q(**{f"{one.name}__in": values})


def _read_reference(one: Question, given: Mapping[str, Sequence[str]], actor: Actor) -> Condition | None:
    ending, values = _listed(one, given)
    kept = [value for value in values if _UUID.fullmatch(value) or (value == ME and one.related is Person)]
    if not kept:
        return None
    ids = [value for value in kept if value != ME]
    found = named(actor, one.related, Q(public_id__in=ids), VALUES) if ids else {}
    by_id = {name.public_id: (key, name.label) for key, name in found.items()}
    if ME in kept and actor.person_id is not None:
        by_id[ME] = (actor.person_id, _("me"))
    keys = [by_id[value][0] for value in kept if value in by_id]
    words = [by_id[value][1] if value in by_id else CONCEALED for value in kept]
    if ME in kept and one.sort is Sort.PERSONS and one.related is Person:
        keys += sorted(each.person for each in actor.absent)
    q = Q(**{f"{one.name}__overlap": keys}) if one.sort is Sort.PERSONS else Q(**{f"{one.field.attname}__in": keys})
    if len(keys) == 1 and one.sort is Sort.REFERENCE:
        q = Q(**{one.field.attname: keys[0]})
    if one.filter.also:
        q |= Q(**{f"{one.filter.also}__overlap": keys})
    chosen = tuple(zip(kept, words, strict=True))
    return Condition(one, ~q if ending else q, _said(ending, words), {one.name + ending: kept}, chosen)


def _bounds(one: Question, given: Mapping[str, Sequence[str]]) -> str:
    """`from..to`, put together from the two fields of a form when it came so."""
    token = _last(given, one.name)
    since, until = _last(given, f"{one.name}.from"), _last(given, f"{one.name}.to")
    return f"{since}..{until}" if since or until else token


def _read_period(one: Question, given: Mapping[str, Sequence[str]], _actor: Actor) -> Condition | None:
    token = _bounds(one, given)
    found = periods.span(token)
    if found is None:
        return None
    q = Q()
    instant = isinstance(one.field, models.DateTimeField)
    if found.first is not None:
        q &= Q(**{f"{one.name}__gte": _midnight(found.first) if instant else found.first})
    if found.last is not None:
        after = found.last + periods.ONE if found.last < datetime.date.max else found.last
        q &= Q(**{f"{one.name}__lt": _midnight(after)}) if instant else Q(**{f"{one.name}__lte": found.last})
    return Condition(one, q, found.text, {one.name: [token]})


def _midnight(day: datetime.date) -> datetime.datetime:
    """The start of a day where the reader is. Days beyond what an instant can hold are taken in."""
    year = min(max(day.year, 2), 9998)
    return datetime.datetime(year, day.month, min(day.day, 28) if year != day.year else day.day,
                             tzinfo=timezone.get_current_timezone())  # fmt: skip


def _read_range(one: Question, given: Mapping[str, Sequence[str]], _actor: Actor) -> Condition | None:
    low, dots, high = _bounds(one, given).replace(",", "").partition("..")
    if not dots:
        high = low
    if any(bound and not _NUMBER.fullmatch(bound) for bound in (low, high)) or not (low or high):
        return None
    q = Q()
    if low:
        q &= Q(**{f"{one.name}__gte": Decimal(low)})
    if high:
        q &= Q(**{f"{one.name}__lte": Decimal(high)})
    words = [formats.number(Decimal(bound)) if bound else "" for bound in (low, high)]
    text = words[0] if low == high else f"{words[0]} – {words[1]}".strip()
    return Condition(one, q, text, {one.name: [f"{low}..{high}" if dots else low]})


def _read_text(one: Question, given: Mapping[str, Sequence[str]], _actor: Actor) -> Condition | None:
    text = _last(given, one.name)[:100]
    found = matches(text)
    if found is None:
        return None
    q = Q(**{f"{one.name}__icontains": text})
    if one.name in searched_names(one.field.model):
        q &= found
    return Condition(one, q, text, {one.name: [text]})


def _read_yes_no(one: Question, given: Mapping[str, Sequence[str]], _actor: Actor) -> Condition | None:
    value = _last(given, one.name)
    if value not in ("yes", "no"):
        return None
    wanted = value == "yes"
    q = own_fields.equals(one.name, [wanted]) if own.is_own(one.name) else Q(**{one.name: wanted})
    return Condition(one, q, _("yes") if value == "yes" else _("no"), {one.name: [value]})


_READ = {
    Sort.CHOICE: _read_choice,
    Sort.REFERENCE: _read_reference,
    Sort.PERSONS: _read_reference,
    Sort.PERIOD: _read_period,
    Sort.RANGE: _read_range,
    Sort.TEXT: _read_text,
    Sort.YES_NO: _read_yes_no,
}


Further = Callable[[type[models.Model], Mapping[str, Sequence[str]], Actor], Condition | None]
_further: list[Further] = []


def further(read: Further) -> Further:
    """Let lists be narrowed by what only a higher room knows, by a name of its own in the address. A decorator."""
    _further.append(read)
    return read


def further_conditions(
    model: type[models.Model], given: Mapping[str, Sequence[str]], actor: Actor
) -> Iterator[Condition]:
    """What the address asks of a list by names that higher rooms read."""
    for read in _further:
        if (found := read(model, given, actor)) is not None:
            yield found
