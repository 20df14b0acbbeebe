"""Clause 2.5.1: how many customers come to the pool, how many are claimed again, and how many are then won."""

import datetime
import itertools
from pathlib import Path
from typing import Any

import pytest

from shangwu.chapters.customers import pooling
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from tests.builders import HOUSE, unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

_minutes = itertools.count(1)
FIGURES = ["pool.came", "pool.waiting", "pool.claimed", "pool.won"]


@pytest.fixture
def crew(time: Time, settings: Any, tmp_path: Path) -> Crew:
    settings.FACTS = tmp_path
    return Crew()


def released(crew: Crew) -> Customer:
    made: Customer = act(crew.sales, "customers.customer.release", a_customer(crew.sales), reason="無進展").record
    return made


def exported(time: Time) -> None:
    """Facts of this moment: what was published is known by its moment."""
    time.now += datetime.timedelta(minutes=next(_minutes))
    export("customers.pool")


def figures(crew: Crew, time: Time) -> list[int]:
    exported(time)
    answer = ask(crew.executive, FIGURES)
    return [int(answer.total(place) or 0) for place in range(len(FIGURES))]


def test_what_came_is_waiting_until_it_is_claimed_and_may_then_be_won(crew: Crew, time: Time) -> None:
    a_customer(crew.sales)
    first, second, _third = (released(crew) for _n in range(3))
    assert figures(crew, time) == [3, 3, 0, 0], "who was never in the pool is not counted"
    for one in (first, second):
        act(crew.colleague, "customers.customer.claim", one.fresh)
    act(crew.colleague, "customers.customer.win", first.fresh)
    assert figures(crew, time) == [3, 1, 2, 1]


def test_what_the_clock_takes_back_counts_and_so_does_what_was_brought_in(crew: Crew, time: Time) -> None:
    customer = a_customer(crew.sales)
    time.to("06-30")
    pooling.look_after()
    assert (customer.fresh.owner_id, f"{customer.fresh.released_on}") == (None, "2026-06-30")
    act(HOUSE, "customers.customer.create", None, {"name": unique("澤川水務"), "owner": None})
    assert figures(crew, time) == [2, 2, 0, 0]


def test_it_is_told_by_whose_customers_they_were(crew: Crew, time: Time) -> None:
    released(crew)
    exported(time)
    answer = ask(crew.executive, ["pool.came"], by=["former_owner"])
    assert [row[1] for row in answer.rows] == [1]
    assert answer.labels["former_owner"][answer.rows[0][0]] == crew.sales.name


def test_each_sees_the_figures_of_what_they_see(crew: Crew, time: Time) -> None:
    released(crew)
    elsewhere = Crew()
    act(elsewhere.colleague, "customers.customer.claim", released(elsewhere).fresh)
    exported(time)
    assert ask(crew.executive, ["pool.came"]).total(0) == 2
    assert ask(crew.sales, ["pool.came"]).total(0) == 1, "the pool is all of sales', what another has is not"
