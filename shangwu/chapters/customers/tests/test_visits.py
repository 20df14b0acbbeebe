"""Clause 2.5.2: visits are planned and reported, count as contact, and nobody is followed on the way."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from shangwu.chapters.customers import positions
from shangwu.chapters.customers.models import Communication, Customer, Ticket, Visit
from shangwu.chapters.customers.tests.conftest import Time
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer, person_of
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]

Rule = Callable[..., None]


@pytest.fixture
def crew() -> Crew:
    return Crew()


def in_days(days: float) -> datetime.datetime:
    return clock.now() + datetime.timedelta(days=days)


def a_visit(by: Actor, customer: Customer | None = None, **values: Any) -> Visit:
    given = {"customer": customer or a_customer(by), "planned_at": in_days(2), "purpose": "新廠設備需求"} | values
    made: Visit = act(by, "customers.visit.create", None, given).record
    return made


def does(by: Actor, verb: str, visit: Visit, **inputs: Any) -> str:
    return attempt(by, f"customers.visit.{verb}", visit.fresh, inputs)


def test_a_planned_visit_is_reported_when_it_took_place(crew: Crew) -> None:
    visit = a_visit(crew.sales, companions=[person_of(crew.colleague)])
    assert does(crew.sales, "report", visit, content=" ") == "invalid"
    assert does(crew.sales, "report", visit, content="同意試用", actual_at=in_days(1)) == "future"
    said = {"content": "同意試用兩台", "attitude": "keen", "competitors": "對手報價低一成"}
    assert does(crew.sales, "report", visit, **said) == "done"
    visit = visit.fresh
    assert (visit.state, visit.attitude, visit.done_by_id) == ("done", "keen", crew.sales.person_id)
    assert visit.actual_at == visit.changed_at, "now, unless another time is given"
    assert does(crew.sales, "report", visit, content="改寫") == "state"


def test_a_visit_counts_as_contact_and_protects_the_owner(crew: Crew, time: Time, rule: Rule) -> None:
    rule(pool_D=10, pool_U=20, pool_M=60)
    customer = a_customer(crew.sales)
    assert customer.protected_until == datetime.date(2026, 4, 4)
    visit = a_visit(crew.sales, customer)
    assert customer.fresh.last_contact_at is None, "what is planned is no contact"
    time.to("03-30")
    assert does(crew.sales, "report", visit, content="同意試用") == "done"
    assert customer.fresh.protected_until == datetime.date(2026, 4, 19)
    assert customer.fresh.last_contact_at == visit.fresh.actual_at


def test_its_next_step_stands_among_the_follow_ups(crew: Crew) -> None:
    visit = a_visit(crew.sales)
    assert does(crew.sales, "report", visit, content="同意試用", next_step="送樣") == "constraint"
    assert does(crew.sales, "report", visit, content="同意試用", next_step="送樣", next_on="2030-01-07") == "done"
    (talk,) = Communication.objects.filter(visit=visit)
    assert (talk.method, talk.next_step, talk.next_by_id) == ("visit", "送樣", crew.sales.person_id)
    assert attempt(crew.sales, "customers.communication.finish", talk) == "done"


def test_what_nobody_had_planned_is_recorded_at_once(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    given = {"customer": customer, "content": "順路拜訪，談備品", "met": [{"contact": a_contact(crew.sales, customer)}]}
    visit = act(crew.sales, "customers.visit.record", None, given).record
    assert (visit.state, visit.done_by_id, visit.met.count()) == ("done", crew.sales.person_id, 1)
    assert customer.fresh.last_contact_at == visit.actual_at
    assert attempt(crew.sales, "customers.visit.record", None, given | {"content": ""}) == "invalid"


def test_the_same_form_sent_twice_makes_one_visit(crew: Crew) -> None:
    given = {"customer": a_customer(crew.sales), "content": "談備品"}
    for _n in range(2):
        act(crew.sales, "customers.visit.record", None, given, key="f0f7b5b0-6ad2-4c3f-9a55-111111111111")
    assert (Visit.objects.count(), Communication.objects.count()) == (1, 1)


def test_a_visit_put_off_says_why_and_another_stands_for_it(crew: Crew) -> None:
    customer = a_customer(crew.sales)
    visit = a_visit(crew.sales, customer, met=[{"contact": a_contact(crew.sales, customer)}])
    assert does(crew.sales, "put_off", visit, until=in_days(-1), because="廠休") == "past"
    assert does(crew.sales, "put_off", visit, until=in_days(9), because=" ") == "invalid"
    assert does(crew.sales, "put_off", visit, until=in_days(9), because="客戶廠休") == "done"
    (other,) = Visit.objects.filter(instead_of=visit)
    assert (visit.fresh.state, other.state, other.purpose) == ("moved", "planned", visit.purpose)
    assert other.met.count() == 1


def test_nobody_met_is_no_contact_and_is_not_said_beforehand(crew: Crew, time: Time) -> None:
    visit = a_visit(crew.sales)
    assert does(crew.sales, "miss", visit, because="不在") == "early"
    time.to("03-28")
    assert does(crew.sales, "miss", visit, because="窗口臨時出差") == "done"
    assert (visit.fresh.state, visit.customer.fresh.last_contact_at) == ("missed", None)


def test_times_and_persons_that_do_not_fit_are_refused(crew: Crew) -> None:
    stranger = a_contact(crew.sales, a_customer(crew.sales))
    given = {"customer": a_customer(crew.sales), "planned_at": in_days(1), "met": [{"contact": stranger}]}
    assert attempt(crew.sales, "customers.visit.create", None, given) == "contact"
    assert attempt(crew.sales, "customers.visit.create", None, given | {"met": [], "planned_at": in_days(-1)}) == "past"
    assert attempt(crew.sales, "customers.visit.create", None, {"customer": given["customer"]}) == "invalid"


def test_a_need_heard_on_a_visit_is_followed_by_one_press(crew: Crew) -> None:
    visit = a_visit(crew.sales)
    assert does(crew.sales, "take_need", visit) == "state", "nothing was heard yet"
    does(crew.sales, "report", visit, content="需要耐蝕報告")
    assert does(crew.sales, "take_need", visit) == "done"
    (ticket,) = Ticket.objects.filter(visit=visit)
    assert (ticket.words, ticket.origin) == ("需要耐蝕報告", "visit")
    assert does(crew.sales, "take_need", visit) == "taken"


def test_positions_are_off_unless_the_company_wants_them(crew: Crew, rule: Rule) -> None:
    visit = a_visit(crew.sales)
    assert does(crew.sales, "arrive_here", visit, place="22.6273, 120.3014") == "off"
    rule(visit_position=True)
    assert does(crew.head, "arrive_here", visit, place="22.6273, 120.3014") == "forbidden", "nobody says it for others"
    for wrong in ("here", "95, 10", "22.6", "22.6, 200", "NaN, 1"):
        assert does(crew.sales, "arrive_here", visit, place=wrong) == "invalid"
    assert does(crew.sales, "arrive_here", visit, place="22.6273, 120.3014") == "done"
    assert visit.fresh.whereabouts == "22.63, 120.30", "a kilometre, no closer"
    assert does(crew.sales, "arrive_here", visit, place="22.6273, 120.3014") == "arrived"


def test_who_arrives_says_so_without_saying_where(crew: Crew) -> None:
    visit = a_visit(crew.sales)
    assert does(crew.sales, "arrive", visit) == "done"
    assert (visit.fresh.arrived_at is not None, visit.fresh.whereabouts) == (True, "")


def test_positions_are_erased_when_their_days_are_over(crew: Crew, time: Time, rule: Rule) -> None:
    rule(visit_position=True, visit_position_days=30)
    visit = a_visit(crew.sales)
    assert does(crew.sales, "arrive_here", visit, place="22.6273, 120.3014") == "done"
    time.to("04-24", 9)
    assert positions.look_after() == 0, "its last day"
    time.to("04-24", 11)
    assert positions.look_after() == 1
    assert positions.look_after() == 0, "nothing is left to do"
    past = history_models[Visit]._default_manager.filter(pgh_obj_id=visit.pk)
    assert visit.fresh.whereabouts == ""
    assert set(past.values_list("whereabouts", flat=True)) == {""}, "nor in its history"


def test_a_planned_visit_moves_with_the_hand_over(crew: Crew) -> None:
    visit, done = a_visit(crew.sales), a_visit(crew.sales)
    does(crew.sales, "report", done, content="談備品")
    given = {"giver": person_of(crew.sales), "taker": person_of(crew.colleague), "because": "離職"}
    sheet = act(crew.head, "customers.handover.create", None, given).record.fresh
    act(crew.sales, "customers.handover.give", sheet)
    act(crew.colleague, "customers.handover.take", sheet.fresh)
    assert (visit.fresh.owner_id, done.fresh.owner_id) == (crew.colleague.person_id, crew.sales.person_id)


def test_recording_is_one_press_from_my_day_and_from_the_customer(crew: Crew) -> None:
    visit = a_visit(crew.sales, planned_at=in_days(0.5))
    client = a_client(Person.objects.get(pk=crew.sales.person_id))
    assert f"/act/customers.visit.report/{visit.public_id}/" in client.get("/").content.decode()
    address = f"/act/customers.visit.record/?customer={visit.customer.public_id}"
    page = client.get(f"/customers/customers/{visit.customer.public_id}/").content.decode()
    assert address in page
    form = client.get(address).content.decode()
    assert str(visit.customer.public_id) in form, "the customer is filled in"
