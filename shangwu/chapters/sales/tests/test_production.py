"""Clause 2.6.3: production for an order: by its day, with a warning when it slips, and released before it leaves."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shangwu.chapters.customers.tests.conftest import TAIPEI, Time
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales import production
from shangwu.chapters.sales.models import Line, Order, ProductionRequest, Shipment
from shangwu.chapters.sales.tests.factories import a_product, an_order, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

D, DATE = Decimal, datetime.date


@pytest.fixture
def time() -> Iterator[Time]:
    """Monday, 23 March 2026, in Taipei."""
    moved = Time()
    moved.to("03-23")
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)
    directory.forget()


@pytest.fixture
def crew(time: Time) -> Crew:
    seed_calendars(HOUSE, [2026], ["TW"])
    directory.forget()
    return Crew()


@pytest.fixture
def quality(crew: Crew) -> Actor:
    return crew.one(Role.QUALITY)


def an_order_to_make(crew: Crew, *others: Any) -> Order:
    """A confirmed order of two pieces that are made for it, promised for 31 March; and what else is said."""
    lines = [{"product": a_product(made=True), "quantity": "2"}, *others]
    order = an_order(crew, lines)
    made: Order = act(crew.support, "sales.order.confirm", order, {"promised_on": DATE(2026, 3, 31)}).record
    return made


def a_request(crew: Crew, *others: Any) -> ProductionRequest:
    order = an_order_to_make(crew, *others)
    act(crew.planning, "sales.order.schedule", order)
    return ProductionRequest.objects.get(order=order)


def duties(request: ProductionRequest, rule: str) -> list[Duty]:
    found = Duty.objects.filter(rule=rule, subject_id=request.pk, subject_type="sales.productionrequest")
    return list(found.order_by("period"))


def stands(duty: Duty) -> str:
    assert duty.due_at is not None
    return "open" if duty.done_at is None else "done" if duty.done_at <= duty.due_at else "late"


def told(by: Actor) -> list[str]:
    return [one.message for one in Notice.objects.filter(person=by.person_id).order_by("pk")]


def test_scheduling_asks_production_for_what_is_made_to_order_and_only_that(crew: Crew) -> None:
    request = a_request(crew, {"product": a_product(), "quantity": "5"})
    assert (request.due_on, request.state, request.owner_id) == (DATE(2026, 3, 31), "requested", crew.sales.person_id)
    assert request.number is not None
    assert [(one.position, one.quantity) for one in request.lines.all()] == [(1, D(2))]
    stocked = act(crew.support, "sales.order.confirm", an_order(crew), {"promised_on": today(crew)}).record
    act(crew.planning, "sales.order.schedule", stocked)
    assert not ProductionRequest.objects.filter(order=stocked).exists()


@pytest.mark.parametrize(
    ("day", "answer"), [("2026-03-22", "past"), ("2026-04-01", "promised"), ("2026-03-27", "done")]
)
def test_it_is_needed_by_the_promised_day_or_an_earlier_one(crew: Crew, day: str, answer: str) -> None:
    assert attempt(crew.planning, "sales.order.schedule", an_order_to_make(crew), {"due_on": day}) == answer


def test_nothing_leaves_before_quality_has_released_it(crew: Crew, quality: Actor) -> None:
    order = an_order_to_make(crew)
    assert attempt(crew.logistics, "sales.order.make_ready", order) == "unscheduled"
    act(crew.planning, "sales.order.schedule", order)
    request = ProductionRequest.objects.get(order=order)
    assert attempt(crew.logistics, "sales.order.make_ready", order) == "unreleased"
    assert attempt(quality, "sales.productionrequest.release", request) == "state", "first it is made"
    act(crew.planning, "sales.productionrequest.finish", request, {"batch": "B7"})
    assert attempt(crew.planning, "sales.productionrequest.release", request) == "forbidden"
    act(quality, "sales.productionrequest.release", request, {"finding": "合格"})
    assert (request.fresh.state, request.lines.get().batch) == ("released", "B7")
    act(crew.logistics, "sales.order.make_ready", order)
    act(crew.logistics, "sales.order.ship", order)
    assert order.fresh.state == "shipped"


def test_what_is_in_stock_leaves_while_the_rest_is_being_made(crew: Crew, quality: Actor) -> None:
    request = a_request(crew, {"product": a_product(), "quantity": "3"})
    order = request.order
    act(crew.logistics, "sales.order.make_ready", order)
    held = {"lines": [{"position": 1, "to_ship": "1"}]}
    assert attempt(crew.logistics, "sales.order.pack", order, held) == "unreleased"
    act(crew.logistics, "sales.order.ship", order)
    assert (order.fresh.state, order.fresh.shipped_quantity) == ("part_shipped", D(3))
    assert attempt(crew.logistics, "sales.order.ship", order.fresh) == "unreleased"
    act(crew.planning, "sales.productionrequest.finish", request)
    act(quality, "sales.productionrequest.release", request)
    act(crew.logistics, "sales.order.ship", order.fresh)
    assert order.fresh.state == "shipped"


def test_the_database_itself_ships_nothing_that_is_not_released(crew: Crew) -> None:
    """The control: beside the door the promise still holds."""
    line = a_request(crew).order.lines.get()
    with pytest.raises(IntegrityError, match="line_ships_what_is_released"), transaction.atomic(), gate.door():
        Line.objects.filter(pk=line.pk).update(shipped=1)


def test_who_made_it_does_not_release_it(crew: Crew) -> None:
    request, both = a_request(crew), crew.one(Role.PLANNING, Role.QUALITY)
    act(both, "sales.productionrequest.finish", request)
    assert attempt(both, "sales.productionrequest.release", request) == "own"
    assert attempt(both, "sales.productionrequest.hold", request, {"finding": "毛邊"}) == "own"


def test_what_is_not_as_agreed_goes_back_and_is_inspected_anew(crew: Crew, quality: Actor, time: Time) -> None:
    request = a_request(crew)
    act(crew.planning, "sales.productionrequest.finish", request)
    assert attempt(quality, "sales.productionrequest.hold", request, {"finding": " "}) == "invalid"
    act(quality, "sales.productionrequest.hold", request, {"finding": "尺寸超差"})
    assert (request.fresh.state, request.fresh.failures) == ("requested", 1)
    time.to("03-24")
    act(crew.planning, "sales.productionrequest.finish", request.fresh)
    assert [stands(one) for one in duties(request, "2.6.3.2")] == ["done", "open"]
    act(quality, "sales.productionrequest.release", request.fresh)
    assert [stands(one) for one in duties(request, "2.6.3.2")] == ["done", "done"]


def test_a_delay_is_told_to_sales_with_its_reason(crew: Crew) -> None:
    request, foresee = a_request(crew), "sales.productionrequest.foresee"
    assert attempt(crew.planning, foresee, request, {"expected_on": "2026-03-30"}) == "done"
    assert duties(request, "2.6.3.1") == [], "in time: there is nothing to warn of"
    assert attempt(crew.planning, foresee, request.fresh, {"expected_on": "2026-04-02"}) == "reason"
    given = {"expected_on": "2026-04-02", "why": "原料遲到"}
    assert attempt(crew.planning, foresee, request.fresh, given) == "done"
    (duty,) = duties(request, "2.6.3.1")
    assert duty.due_at is not None
    assert duty.due_at.astimezone(TAIPEI).date() == DATE(2026, 3, 27), "two working days before the 31st"
    assert stands(duty) == "done"
    assert production.SLIPS in told(crew.sales)


def test_a_day_that_passes_in_silence_is_late_until_planning_speaks(crew: Crew, time: Time) -> None:
    request = a_request(crew)
    time.to("03-31", 23)
    assert production.note_overruns() == 0, "the day is not over"
    time.to("04-01")
    assert production.note_overruns() == 1
    assert production.note_overruns() == 0, "it is noted once"
    (duty,) = duties(request, "2.6.3.1")
    assert stands(duty) == "open"
    assert duty.due_at is not None
    assert duty.due_at < clock.now()
    given = {"expected_on": "2026-04-03", "why": "機台故障"}
    act(crew.planning, "sales.productionrequest.foresee", request.fresh, given)
    assert [stands(one) for one in duties(request, "2.6.3.1")] == ["late"]
    time.to("04-04")
    assert production.note_overruns() == 1, "the new day passed too"


def test_what_an_order_no_longer_wants_is_no_longer_made(crew: Crew) -> None:
    request = a_request(crew)
    order = request.order
    lines = [{"product": one.product, "quantity": "1"} for one in order.lines.select_related("product")]
    act(crew.sales, "sales.order.change", order, {"lines": lines}, reason="減量")
    assert (request.fresh.state, Line.objects.get(order=order).unreleased) == ("cancelled", D(0))
    other = a_request(crew)
    act(crew.head, "sales.order.cancel", other.order, reason="客戶取消")
    assert other.fresh.state == "cancelled"
    assert not Shipment.objects.filter(order=other.order).exists()
