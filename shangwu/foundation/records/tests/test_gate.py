"""The reading gate: in request code, no way of asking a queryset passes without a reader."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Count, Exists, F, OuterRef, Subquery

from shangwu.foundation.people.models import Department, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import gate
from tests.builders import a_department, a_person, an_actor

pytestmark = pytest.mark.django_db

WAYS: dict[str, Callable[[Any], Any]] = {
    "iterate": list,
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "get": lambda rows: rows.get(pk=rows.model._base_manager.none().count() or 1),
    "aggregate": lambda rows: rows.aggregate(n=Count("id")),
    "distinct aggregate": lambda rows: rows.distinct().aggregate(n=Count("id")),
    "annotate": lambda rows: list(rows.annotate(n=Count("children"))),
    "values": lambda rows: list(rows.values("name")),
    "values_list": lambda rows: list(rows.values_list("name", flat=True)),
    "iterator": lambda rows: list(rows.iterator()),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "slice": lambda rows: rows[:3][0:1] and list(rows[:3]),
    "union": lambda rows: list(rows.union(rows)),
    "union count": lambda rows: rows.union(rows).count(),
    "dates": lambda rows: list(rows.datetimes("created_at", "day")),
    "earliest": lambda rows: rows.earliest("id"),
    "contains": lambda rows: rows.contains(Department(pk=1)),
    "explain": lambda rows: rows.explain(),
    "for update": lambda rows: list(rows.select_for_update()),
    "order by relation": lambda rows: list(rows.order_by("-id").reverse()),
    "raw column": lambda rows: list(rows.annotate(twice=F("id") * 2)),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_reading_without_a_reader_raises(way: str) -> None:
    from django.db import transaction

    a_department()
    with transaction.atomic():
        WAYS_WITH_NO_ROW = {"get", "earliest", "contains"}
        try:
            WAYS[way](Department.objects.all())
        except Department.DoesNotExist:
            assert way in WAYS_WITH_NO_ROW
        with gate.request_code(), pytest.raises(gate.UnscopedRead):
            WAYS[way](Department.objects.all())


@pytest.mark.parametrize("way", [way for way in WAYS if way not in ("get",)], ids=str)
def test_reading_for_someone_passes(way: str) -> None:
    from django.db import transaction

    by = an_actor(Role.SALES)
    a_department()
    with transaction.atomic(), gate.request_code():
        WAYS[way](Department.objects.visible_to(by))


def test_a_subquery_needs_a_reader_of_its_own() -> None:
    by = an_actor(Role.SALES)
    with gate.request_code():
        people = Person.objects.filter(department=OuterRef("pk"))
        for question in (
            Department.objects.visible_to(by).filter(Exists(people)),
            Department.objects.visible_to(by).annotate(who=Subquery(people.values("name")[:1])),
            Department.objects.visible_to(by).filter(pk__in=Person.objects.values("department")),
        ):
            with pytest.raises(gate.UnscopedRead):
                list(question)
        seen = Person.objects.visible_to(by).filter(department=OuterRef("pk"))
        list(Department.objects.visible_to(by).filter(Exists(seen)))


def test_a_join_does_not_carry_the_reader_along() -> None:
    by = an_actor(Role.SALES)
    with gate.request_code():
        for question in (
            Person.objects.visible_to(by).filter(department__name="x"),
            Person.objects.visible_to(by).order_by("department__name"),
            Person.objects.visible_to(by).select_related("department"),
            Person.objects.visible_to(by).values("department__name"),
        ):
            with pytest.raises(gate.UnscopedRead):
                list(question)


def test_following_a_relation_is_reading_too() -> None:
    person = a_person(department=a_department())
    by = an_actor(Role.SALES)
    with gate.request_code():
        found = Person.objects.visible_to(by).get(pk=person.pk)
        with pytest.raises(gate.UnscopedRead):
            _ = found.department
        with pytest.raises(gate.UnscopedRead):
            list(found.reports.all())


def test_the_loud_exit_is_counted() -> None:
    before = gate.unscoped_reasons.get("a test of the exit", 0)
    with gate.request_code():
        Department.objects.unscoped(reason="a test of the exit").count()
    assert gate.unscoped_reasons["a test of the exit"] == before + 1


def test_with_the_guard_off_the_same_read_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate.GuardedCompiler, "_require_reader", lambda self: None)
    with gate.request_code():
        Department.objects.count()
