"""What was computed stays as it was computed: a later value or text counts from its day on, and results say which.

Held for the computed results of an order: the route that its review takes, and the deadlines of its duties.
"""

import datetime
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_product, an_order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.board.counting import in_weeks, span_until
from shangwu.foundation.duties import directory, ticking
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.tests.offices import Time
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock, gate
from shangwu.foundation.regulation import values
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living_parameters"), pytest.mark.clause("2.6.1", "1")]

CHANGE = datetime.date(2026, 9, 25)


@pytest.fixture
def time() -> Any:
    moved = Time("2026-09-21 09:00")  # a Monday
    former = clock.replace_source(moved)
    directory.forget()
    values.forget()
    yield moved
    clock.replace_source(former)
    directory.forget()


@pytest.fixture
def crew(time: Time) -> Crew:
    seed_calendars(HOUSE, [2026, 2027], ["TW"])
    found = Crew()
    for by in (
        found.sales, found.support, found.head, found.vice, found.executive, found.finance, found.planning,
        found.purchasing,
    ):  # fmt: skip
        assert by.person_id
    return found


def agree(subject: Any) -> list[int]:
    """Everybody who is asked agrees, stage by stage; who was asked."""
    asked = []
    while True:
        with gate.free_reading():
            request = Request.objects.get(subject_id=subject.public_id)
            if request.state != "running":
                return asked
            person = Person.objects.get(pk=request.waiting[0])
        asked.append(person.pk)
        act(actor_of(person), "approvals.request.approve", request, {"opinion": "同意"})


def changed(crew: Crew, key: str, written: str, on: datetime.date = CHANGE) -> str:
    """A parameter has another value from a day on; the number of the change."""
    given = {"key": key, "written": written, "effective_from": on, "reason": "試行"}
    proposal = act(crew.head, "regulation.proposal.create", None, given).record
    act(crew.head, "regulation.proposal.propose", proposal)
    agree(proposal)
    assert proposal.fresh.state == "adopted"
    values.forget()
    return str(proposal.number)


def submitted(crew: Crew, discount: str) -> Order:
    order = an_order(crew, [{"product": a_product(), "quantity": "1", "discount": discount}])
    return act(crew.sales, "sales.order.submit", order).record  # type: ignore[no-any-return]


def request_of(order: Order) -> Request:
    with gate.free_reading():
        return Request.objects.get(subject_id=order.public_id)


def steps_of(order: Order) -> list[tuple[str, Any]]:
    with gate.free_reading():
        return list(request_of(order).steps.order_by("position").values_list("name", "when"))


def review_of(order: Order) -> Duty:
    with gate.free_reading():
        return Duty.objects.get(rule="2.6.1.1", subject_id=order.pk)


def times(duty: Duty) -> tuple[Any, ...]:
    return duty.opened_at, duty.due_at, duty.done_at, duty.basis, duty.holder_id


def test_the_review_of_an_order_keeps_the_limits_of_its_day(crew: Crew, time: Time) -> None:
    before = submitted(crew, "0.08")
    known = steps_of(before), request_of(before).facts
    changed(crew, "discount.head", "6%")
    time.go("2026-09-29 09:00")
    values.forget()
    assert str(policy("discount.head")) == "0.06"
    after = submitted(crew, "0.08")
    assert (steps_of(before), request_of(before).facts) == known
    assert steps_of(after) != steps_of(before), "what is submitted from that day on goes further up"
    assert crew.vice.person_id not in agree(before), "the head's limit of its day is enough"
    assert before.fresh.state == "accepted"
    assert crew.vice.person_id in agree(after)


def test_a_done_and_an_open_duty_keep_their_deadline_and_name_what_it_was_counted_by(crew: Crew, time: Time) -> None:
    done, still_open = submitted(crew, "0.08"), submitted(crew, "0.08")
    agree(done)
    assert done.fresh.state == "accepted"
    known = [times(review_of(one)) for one in (done, still_open)]
    number = changed(crew, "order.special", "5")
    time.go("2026-09-30 09:00")
    values.forget()
    directory.forget()
    ticking.tick()
    assert [times(review_of(one)) for one in (done, still_open)] == known
    assert "order.special=3" in known[0][3]
    later = submitted(crew, "0.08")
    ticking.tick()
    assert review_of(later).basis == f"order.special=5 ({number})"


def test_a_month_that_is_over_is_counted_as_it_was(crew: Crew, time: Time) -> None:
    """The board of a past day tells the same before and after a change."""
    submitted(crew, "0.08")
    time.go("2026-09-28 09:00")
    ticking.tick()
    span = span_until(datetime.date(2026, 9, 25), clock.now())
    with gate.free_reading():
        before = sorted(map(times, in_weeks(crew.executive, span)), key=repr)
    changed(crew, "order.special", "9", datetime.date(2026, 10, 5))
    time.go("2026-10-08 09:00")
    values.forget()
    directory.forget()
    ticking.tick()
    with gate.free_reading():
        after = sorted(map(times, in_weeks(crew.executive, span)), key=repr)
    assert after == before
