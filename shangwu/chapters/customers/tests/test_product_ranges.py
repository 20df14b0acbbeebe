"""Clause 2.5.2: what an opportunity is about is chosen from a table of the house's own, and counted by it."""

from typing import Any

import pytest

from shangwu.chapters.customers.models import ProductRange
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.customers.tests.test_opportunities import a_reason, an_opportunity, does
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.exchange.exporting import export as export_list
from shangwu.foundation.exchange.exporting import list_of
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages.tests.lists.test_list_page import client_of
from shangwu.foundation.people.models import Person
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


def test_one_of_several_ranges_counts_for_each_and_once_in_all(crew: Crew, settings: Any, tmp_path: Any) -> None:
    settings.FACTS = tmp_path
    valves, pumps = a_range(crew, "閥類"), a_range(crew, "泵類")
    does(crew.sales, "win", an_opportunity(crew.sales, product_range=valves, further_ranges=[pumps]))
    lost = an_opportunity(crew.sales, product_range=pumps)
    does(crew.sales, "lose", lost, outcome_reason=a_reason("lost"))
    does(crew.sales, "win", an_opportunity(crew.sales))
    export("customers.opportunities", everything=True)
    names = ["opportunities.closed", "opportunities.won", "opportunities.win_rate"]
    answer = ask(crew.head, names, by=["product_range"])
    labels = answer.labels["product_range"]
    found = {labels.get(row[0]): tuple(float(one) for one in row[1:]) for row in answer.rows}
    assert found == {"閥類": (1, 1, 1), "泵類": (2, 1, 0.5), None: (1, 1, 1)}
    whole = ask(crew.head, names)
    assert [round(float(whole.total(place)), 4) for place in range(3)] == [3, 2, round(2 / 3, 4)]


def test_an_opportunity_is_of_several_ranges(crew: Crew) -> None:
    valves, pumps, bearings = (a_range(crew, name) for name in ("閥類", "泵類", "軸承"))
    both = an_opportunity(crew.sales, further_ranges=[valves, pumps, valves])
    assert (both.product_range, both.further_ranges) == (valves, [pumps.pk]), "the first is the main one"
    one = an_opportunity(crew.sales, product_range=bearings)
    client = client_of(crew.sales)
    for wanted, shown, hidden in ((pumps, both, one), (valves, both, one), (bearings, one, both)):
        page = client.get(f"/customers/opportunities/?state=open&product_range={wanted.public_id}").content.decode()
        assert str(shown.public_id) in page
        assert str(hidden.public_id) not in page
    detail = client.get(f"/customers/opportunities/{both.public_id}/").content.decode()
    assert "泵類" in detail
    act(crew.sales, "customers.opportunity.edit", both, {"further_ranges": [bearings, pumps]})
    told = a_caller(Person.objects.get(pk=crew.sales.person_id), "read")
    answer = told.get(f"customers/opportunity/{both.public_id}").data
    assert [each["label"] for each in answer["further_ranges"]] == ["軸承", "泵類"]
    history = client.get(f"/customers/opportunities/{both.public_id}/?tab=history").content.decode()
    assert "軸承" in history, "the change is told by names"


def test_ranges_are_exported(crew: Crew, tmp_path: Any) -> None:
    valves, pumps = a_range(crew, "閥類"), a_range(crew, "泵類")
    an_opportunity(crew.sales, further_ranges=[valves, pumps])
    one = list_of("customers.opportunity")
    assert one is not None
    export_list(crew.sales, one, "view=all&column=name&column=further_ranges", tmp_path / "x.csv", "csv")
    assert "泵類" in (tmp_path / "x.csv").read_text("utf-8-sig")
