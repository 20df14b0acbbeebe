"""Time reminds and tells the superior; it decides nothing, however long nobody looks (DOMAIN 2.1)."""

import datetime
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.approvals.kinds import StepSpec
from shangwu.foundation.approvals.models import Request, Ticket
from shangwu.foundation.approvals.schedule import stir_late
from shangwu.foundation.approvals.tests.asking import Company, a_request, asking, do, waiting
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.3.2")]


TAIPEI = ZoneInfo("Asia/Taipei")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


class Time:
    """A clock that a test moves."""

    def __init__(self, text: str) -> None:
        self.now = at(text)

    def __call__(self) -> datetime.datetime:
        return self.now.astimezone(datetime.UTC)

    def go(self, text: str) -> None:
        self.now = at(text)


@pytest.fixture
def time() -> Iterator[Time]:
    moved = Time("2026-09-23 10:00")  # a Wednesday; 25 and 28 September are off in Taiwan
    former = clock.replace_source(moved)
    seed_calendars(HOUSE, [2026], ["TW"])
    yield moved
    clock.replace_source(former)


@pytest.fixture
def by_head() -> Iterator[None]:
    with asking([StepSpec(name="Head", role=Role.HEAD), StepSpec(name="Finance", role=Role.FINANCE, days=3)]):
        yield


def due(request: Request) -> str:
    moment = request.fresh.due_at
    assert moment is not None
    return f"{moment.astimezone(TAIPEI):%m-%d %H:%M}"


def told(company: Company) -> tuple[int, int]:
    """How many notices head and executive have got."""
    found = Notice.objects.values_list("person_id", flat=True)
    return sum(one == company.head.pk for one in found), sum(one == company.gm.pk for one in found)


def test_a_step_has_its_working_days(time: Time, company: Company, by_head: None) -> None:
    request = a_request(company.seller)
    assert due(request) == "09-24 18:00", "one working day, as the parameter says"
    time.go("2026-09-24 09:00")
    assert do(company.head, "approve", request) == "done"
    assert due(request) == "10-01 18:00", "three working days, past the 25th and 28th"


def test_it_reminds_then_tells_the_superior_each_once_and_never_decides(
    time: Time, company: Company, by_head: None
) -> None:
    request = a_request(company.seller)
    assert told(company) == (1, 0)
    steps = [
        ("2026-09-24 17:59", (1, 0)),
        ("2026-09-24 18:00", (2, 0)),
        ("2026-09-24 18:10", (2, 0)),
        ("2026-09-29 17:59", (2, 0)),  # the next working day after two days off
        ("2026-09-29 18:00", (3, 1)),
        ("2026-09-30 18:00", (3, 1)),
        ("2027-09-30 18:00", (3, 1)),
    ]
    for moment, expected in steps:
        time.go(moment)
        stir_late()
        assert told(company) == expected, moment
    assert (request.fresh.state, waiting(request)) == ("running", ["主管"])
    assert company.gm.pk in request.fresh.involved, "the superior sees what is late"
    assert do(company.gm, "approve", request) == "waiting", "and decides it no more than before"
    assert do(company.head, "approve", request) == "done"


def test_a_clock_that_slept_or_ran_twice_tells_no_more(time: Time, company: Company, by_head: None) -> None:
    request = a_request(company.seller)
    found = []
    for moment in ("2026-10-30 10:00", "2026-10-30 10:10", "2026-10-30 10:10", "2026-10-30 10:20"):
        time.go(moment)
        found.append(stir_late())
    assert found == [1, 1, 0, 0]
    ticket = Ticket.objects.get(request=request)
    assert (ticket.reminded_at, ticket.climbed_at) == (at("2026-10-30 10:00"), at("2026-10-30 10:10"))
    assert told(company) == (3, 1)


def test_who_is_asked_instead_has_their_own_time(time: Time, company: Company, by_head: None) -> None:
    request = a_request(company.seller)
    time.go("2026-09-24 18:00")
    stir_late()
    assert do(company.head, "pass_on", request, to=company.vice) == "done"
    assert due(request) == "09-29 18:00"
    assert request.fresh.stir_at == request.fresh.due_at


def test_without_a_calendar_weekdays_count(company: Company, by_head: None) -> None:
    former = clock.replace_source(lambda: datetime.datetime(2031, 1, 3, 9, tzinfo=TAIPEI))  # a Friday
    try:
        assert due(a_request(company.seller)) == "01-06 18:00"
    finally:
        clock.replace_source(former)
