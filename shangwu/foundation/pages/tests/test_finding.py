"""Ctrl-K and the regulation at hand: only what the reader may see, and the clause is one click away."""

import pytest

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.foundation.pages.tests.lists.test_list_page import client_of, text_of
from shangwu.foundation.pages.tests.visiting import part
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import CHAPTERS, CLAUSES

pytestmark = pytest.mark.django_db


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
