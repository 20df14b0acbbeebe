"""Clause 2.6.3: on the day of shipping the customer has the number; the mail or the logged contact proves it."""

import datetime
import zoneinfo
from collections.abc import Iterator
from typing import Any

import pytest

from shangwu.chapters.customers.mail_sending import send_waiting
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.sales.models import Shipment
from shangwu.chapters.sales.tests.factories import a_ready_order
from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.notices.tests.post_office import PostOffice, a_post_office
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.6.3")]

TAIPEI = zoneinfo.ZoneInfo("Asia/Taipei")
NUMBER = "SF1234567890123"


class Time:
    """Monday, 23 March 2026, in Taipei."""

    now = datetime.datetime(2026, 3, 23, 14, tzinfo=TAIPEI)

    def __call__(self) -> datetime.datetime:
        return self.now.astimezone(datetime.UTC)


@pytest.fixture
def time() -> Iterator[Time]:
    moved = Time()
    former = clock.replace_source(moved)
    yield moved
    clock.replace_source(former)
    directory.forget()


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    with a_post_office(settings) as found:
        yield found


@pytest.fixture
def crew(time: Time) -> Crew:
    seed_calendars(HOUSE, [2026], ["TW"])
    directory.forget()
    return Crew()


def shipped(crew: Crew) -> Shipment:
    order = a_ready_order(crew, customer=a_customer(crew.sales))
    act(crew.logistics, "sales.order.ship", order, {"tracking_number": NUMBER})
    return Shipment.objects.get(order=order)


def duty_of(shipment: Shipment) -> Duty:
    return Duty.objects.get(rule="2.6.3.3", subject_id=shipment.pk, subject_type="sales.shipment")


def log(crew: Crew, shipment: Shipment, summary: str) -> None:
    given = {"customer": shipment.order.customer, "method": "messenger", "at": clock.now(), "summary": summary}
    act(crew.sales, "customers.communication.create", None, given)


@pytest.mark.parametrize(("hour", "day"), [(14, 23), (18, 23), (19, 24)])
def test_it_is_due_by_six_of_the_day_of_shipping(crew: Crew, time: Time, hour: int, day: int) -> None:
    time.now = time.now.replace(hour=hour)
    due = duty_of(shipped(crew)).due_at
    assert due is not None
    assert due.astimezone(TAIPEI) == datetime.datetime(2026, 3, day, 18, tzinfo=TAIPEI)


def test_a_logged_contact_with_the_number_proves_it(crew: Crew, time: Time) -> None:
    shipment = shipped(crew)
    log(crew, shipment, "已告知客戶今日出貨")
    assert duty_of(shipment).done_at is None, "without the number it is no proof"
    time.now += datetime.timedelta(minutes=5)
    log(crew, shipment, f"運單號 {NUMBER.lower()}，順豐")
    assert duty_of(shipment).done_at == clock.now() == shipment.fresh.told_at


def test_anothers_contact_proves_nothing(crew: Crew) -> None:
    shipment = shipped(crew)
    given = {"customer": a_customer(crew.sales), "method": "phone", "at": clock.now(), "summary": NUMBER}
    act(crew.sales, "customers.communication.create", None, given)
    assert duty_of(shipment).done_at is None


def test_a_mail_that_went_proves_it_and_one_that_waits_does_not(crew: Crew, office: PostOffice) -> None:
    shipment = shipped(crew)
    customer = shipment.order.customer
    contact = a_contact(crew.sales, customer, email="lin@huatai.example")
    given = {"customer": customer, "contact": contact, "subject": "出貨通知", "text": f"運單號：{NUMBER}"}
    mail = act(crew.sales, "customers.message.create", None, given).record
    act(crew.sales, "customers.message.send", mail)
    assert duty_of(shipment).done_at is None
    assert send_waiting() == 1
    assert duty_of(shipment).done_at is not None
