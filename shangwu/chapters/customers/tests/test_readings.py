"""Clause 2.5: what the pages work out, a program can ask for too, through the same gates."""

from typing import Any

import pytest

from shangwu.chapters.customers.completeness import completeness, filled
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.test_opportunities import an_opportunity
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.support import Caller, a_caller
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from tests.builders import a_department, an_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1", "2.5.2", "2.5.3")]

ADDRESSES = (
    "customers/likely", "customers/simulator", "customers/coverage", "customers/forecast", "customers/plans",
)  # fmt: skip


def caller_of(by: Actor) -> Caller:
    return a_caller(Person.objects.get(pk=by.person_id), "read")


def stranger() -> Caller:
    """One of another department."""
    return caller_of(an_actor(Role.SALES, department=a_department()))


def test_all_about_a_customer_in_portions(desk: Desk) -> None:
    customer = a_customer(desk.sales)
    for place in range(3):
        said = {"customer": customer, "method": "phone", "at": clock.now(), "summary": f"第{place}次"}
        act(desk.sales, "customers.communication.create", None, said)
    desk.complaint(customer=customer)
    path = f"customers/customer/{customer.public_id}/around"
    answer = caller_of(desk.sales).get(path)
    assert answer.status_code == 200, answer.data
    kinds = [one["type"] for one in answer.data["entries"]]
    assert sorted(set(kinds)) == ["customers.communication", "customers.complaint"]
    assert answer.data["older"] is None
    last = answer.data["entries"][-1]
    place_of_last = f"{answer.data['entries'][0]['at']}~{kinds[0]}~999999999"
    assert last in caller_of(desk.sales).get(path, before=place_of_last).data["entries"]
    assert caller_of(desk.sales).get(path, before="x").status_code == 422
    assert stranger().get(path).status_code == 404


def test_the_timeline_tells_what_changed_as_far_as_one_sees_it(desk: Desk) -> None:
    customer = a_customer(desk.sales, phone="0955000137")
    act(desk.sales, "customers.customer.edit", customer, {"region": "高雄", "phone": "0955000138"})
    answer = caller_of(desk.head).get(f"customers/customer/{customer.public_id}/timeline")
    assert answer.status_code == 200, answer.data
    newest = answer.data["entries"][0]
    assert newest["action"] == "customers.customer.edit"
    changed = {one["field"]: one["after"] for one in newest["changes"]}
    assert changed["region"] == "高雄"
    assert "138" in changed["phone"], "personal, and open to who sees the customer"
    assert stranger().get(f"customers/customer/{customer.public_id}/timeline").status_code == 404


def test_likely_duplicates_tell_of_hidden_files_only_whom_to_ask(desk: Desk) -> None:
    customer = a_customer(desk.sales, name="晉洋精密化工股份有限公司")
    (own,) = caller_of(desk.sales).get("customers/likely", name=customer.name).data["files"]
    assert (own["public_id"], own["reasons"]) == (str(customer.public_id), ["name"])
    (hidden,) = stranger().get("customers/likely", name=customer.name).data["files"]
    assert (hidden["public_id"], hidden["name"]) == (None, None)
    assert hidden["ask"]
    assert caller_of(desk.law).get("customers/likely", name="x").status_code == 403


def test_the_simulator_answers_as_its_page(desk: Desk) -> None:
    a_customer(desk.sales)
    caller = caller_of(desk.sales)
    same = caller.get("customers/simulator").data
    assert (same["held"], same["sooner"], same["later"]) == (1, 0, 0)
    other = caller.get("customers/simulator", first="90").data
    assert (other["terms"]["first"], other["now"]["first"], other["later"]) == (90, 30, 1)
    assert len(other["customers"]) == 1
    assert caller.get("customers/simulator", first="99999").status_code == 422
    assert caller.get("customers/simulator", first="viel").status_code == 422
    assert stranger().get("customers/simulator").data["held"] == 0


def test_coverage_forecast_and_plans(desk: Desk) -> None:
    customer = a_customer(desk.sales, grade="A")
    act(desk.sales, "customers.customer.win", customer)
    an_opportunity(desk.sales, customer)
    caller = caller_of(desk.sales)
    (grade_a, *_more) = caller.get("customers/coverage").data["grades"]
    assert (grade_a["grade"], grade_a["customers"], grade_a["unplanned"]) == ("A", 1, 1)
    cell = caller.get("customers/coverage", grade="A", cell="unplanned").data["customers"]
    assert [one["public_id"] for one in cell] == [str(customer.public_id)]
    assert caller.get("customers/coverage", grade="A").status_code == 422
    (currency,) = caller.get("customers/forecast", owner="me").data["currencies"]
    assert currency["total"]["count"] == 1
    assert currency["total"]["best"] != "0"
    (plan,) = caller.get("customers/plans").data["plans"]
    assert (plan["customer"], plan["every_days"]) == (str(customer.public_id), 30)
    assert caller.get("customers/plans", year="1999").status_code == 422
    other = stranger()
    assert other.get("customers/coverage").data["grades"][0]["customers"] == 0
    assert other.get("customers/forecast").data["currencies"] == []


def test_the_pareto_of_a_month_and_suggestions_for_a_complaint(desk: Desk) -> None:
    one = desk.complaint()
    path = f"customers/complaint/{one.public_id}/suggestions"
    answer = caller_of(desk.service).get(path)
    assert answer.status_code == 200, answer.data
    assert answer.data["like"] == []
    assert stranger().get(path).status_code == 404
    given = {"month": "2026-09-01"}
    report: Any = act(desk.head, "customers.complaintreport.create", None, given).record
    told = caller_of(desk.head).get(f"customers/complaintreport/{report.public_id}/pareto").data
    assert (told["count"], [row["kind"] for row in told["kinds"]]) == (1, ["quality"])
    assert told["kinds"][0]["run"] == "100.0"


def test_what_a_page_says_of_one_record_is_said_to_programs(desk: Desk) -> None:
    customer = a_customer(desk.sales, region="高雄")
    act(desk.sales, "customers.customer.verify_field", customer, {"field": "region"})
    caller = caller_of(desk.sales)
    told = caller.get(f"customers/customer/{customer.public_id}/completeness").data
    assert (told["verified"], told["filled"]) == (completeness(customer.fresh), filled(customer.fresh))
    assert [one["field"] for one in told["verified_fields"]] == ["region"]
    assert {"field": "industry", "empty": True} in told["gaps"]
    assert caller.get(f"customers/customer/{customer.public_id}/score").data["score"] is None
    found = caller.get(f"customers/opportunity/{an_opportunity(desk.sales, customer).public_id}/chance").data
    assert (found["basis"], found["closed"]) == ("default", 0)
    assert stranger().get(f"customers/customer/{customer.public_id}/completeness").status_code == 404


def test_the_clock_of_a_complaint_and_the_figures_of_a_year(desk: Desk) -> None:
    one = desk.brought_to("accepted")
    clock_told = caller_of(desk.service).get(f"customers/complaint/{one.public_id}/clock").data
    assert (clock_told["duty"], clock_told["late"], clock_told["paused"]) == ("2.5.3.2", False, False)
    assert clock_told["due_at"]
    given = {"year": clock.today(desk.service.zone).year, "department": desk.department}
    year: Any = act(desk.service, "customers.satisfactionreport.create", None, given).record
    figures = caller_of(desk.service).get(f"customers/satisfactionreport/{year.public_id}/figures").data
    assert (figures["occasions"], figures["whole"]["answered"]) == ([], 0)
    assert stranger().get(f"customers/complaint/{one.public_id}/clock").status_code == 404


def test_what_is_not_asked_for_is_refused(desk: Desk) -> None:
    caller = caller_of(desk.sales)
    for path in ADDRESSES:
        assert caller.get(path, nonsense="1").status_code == 422
    assert caller.get("customers/customer/x/around").status_code == 404
    assert a_contact(desk.sales, a_customer(desk.sales)).pk
