"""Addresses by name, worked out once: they do not change while a process lives, and a page names many."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, Resolver404, ResolverMatch, URLPattern, URLResolver, get_urlconf, reverse
from django.urls.resolvers import RegexPattern

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


class Shortcut(URLResolver):
    """Stands before a row of addresses and finds one of them by its first two words, not by comparing with all.

    It knows no names: those are the row's. What it does not find, the row does not have either.
    """

    def __init__(self, row: Sequence[URLPattern]) -> None:
        super().__init__(RegexPattern(r""), [])
        places = defaultdict(list)
        for place, one in enumerate(row):
            places[_fixed_words(str(one.pattern))].append(place)
        self._nearby: dict[tuple[str, ...], list[URLPattern]] = {(): []}
        for words in list(places):
            beginnings = {words[:length] for length in range(3)}
            self._nearby[words] = [row[place] for place in sorted(chain(*(places.get(one, ()) for one in beginnings)))]

    def resolve(self, path: str) -> ResolverMatch:
        """The first address of the row that fits. Raises Resolver404."""
        words = tuple(path.split("/", 2)[:2])
        known = next(words[:length] for length in (2, 1, 0) if words[:length] in self._nearby)
        for one in self._nearby[known]:
            if match := one.resolve(path):
                return match
        raise Resolver404({"path": path, "tried": []})


def _fixed_words(route: str) -> tuple[str, ...]:
    """The first two words of an address, as far as they stand before its first placeholder."""
    return tuple(route.partition("<")[0].split("/")[:-1][:2])
