"""Every address that the house answers, and what it belongs to."""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from shangwu.config import urls  # noqa: F401 -- the registries are full once the addresses are made
from shangwu.foundation.api import routes as api_routes
from shangwu.foundation.pages import registry
from shangwu.foundation.pages.registry import Route
from tests.support import ROOT


def all_routes() -> list[Route]:
    """Every route of the pages."""
    return list(registry.routes())


@cache
def ungated() -> dict[str, dict[str, str]]:
    """The reviewed list of addresses without a record: name to reason."""
    return tomllib.loads((ROOT / "tests" / "authorisation" / "ungated.toml").read_text())


def patterns(found: Iterable[Any] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(path, pattern) of every address of the resolver."""
    for one in get_resolver().url_patterns if found is None else found:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, path)
        else:
            yield path, one


def unclassified() -> list[str]:
    """Addresses that neither a registry nor the reviewed list knows."""
    api = {route.name for route in api_routes.routes()}
    pages = {route.name for route in registry.routes()}
    lists = ungated()
    found = []
    for path, pattern in patterns():
        route = getattr(pattern.callback, "route", None)
        if isinstance(route, Route):
            known = route.name in pages and (bool(route.model and route.verb) or route.name in lists["pages"])
        else:
            in_api = path.startswith("api/v1/") and (pattern.name in api or pattern.name in lists["api"])
            known = in_api or (pattern.name or path) in lists["open"] or is_catch_all(path)
        if not known:
            found.append(path)
    return found


def is_catch_all(path: str) -> bool:
    """The API's answer to an address that it has not."""
    return path in ("api/v1/", "api/v1/^.*$") or path.startswith("api/v1/(?")
