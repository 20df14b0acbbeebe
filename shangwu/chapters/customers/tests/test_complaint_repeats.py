"""Clause 2.5.3: a complaint that comes again within ninety days reopens the cause of the first, not its ticket."""

import pytest

from shangwu.chapters.customers.clocks import PLAN
from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.tests.complaining import Desk, Time, duty_of
from shangwu.foundation.actions.registry import get
from shangwu.foundation.board.drawing import Drawn
from shangwu.foundation.pages.acting.buttons import buttons

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.3")]


@pytest.fixture
def first(desk: Desk) -> Complaint:
    """Confirmed on 2026-09-29, so watched until 2026-12-28."""
    return desk.brought_to("watching")


def again(desk: Desk, first: Complaint, **values: object) -> Complaint:
    given = {"customer": first.customer} | values
    return desk.does("accept", desk.complaint(**given))


def test_a_repeat_is_linked_and_reopens_the_cause_of_the_first(desk: Desk, moment: Time, first: Complaint) -> None:
    moment.go("2026-12-28 10:00")
    second = again(desk, first)
    first = first.fresh
    assert second.repeats_id == first.pk
    assert (first.state, first.repeat_count) == ("watching", 1), "the ticket itself stays as it was"
    duty = duty_of(first, PLAN)
    assert (duty.done_at, f"{duty.due_at.astimezone(Time.zone):%m-%d}") == (None, "12-31")
    assert desk.tries("settle_cause", first, root_cause=first.root_cause, prevention="x") == "same"
    desk.does("settle_cause", first, by=desk.quality, root_cause="警示器接線錯誤", prevention="接線後測試")
    assert duty_of(first, PLAN).done_at is not None
    assert desk.tries("settle_cause", first, root_cause="y", prevention="x") == "settled"


def next_verb(desk: Desk, complaint: Complaint) -> str:
    """The one button in cinnabar."""
    head, _more = buttons(desk.service, complaint.fresh)
    return next(str(one["verb"]) for one in head if one["primary"])


def test_the_page_and_my_day_lead_to_the_cause_that_is_looked_for_anew(desk: Desk, first: Complaint) -> None:
    assert next_verb(desk, first) == "check_effect"
    again(desk, first)
    assert next_verb(desk, first) == "settle_cause"
    (row,) = Drawn(desk.service, [duty_of(first, PLAN)]).rows()
    assert row["action"]["label"] == get("customers.complaint.settle_cause").label
    desk.does("settle_cause", first, root_cause="警示器接線錯誤", prevention="接線後測試")
    assert next_verb(desk, first) == "check_effect"
    other = desk.brought_to("investigating")
    (row,) = Drawn(desk.service, [duty_of(other, PLAN)]).rows()
    assert row["action"]["label"] == get("customers.complaint.propose").label


def test_after_ninety_days_it_is_another_matter(desk: Desk, moment: Time, first: Complaint) -> None:
    moment.go("2026-12-29 10:00")
    assert again(desk, first).repeats_id is None
    assert first.fresh.repeat_count == 0


@pytest.mark.parametrize(
    ("agreed", "came", "repeats"),
    [
        ("2026-09-29 23:30", "2026-12-28 23:30", True),
        ("2026-09-29 23:30", "2026-12-29 00:30", False),
        ("2026-09-30 00:30", "2026-12-29 23:30", True),
        ("2026-09-30 00:30", "2026-12-30 00:30", False),
    ],
)
def test_the_ninety_days_begin_on_the_day_of_the_consent_at_the_legal_entity(
    desk: Desk, moment: Time, agreed: str, came: str, repeats: bool
) -> None:
    first = desk.brought_to("replied")
    moment.go(agreed)
    first = desk.brought_to("watching", first)
    moment.go(came)
    assert (again(desk, first).repeats_id == first.pk) is repeats


@pytest.mark.parametrize(
    ("values", "repeats"),
    [
        ({}, True),
        ({"product": ""}, True),
        ({"product": " 6204　軸承"}, True),
        ({"product": "球閥"}, False),
        ({"category": "delivery"}, False),
    ],
)
def test_a_repeat_is_of_the_same_kind_and_product(
    desk: Desk, first: Complaint, values: dict[str, str], repeats: bool
) -> None:
    assert (again(desk, first, **values).repeats_id == first.pk) is repeats


def test_another_customers_complaint_is_no_repeat(desk: Desk, first: Complaint) -> None:
    assert desk.does("accept", desk.complaint()).repeats_id is None


def test_a_third_one_belongs_to_the_first(desk: Desk, first: Complaint) -> None:
    again(desk, first)
    third = again(desk, first)
    assert third.repeats_id == first.pk
    assert first.fresh.repeat_count == 2


def test_a_first_complaint_whose_cause_is_still_looked_for_keeps_its_term(desk: Desk, moment: Time) -> None:
    first = desk.brought_to("investigating")
    moment.go("2026-09-30 10:00")
    again(desk, first)
    assert (first.fresh.repeat_count, first.fresh.cause_opened_at) == (1, None)
    assert duty_of(first, PLAN).period == "00"
