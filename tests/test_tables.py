"""Every table is a record, a trace or comfort (DESIGN 3a): nothing is kept that nobody has thought about."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from shangwu.foundation.numbering.models import Counter
from shangwu.foundation.records import gate
from shangwu.foundation.records.models import Guarded
from tests.tables import digests, kind_of, reviewed, tables

pytestmark = pytest.mark.django_db

UPDATE, DELETE = 16, 8
"""Bits of pg_trigger.tgtype."""


def guarded_models() -> list[Any]:
    """Records and parts."""
    return [model for model in apps.get_models() if issubclass(model, Guarded)]


def without_a_kind() -> set[str]:
    """Tables that stand on no list."""
    return {table for table in tables() if not kind_of(table)}


def test_every_table_has_a_kind() -> None:
    assert without_a_kind() == set(), "put it into house/tables.toml as a record, a trace or comfort"


def test_a_new_table_without_a_kind_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE sales_sidebook (id bigint)")
    assert without_a_kind() == {"sales_sidebook"}


def test_the_list_names_no_table_that_is_gone() -> None:
    lists = reviewed()
    named = {*lists["record"], *lists["trace"], *lists["comfort"], *lists["unguarded"]}
    assert named - tables() == set()


def test_records_are_exactly_what_the_guard_keeps() -> None:
    """A table that the door should write but that any code may write would be a second door."""
    kept = {model._meta.db_table for model in guarded_models()}
    assert kept == gate.guarded_tables
    assert set(reviewed()["record"]) - set(reviewed()["unguarded"]) == kept


@pytest.mark.parametrize("model", guarded_models(), ids=lambda model: model._meta.label)
def test_only_the_door_writes_a_record(model: Any) -> None:
    rows = model.objects
    ways = {
        "save": lambda: model().save(),
        "delete": lambda: model(pk=1).delete(),
        "create": lambda: rows.create(),
        "update": lambda: rows.filter(pk=0).update(pk=0),
        "delete many": lambda: rows.filter(pk=0).delete(),
        "bulk_create": lambda: rows.bulk_create([model()]),
        "bulk_update": lambda: rows.bulk_update(
            [model(pk=1)], ["archived_at" if hasattr(model, "version") else "position"]
        ),
        "base manager": lambda: model._base_manager.filter(pk=0).update(pk=0),
    }
    assert {way for way, write in ways.items() if not refused(write)} == set()


def refused(write: Callable[[], Any]) -> bool:
    """Whether the guard stops it."""
    try:
        write()
    except gate.WriteOutsideTheDoor:
        return True
    return False


def test_traces_refuse_change_and_removal_in_the_database_itself() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, bit_or(t.tgtype::int) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname LIKE '%%append_only%%' AND t.tgenabled <> 'D' GROUP BY 1"
        )
        guards = dict(cursor.fetchall())
    traces = {table for table in tables() if kind_of(table) == "trace"} - set(reviewed()["unguarded"])
    assert traces, "no trace was found"
    assert {one for one in traces if guards.get(one, 0) & (UPDATE | DELETE) != UPDATE | DELETE} == set()


def test_the_digest_sees_a_changed_record() -> None:
    """The crawl of tests/test_crawl.py rests on it."""
    before = digests("record")
    assert digests("record") == before
    Counter.objects.create(series="sidebook", last=1)
    after = digests("record")
    assert {table for table in after if after[table] != before[table]} == {"numbering_counter"}
