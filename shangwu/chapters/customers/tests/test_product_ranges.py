"""Clause 2.5.2: what an opportunity is about is chosen from a table of the house's own, and counted by it."""

from typing import Any

import pytest

from shangwu.chapters.customers.models import ProductRange
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.customers.tests.test_opportunities import a_reason, an_opportunity, does
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.people.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def a_range(crew: Crew, name: str) -> ProductRange:
    made: ProductRange = act(crew.one(Role.BUSINESS), "customers.productrange.create", None, {"name": name}).record
    return made


def test_the_house_keeps_its_ranges_and_each_stands_once(crew: Crew) -> None:
    valves = a_range(crew, "閥類")
    assert attempt(crew.one(Role.BUSINESS), "customers.productrange.create", None, {"name": "閥類"}) != "done"
    assert attempt(crew.sales, "customers.productrange.create", None, {"name": "泵類"}) == "forbidden"
    act(crew.head, "customers.productrange.archive", valves)
    given = {"product_range": valves}
    assert attempt(crew.sales, "customers.opportunity.edit", an_opportunity(crew.sales), given) != "done"


def test_what_was_won_is_counted_by_range(crew: Crew, settings: Any, tmp_path: Any) -> None:
    settings.FACTS = tmp_path
    valves, pumps = a_range(crew, "閥類"), a_range(crew, "泵類")
    does(crew.sales, "win", an_opportunity(crew.sales, product_range=valves))
    lost = an_opportunity(crew.sales, product_range=pumps)
    does(crew.sales, "lose", lost, outcome_reason=a_reason("lost"))
    export("customers.opportunities", everything=True)
    answer = ask(crew.head, ["opportunities.win_rate"], by=["product_range"])
    names = answer.labels["product_range"]
    assert {names.get(row[0]): row[1] for row in answer.rows} == {"閥類": 1, "泵類": 0}
