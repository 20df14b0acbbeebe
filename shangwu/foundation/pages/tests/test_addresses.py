"""A shortcut finds each address where the row finds it, and does not compare with all of it."""

import re
from collections.abc import Sequence

from django.urls import Resolver404, URLPattern, URLResolver, path
from django.urls.resolvers import RegexPattern, ResolverMatch

from shangwu.foundation.pages.addresses import STAND_IN, Shortcut
from shangwu.foundation.pages.routes import patterns

GIVEN = {"uuid": STAND_IN, "int": "7"}


def answered(found: Sequence[URLPattern | URLResolver], address: str) -> str | None:
    try:
        match: ResolverMatch = URLResolver(RegexPattern(r"^/"), list(found)).resolve(address)
    except Resolver404:
        return None
    return match.view_name


def samples(row: Sequence[URLPattern]) -> list[str]:
    """An address of each, and one that only begins like it."""
    found = ["/" + re.sub(r"<(\w+):\w+>", lambda one: GIVEN.get(one[1], "word"), str(each.pattern)) for each in row]
    return found + [f"{one}nowhere/" for one in found]


def test_each_address_is_answered_by_the_page_that_the_row_finds() -> None:
    row = [one for one in patterns() if isinstance(one, URLPattern)]
    asked, short = samples(row), [Shortcut(row)]
    assert {one: answered(short, one) for one in asked} == {one: answered(row, one) for one in asked}


def view() -> None: ...


def test_the_order_of_the_row_holds() -> None:
    for row in (
        [path("a/<str:key>/", view, name="any"), path("a/fixed/", view, name="fixed")],
        [path("a/fixed/", view, name="fixed"), path("a/<str:key>/", view, name="any")],
        [path("<str:key>/fixed/", view, name="first"), path("a/fixed/", view, name="fixed")],
    ):
        assert answered([Shortcut(row)], "/a/fixed/") == row[0].name
    assert answered([Shortcut(row)], "/a/") is None


def test_a_request_is_compared_with_few_addresses() -> None:
    compared: list[str] = []

    class Counted(URLPattern):
        def resolve(self, path: str) -> ResolverMatch | None:
            compared.append(path)
            return super().resolve(path)

    row = [one for one in patterns() if isinstance(one, URLPattern)]
    counted = [Counted(one.pattern, one.callback, one.default_args, one.name) for one in row]
    address = f"/people/departments/{STAND_IN}/"
    assert answered([Shortcut(counted)], address) == "people.department.detail"
    few, _ = len(compared), compared.clear()
    assert few < 60
    answered(counted, address)
    assert len(compared) > 10 * few
