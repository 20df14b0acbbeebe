"""Own fields in a list: columns to choose, filters by equality, and the search in their texts.

Their indexes answer "is" and "holds", not "from … to" and no order; so no list sorts by them, and numbers and days are
no filters.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchVectorExact, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Contains

from shangwu.foundation.pages.drawing import Drawn, resolve
from shangwu.foundation.pages.elements import Column, Filter, Sort
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.fields import SearchText
from shangwu.foundation.records.own import Kind, Own
from shangwu.foundation.text.bigrams import search_query, search_text

ASKED: Mapping[Kind, Sort] = {Kind.CHOICE: Sort.CHOICE, Kind.YES_NO: Sort.YES_NO}

FILLED = ~Q(extra={})
"""Rows with any own value: those that the indexes hold."""


@lru_cache(maxsize=500)
def _column(one: Own) -> Drawn:
    return resolve(one.model, Column(one.name, shown=False))


def columns(model: type[models.Model]) -> tuple[Drawn, ...]:
    """A column for each own field, to be chosen."""
    return tuple(_column(one) for one in own.fields_of(model))


def filters(model: type[models.Model]) -> list[Filter]:
    """The own fields that a list may be asked for."""
    return [Filter(one.name, sort=ASKED[one.kind]) for one in own.fields_of(model) if one.kind in ASKED]


def equals(name: str, values: Sequence[Any]) -> Q:
    """Rows whose own field has one of `values`, by the index."""
    found = Q()
    for value in values:
        found |= Q(extra__contains={name.removeprefix(own.PREFIX): value})
    return FILLED & found


def blank(name: str) -> Q:
    """Rows in which the own field is not filled in."""
    return ~(FILLED & Q(extra__has_key=name.removeprefix(own.PREFIX)))


class _Bigrams(Func):
    function = "shangwu_own_bigrams"
    output_field = SearchVectorField()


def holding(model: type[models.Model], actor: Actor, text: str, pairs: type[Any]) -> Q | None:
    """Rows of which a text that the actor may see holds `text`; None when there are no such own fields.

    The index holds the words of all own fields, gated ones too; what counts is the field itself.
    """
    keys = [one.key for one in own.seen(model, actor) if one.kind in own.TEXTS]
    plain, lexemes = search_text(text), search_query(text)
    if not keys or not lexemes:
        return None
    inside = Q()
    for key in keys:
        inside |= Q(Contains(SearchText(KeyTextTransform(key, "extra")), Value(plain)))
    return FILLED & Q(SearchVectorExact(_Bigrams(F("extra")), pairs(lexemes))) & inside
