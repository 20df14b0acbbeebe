"""Clause 2.5.2: the map of coverage counts by grade who has a plan and who was spoken with in time."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.chapters.customers import planning
from shangwu.chapters.customers.coverage import CELLS, Grade, conditions, coverage, served
from shangwu.chapters.customers.models import ContactPlan, Customer
from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.chapters.customers.tests.test_plans import approve
from shangwu.chapters.sales.pages.loyalty import loyalty
from shangwu.chapters.sales.tests.factories import a_confirmed_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures.asking import ask
from shangwu.foundation.measures.exporting import export
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


def a_won(desk: Desk, grade: str, by: Any = None) -> Customer:
    made = a_customer(by or desk.sales, grade=grade)
    won: Customer = act(HOUSE, "customers.customer.win", made).record
    return won


def the_map(desk: Desk) -> dict[str, Grade]:
    return {one.grade: one for one in coverage(desk.sales, clock.now())}


def test_who_was_not_spoken_with_for_longer_than_the_grade_allows_is_overdue(desk: Desk, moment: Time) -> None:
    silent, spoken = a_won(desk, "A"), a_won(desk, "A")
    a_won(desk, "B")
    moment.go("2026-10-20 10:00")
    said = {"customer": spoken, "at": clock.now(), "summary": "確認下季需求"}
    act(desk.sales, "customers.communication.create", None, said)
    moment.go("2026-10-29 10:00")
    assert the_map(desk)["A"].counts["overdue"] == 0, "thirty days are not over"
    moment.go("2026-10-30 10:00")
    found = the_map(desk)
    assert (found["A"].counts["in_time"], found["A"].counts["overdue"]) == (1, 1)
    assert (found["B"].counts["overdue"], found["C"].counts["customers"]) == (0, 0)
    overdue = served(desk.sales).filter(conditions("overdue", clock.now(), 2026))
    assert list(overdue.values_list("pk", flat=True)) == [silent.pk]


def test_plans_in_force_stand_beside_the_talks_that_were_held(desk: Desk, moment: Time) -> None:
    a_won(desk, "A")
    a_won(desk, "B")
    planning.draw_up_all(desk.sales, 2026)
    found = the_map(desk)
    assert (found["A"].counts["planned"], found["A"].counts["unplanned"]) == (0, 1), "a draft is none"
    approve(desk, *ContactPlan.objects.all())
    found = the_map(desk)
    assert (found["A"].counts["planned"], found["A"].counts["unplanned"], found["C"].counts["planned"]) == (1, 0, None)
    assert (found["A"].due, found["B"].due) == (272 // 30, 272 // 60), "29 September is the year's 272nd day"
    assert found["A"].done == 0


def test_each_number_is_the_number_of_customers_that_it_opens(desk: Desk, moment: Time) -> None:
    for grade in "AABCC":
        a_won(desk, grade)
    moment.go("2026-11-20 10:00")
    client = a_client(Person.objects.get(pk=desk.sales.person_id))
    for one in coverage(desk.sales, clock.now()):
        for cell in CELLS:
            opened = served(desk.sales).filter(conditions(cell, clock.now(), 2026), grade=one.grade).count()
            assert (one.counts[cell] or 0) == (opened if one.counts[cell] is not None else 0)
            page = client.get(f"/customers/coverage/?grade={one.grade}&cell={cell}")
            assert page.content.decode().count("/customers/visits/new/?customer=") == opened


def test_one_sees_ones_own_customers_counted_and_no_others(desk: Desk) -> None:
    a_won(desk, "A")
    a_won(desk, "A", by=desk.colleague)
    assert the_map(desk)["A"].counts["customers"] == 1
    assert {one.grade: one for one in coverage(desk.head, clock.now())}["A"].counts["customers"] == 2


def test_queries_do_not_grow_and_a_bad_cell_opens_nothing(desk: Desk) -> None:
    client = a_client(Person.objects.get(pk=desk.sales.person_id))
    address = "/customers/coverage/?grade=A&cell=customers"

    def counted() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    a_won(desk, "A")
    counted()
    few = counted()
    for _n in range(4):
        a_won(desk, "A")
    assert counted() == few
    for wrong in ("?grade=Z&cell=overdue", "?grade=A&cell=drop", "?grade=&cell="):
        assert client.get(f"/customers/coverage/{wrong}").status_code == 200


def test_repeat_orders_and_losses_are_shares_of_the_customers_who_ordered(desk: Desk, moment: Time) -> None:
    again, once = a_customer(desk.sales), a_customer(desk.sales)
    for customer in (again, once):
        a_confirmed_order(desk, customer=customer)
    moment.go("2026-10-12 10:00")
    a_confirmed_order(desk, customer=again.fresh)
    act(desk.sales, "customers.customer.lose", once.fresh, reason="停產")
    export("sales.loyalty")
    since, until = datetime.date(2026, 9, 1), datetime.date(2026, 10, 31)
    found = ask(desk.executive, ["sales.repeat_rate", "sales.loss_rate"], since=since, until=until)
    assert [float(value) for value in found.rows[0]] == [0.5, 0.5]
    given = {"year": 2026, "department": desk.department}
    year = act(desk.service, "customers.satisfactionreport.create", None, given).record
    told = loyalty(desk.executive, year)
    assert told is not None
    assert [one["value"] for one in told["rows"]] == ["50%", "50%"], "on the page of the year's satisfaction, too"
    page = a_client(desk.leader).get(f"/customers/satisfactionreports/{year.public_id}/")
    assert "Lost or dormant by now" in page.content.decode()
