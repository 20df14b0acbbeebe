"""Same seed, same data: two loads of the demo agree in every record, value by value."""

import dataclasses
import datetime
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.demo import SEED, closing, load
from shangwu.foundation.duties import ticking
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Source
from shangwu.foundation.regulation import values
from tests.small_demo import small
from tests.tables import kind_of, tables

pytestmark = [pytest.mark.django_db, pytest.mark.soak]

DRAWN = {
    "notices_robot": ["sealed_address", "sealed_secret"],
    "customers_message": ["message_id", "thread"],
    "analytics_kpisheet": ["snapshot"],
    "analytics_monthclose": ["snapshot"],
    "analytics_salesreport": ["snapshot", "sha256"],
}
"""Columns that are encrypted, each time with another nonce, or made of public ids, or of the names of files, which are
drawn by lot."""

UTC, DAY = datetime.UTC, datetime.timedelta(days=1)
NOON = datetime.datetime(2026, 11, 27, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_still_clock() -> Iterator[None]:
    former = clock.replace_source(lambda: NOON)
    values.forget()
    yield
    clock.replace_source(former)
    values.forget()


def test_the_month_that_is_closed_last_is_never_checked_ahead_of_the_day_of_the_demo() -> None:
    crew: Any = Crew()
    staff: Any = SimpleNamespace(entity=crew.entity, departments={"BD": crew.department})
    support = dataclasses.replace(crew.support, source=Source.DEMO)
    for now, wanted in ((NOON - 26 * DAY, NOON - 26 * DAY), (NOON, datetime.datetime(2026, 11, 2, 1, 30, tzinfo=UTC))):
        with transaction.atomic():
            close = closing._checked(staff, support, datetime.date(2026, 10, 1), now)
            assert close.checked_at == wanted
            transaction.set_rollback(True)


def counters() -> list[tuple[str, int | None]]:
    """Where each sequence of the database stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE schemaname = 'public'")
        return list(cursor.fetchall())


def contents() -> dict[str, set[str]]:
    """Every row of every table of records, but for public ids and sealed secrets, which are drawn by lot."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(one for one in tables() if kind_of(one) == "record"):
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'uuid'",
                [table],
            )
            drawn = [name for (name,) in cursor.fetchall()] + DRAWN.get(table, [])
            cursor.execute(
                f"SELECT ((to_jsonb(t) - %s::text[]) #- '{{sheet,snapshot}}')::text FROM \"{table}\" t", [drawn]
            )
            found[table] = {row for (row,) in cursor.fetchall()}
    return found


def loaded(seed: int, start: list[tuple[str, int | None]]) -> dict[str, set[str]]:
    """What a load leaves, and nothing of it afterwards: counters stand where they stood."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for name, value in start:
                cursor.execute("SELECT setval(%s, %s, %s)", [name, value or 1, value is not None])
        with small():
            load(seed)
        ticking.tick()
        kept = Duty.objects.filter(done_at__isnull=False).values_list("rule", flat=True).distinct()
        assert {"2.5.3.5", "2.6.1.2", "2.7.1.1", "2.7.2.1", "2.7.3.2"} <= set(kept), "what comes round is seen kept too"
        found = contents()
        transaction.set_rollback(True)
    return found


def differing(first: dict[str, Any], second: dict[str, Any]) -> dict[str, list[str]]:
    return {table: sorted(first[table] ^ second[table])[:2] for table in first if first[table] != second[table]}


def test_two_loads_of_one_seed_are_alike_and_of_another_are_not(full_count: bool) -> None:
    start = counters()
    first = loaded(SEED, start)
    assert len(first["sales_order"]) > 20
    assert differing(first, loaded(SEED, start)) == {}
    if full_count:  # the control: another seed differs
        assert {"people_person", "customers_customer", "sales_order"} <= set(differing(first, loaded(SEED + 1, start)))
