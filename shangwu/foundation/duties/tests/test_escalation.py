"""Who is told of a duty, and when (DOMAIN 2.3, E): the owner before, the head at it, the executive after. Each once."""

import datetime
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.foundation.access.labels import CONCEALED
from shangwu.foundation.actions.door import act
from shangwu.foundation.calendars.working import WorkingCalendar
from shangwu.foundation.calendars.years import Day, Kind, YearEdition
from shangwu.foundation.duties import escalation, lateness, ticking
from shangwu.foundation.duties.escalation import Step, reached_step
from shangwu.foundation.duties.models import Beat, Duty, LateNote, Told
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.duties.tests.offices import Office, Time, at
from shangwu.foundation.notices.models import Kind as NoticeKind
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from tests.builders import HOUSE, a_person

ZONES = ("Asia/Taipei", "America/New_York", "Europe/Berlin")
SPECIAL = {
    datetime.date(2026, 9, 25): Day(False, "中秋", Kind.HOLIDAY),
    datetime.date(2026, 9, 26): Day(True, "補班", Kind.MAKE_UP),
}
HOUR = datetime.timedelta(hours=1)


def calendar(zone: str) -> WorkingCalendar:
    return WorkingCalendar.of("T", zone, [YearEdition(2026, SPECIAL)])


def moments() -> st.SearchStrategy[datetime.datetime]:
    start = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    return st.integers(0, 250 * 24 * 4).map(lambda quarter: start + quarter * HOUR / 4)


# When


@given(zone=st.sampled_from(ZONES), due=moments(), span=st.integers(1, 900), checks=st.lists(moments(), max_size=8))
def test_the_steps_follow_each_other_and_none_comes_before_its_time(
    zone: str, due: datetime.datetime, span: int, checks: list[datetime.datetime]
) -> None:
    """Whenever one looks: first nothing, then the reminder, from the deadline on the head, at last the executive."""
    one, opened = calendar(zone), due - span * HOUR
    order: list[Step | None] = [None, *Step]
    near = [due + hours * HOUR for hours in (-40, -10, -1, 0, 1, 30, 60, 200)]
    seen = [(moment, reached_step(opened, due, one, moment)) for moment in sorted([*checks, *near])]
    places = [order.index(step) for _moment, step in seen]
    assert places == sorted(places)
    for moment, step in seen:
        assert (moment > due) == (step in (Step.OVERDUE, Step.CLIMB))
        if step is Step.REMIND:
            assert moment > opened
        if step is Step.CLIMB:
            worked = one.working_days_between(one.day_of(due), one.day_of(moment))
            assert worked >= 2


@given(zone=st.sampled_from(ZONES), due=moments(), hours=st.integers(1, 24))
def test_what_lasts_a_working_day_or_less_is_reminded_of_at_half_its_time(
    zone: str, due: datetime.datetime, hours: int
) -> None:
    one = calendar(zone)
    local = due.astimezone(one.zone)
    eve = datetime.datetime.combine(one.add_working_days(local.date(), -1), local.time(), one.zone)
    opened = max(due - hours * HOUR, eve.astimezone(datetime.UTC))
    if opened >= due:
        return
    half = opened + (due - opened) / 2
    second = datetime.timedelta(seconds=1)
    assert reached_step(opened, due, one, half - second) is None
    assert reached_step(opened, due, one, half) is Step.REMIND


@pytest.mark.parametrize(
    ("now", "step"),
    [
        ("2026-09-23 17:59", None), ("2026-09-23 18:00", Step.REMIND), ("2026-09-24 18:00", Step.REMIND),
        ("2026-09-24 18:01", Step.OVERDUE), ("2026-09-28 17:59", Step.OVERDUE), ("2026-09-28 18:00", Step.CLIMB),
    ],
)  # fmt: skip
def test_a_holiday_does_not_count_and_a_saturday_that_makes_up_for_it_does(now: str, step: Step | None) -> None:
    """Due on Thursday; Friday is a holiday, Saturday is worked, so the second working day after is Monday."""
    opened, due = at("2026-09-14 09:00"), at("2026-09-24 18:00")
    assert reached_step(opened, due, calendar("Asia/Taipei"), at(now)) is step


# Who


def told(office: Office, time: Time, moment: str) -> list[int]:
    """Who is told when the clock wakes at a moment."""
    before = set(Notice.objects.values_list("pk", flat=True))
    time.go(moment)
    Beat.objects.update(until=clock.now())
    ticking.tick()
    return list(Notice.objects.exclude(pk__in=before).order_by("pk").values_list("person_id", flat=True))


def away(absent: Any, deputy: Any) -> None:
    given_ = {"absent": absent, "deputy": deputy, "starts_on": "2026-09-01", "ends_on": "2026-12-31"}
    act(HOUSE, "people.delegation.create", None, given_)


@pytest.mark.django_db
def test_a_notice_says_what_it_is_about_and_whose_it_is(office: Office, time: Time) -> None:
    """Four notices of one rule are told apart; whose name is shut to a reader is not named to them."""
    customer = office.won_customer(grade="")
    told(office, time, "2026-09-24 18:05")
    of_sales, of_head = Notice.objects.order_by("pk")
    for one in (of_sales, of_head):
        assert one.sentence.startswith(str(customer))
        assert office.sales.name in one.sentence
    stranger = a_person(entity=office.entity)
    assert escalation._Readers().named(customer, stranger.pk) == CONCEALED


@pytest.mark.django_db
def test_who_stands_in_is_told_instead_at_every_step(office: Office, time: Time) -> None:
    deputies = [a_person(entity=office.entity) for _each in range(3)]
    for absent, deputy in zip((office.sales, office.head, office.executive), deputies, strict=True):
        away(absent, deputy)
    office.won_customer(grade="")
    of_sales, of_head, of_executive = (one.pk for one in deputies)
    assert told(office, time, "2026-09-23 18:05") == [of_sales]
    assert told(office, time, "2026-09-24 18:05") == [of_sales, of_head]
    assert told(office, time, "2026-09-30 18:05") == [of_sales, of_head, of_executive]


@pytest.mark.django_db
def test_where_the_holder_is_the_head_the_executive_in_charge_is_told_at_the_deadline(
    office: Office, time: Time
) -> None:
    vice = a_person(Role.VICE_EXECUTIVE, entity=office.entity, whole_company=True)
    seat = {"person": office.sales, "role": Role.HEAD, "reaches": office.department, "starts_on": "2026-01-01"}
    act(HOUSE, "people.roleassignment.create", None, seat)
    office.won_customer(grade="")
    assert told(office, time, "2026-09-24 18:05") == [office.sales.pk, vice.pk]
    assert told(office, time, "2026-09-30 18:05") == [office.sales.pk, vice.pk, office.executive.pk]


@pytest.mark.django_db
def test_danger_goes_out_by_night_and_what_an_answer_is_late_with_too(office: Office, time: Time) -> None:
    """Quiet hours and days off hold back everything "except 緊急" (2.3): danger, and what the executive hears at once
    (2.5.3)."""
    time.go("2026-09-26 22:00")  # a Saturday night
    customer = a_customer(office.by(office.sales))
    given = {"customer": customer, "level": "urgent", "description": "滾珠飛出", "received_at": clock.now()}
    act(office.by(office.sales), "customers.complaint.create", None, given)
    told(office, time, "2026-09-27 10:30")
    assert list(Notice.objects.filter(kind=NoticeKind.DUTY).values_list("urgent", flat=True).distinct()) == [True]
    before = {notice.pk for notice in Notice.objects.all()}
    told(office, time, "2026-10-08 18:30")
    late = Notice.objects.filter(kind=NoticeKind.DUTY).exclude(pk__in=before)
    urgent = {notice.params["said_duty"]: notice.urgent for notice in late}
    with override("en"):
        answer, take_up = (str(rules[code].label) for code in ("2.5.3.3", "2.5.3.1"))
    assert urgent[answer] is True
    assert urgent[take_up] is False, "what merely is late waits for the morning"


@pytest.mark.django_db
def test_a_clock_that_slept_tells_the_last_step_alone_and_a_second_one_nothing(office: Office, time: Time) -> None:
    office.won_customer(grade="")
    assert told(office, time, "2026-09-30 18:05") == [office.sales.pk, office.head.pk, office.executive.pk]
    assert told(office, time, "2026-09-30 18:06") == []
    assert Told.objects.get().step == Step.CLIMB


@pytest.mark.alone
def test_doubled_clocks_tell_once(committing: None, time: Time) -> None:
    office = Office()
    office.won_customer(grade="")
    time.go("2026-09-24 18:05")
    Beat.objects.update(until=clock.now())
    start = threading.Barrier(3, timeout=20)

    def run() -> None:
        try:
            start.wait()
            escalation.tell(clock.now())
        finally:
            connection.close()

    clocks = [threading.Thread(target=run) for _ in range(3)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()
    assert Notice.objects.count() == 2
    assert Told.objects.count() == 1


# Often


@pytest.mark.django_db
@pytest.mark.clause("3.5.3")
def test_three_times_late_in_a_month_is_noted_once_for_who_judges(office: Office, time: Time) -> None:
    for _each in range(2):
        office.won_customer(grade="")
    time.go("2026-09-22 09:00")
    office.won_customer(grade="")
    time.go("2026-09-25 09:00")
    assert lateness.note_late() == 0
    time.go("2026-09-30 19:00")
    late = Duty.objects.filter(holder=office.sales.pk, due_at__lt=clock.now()).count()
    assert late >= 3
    before = Notice.objects.count()
    assert (lateness.note_late(), lateness.note_late()) == (1, 0)
    note = LateNote.objects.get()
    assert (note.person_id, f"{note.month:%Y-%m}", note.count) == (office.sales.pk, "2026-09", late)
    told_of = Notice.objects.order_by("pk")[before:]
    assert [one.person_id for one in told_of] == [office.head.pk]
    assert all(one.personal for one in told_of)


@pytest.mark.django_db
def test_what_was_waived_is_nobodys_lateness(office: Office, time: Time) -> None:
    for _each in range(3):
        office.won_customer(grade="")
    time.go("2026-09-26 09:00")
    from shangwu.foundation.duties import engine

    for duty in Duty.objects.all():
        engine.waive(duty.pk, at=clock.now(), by=office.head.pk, because="stock-taking")
    assert lateness.note_late() == 0
