"""Clause 2.5.1: large, medium, small or micro follows from the industry and the figures, and says why."""

from decimal import Decimal

import pytest

from shangwu.chapters.customers.models import Area, Industry
from shangwu.chapters.customers.sizes import RULES, SECTIONS, Figure, judged, rule_of
from shangwu.chapters.customers.tables import lines
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.people.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def size(code: str, people: int | None, revenue: object = None, assets: object = None) -> str | None:
    amounts = [None if one is None else Decimal(str(one)) for one in (revenue, assets)]
    found = judged(code, people, *amounts)
    return found.size if found else None


BOUNDARIES = [
    # Wholesale: people 200/20/5, revenue 40000/5000/1000. The example: 30 people, 48 million yuan.
    ("51", 30, 4800, None, "small"), ("51", 200, 40000, None, "large"), ("51", 199, 40000, None, "medium"),
    ("51", 200, 39999, None, "medium"), ("51", 20, 5000, None, "medium"), ("51", 19, 5000, None, "small"),
    ("51", 20, "4999.99", None, "small"), ("51", 5, 1000, None, "small"), ("51", 4, 1000, None, "micro"),
    ("51", 5, 999, None, "micro"), ("51", 1000, 999, None, "micro"),
    ("C34", 1000, 40000, None, "large"), ("34", 999, 40000, None, "medium"), ("C34", 300, 1999, None, "small"),
    ("52", 50, 500, None, "medium"), ("I65", 10, 50, None, "small"), ("64", 2000, 100000, None, "large"),
    ("A01", None, 500, None, "medium"), ("E48", None, 6000, 5000, "medium"), ("E48", None, 6000, 4999, "small"),
    ("L72", 100, None, 8000, "medium"), ("K70", None, 1000, 5000, "medium"), ("702", 300, 1000, None, "medium"),
    ("7020", 100, 500, None, "small"), ("M73", 300, None, None, "large"), ("85", 9, None, None, "micro"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "people", "revenue", "assets", "expected"), BOUNDARIES)
def test_sizes_at_their_bounds(code: str, people: int | None, revenue: object, assets: object, expected: str) -> None:
    assert size(code, people, revenue, assets) == expected


@pytest.mark.parametrize("code", ["J66", "P83", "Q84", "53", "S92", "T", "T97", "", "99"])
def test_what_the_rule_does_not_judge_has_no_computed_size(code: str) -> None:
    assert size(code, 100, 100, 100) is None


def test_no_size_while_a_figure_is_missing() -> None:
    assert size("51", 30, None) is None
    assert size("51", None, 4800) is None


def test_bounds_fall_from_large_to_small_and_every_division_lies_in_a_section() -> None:
    for rule in RULES:
        assert all(large > medium > small for _figure, (large, medium, small) in rule.bounds)
    assert {figure for rule in RULES for figure, _bounds in rule.bounds} == set(Figure)
    divisions = [line for line in lines("industries") if line.level == 2]
    assert [line.code for line in divisions] == [f"{n:02}" for n in range(1, 98)]
    for line in divisions:
        first, last = SECTIONS[line.parent]
        assert first <= int(line.code) <= last


def test_a_customers_size_follows_from_its_figures_and_one_may_look_why(crew: Crew) -> None:
    wholesale = Industry.objects.get(code="51")
    given = {"sector": "51", "headcount": 30, "revenue": "4800", "figures_year": 2025, "size": "large"}
    customer = a_customer(crew.sales, **given)
    assert (customer.size, customer.industry, customer.sector_id) == ("small", "批發業", wholesale.pk)
    customer = act(crew.sales, "customers.customer.edit", customer, {"revenue": "5000"}).record
    assert customer.size == "medium"
    assert rule_of("F51") is rule_of("51")


def test_words_of_ones_own_are_left_and_the_tables_fill_what_is_empty(crew: Crew) -> None:
    customer = a_customer(crew.sales, sector="C", area="TW-64000", region="南區")
    assert (customer.industry, customer.region) == ("製造業", "南區")


def test_a_code_that_holds_no_more_is_kept_where_it_stands_and_not_chosen_anew(crew: Crew) -> None:
    gone = Area.objects.get(code="371200")
    assert not gone.holds_on(gone.valid_until.replace(day=9))  # type: ignore[union-attr]
    assert attempt(crew.sales, "customers.customer.create", None, {"name": "萊蕪鋼材", "area": "371200"}) == "expired"
    edition = Area.objects.get(code="370100")
    customer = a_customer(crew.sales, area=edition)
    act(crew.head, "customers.area.edit", edition, {"valid_until": "2026-01-31"})
    given = {"area": "370100", "industry": "鋼鐵"}
    assert attempt(crew.sales, "customers.customer.edit", customer.fresh, given) == "done", "it stood there before"
    assert attempt(crew.sales, "customers.customer.edit", a_customer(crew.sales), given) == "expired"


def test_the_tables_are_kept_by_hand_and_stand_one_under_another(crew: Crew) -> None:
    business = crew.one(Role.BUSINESS)
    deeper = {"code": "518", "level": 3, "name": "貿易經紀與代理", "parent": "51", "valid_from": "2017-10-01"}
    assert attempt(crew.sales, "customers.industry.create", None, deeper) == "forbidden"
    assert attempt(business, "customers.industry.create", None, deeper) == "done"
    assert attempt(business, "customers.industry.create", None, deeper) == "constraint", "once for each code and day"
    assert attempt(business, "customers.industry.create", None, deeper | {"code": "519", "level": 2}) == "parent"


def test_the_house_comes_with_the_tables() -> None:
    assert Industry.objects.filter(level=1).count() == 20
    assert Industry.objects.filter(level=2).count() == 97
    assert Area.objects.filter(jurisdiction="TW").count() == 22
    assert Area.objects.filter(jurisdiction="HK").count() == 18
    assert Area.objects.filter(jurisdiction="CN", level=1).count() == 34
    assert Area.objects.get(code="440300").name == "深圳市"
    assert Area.objects.filter(code="441900", level=2).get().parent.code == "440000"  # type: ignore[union-attr]
