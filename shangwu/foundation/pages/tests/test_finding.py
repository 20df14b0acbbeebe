"""Ctrl-K and the regulation at hand: only what the reader may see, and the clause is one click away."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.customers.tests.test_opportunity_plans import plan_of
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.pages.lists.search import bearing, begins
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.pages.tests.lists.test_list_page import client_of, text_of
from shangwu.foundation.pages.tests.visiting import part
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import CHAPTERS, CLAUSES
from tests.builders import HOUSE, unique

pytestmark = pytest.mark.django_db

GIVEN = ("id", "public_id", "number", "name", "name_key", "search_text", "search_bigrams")
"""Columns that copies of a row have of their own."""


@pytest.fixture
def crew() -> Crew:
    return Crew()


def test_a_record_is_found_by_two_characters_by_those_who_may_see_it(crew: Crew) -> None:
    customer = a_customer(crew.sales, name="澤川水務工程")
    for query in ("水務", "澤", customer.number):
        assert str(customer.public_id) in text_of(client_of(crew.sales).get("/find/", {"q": query}))
        assert str(customer.public_id) not in text_of(client_of(crew.colleague).get("/find/", {"q": query}))


def test_a_number_is_found_behind_its_sign(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    assert str(customer.public_id) in text_of(client_of(crew.sales).get("/find/", {"q": f"#{customer.number[:6]}"}))
    assert str(customer.public_id) not in text_of(client_of(crew.colleague).get("/find/", {"q": f"#{customer.number}"}))


def test_the_very_number_stands_first_then_the_highest(crew: Crew) -> None:
    numbers = ["PAL-1", "PAL-11", "PAL-12", "PAL-13", "PAL-14", "PAL-15"]
    owner = Person.objects.get(pk=crew.sales.person_id)
    rows = [Row({"name": unique("丁"), "owner": owner}, number=number) for number in numbers]
    assert len(act_many(HOUSE, "customers.customer.create", rows).done) == len(rows)
    for typed in ("#PAL-1", "#pal-1"):
        text = strip_tags(text_of(client_of(crew.executive).get("/find/", {"q": typed})))
        found = re.findall(r"PAL-[0-9]+", text)
        assert list(dict.fromkeys(found)) == ["PAL-1", "PAL-15", "PAL-14", "PAL-13", "PAL-12"]


def test_a_number_asks_only_the_records_that_bear_such_a_one(crew: Crew) -> None:
    """However many kinds of records there are: one question for all, and few for those that have it."""
    client, number = client_of(crew.executive), a_customer(crew.sales).number

    def asked(text: str) -> int:
        client.get("/find/", {"q": text})  # what a process reads once is read
        with CaptureQueriesContext(connection) as found:
            client.get("/find/", {"q": text})
        return len(found)

    nothing = asked("#")
    assert len([one for one in record_pages.values() if one.list and one.detail]) > 30
    assert asked("#ZZ-1") - nothing == 1
    assert asked(f"#{number}") - nothing <= 8


def test_an_index_answers_for_a_number_among_many(crew: Crew) -> None:
    """The range is answered by the index of numbers, in their order: neither the table nor the newest rows are read."""
    a_customer(crew.sales)
    with connection.cursor() as cursor:
        copied = [field.column for field in Customer._meta.concrete_fields if field.name not in GIVEN]
        columns = ", ".join(f'"{column}"' for column in copied)
        cursor.execute(
            f"INSERT INTO customers_customer (public_id, number, name, name_key, {columns}) "
            f"SELECT gen_random_uuid(), 'PAL' || lpad(n::text, 7, '0'), 'n' || n, 'n' || n, {columns} "
            "FROM (SELECT * FROM customers_customer LIMIT 1) AS one, generate_series(1, 20000) AS n"
        )
        cursor.execute("ANALYZE customers_customer")
    for asked in ("PAL", "PAL0012345"):
        for _arm, rows in Customer.objects.visible_arms(crew.executive):
            plan = plan_of(rows.filter(begins(asked)).order_by("-number")[:4])
            assert "Seq Scan" not in plan, plan
            assert re.search(r"Index Scan (Backward )?using \S*number\S* on customers_customer", plan), plan
    with CaptureQueriesContext(connection) as asked_for:
        bearing([Customer], "PAL0012345")
    (asked,) = (one["sql"] for one in asked_for)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked}")
        assert "Seq Scan" not in "\n".join(row[0] for row in cursor.fetchall())


def test_actions_are_those_of_the_reader(crew: Crew) -> None:
    assert "/customers/customers/new/" in text_of(client_of(crew.sales).get("/find/", {"q": ">new"}))
    assert "/customers/customers/new/" not in text_of(client_of(crew.one(Role.QUALITY)).get("/find/", {"q": ">new"}))


def test_ones_own_is_found_behind_its_word(crew: Crew) -> None:
    """`$mine` shows what the reader answers for; a text behind it, what of it holds that."""
    mine, other = a_customer(crew.sales, name="澤川水務工程"), a_customer(crew.colleague, name="瀚海水務工程")
    client = client_of(crew.sales)
    for query, found in [("$mine", True), ("$mine 水務", True), ("$mine 半導體", False)]:
        answer = text_of(client.get("/find/", {"q": query}))
        assert (str(mine.public_id) in answer, str(other.public_id) in answer) == (found, False)


def test_the_page_of_a_record_names_its_verbs_for_the_palette(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    page = text_of(client_of(crew.sales).get(f"/customers/customers/{customer.public_id}/"))
    assert 'data-sw-verb="release"' in page


def test_a_clause_is_found_by_its_code_and_its_words(crew: Crew) -> None:
    client = client_of(crew.sales)
    for query in ("2.6.1", "§2.6.1", "Sales orders"):
        assert "/clause/2.6.1/" in text_of(client.get("/find/", {"q": query}))


@pytest.mark.parametrize("query", ["", ">", "#", "\0", "'", "%", "<script>", "2.", "9.9.9", "x" * 500, "İ", "ﬀ"])
def test_no_query_breaks_the_palette(crew: Crew, query: str) -> None:
    answer = client_of(crew.sales).get("/find/", {"q": query})
    assert answer.status_code == 200
    assert "<script>" not in text_of(answer)


@pytest.mark.parametrize("code", [*CLAUSES, *(chapter.code for chapter in CHAPTERS)])
def test_every_clause_and_chapter_opens(code: str) -> None:
    client = client_of(Crew().sales)
    assert client.get(f"/clause/{code}/").status_code == 200
    panel = text_of(client.get(f"/clause/{code}/", headers=part("aside#sw-panel")))
    assert ("<html" in panel) == (code not in CLAUSES)
    assert client.get(f"/chapter/{code}/").status_code == 200


@pytest.mark.parametrize("code", ["9.9", "2.6.9", "x", "2.61", "2.6.1.1"])
def test_there_are_no_other_clauses(code: str) -> None:
    assert client_of(Crew().sales).get(f"/clause/{code}/").status_code == 404


def test_my_day_opens_for_everybody() -> None:
    crew = Crew()
    for role in Role:
        assert client_of(crew.one(role)).get("/").status_code == 200
