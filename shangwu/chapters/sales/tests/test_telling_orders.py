"""Clause 2.6.1: the customer hears of a change in time and of an open order every week; what was written proves it."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_shipped_order, an_order
from shangwu.chapters.sales.tests.test_telling_numbers import TAIPEI, Time
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.1")]

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def time() -> Iterator[Time]:
    moved = Time()
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)
    directory.forget()


@pytest.fixture
def crew(time: Time) -> Crew:
    seed_calendars(HOUSE, [2026], ["TW"])
    directory.forget()
    return Crew()


def duties(order: Order) -> list[Duty]:
    rows = Duty.objects.filter(rule="2.6.1.3", subject_id=order.pk, subject_type="sales.order", cancelled_at=None)
    return list(rows.order_by("period"))


def told(crew: Crew, order: Order, **values: Any) -> None:
    given = {
        "customer": order.customer,
        "method": "messenger",
        "at": clock.now(),
        "summary": f"訂單 {order.number} 進度",
    }
    act(crew.sales, "customers.communication.create", None, given | values)


def test_nobody_is_asked_before_something_was_promised(crew: Crew) -> None:
    assert duties(an_order(crew)) == []


def test_a_change_is_told_within_a_working_day_and_the_contact_proves_it(crew: Crew, time: Time) -> None:
    order = a_confirmed_order(crew)
    (change,) = duties(order)
    assert change.done_at is None
    assert change.due_at is not None
    assert change.due_at.astimezone(TAIPEI).date() == datetime.date(2026, 3, 24)
    time.now += HOUR
    told(crew, order, summary="已聯絡客戶")
    assert duties(order)[0].done_at is None, "without the order's number it is no proof"
    told(crew, order, customer=a_customer(crew.sales))
    assert duties(order)[0].done_at is None, "another customer's contact is none"
    told(crew, order)
    assert duties(order)[0].done_at == clock.now() == order.fresh.told_at


def test_an_open_order_is_told_of_every_week_and_a_change_at_once(crew: Crew, time: Time) -> None:
    order = a_confirmed_order(crew)
    time.now += HOUR
    told(crew, order)
    weekly = duties(order)[-1]
    assert weekly.done_at is None
    assert weekly.due_at is not None
    assert weekly.due_at.astimezone(TAIPEI).date() == datetime.date(2026, 3, 30)
    time.now += DAY
    given = {"promised_on": clock.today(TAIPEI) + 9 * DAY}
    act(crew.support, "sales.order.promise", order.fresh, given, reason="缺料")
    changed = duties(order)[-1]
    assert changed.done_at is None
    assert changed.due_at is not None
    assert changed.due_at.astimezone(TAIPEI).date() == datetime.date(2026, 3, 25)
    time.now += HOUR
    told(crew, order)
    assert [one.done_at is None for one in duties(order)] == [False, False, True], "the next week's is open"


def test_further_changes_do_not_put_off_the_first(crew: Crew, time: Time) -> None:
    order = a_confirmed_order(crew)
    (first,) = duties(order)
    time.now += DAY
    act(crew.support, "sales.order.schedule", order.fresh)
    (still,) = duties(order)
    assert (still.pk, still.due_at) == (first.pk, first.due_at)


def test_an_order_given_up_before_any_promise_asks_for_nothing(crew: Crew) -> None:
    order = an_order(crew)
    act(crew.sales, "sales.order.cancel", order, reason="誤輸入")
    assert duties(order) == []


def test_what_is_shipped_once_more_is_told_from_that_day_on(crew: Crew, time: Time) -> None:
    """Told of the delivery on 23 March; on 13 May a piece comes back and is replaced: that is told within a working
    day, and not late since March."""
    order, shipment = a_shipped_order(crew)
    act(crew.logistics, "sales.shipment.deliver", shipment, {"delivered_on": clock.today(TAIPEI)})
    time.now += HOUR
    told(crew, order)
    assert [one.done_at for one in duties(order)] == [clock.now()], "what has arrived is told of no more"
    time.now += 51 * DAY
    back = {"lines": [{"position": 1, "quantity": "1"}], "reason": "defect"}
    act(crew.sales, "sales.order.take_goods_back", order.fresh, back)
    act(crew.logistics, "sales.return.receive", order.returns.get(), {"fit": False, "replace": True})
    asked = duties(order)[-1]
    assert (asked.done_at, asked.opened_at) == (None, clock.now())
    assert asked.due_at is not None
    assert asked.due_at.astimezone(TAIPEI).date() == datetime.date(2026, 5, 14)
    time.now += HOUR
    told(crew, order)
    weekly = duties(order)[-1]
    assert weekly.done_at is None
    assert weekly.due_at is not None
    assert weekly.due_at.astimezone(TAIPEI).date() == datetime.date(2026, 5, 20), "a week from what was told last"


def test_one_press_leads_to_the_mail_that_tells_the_customer(crew: Crew) -> None:
    """That they were told is noted by the mail alone: the button opens it, begun with the order's number."""
    order = a_confirmed_order(crew)
    client = a_client(Person.objects.get(pk=crew.sales.person_id))
    assert f"/sales/orders/{order.public_id}/tell/" in client.get("/").content.decode()
    answer = client.get(f"/sales/orders/{order.public_id}/tell/")
    assert answer.status_code == 302
    form = client.get(answer.headers["Location"]).content.decode()
    assert order.number in form
    assert str(order.customer.public_id) in form
    reader = a_client(Person.objects.get(pk=crew.one(Role.LOGISTICS).person_id))
    other = reader.get(f"/sales/orders/{order.public_id}/tell/")
    assert other.headers["Location"] == f"/sales/orders/{order.public_id}/", "who does not write to customers"
