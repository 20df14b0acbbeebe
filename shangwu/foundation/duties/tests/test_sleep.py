"""A worker that slept, broke off, ran twice or stood elsewhere comes to the same table as one that never slept."""

import datetime
import os
import random
import time as clocks
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.calendars.models import Calendar
from shangwu.foundation.duties import directory, ticking
from shangwu.foundation.duties.models import Beat, Duty
from shangwu.foundation.duties.tests.offices import Office, Time
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


class Killed(BaseException):
    """What a power cut is to a process."""


@contextmanager
def cut_after(statements: int) -> Iterator[None]:
    """Everything breaks off after so many statements that write."""
    left = statements

    def watch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        nonlocal left
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "\nWITH ", "WITH G"):
            left -= 1
            if left < 0:
                raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


def alive() -> None:
    """The web lives on, whatever the worker does."""
    last = Beat.objects.order_by("-until").first()
    if last is None:
        Beat.objects.create(since=clock.now(), until=clock.now())
    else:
        Beat.objects.filter(pk=last.pk).update(until=clock.now())


def _someone_is_appointed(office: Office) -> None:
    """Customer service has somebody from now on: until then its duties fell to the head of the topmost department."""
    given = {"person": office.head, "role": Role.SERVICE, "reaches": office.department, "starts_on": _today()}
    act_many(HOUSE, "people.roleassignment.create", [Row(given)], whole=True)


def _somebody_is_away(office: Office) -> None:
    given = {
        "absent": office.sales, "deputy": office.head, "starts_on": _today(), "ends_on": _today() + 9 * DAY,
        "reason": "年假",
    }  # fmt: skip
    act_many(HOUSE, "people.delegation.create", [Row(given)], whole=True)


def _the_calendar_changes(office: Office) -> None:
    days = [
        {"day": _today() + ahead * DAY, "is_working": False, "name": "颱風", "kind": "holiday"} for ahead in (1, 2, 3)
    ]
    given = {"calendar": Calendar.objects.get(code="TW"), "year": 2026, "published_on": _today(), "days": days}
    act_many(HOUSE, "calendars.calendaredition.create", [Row(given)], whole=True)


def _somebody_leaves(office: Office) -> None:
    act_many(HOUSE, "people.person.leave", [Row({"left_on": _today()}, target=office.sales)], whole=True)


HAPPENS = {20: _somebody_is_away, 45: _someone_is_appointed, 52: _the_calendar_changes, 80: _somebody_leaves}
"""What changes around the records, on which day of such a life."""


def _today() -> datetime.date:
    return clock.now().date()


def live(office: Office, time: Time, days: int, ticks: Any) -> None:
    """The days of a small office, the same each time; `ticks` says what the worker does on each of them."""
    chance = random.Random(7)
    time.go("2026-01-05 09:00")
    seller = office.by(office.sales)
    customers = [a_customer(seller, name=f"客戶{place}有限公司", grade=grade) for place, grade in enumerate("AABBCC")]
    act_many(HOUSE, "customers.customer.win", [Row(target=one) for one in customers])
    for day in range(days):
        time.now = (time.now + DAY).replace(hour=10)
        alive()
        for one in customers:
            if chance.random() < 0.04:
                given = {"customer": one, "at": clock.now(), "summary": "電話"}
                act_many(seller, "customers.communication.create", [Row(given)], whole=True)
            if chance.random() < 0.01:
                act_many(seller, "customers.customer.verify", [Row(target=one)], whole=True)
        if day in HAPPENS:
            HAPPENS[day](office)
        ticks(day)
    time.now += DAY
    alive()
    ticking.tick()


def run(office: Office, time: Time, days: int, ticks: Any) -> list[tuple[Any, ...]]:
    """The table of duties at the end of such a life, of which nothing else remains."""
    moments = ("opened_at", "due_at", "week", "done_at", "cancelled_at")
    with transaction.atomic():
        live(office, time, days, ticks)
        found = sorted(
            Duty.objects.values_list("rule", "period", *moments, "holder_id", "acting_id", "basis"), key=repr
        )
        transaction.set_rollback(True)
    directory.forget()
    return found


def awake(day: int) -> None:
    ticking.tick()


def asleep(day: int) -> None:
    if day % 31 == 30:
        ticking.tick()


def doubled(day: int) -> None:
    ticking.tick()
    ticking.tick()


def broken_off(day: int) -> None:
    """Each third day the worker dies in the midst of its tick; the next day it starts again."""
    if day % 3:
        ticking.tick()
        return
    try:
        with transaction.atomic(), cut_after(day % 7):
            ticking.tick()
    except Killed:
        directory.forget()


def elsewhere(day: int) -> None:
    """Each day the worker stands in another zone."""
    os.environ["TZ"] = ("Asia/Taipei", "America/New_York", "Europe/Berlin")[day % 3]
    clocks.tzset()
    ticking.tick()


@pytest.fixture
def _home() -> Iterator[None]:
    former = os.environ.get("TZ")
    yield
    os.environ.pop("TZ") if former is None else os.environ.update(TZ=former)
    clocks.tzset()


@pytest.mark.usefixtures("_home")
def test_any_worker_comes_to_the_table_of_one_that_never_slept(time: Time, full_count: bool) -> None:
    office = Office()
    days = 730 if full_count else 100
    expected = run(office, time, days, awake)
    assert len(expected) > days // 10
    for worker in (asleep, doubled, broken_off, elsewhere):
        assert run(office, time, days, worker) == expected, worker.__name__
