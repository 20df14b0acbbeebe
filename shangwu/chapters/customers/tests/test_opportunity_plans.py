"""Clause 2.5.2: lists and board of opportunities stay quick with many rows: no question reads the whole table."""

from typing import Any

import pytest
from django.db import connection

from shangwu.chapters.customers.models import Opportunity, Stage
from shangwu.chapters.customers.reminding import open_steps
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.customers.tests.test_opportunities import an_opportunity
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.find import scans
from shangwu.foundation.pages.lists.lanes import narrowed
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, a_department, a_person, unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]

MANY = 30_000
WHOLE = "Seq Scan on customers_opportunity"
MINE = {
    "public_id": "gen_random_uuid()", "number": "NULL", "owner_id": "(%s::bigint[])[1 + n %% 10]",
    "department_id": "(%s::bigint[])[1 + n %% 10]", "customer_id": "(%s::bigint[])[1 + n %% 200]",
    "state": "CASE WHEN n %% 20 = 0 THEN 'open' ELSE 'won' END",
    "closed_on": "CASE WHEN n %% 20 = 0 THEN NULL ELSE current_date END",
    "next_step": "CASE WHEN n %% 20 = 0 THEN 'x' ELSE '' END",
    "next_on": "CASE WHEN n %% 20 = 0 THEN current_date + n %% 90 END",
}  # fmt: skip
"""How the many differ from the one that they are copies of: nineteen of twenty were won, and all are other people's.
Places are filled with persons, departments and customers."""


@pytest.fixture
def crew() -> Crew:
    crew = Crew()
    one = an_opportunity(crew.sales)
    departments = [a_department().pk for _n in range(10)]
    people = [a_person(Role.SALES).pk for _n in range(10)]
    copied = [field.column for field in Opportunity._meta.concrete_fields if field.name not in ("id", *GENERATED)]
    rows = [Row({"name": unique("客戶"), "owner": Person.objects.get(pk=people[0])}) for _n in range(200)]
    customers = [done.record.pk for done in act_many(HOUSE, "customers.customer.create", rows).done]
    told = {"owner_id": people, "department_id": departments, "customer_id": customers}
    given = [told[column] for column in copied if column in told]
    values = ", ".join(MINE.get(column, f'o."{column}"') for column in copied)
    columns = ", ".join(f'"{column}"' for column in copied)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO customers_opportunity ({columns}) SELECT {values} FROM customers_opportunity o, "
            "generate_series(1, %s) AS n WHERE o.id = %s",
            [*given, MANY, one.pk],
        )
        cursor.execute("ANALYZE customers_opportunity")
    return crew


GENERATED = ("search_text", "search_bigrams")


def plan_of(queryset: Any) -> str:
    with connection.cursor() as cursor:
        sql, parameters = queryset.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())


def plans(query: str, by: Actor) -> list[str]:
    """How each part of a list's question is answered."""
    one = prepared(Opportunity)
    return [plan_of(part) for part in scans(one, asked(one, lists_of(query), by), by, None, False, 51)]


def test_no_view_of_anybody_reads_the_whole_table(crew: Crew) -> None:
    page = next(pages.list for pages in record_pages.values() if pages.model is Opportunity)
    assert page is not None
    views = page.views
    assert len(views) >= 5
    for by in (crew.sales, crew.head, crew.executive):
        for view in views:
            query = view.query.replace("&group=stage&look=board", "")
            assert not [plan for plan in plans(query, by) if WHOLE in plan], (view.key, by.roles)


def test_no_lane_of_the_board_reads_the_whole_table(crew: Crew) -> None:
    one = prepared(Opportunity)
    for by in (crew.sales, crew.head, crew.executive):
        question = asked(one, lists_of("state=open&group=stage&look=board"), by)
        parts = list(narrowed(one, question, by))
        assert len(parts) >= Stage.objects.count()
        for part in parts:
            found = [plan_of(each) for each in scans(one, part.asked, by, None, False, 51)]
            assert not [plan for plan in found if WHOLE in plan], part.pair


def test_the_morning_look_for_what_is_due_reads_open_ones_only(crew: Crew) -> None:
    with gate.free_reading():
        rows = next(rows for rows, _by, _on in open_steps(clock.now().date()) if rows.model is Opportunity)
        assert WHOLE not in plan_of(rows.filter(owner=crew.sales.person_id))


def test_the_measure_notices_a_question_without_an_index(crew: Crew) -> None:
    """The negative control: a column that no index leads with."""
    with gate.free_reading():
        assert WHOLE in plan_of(Opportunity.objects.filter(source="展會"))
