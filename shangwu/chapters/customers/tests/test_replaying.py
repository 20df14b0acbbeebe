"""Replay before you rule: what another limit of customers without an order would have refused (2.5.1)."""

import datetime
from collections.abc import Callable

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_customer, person_of
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.policy.parameters import parameters
from shangwu.foundation.records.actors import Source
from shangwu.foundation.records.history import history_models
from shangwu.foundation.regulation import replaying
from tests.builders import HOUSE, unique

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

Rule = Callable[..., None]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def sheet(crew: Crew, former: int, value: int) -> list[tuple[int, int]]:
    """(before, after) of: times asked, times refused, people who are full."""
    lines = replaying.sheet(parameters["pool.limit"], former, value, crew.executive)
    return [(line.before, line.after) for line in lines]


def some_months(crew: Crew) -> list[str]:
    """The same deeds each time; what came of those that the limit may refuse."""
    found = []

    def tried(*given: object, **rest: object) -> None:
        found.append(attempt(*given, **rest))  # type: ignore[arg-type]

    def opened() -> Customer:
        return a_customer(HOUSE)

    def name() -> dict[str, str]:
        return {"name": f"新客戶{unique()}股份有限公司"}

    pool = [opened() for _n in range(4)]
    for one in pool[:2]:
        tried(crew.sales, "customers.customer.claim", one)
    tried(crew.sales, "customers.customer.create", None, name())
    if pool[0].fresh.owner_id is not None:
        act(crew.sales, "customers.customer.release", pool[0], reason="不再跟進")
    tried(crew.sales, "customers.customer.claim", pool[2])
    act(HOUSE, "customers.customer.win", pool[2])
    tried(crew.sales, "customers.customer.claim", pool[3])
    mine = a_customer(crew.colleague)
    found.append("done")
    tried(crew.head, "customers.customer.transfer", mine, {"to": person_of(crew.sales)}, reason="分工")
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_the_sheet_equals_the_same_deeds_with_that_limit(crew: Crew, rule: Rule, limit: int) -> None:
    outcomes = some_months(crew)
    assert set(outcomes) == {"done"}
    asked, refused, _full = sheet(crew, 200, limit)
    assert asked == (len(outcomes), len(outcomes))
    rule(pool_limit=limit)
    again = some_months(Crew())
    assert set(again) <= {"done", "limit"}
    assert refused == (0, again.count("limit"))


def test_who_has_as_many_as_they_may_is_counted(crew: Crew) -> None:
    for _n in range(3):
        a_customer(crew.sales)
    a_customer(crew.colleague)
    assert sheet(crew, 4, 3)[2] == (0, 1)
    assert sheet(crew, 3, 1)[2] == (1, 2)


def test_what_is_older_than_twelve_months_counts_and_is_not_asked_again(crew: Crew, time: Time) -> None:
    former, time.now = time.now, time.now - datetime.timedelta(days=500)
    a_customer(crew.sales)
    moved = a_customer(crew.sales)
    time.now = former
    a_customer(crew.sales)
    act(crew.sales, "customers.customer.release", moved, reason="不再跟進")
    assert sheet(crew, 200, 1) == [(1, 1), (0, 1), (0, 1)]


def test_what_an_import_brought_is_had_and_was_never_asked_for(crew: Crew) -> None:
    act(crew.sales.by_way_of(Source.IMPORT), "customers.customer.create", None, {"name": f"舊客戶{unique()}"})
    a_customer(crew.sales)
    assert sheet(crew, 200, 1)[:2] == [(1, 1), (0, 1)]


def test_a_replay_writes_nothing(crew: Crew) -> None:
    some_months(crew)
    before = (Entry.objects.count(), history_models[Customer].objects.count())  # type: ignore[attr-defined]
    assert sheet(crew, 200, 1)
    assert (Entry.objects.count(), history_models[Customer].objects.count()) == before  # type: ignore[attr-defined]
