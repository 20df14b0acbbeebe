"""Each order that a list offers is served by an index, whatever the reader's reach: nothing is sorted row by row."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import get_resolver

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.pages.lists.asked import Asked
from shangwu.foundation.pages.lists.find import scans
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from tests.builders import a_department, a_person

pytestmark = pytest.mark.django_db

SHARED = "@>"
"""In the condition of the arm that leads to the handful of rows shared with a person; sorting these is nothing."""


def sortable() -> list[tuple[str, str]]:
    """(record, sort column) of every declared list."""
    assert get_resolver().url_patterns
    lists = [pages for pages in record_pages.values() if pages.list is not None]
    return [(pages.name, sort) for pages in lists for sort in prepared(pages.model).sorts]


@pytest.fixture
def readers() -> list[Actor]:
    department = a_department()
    persons = [
        a_person(Role.SALES, Role.CHANNELS, department=department),
        a_person(Role.HEAD, Role.SALES_SUPPORT, Role.LOGISTICS, Role.FINANCE, department=department),
        a_person(Role.EXECUTIVE, Role.ADMINISTRATOR, whole_company=True),
    ]
    return [actor_of(person) for person in persons]


def nodes(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["Node Type"]
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def sorts_in(queryset: Any) -> bool:
    """Whether the planner must sort although it would do anything else rather."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        sql, parameters = queryset.query.sql_with_params()
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        (found,) = cursor.fetchone()
    return any(node in ("Sort", "Incremental Sort") for node in nodes(found[0]["Plan"]))


@pytest.mark.parametrize(("record", "sort"), sortable())
@pytest.mark.parametrize("descending", [True, False])
def test_an_index_serves_the_order(readers: list[Actor], record: str, sort: str, descending: bool) -> None:
    model = next(pages.model for pages in record_pages.values() if pages.name == record)
    one = prepared(model)
    for actor in readers:
        for part in scans(one, Asked(sort=sort, descending=descending), actor, None, False, 51):
            served = SHARED in str(part.query) or not sorts_in(part)
            assert served, f"{record} by {sort or 'newest'}: no index gives this order to {sorted(actor.roles)}"


def test_the_control_a_column_without_an_index_is_sorted() -> None:
    model = next(pages.model for pages in record_pages.values() if pages.name == "people.person")
    assert sorts_in(model.objects.order_by("post_id", "name")[:51])
