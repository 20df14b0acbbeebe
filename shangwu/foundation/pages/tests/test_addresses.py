"""Addresses are found by their words, each where it was found when all stood in one row."""

import re

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, path
from django.urls.resolvers import RegexPattern, ResolverMatch

from shangwu.foundation.pages import registry
from shangwu.foundation.pages.addresses import STAND_IN, by_words
from shangwu.foundation.pages.routes import entered

GIVEN = {"uuid": STAND_IN, "int": "7", "str": "word"}


def in_one_row() -> list[URLPattern]:
    found = sorted(registry.routes(), key=lambda route: ("<str:" in route.path, "<" in route.path))
    return [path(route.path, entered(route), name=route.name) for route in found]


def answered(patterns: list[URLPattern] | list[URLPattern | URLResolver], address: str) -> str | None:
    try:
        match: ResolverMatch = URLResolver(RegexPattern(r"^/"), patterns).resolve(address)
    except Resolver404:
        return None
    return match.view_name


def samples(patterns: list[URLPattern]) -> list[str]:
    """An address of each pattern, and one that only begins like it."""
    found = [
        "/" + re.sub(r"<(\w+):\w+>", lambda one: GIVEN.get(one[1], "word"), str(each.pattern)) for each in patterns
    ]
    return found + [f"{one}nowhere/" for one in found]


def test_each_address_is_answered_by_the_page_that_answered_it_in_one_row() -> None:
    row = in_one_row()
    words = by_words(row)
    asked = samples(row)
    assert {one: answered(words, one) for one in asked} == {one: answered(row, one) for one in asked}


def test_what_another_order_would_answer_is_found() -> None:
    def view() -> None: ...

    row = [path("a/<str:key>/", view, name="any"), path("a/fixed/", view, name="fixed"), path("a/x/y/", view, name="y")]
    assert answered(row, "/a/fixed/") == "any"
    assert [answered(by_words(row), one) for one in ("/a/fixed/", "/a/x/y/", "/a/z/")] == ["fixed", "y", "any"]


def test_a_request_is_compared_with_few_addresses() -> None:
    assert len(get_resolver().url_patterns) < 100
