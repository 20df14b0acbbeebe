"""Duties follow from records: opened, done, late, fallen away; the clock finds the same as the actions did."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.foundation.actions.door import act
from shangwu.foundation.duties import directory, engine, outages, ticking
from shangwu.foundation.duties.models import Beat, Duty, Reading, Told
from shangwu.foundation.duties.periods import periods
from shangwu.foundation.duties.states import State, state_of
from shangwu.foundation.duties.tests.offices import TAIPEI, Office, Time, at
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy import parameters
from shangwu.foundation.policy.parameters import Parameter
from shangwu.foundation.records import clock
from tests.builders import HOUSE, a_person

pytestmark = pytest.mark.django_db


def duties(code: str) -> list[Duty]:
    return list(Duty.objects.filter(rule=code).order_by("subject_id", "period"))


def table() -> list[tuple[Any, ...]]:
    """What the table says, without its keys."""
    names = [one.attname for one in Duty._meta.concrete_fields if one.attname != "id"]
    return sorted((tuple(row) for row in Duty.objects.values_list(*names)), key=repr)


# States


@pytest.mark.parametrize(
    ("done", "waived", "cancelled", "now", "state"),
    [
        (None, None, None, "2026-09-20 09:00", State.PLANNED),
        (None, None, None, "2026-09-21 09:00", State.OPEN),
        (None, None, None, "2026-09-22 19:00", State.SOON),
        (None, None, None, "2026-09-23 18:00", State.SOON),
        (None, None, None, "2026-09-23 18:01", State.MISSED),
        ("2026-09-23 18:00", None, None, "2026-09-24 09:00", State.DONE),
        ("2026-09-23 18:01", None, None, "2026-09-24 09:00", State.LATE),
        ("2026-09-25 09:00", None, None, "2026-09-24 09:00", State.MISSED),
        (None, "2026-09-24 09:00", None, "2026-09-25 09:00", State.WAIVED),
        (None, None, "2026-09-22 09:00", "2026-09-25 09:00", State.CANCELLED),
        ("2026-09-22 08:00", None, "2026-09-22 09:00", "2026-09-25 09:00", State.DONE),
    ],
)
def test_the_state_follows_from_the_moments(
    done: str | None, waived: str | None, cancelled: str | None, now: str, state: State
) -> None:
    moments = {"done_at": done, "waived_at": waived, "cancelled_at": cancelled}
    given = {name: at(text) if text else None for name, text in moments.items()}
    opened, due = at("2026-09-21 08:00"), at("2026-09-23 18:00")
    assert state_of(opened_at=opened, due_at=due, now=at(now), **given) is state


# Events


@pytest.mark.clause("2.5.1")
def test_the_first_order_opens_the_duty_to_complete_the_file(office: Office, time: Time) -> None:
    customer = office.won_customer(grade="")
    (found,) = duties("2.5.1.1")
    assert (found.holder_id, found.state) == (office.sales.pk, State.OPEN)
    assert f"{found.due_at.astimezone(TAIPEI):%m-%d %H:%M}" == "09-24 18:00"
    assert found.basis == "customer.file=3"
    time.go("2026-09-25 10:00")
    assert found.state is State.MISSED
    full = {
        "jurisdiction": "TW", "identity_number": "22099131", "industry": "C34", "size": "small", "region": "台中",
        "source": "展會", "grade": "A", "phone": "04-23456789", "invoice_name": "同名", "ship_to_address": "台中市",
        "invoice_address": "台中市", "bank_name": "台灣銀行", "bank_account": "012345678901",
    }  # fmt: skip
    act(office.by(office.sales), "customers.customer.edit", customer, full)
    assert duties("2.5.1.1")[0].done_at is None, "what nobody has compared with the customer does not count"
    act(office.by(office.sales), "customers.customer.verify", customer.fresh)
    (found,) = duties("2.5.1.1")
    assert (found.done_at, found.state) == (clock.now(), State.LATE)


@pytest.mark.clause("2.5.2")
def test_each_contact_closes_one_period_and_opens_the_next(office: Office, time: Time) -> None:
    customer = office.won_customer()
    time.go("2026-10-05 10:00")
    act(
        office.by(office.sales), "customers.communication.create", None,
        {"customer": customer, "at": clock.now(), "summary": "電話"},
    )  # fmt: skip
    first, second = duties("2.5.2.2")
    assert (first.state, first.done_at) == (State.DONE, clock.now())
    assert (second.state, second.opened_at) == (State.OPEN, clock.now())
    # Thirty days after: 4 November, a Wednesday.
    assert f"{second.due_at.astimezone(TAIPEI):%Y-%m-%d}" == "2026-11-04"


def test_a_change_that_no_rule_watches_costs_no_statement(office: Office) -> None:
    customer = office.won_customer()
    by = office.by(office.sales)
    with CaptureQueriesContext(connection) as seen:
        act(by, "customers.customer.edit", customer, {"note": "x"})
    assert not [one for one in seen.captured_queries if "duties_duty" in one["sql"]]
    with CaptureQueriesContext(connection) as seen:
        act(by, "customers.customer.verify", customer.fresh)
    assert len([one for one in seen.captured_queries if "duties_" in one["sql"]]) == 1


def test_what_leaves_its_owner_asks_nobody_any_more(office: Office) -> None:
    customer = office.won_customer()
    act(office.by(office.sales), "customers.customer.release", customer, reason="too far")
    assert {one.state for one in Duty.objects.filter(subject_id=customer.pk)} == {State.CANCELLED}


def test_nobody_writes_a_duty_by_hand() -> None:
    with pytest.raises(TypeError):
        Duty.objects.update(done_at=clock.now())
    with pytest.raises(TypeError):
        Duty.objects.create()
    with pytest.raises(TypeError):
        Duty.objects.filter(pk=1).delete()


# Holders


def test_who_stands_in_is_shown_while_the_holder_is_away(office: Office, time: Time) -> None:
    deputy = a_person(Role.SALES, department=office.department, entity=office.entity)
    office.won_customer()
    given = {"absent": office.sales, "deputy": deputy, "starts_on": "2026-09-22", "ends_on": "2026-09-25"}
    act(HOUSE, "people.delegation.create", None, given)
    for day, acting in (("21", None), ("22", deputy.pk), ("25", deputy.pk), ("26", None)):
        time.go(f"2026-09-{day} 10:00")
        ticking.tick()
        assert {(one.holder_id, one.acting_id) for one in duties("2.5.2.2")} == {(office.sales.pk, acting)}


def test_a_leavers_open_duties_move_to_the_superior_and_closed_ones_stay(office: Office, time: Time) -> None:
    kept = office.won_customer()
    time.go("2026-09-21 11:00")
    act(office.by(office.sales), "customers.customer.verify", kept)
    open_before = {one.pk for one in Duty.objects.filter(done_at__isnull=True)}
    time.go("2026-09-23 10:00")
    with connection.cursor() as cursor:
        gone = "UPDATE people_person SET left_on = '2026-09-22', state = 'left' WHERE id = %s"
        cursor.execute(gone, [office.sales.pk])
    ticking.tick()
    holders = {one.pk: one.holder_id for one in Duty.objects.filter(subject_type="customers.customer")}
    assert {holders[pk] for pk in holders if pk in open_before} == {office.head.pk}
    assert {holders[pk] for pk in holders if pk not in open_before} == {office.sales.pk}


def test_a_vacant_role_falls_to_the_head_and_is_said(office: Office, time: Time) -> None:
    a_person(entity=office.entity, department=office.department, joined_on=datetime.date(2026, 9, 21))
    found = duties("3.4.3.1")[-1]
    assert (found.holder_id, found.lacking) == (office.head.pk, Role.HUMAN_RESOURCES.value)
    personnel = a_person(Role.HUMAN_RESOURCES, department=office.department, entity=office.entity)
    assert personnel.pk
    # The one whose day it is has signed long ago: the next newcomer's falls to the new officer.
    time.go("2026-09-22 09:00")
    ticking.tick()


# The clock


def test_a_second_tick_changes_nothing(office: Office) -> None:
    office.won_customer()
    ticking.tick()
    before = table()
    ticking.tick()
    assert table() == before
    assert ticking.tick().changed == 0


def test_a_rule_declared_later_finds_what_is_there(office: Office) -> None:
    office.won_customer()
    ticking.tick()
    before = table()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM duties_duty")
    Reading.objects.all().delete()
    ticking.tick()
    assert table() == before


def test_a_new_edition_of_the_calendar_moves_open_dues_only(office: Office, time: Time) -> None:
    from shangwu.foundation.calendars.models import Calendar

    done, still = office.won_customer(), office.won_customer(grade="B")
    time.go("2026-09-21 11:00")
    act(office.by(office.sales), "customers.customer.verify", done)
    ticking.tick()
    dues = {one.pk: one.due_at for one in Duty.objects.all()}
    closed = {one.pk for one in Duty.objects.filter(done_at__isnull=False)}
    assert closed
    calendar = Calendar.objects.get(code="TW")
    days = [
        {"day": datetime.date(2026, 9, day), "is_working": False, "name": name, "kind": "holiday"}
        for day, name in ((24, "颱風"), (25, "中秋"), (28, "教師節"))
    ]
    given = {"calendar": calendar, "year": 2026, "published_on": "2026-09-22", "days": days}
    time.go("2026-09-22 09:00")
    act(HOUSE, "calendars.calendaredition.create", None, given)
    ticking.tick()
    moved = {one.pk for one in Duty.objects.all() if one.due_at != dues[one.pk]}
    assert moved
    assert not moved & closed
    file_due = next(one.due_at for one in duties("2.5.1.1") if one.subject_id == still.pk)
    assert f"{file_due.astimezone(TAIPEI):%m-%d}" == "09-29"  # 25 to 28 September are off


def test_an_outage_moves_what_fell_due_in_it(office: Office, time: Time) -> None:
    office.won_customer(grade="")
    time.go("2026-09-24 13:00")
    ticking.tick()
    time.go("2026-09-24 19:00")
    ticking.tick()
    (found,) = duties("2.5.1.1")
    assert (f"{found.due_at.astimezone(TAIPEI):%m-%d %H:%M}", found.moved) == ("09-29 18:00", 1)


def test_a_short_pause_or_a_quiet_night_is_no_outage(office: Office, time: Time) -> None:
    office.won_customer(grade="")
    for moment in ("2026-09-24 16:30", "2026-09-24 18:20", "2026-09-25 08:30"):
        time.go(moment)
        ticking.tick()
    (found,) = duties("2.5.1.1")
    assert found.moved == 0
    assert Beat.objects.count() == 3
    assert len(outages.outages()) == 1  # the night, in which nobody works


# Escalation


def test_each_step_is_told_once_to_those_who_should_know(office: Office, time: Time) -> None:
    office.won_customer(grade="")
    told: list[tuple[str, int, int]] = []
    for moment in (
        "2026-09-21 09:30", "2026-09-23 18:05", "2026-09-23 18:10", "2026-09-24 18:05", "2026-09-24 20:00",
        "2026-09-30 18:05", "2026-09-30 18:10",
    ):  # fmt: skip
        time.go(moment)
        Beat.objects.update(until=clock.now())
        ticking.tick()
        told.append((moment[8:10], Told.objects.count(), Notice.objects.count()))
    assert told == [("21", 0, 0), ("23", 1, 1), ("23", 1, 1), ("24", 2, 3), ("24", 2, 3), ("30", 3, 6), ("30", 3, 6)]
    people = list(Notice.objects.order_by("id").values_list("person_id", flat=True))
    sales, head, executive = office.sales.pk, office.head.pk, office.executive.pk
    assert people == [sales, sales, head, sales, head, executive]
    assert "逾期" in Notice.objects.last().sentence


def test_a_waived_duty_is_neither_kept_nor_late_and_stays_waived(office: Office, time: Time) -> None:
    office.won_customer(grade="")
    (found,) = duties("2.5.1.1")
    time.go("2026-09-22 10:00")
    assert engine.waive(found.pk, at=clock.now(), by=office.head.pk, because="客戶停業")
    time.go("2026-10-20 10:00")
    Beat.objects.update(until=clock.now())
    ticking.tick()
    (found,) = duties("2.5.1.1")
    assert (found.state, found.waived_because) == (State.WAIVED, "客戶停業")
    assert not Told.objects.filter(duty=found).exists()
    assert engine.waive(found.pk, at=None, by=None, because="")
    assert duties("2.5.1.1")[0].state is State.MISSED


def test_a_changed_parameter_counts_for_what_opens_from_its_day_on(
    office: Office, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dated(one: Parameter, on: datetime.date | None) -> object:
        return 5 if one.key == "customer.file" and on and on >= datetime.date(2026, 9, 23) else one.default

    monkeypatch.setattr(parameters, "_reader", dated)
    office.won_customer(grade="")
    time.go("2026-09-23 09:00")
    ticking.tick()
    office.won_customer(grade="")
    ticking.tick()
    assert [one.basis for one in duties("2.5.1.1")] == ["customer.file=3", "customer.file=5"]
    # 25 and 28 September are off: the third working day is the 24th, the fifth after the 23rd is 2 October.
    assert [f"{one.due_at.astimezone(TAIPEI):%m-%d}" for one in duties("2.5.1.1")] == ["09-24", "10-02"]


# What comes round


def test_each_period_is_of_the_cadence_that_held_when_it_began(office: Office) -> None:
    """A closed period never changes, and none is left out between the last of the old and the first of the new."""
    calendar = directory.present().calendar(office.entity.pk, datetime.date(2026, 11, 20))
    assert calendar is not None

    def keys(before: str, after: str, changed: str) -> list[str]:
        def cadence_on(day: datetime.date) -> str:
            return after if day >= datetime.date.fromisoformat(changed) else before

        since, until = datetime.date(2026, 8, 10), datetime.date(2027, 1, 5)
        return [one.key for one in periods(cadence_on, since, until, calendar)]

    months = ["2026-08", "2026-09", "2026-10", "2026-11", "2026-12"]
    assert keys("month", "quarter", "2026-11-15") == [*months, "2027-Q1"]
    assert keys("quarter", "month", "2026-11-15") == ["2026-Q3", "2026-Q4", "2027-01"]
    assert keys("month", "quarter", "2026-10-01") == ["2026-08", "2026-09", "2026-Q4", "2027-Q1"]
    assert keys("month", "week", "2026-11-15")[3:6] == ["2026-11", "2026-W49", "2026-W50"]
    assert keys("month", "quarter", "2027-06-01") == [*months, "2027-01"]


def test_a_changed_cadence_leaves_the_past_as_it_was(
    office: Office, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2.7.3: sales performance is judged by month; from November on it shall be by quarter."""

    def dated(one: Parameter, on: datetime.date | None) -> object:
        return "quarter" if one.key == "kpi.every" and on and on >= datetime.date(2026, 11, 15) else one.default

    def on(moment: str) -> list[tuple[str, Any]]:
        time.go(moment)
        Beat.objects.update(until=clock.now())
        ticking.tick()
        ours = Duty.objects.filter(rule="2.7.3.2", subject_id=office.department.pk).order_by("opened_at")
        return [(one.period, one.due_at) for one in ours]

    monkeypatch.setattr(parameters, "_reader", dated)
    on("2026-09-21 09:00")
    before = on("2026-11-10 09:00")
    assert [period for period, _due in before] == ["2026-09", "2026-10", "2026-11"]
    after = on("2027-01-11 09:00")
    assert after == [*before, *after[3:]]
    assert [period for period, _due in after[3:]] == ["2026-12", "2027-Q1"], "no quarter that was over is asked for"
