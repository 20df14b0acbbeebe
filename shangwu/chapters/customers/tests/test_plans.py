"""Clause 2.5.2: customers of grade A and B have a contact plan each year, approved by the head."""

from typing import Any

import pytest

from shangwu.chapters.customers import planning
from shangwu.chapters.customers.models import ContactPlan, Customer
from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


def a_won(desk: Desk, grade: str = "A", **values: Any) -> Customer:
    """A customer who has ordered."""
    made = a_customer(desk.sales, grade=grade, **values)
    won: Customer = act(HOUSE, "customers.customer.win", made).record
    return won


def drawn(desk: Desk, customer: Customer, by: Actor | None = None, **values: Any) -> str:
    given = {
        "customer": customer, "year": 2026, "traits": "重視交期，採購與生管分開", "way": "visit",
        "reason": "要事當面談", "every_days": 30,
    } | values  # fmt: skip
    return attempt(by or desk.sales, "customers.contactplan.create", None, given)


def the_plan(customer: Customer) -> ContactPlan:
    return ContactPlan.objects.filter(customer=customer, archived_at__isnull=True).latest("pk")


def approve(desk: Desk, *plans: ContactPlan) -> None:
    head = desk.head
    act_many(desk.sales, "customers.contactplan.submit", [Row(target=one) for one in plans])
    asked = Request.objects.filter(subject_id__in=[one.public_id for one in plans], state="running")
    act_many(head, "approvals.request.approve", [Row({}, one) for one in asked])


def duties_of(customer: Customer) -> list[tuple[str, str, bool]]:
    """(period, day due, done) of each."""
    found = Duty.objects.filter(rule="2.5.2.1", subject_id=customer.pk, subject_type="customers.customer")
    return [
        (one.period, one.due_at.astimezone(Time.zone).date().isoformat(), one.done_at is not None)
        for one in found.filter(cancelled_at__isnull=True).order_by("period")
        if one.due_at is not None
    ]


def test_a_plan_is_in_force_when_the_head_has_approved_it(desk: Desk) -> None:
    customer = a_won(desk)
    assert drawn(desk, customer) == "done"
    plan = the_plan(customer)
    assert (plan.state, plan.owner_id) == ("draft", desk.sales.person_id)
    assert attempt(desk.executive, "customers.contactplan.put_in_force", plan) == "forbidden", "only by a decision"
    approve(desk, plan)
    assert (plan.fresh.state, plan.fresh.in_force_by_id) == ("in_force", desk.head.person_id)
    assert attempt(desk.sales, "customers.contactplan.edit", plan.fresh, {"way": "phone"}) == "state"


def test_a_plan_sent_back_is_a_draft_again(desk: Desk) -> None:
    customer, head = a_won(desk), desk.head
    drawn(desk, customer)
    plan = the_plan(customer)
    act(desk.sales, "customers.contactplan.submit", plan)
    asked = Request.objects.get(subject_id=plan.public_id)
    act(head, "approvals.request.roll_back", asked, {"opinion": "請寫明需求"})
    assert plan.fresh.state == "draft"
    assert customer.fresh.planned_until is None


def test_the_plan_of_the_year_is_due_by_its_day_and_the_approval_proves_it(desk: Desk, moment: Time) -> None:
    customer = a_won(desk)
    assert duties_of(customer) == [("2027", "2027-02-01", False)], "2027-01-31 is a Sunday"
    moment.go("2026-12-15 10:00")
    assert drawn(desk, customer, year=2027) == "done"
    assert duties_of(customer)[0][2] is False, "a draft proves nothing"
    approve(desk, the_plan(customer))
    assert customer.fresh.planned_until.isoformat() == "2027-12-31"
    found = {period: done for period, _due, done in duties_of(customer)}
    assert found["2027"] is True


def test_the_plan_of_this_year_does_not_settle_the_next(desk: Desk) -> None:
    customer = a_won(desk)
    drawn(desk, customer)
    approve(desk, the_plan(customer))
    assert duties_of(customer) == [("2027", "2027-02-01", False)]


def test_grade_c_is_not_asked_for_a_plan_and_who_falls_to_it_no_more(desk: Desk) -> None:
    assert duties_of(a_won(desk, "C")) == []
    customer = a_won(desk, "B")
    assert len(duties_of(customer)) == 1
    act(desk.sales, "customers.customer.edit", customer, {"grade": "C"})
    assert duties_of(customer) == []
    assert customer.fresh.ranked_at is None


def test_whoever_rises_late_is_not_late_at_once(desk: Desk, moment: Time) -> None:
    customer = a_won(desk, "C")
    moment.go("2027-06-01 10:00")
    act(desk.sales, "customers.customer.edit", customer, {"grade": "A"})
    (duty,) = Duty.objects.filter(rule="2.5.2.1", subject_id=customer.pk)
    assert (duty.period, duty.opened_at) == ("2028", customer.fresh.ranked_at)


def test_a_year_has_one_plan_of_a_customer(desk: Desk) -> None:
    customer = a_won(desk)
    assert drawn(desk, customer) == "done"
    assert drawn(desk, customer) == "planned"
    assert drawn(desk, customer, year=2027) == "done"
    act(desk.sales, "customers.contactplan.archive", the_plan(customer))
    assert drawn(desk, customer, year=2027) == "done", "the first was a mistake"
    rows = [Row({**_inputs(customer), "year": 2027}), Row({**_inputs(a_won(desk)), "year": 2027})]
    assert len(act_many(desk.sales, "customers.contactplan.create", [*rows, rows[1]]).done) == 1


def _inputs(customer: Customer) -> dict[str, Any]:
    return {"customer": customer, "traits": "重視交期", "way": "phone", "reason": "常用電話", "every_days": 30}


@pytest.mark.parametrize(
    ("values", "code"),
    [({"year": 2025}, "year"), ({"year": 2028}, "year"), ({"every_days": 31}, "rare"), ({"every_days": 0}, "invalid")],
)
def test_a_plan_fits_the_year_and_the_grade(desk: Desk, values: dict[str, Any], code: str) -> None:
    assert drawn(desk, a_won(desk), **values) == code


def test_a_colleague_does_not_plan_for_others_but_sales_support_does(desk: Desk) -> None:
    customer = a_won(desk)
    assert drawn(desk, customer, by=desk.colleague) == "invalid", "not even seen"
    assert drawn(desk, customer, by=desk.support) == "done"
    assert the_plan(customer).owner_id == desk.sales.person_id, "whose customer it is, is responsible"


def test_all_plans_of_ones_customers_are_drawn_up_at_once_by_grade(desk: Desk) -> None:
    a, b, c = a_won(desk, "A", industry="化工"), a_won(desk, "B"), a_won(desk, "C")
    has = a_won(desk, "B")
    drawn(desk, has)
    outcome = planning.draw_up_all(desk.sales, 2026)
    assert len(outcome.done) == 2
    assert (the_plan(a).way, the_plan(a).every_days, the_plan(b).way, the_plan(b).every_days) == (
        "visit", 30, "phone", 60,
    )  # fmt: skip
    assert "化工" in the_plan(a).traits
    assert not ContactPlan.objects.filter(customer=c).exists()
    assert len(planning.draw_up_all(desk.sales, 2026).done) == 0, "twice is once"


def test_plans_are_asked_for_and_approved_for_many_at_once(desk: Desk) -> None:
    for grade in ("A", "B"):
        a_won(desk, grade)
    planning.draw_up_all(desk.sales, 2026)
    approve(desk, *ContactPlan.objects.all())
    assert set(ContactPlan.objects.values_list("state", flat=True)) == {"in_force"}


def test_the_page_proposes_and_draws_up(desk: Desk) -> None:
    customer = a_won(desk)
    client = a_client(Person.objects.get(pk=desk.sales.person_id))
    page = client.get("/customers/plans/?year=2026").content.decode()
    assert str(customer) in page
    assert client.get("/customers/plans/?year=zwei").status_code == 200
    assert client.post("/customers/plans/?year=2026").url.endswith("?view=drafts&state=draft"), "the drafts alone"
    assert the_plan(customer).state == "draft"
    plans = client.get("/customers/contactplans/?view=drafts&state=draft").content.decode()
    assert "2,026" not in plans
    assert "2026" in plans, "a year is not counted"
    other = a_client(Person.objects.get(pk=desk.service.person_id))
    assert other.post("/customers/plans/").status_code in (403, 404)
