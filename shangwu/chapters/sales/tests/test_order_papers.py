"""Clause 2.6.1: what we confirm goes to the customer on paper, to be signed: with prices, or without."""

import re
from typing import Any

import pytest
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.order_papers import facts_of
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_product, an_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def facts(order: Order, *, priced: bool = True) -> dict[str, Any]:
    return facts_of(order, list(order.lines.order_by("position")), "岳澄精密", priced=priced)


def test_it_says_what_was_ordered_and_what_is_promised(crew: Crew) -> None:
    order = a_confirmed_order(crew, po_number="PO-77", ship_to_address="桃園市龜山區")
    found = facts(order)
    values = [one["value"] for one in found["facts"]]
    assert {"PO-77", "桃園市龜山區", order.customer_name} <= set(values)
    assert found["lines"][0][2:] == ["2", "台", "100", "0%", "210"]
    assert [one["value"] for one in found["sums"]] == ["TWD 200", "TWD 10", "TWD 210"]
    assert (found["mark"], len(found["signatures"])) == ("", 2)


def test_an_edition_without_prices_names_no_amount(crew: Crew) -> None:
    order = a_confirmed_order(crew)
    bare = facts(order, priced=False)
    assert "TWD" in str(facts(order)), "the control"
    assert "TWD" not in str(bare)
    assert bare["lines"][0][2:4] == ["2", "台"]
    assert len(bare["heads"]) == len(bare["lines"][0]) == 5


def test_before_it_is_confirmed_it_says_so_and_after_a_change_which_edition_it_is(crew: Crew) -> None:
    order = an_order(crew)
    before = facts(order)["mark"]
    assert before
    confirmed = a_confirmed_order(crew)
    goods = confirmed.lines.get().product
    given = {"lines": [{"product": goods, "quantity": "3"}]}
    act(crew.sales, "sales.order.change", confirmed, given, reason="加一台")
    found = facts(confirmed.fresh)
    assert found["mark"] == before, "it is reviewed again"
    assert f"{confirmed.number}-R1" in found["title"]


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
@pytest.mark.parametrize("query", ["", "?prices=no"])
def test_it_is_a4_pdf_for_who_sees_the_order_and_nobody_else(crew: Crew, query: str, language: str) -> None:
    order = a_confirmed_order(crew, [{"product": a_product(name="球閥 #let x = [*"), "quantity": "2"}])
    address = reverse("sales.order.paper", kwargs={"public_id": order.public_id}) + query
    answer = a_client(Person.objects.get(pk=crew.sales.person_id), language).get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert re.search(rb"/MediaBox ?\[ ?0 0 595\.\d+ 841\.\d+ ?\]", answer.content), "A4"
    assert a_client(Person.objects.get(pk=Crew().sales.person_id), language).get(address).status_code == 404
