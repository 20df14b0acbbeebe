"""What a list is asked: filters by field and operator, order, page. Read strictly: what is not understood is refused.

A field that the reader may not see is answered exactly like one that does not exist.
"""

import functools
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.api.exposure import Told, open_fields, parts_of, sorts_of
from shangwu.foundation.api.naming import UUID, keys_of
from shangwu.foundation.pages.lists.search import has_search, matches, searched_names
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal, Sentence
from shangwu.foundation.records.scopes import hidden_fields

RESERVED = ("fields", "sort", "limit", "cursor", "search", "archived")
NEWEST, OLDEST = "newest", "oldest"
USUAL_LIMIT, MOST_ROWS = 50, 200
MOST_VALUES = 100
LONGEST_SEARCH = 200
ARCHIVED = ("no", "only", "all")

TWICE = _("Given more than once. Give it once; several values go into “__in”.")
NO_FILTER = _("There is no such filter. The reference lists them; check the spelling.")

_LIMIT = Input("limit", Kind.INTEGER, _("Rows"), least=1, most=MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: by `name`, or by age when it is empty; ties by age."""

    name: str = ""
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """A list request, understood. `digest` tells whether a cursor belongs to it."""

    model: type[Record]
    told: tuple[Told, ...]
    parts: tuple[str, ...]
    conditions: tuple[Q, ...]
    sort: Sort
    limit: int
    archived: str
    cursor: str
    digest: str


class _Reader:
    """Reads one query string and gathers what is wrong in it, so that a caller hears of everything at once."""

    def __init__(self, model: type[Record], by: Actor, given: QueryDict) -> None:
        self.model, self.by = model, by
        self.open = open_fields(model, by)
        self.wrong: dict[str, list[Sentence]] = {}
        self.given = {name: self._single(name, given.getlist(name)) for name in given}

    def _single(self, name: str, values: list[str]) -> str:
        if len(values) > 1:
            self.wrong[name] = [TWICE]
        return values[-1]

    def attempt(self, name: str, read: Callable[[], Any], otherwise: Any) -> Any:
        """What `read` finds; its refusal is noted under the parameter's name."""
        try:
            return read()
        except Refusal as refusal:
            self.wrong[name] = [said for found in refusal.fields.values() for said in found] or [refusal.sentence]
            return otherwise

    def finish(self) -> None:
        """Raise Refusal("invalid") when anything was wrong."""
        if self.wrong:
            raise Refusal("invalid", _("Some entries need your attention."), fields=self.wrong)


def read_list(model: type[Record], by: Actor, given: QueryDict) -> Question:
    """Understand a list request. Raises Refusal("invalid") with a sentence per parameter."""
    reader = _Reader(model, by, given)
    asked = reader.given
    told, parts = reader.attempt(
        "fields", lambda: chosen_fields(model, by, asked.get("fields", ""), parts=False), ((), ())
    )
    sort = reader.attempt("sort", lambda: _sort(reader, asked.get("sort", NEWEST)), Sort())
    limit = reader.attempt("limit", lambda: _limit(asked.get("limit")), USUAL_LIMIT)
    archived = reader.attempt("archived", lambda: _archived(asked.get("archived", "no")), "no")
    conditions = [
        reader.attempt(name, functools.partial(_condition, reader, name, text), None)
        for name, text in asked.items()
        if name not in RESERVED
    ]
    if text := asked.get("search", ""):
        conditions.append(reader.attempt("search", lambda: _search(reader, text), None))
    reader.finish()
    digest = _digest(model, {name: text for name, text in asked.items() if name not in ("cursor", "fields", "limit")})
    found = tuple(one for one in conditions if one is not None)
    return Question(model, told, parts, found, sort, limit, archived, asked.get("cursor", ""), digest)


def chosen_fields(
    model: type[Record], by: Actor, text: str, *, parts: bool
) -> tuple[tuple[Told, ...], tuple[str, ...]]:
    """(fields, parts) to give: those named in `text`, else all fields, and all parts when `parts`.

    Raises Refusal for a name that is not there for this reader.
    """
    known, relations = open_fields(model, by), _open_parts(model, by)
    if not text:
        return tuple(known.values()), tuple(relations if parts else ())
    names = dict.fromkeys(text.split(","))
    if unknown := [name for name in names if name not in known and name not in relations]:
        said = str(_("There is no field “%(name)s”. Leave it out."))
        raise Refusal(
            "invalid",
            _("Some entries need your attention."),
            fields={"fields": [said % {"name": name} for name in unknown]},
        )
    wanted = ["public_id", *(name for name in names if name in known and name != "public_id")]
    return tuple(known[name] for name in wanted), tuple(name for name in names if name in relations)


def _open_parts(model: type[Record], by: Actor) -> list[str]:
    hidden = hidden_fields(model, by)
    return [relation for relation in parts_of(model) if relation not in hidden]


def _sort(reader: _Reader, text: str) -> Sort:
    if text in (NEWEST, OLDEST):
        return Sort("", text == NEWEST)
    name = text.removeprefix("-")
    if name in hidden_fields(reader.model, reader.by) or name not in sorts_of(reader.model):
        raise Refusal("invalid", _("Lists are not sorted by that. Choose one of the orders in the reference."))
    return Sort(name, text.startswith("-"))


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL_LIMIT
    return int(validated((_LIMIT,), "limit", {"limit": text})["limit"])


def _archived(text: str) -> str:
    if text not in ARCHIVED:
        raise Refusal("invalid", _("Choose one of: no, only, all."))
    return text


def _search(reader: _Reader, text: str) -> Q | None:
    if not has_search(reader.model) or hidden_fields(reader.model, reader.by) & searched_names(reader.model):
        raise Refusal("invalid", _("These records have no search. Use a filter."))
    return matches(text[:LONGEST_SEARCH])


def _condition(reader: _Reader, name: str, text: str) -> Q:
    field, _under, operator = name.partition("__")
    told = reader.open.get(field)
    if told is None or operator not in told.filters or name != (f"{field}__{operator}" if operator else field):
        raise Refusal("invalid", NO_FILTER)
    match operator:
        case "empty":
            return _emptiness(told, _value(_YES_NO, text))
        case "in":
            values = text.split(",")
            if len(values) > MOST_VALUES:
                raise Refusal("invalid", _("Too many values: at most 100."))
            return Q(**{f"{told.column}__in": list(_values(told, values, reader.by))})
        case "has":
            keys = list(_values(told, [text], reader.by))
            return Q(**{f"{told.column}__contains": keys}) if keys else Q(pk__in=[])
        case "starts":
            return Q(**{f"{told.column}__startswith": _value(told.input, text)})
        case "":
            (value,) = tuple(_values(told, [text], reader.by)) or (None,)
            return Q(pk__in=[]) if value is None else Q(**{told.column: value})
        case _:
            return Q(**{f"{told.column}__{operator}": _aware(_value(told.input, text), reader.by)})


_YES_NO = Input("value", Kind.BOOLEAN, _("Yes or no"))


def _emptiness(told: Told, empty: bool) -> Q:
    blank = Q(**{f"{told.column}__isnull": True})
    if told.kind is Kind.TEXT:
        blank |= Q(**{told.column: ""})
    return blank if empty else ~blank


def _values(told: Told, texts: Iterable[str], by: Actor) -> Iterable[Any]:
    """Values in the column's own form; of references, the primary keys of those that the reader may see."""
    if told.kind in (Kind.REFERENCE, Kind.REFERENCES):
        assert told.input.model is not None
        return keys_of(told.input.model, texts, by)
    return [_value(told.input, text) for text in texts]


def _value(given: Input, text: str) -> Any:
    if given.kind is Kind.FILE:
        if not UUID.fullmatch(text):
            raise Refusal("invalid", _("Give an id such as 0190f3c2-5a6b-4c7d-8e9f-0a1b2c3d4e5f."))
        return text
    return validated(_plainly(given), "filter", {"value": text})["value"]


@functools.cache
def _plainly(given: Input) -> tuple[Input]:
    """An input as a filter takes it: no rule of the field but its type. Kept, for it is compiled by its identity."""
    return (
        replace(given, name="value", required=True, validators=(), field=None, max_length=1000, least=None, most=None),
    )


def _aware(value: Any, by: Actor) -> Any:
    """A moment without a zone is one where the reader is."""
    return value.replace(tzinfo=by.zone) if getattr(value, "tzinfo", by) is None else value


def _digest(model: type[Record], asked: dict[str, str]) -> str:
    text = "&".join(f"{name}={value}" for name, value in sorted(asked.items()))
    return hashlib.sha256(f"{record_name(model)}?{text}".encode()).hexdigest()[:16]
