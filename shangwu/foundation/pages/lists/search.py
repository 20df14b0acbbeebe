"""The search box: all bigrams by the index, then the substring itself; over a reference through its own gate."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.expressions import BaseExpression

from shangwu.foundation.pages.lists import own_fields
from shangwu.foundation.pages.registry import ListPage
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.scopes import hidden_fields
from shangwu.foundation.text.bigrams import search_query, search_text


class Pairs(SearchQuery):
    """Lexemes that are already made, without a dictionary in between."""

    def __init__(self, lexemes: str) -> None:
        super().__init__(lexemes, search_type="raw")
        self.lexemes = lexemes

    def as_sql(self, *_args: Any, **_kwargs: Any) -> Any:
        """The lexemes as a literal tsquery."""
        return "%s::tsquery", [self.lexemes]


def has_search(model: type[models.Model]) -> bool:
    """Whether the record has `searchable(...)` columns."""
    return any(field.name == "search_bigrams" for field in model._meta.concrete_fields)


def matches(text: str) -> Q | None:
    """The condition on a searchable record that its text holds `text`; None when nothing is asked."""
    plain, lexemes = search_text(text), search_query(text)
    return Q(search_bigrams=Pairs(lexemes), search_text__contains=plain) if lexemes else None


def holding(models_asked: Sequence[type[Record]], text: str) -> frozenset[type[Record]]:
    """Those of the searchable records of which any row at all holds `text`, in one question.

    Whoever may see it: so a search reads only these, each through its own gate, instead of every record that there is.
    """
    plain, lexemes = search_text(text), search_query(text)
    asked = [model for model in models_asked if has_search(model)]
    if not lexemes or not asked:
        return frozenset()
    holds = "EXISTS (SELECT FROM {} WHERE search_bigrams @@ %s::tsquery AND search_text LIKE %s)"
    tables = [holds.format(connection.ops.quote_name(model._meta.db_table)) for model in asked]
    with connection.cursor() as cursor:
        like = f"%{connection.ops.prep_for_like_query(plain)}%"
        cursor.execute(f"SELECT ARRAY[{', '.join(tables)}]", [lexemes, like] * len(asked))
        (found,) = cursor.fetchone()
    return frozenset(model for model, held in zip(asked, found, strict=True) if held)


LAST = chr(0x10FFFF)
"""Comes after every other character."""


def begins(number: str) -> Q:
    """The condition that a number begins so: a range, which the index answers whatever the planner knows of it."""
    return Q(number__gte=number, number__lt=number + LAST)


def bearing(models_asked: Sequence[type[Record]], number: str) -> frozenset[type[Record]]:
    """Those record types of which any row's number begins so, in one question. Whoever may see it, as `holding`."""
    if not models_asked:
        return frozenset()
    bears = "EXISTS (SELECT FROM {} WHERE number >= %s AND number < %s)"
    tables = [bears.format(connection.ops.quote_name(model._meta.db_table)) for model in models_asked]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ARRAY[{', '.join(tables)}]", [number, number + LAST] * len(models_asked))
        (found,) = cursor.fetchone()
    return frozenset(model for model, borne in zip(models_asked, found, strict=True) if borne)


def alternatives(page: ListPage, actor: Actor, text: str) -> list[Q]:
    """Ways in which a row answers the search, each one served by an index: a row needs one of them.

    Empty when nothing is asked. A gated field is not searched by who may not see it.
    """
    found = []
    hidden = hidden_fields(page.model, actor)
    own = matches(text)
    if own is None:
        return []
    if has_search(page.model) and not hidden & searched_names(page.model):
        found.append(own)
    if (in_own := own_fields.holding(page.model, actor, text, Pairs)) is not None:
        found.append(in_own)
    for path in page.search:
        reference, _dots, rest = path.partition("__")
        if reference in hidden:
            continue
        if rest:
            found.append(_through(page.model, reference, rest, actor, text, own))
        elif not has_search(page.model) or path not in searched_names(page.model):
            found.append(Q(**{f"{path}__istartswith": text}))
    return found or [Q(pk__in=[])]


def _through(model: type[models.Model], reference: str, rest: str, actor: Actor, text: str, own: Q) -> Q:
    """Rows whose `reference` the reader may see, and whose own search finds the text."""
    related = cast("type[Record]", model._meta.get_field(reference).related_model)
    rows = related.objects.visible_to(actor, archived=True)
    if rest in hidden_fields(related, actor):
        return Q(pk__in=[])
    wanted = own if has_search(related) else Q(**{f"{rest}__icontains": text})
    return Q(**{f"{reference}__in": rows.filter(wanted).values("pk")})


def searched_names(model: type[models.Model]) -> frozenset[str]:
    """Names of the fields that the record's search text is made of."""
    try:
        field = model._meta.get_field("search_text")
    except FieldDoesNotExist:
        return frozenset()
    names: set[str] = set()
    pending: list[Any] = [getattr(field, "expression", None)]
    while pending:
        one = pending.pop()
        if isinstance(one, F):
            names.add(str(one.name))  # type: ignore[attr-defined]
        elif isinstance(one, BaseExpression):
            pending += one.get_source_expressions()
    return frozenset(names)
