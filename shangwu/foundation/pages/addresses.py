"""Addresses by name, worked out once: they do not change while a process lives, and a page names many."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_urlconf, include, path, reverse
from django.urls.resolvers import RoutePattern

from shangwu.foundation.actions.registry import record_name

STAND_IN = "00000000-0000-0000-0000-000000000000"
"""Stands for a public id in a pattern."""


def url(name: str, **arguments: Any) -> str:
    """The address of a page that may not be there yet: "" instead of an error."""
    return _reversed(name, get_urlconf(), tuple(arguments.items()))


@lru_cache(maxsize=4096)
def _reversed(name: str, _urlconf: str | None, arguments: tuple[tuple[str, Any], ...]) -> str:
    try:
        return reverse(name, kwargs=dict(arguments) or None)
    except NoReverseMatch:
        return ""


def pattern(name: str, **arguments: str) -> str:
    """The address of a record's page with STAND_IN for its id; "" when there is no such page."""
    return url(name, public_id=STAND_IN, **arguments)


def record_url(model: type[models.Model], public_id: object) -> str:
    """The page of a record; "" when its type has none."""
    return pattern(f"{record_name(model)}.detail").replace(STAND_IN, str(public_id))


def by_words(found: Iterable[URLPattern]) -> list[URLPattern | URLResolver]:
    """The same addresses, those that begin with the same fixed word under that word, and so on below it.

    A request is then compared with the words, and not with each of the house's addresses. Placeholders keep their
    order and come after the words beside them.
    """
    under, others = defaultdict(list), []
    for one in found:
        word, slash, rest = str(one.pattern).partition("/")
        if slash and isinstance(one.pattern, RoutePattern) and "<" not in word:
            under[word].append((one, rest))
        else:
            others.append(one)
    gathered: list[URLPattern | URLResolver] = []
    for word, those in under.items():
        if len(those) == 1:
            gathered.append(those[0][0])
        else:
            below = [path(rest, one.callback, one.default_args, name=one.name) for one, rest in those]
            gathered.append(path(f"{word}/", include(by_words(below))))
    return gathered + others
