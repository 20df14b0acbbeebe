"""Clause 2.5.3: the clock runs in working hours, and stands still only while papers are awaited, with proof."""

import datetime

import pytest

from shangwu.chapters.customers import clocks
from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.tests.complaining import SENT, Desk, Time, duty_of
from shangwu.chapters.customers.tests.factories import a_customer
from shangwu.foundation.duties import ticking
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.3")]

HOUR = datetime.timedelta(hours=1)


def reply_due(complaint: Complaint) -> str:
    duty = duty_of(complaint, clocks.REPLY)
    assert duty is not None
    assert duty.due_at is not None
    return f"{duty.due_at.astimezone(Time.zone):%m-%d %H:%M}"


def test_gross_and_net_time_are_working_hours(desk: Desk, moment: Time) -> None:
    one = desk.brought_to("accepted")
    moment.go("2026-09-29 14:00")  # two hours before lunch, one after
    desk.does("await_papers", one, asked_for="安裝照片", proof=SENT)
    moment.go("2026-09-30 10:00")  # four hours of the first day, one of the second
    found = clocks.time_of(one.fresh)
    assert found is not None
    assert (found.gross, found.net, found.stands) == (8 * HOUR, 3 * HOUR, True)
    desk.does("resume", one, came="三張照片")
    moment.go("2026-10-08 11:00")  # the holidays from 10-01 to 10-07 are no working time
    found = clocks.time_of(one.fresh)
    assert found is not None
    assert (found.gross, found.net, found.stands) == (17 * HOUR, 12 * HOUR, False)


def test_the_clock_stands_still_only_with_proof_of_the_request(desk: Desk) -> None:
    one = desk.brought_to("accepted")
    assert desk.tries("await_papers", one, asked_for="安裝照片", proof="電話問過") == "proof"
    assert desk.tries("await_papers", one, asked_for="安裝照片", proof=SENT) == "done"
    assert desk.tries("await_papers", one, asked_for="再要一張", proof=SENT) == "paused"


def test_deadlines_move_by_the_working_days_that_it_stood(desk: Desk, moment: Time) -> None:
    one = desk.brought_to("accepted")
    desk.does("await_papers", one, asked_for="安裝照片", proof=SENT)
    assert duty_of(one, clocks.REPLY).cancelled_at is not None, "nobody is asked while papers are awaited"
    moment.go("2026-10-08 15:00")  # 09-30 and 10-08: two working days
    ticking.tick()
    desk.does("resume", one, came="照片")
    duty = duty_of(one, clocks.REPLY)
    assert (duty.cancelled_at, reply_due(one)) == (None, "10-16 18:00"), "10-14 and two working days"
    assert desk.tries("resume", one, came="照片") == "running"


def test_what_is_late_already_can_not_be_stopped_afterwards(desk: Desk, moment: Time) -> None:
    one = desk.brought_to("accepted")
    moment.go("2026-10-09 18:01")
    assert desk.tries("await_papers", one, asked_for="照片", proof=SENT) == "late"


def test_no_answer_goes_out_while_the_clock_stands(desk: Desk) -> None:
    one = desk.brought_to("carrying_out")
    desk.does("await_papers", one, asked_for="照片", proof=SENT)
    assert desk.tries("reply", one, answer="已換貨", proof=SENT) == "paused"


@pytest.fixture
def taipei(moment: Time) -> Desk:
    return Desk("TW")


def consumer(desk: Desk) -> Complaint:
    return desk.complaint(customer=a_customer(desk.sales, kind="person"), is_consumer=True)


def test_consumers_in_taiwan_are_answered_within_fifteen_calendar_days(taipei: Desk, moment: Time) -> None:
    """2027-02-04 is a Thursday before the new year's holidays: seven working days would take until 02-22."""
    moment.go("2027-02-03 10:00")
    assert reply_due(consumer(taipei)) == "02-18 23:59"
    assert reply_due(taipei.complaint()) > "02-18 23:59", "the law's limit is a consumer's"


def test_no_pause_moves_the_limit_of_the_law(taipei: Desk, moment: Time) -> None:
    one = taipei.brought_to("accepted", consumer(taipei))
    before = reply_due(one)
    taipei.does("await_papers", one, asked_for="收據", proof=SENT)
    assert duty_of(one, clocks.REPLY).cancelled_at is None, "the law's clock does not stop"
    moment.go("2026-10-13 10:00")
    taipei.does("resume", one, came="收據")
    calendar = clocks.calendar_of(one, clock.now())
    assert calendar is not None
    limit = clocks.legal_limit(one, calendar)
    assert f"{limit:%m-%d}" == "10-14"
    assert before < reply_due(one) <= f"{limit:%m-%d %H:%M}"


def test_other_customers_in_taiwan_have_no_such_limit(taipei: Desk, moment: Time) -> None:
    """The control."""
    one = taipei.brought_to("accepted")
    taipei.does("await_papers", one, asked_for="收據", proof=SENT)
    moment.go("2026-10-13 10:00")
    taipei.does("resume", one, came="收據")
    assert reply_due(one) > "10-14 23:59"


def test_a_list_of_many_asks_no_more_than_a_list_of_few(desk: Desk, django_assert_max_num_queries: object) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    few = [desk.complaint() for _n in range(3)]
    rows = list(Complaint.objects.all())
    clocks.next_due(rows[0])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert all(clocks.next_due(one) and clocks.time_of(one) for one in rows)
    assert (len(asked), len(few)) == (0, 3)


def test_opened_again_the_time_is_counted_anew(desk: Desk, moment: Time) -> None:
    """Answered on 29 September and opened again on 8 October: what lies between is nobody's working time."""
    one = desk.brought_to("replied")
    moment.go("2026-10-08 10:00")
    desk.does("reopen", one, because="客戶仍有異音")
    moment.go("2026-10-08 11:00")
    found = clocks.time_of(one.fresh)
    assert found is not None
    assert (found.gross, found.net) == (HOUR, HOUR)
    moment.go("2026-10-09 10:00")
    desk.brought_to("replied", one)
    moment.go("2026-10-12 10:00")
    found = clocks.time_of(one.fresh)
    assert found is not None
    assert found.gross == 8 * HOUR, "until the second answer"
    desk.does("reopen", one, because="又來了")
    again = clocks.time_of(one.fresh)
    assert again is not None
    assert again.gross == 0 * HOUR, "a second time too"


def test_danger_that_has_come_back_is_contained_again(desk: Desk, moment: Time) -> None:
    one = desk.complaint(level="urgent")
    desk.does("contain", one, containment="停用該批")
    desk.brought_to("replied", one)
    (first,) = Duty.objects.filter(rule=clocks.CONTAIN, subject_id=one.pk)
    assert first.done_at == one.fresh.contained_at
    moment.go("2026-10-08 10:00")
    desk.does("reopen", one, because="另一批也裂")
    assert desk.tries("propose", one, solution="換貨") == "danger"
    duty = duty_of(one, clocks.CONTAIN)
    assert duty.done_at is None
    assert duty.due_at is not None
    assert f"{duty.due_at.astimezone(Time.zone):%m-%d %H:%M}" == "10-09 10:00", "day and night"
    moment.go("2026-10-08 12:00")
    desk.does("contain", one, containment="兩批都停用")
    assert duty_of(one, clocks.CONTAIN).done_at == one.fresh.contained_at
    assert desk.tries("propose", one, solution="換貨") == "done"
    first.refresh_from_db()
    assert first.done_at is not None, "what was done the first time stays done"
