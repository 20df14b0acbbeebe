"""Clause 2.5.1: nobody empties the pool in a day."""

from collections.abc import Callable

import pytest

from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.customers.tests.test_pool import pooled
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import Refusal, Row, act, act_many

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]


def test_one_person_claims_so_many_in_a_day_and_goes_on_tomorrow(time: Time, rule: Callable[..., None]) -> None:
    rule(pool_daily=2)
    crew = Crew()
    first = pooled(crew)
    act(crew.sales, "customers.customer.claim", first)
    act(crew.sales, "customers.customer.release", first.fresh, reason="看過了")
    found = act_many(crew.sales, "customers.customer.claim", [Row(target=pooled(crew)) for _n in range(2)])
    assert [isinstance(one, Refusal) for one in found.results] == [False, True], "what was released counts as well"
    assert attempt(crew.sales, "customers.customer.claim", pooled(crew)) == "daily"
    assert attempt(crew.colleague, "customers.customer.claim", pooled(crew)) == "done", "each has their own day"
    time.to("03-26")
    assert attempt(crew.sales, "customers.customer.claim", pooled(crew)) == "done"
