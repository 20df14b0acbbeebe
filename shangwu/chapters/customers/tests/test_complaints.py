"""Clause 2.5.3: complaints are taken up promptly, examined, solved, answered with proof, and watched."""

import datetime

import pytest

from shangwu.chapters.customers.models import Complaint, Customer, Message
from shangwu.chapters.customers.tests.complaining import SENT, Desk, Time, duty_of
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.writing import a_draft, a_word
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.duties import ticking
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.records import clock
from tests.builders import HOUSE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.3")]


def due_day(complaint: Complaint, code: str) -> str:
    duty = duty_of(complaint, code)
    assert duty is not None
    assert duty.due_at is not None
    return f"{duty.due_at.astimezone(Time.zone):%m-%d %H:%M}"


def test_the_terms_of_the_regulations_example(desk: Desk) -> None:
    """Received on Tuesday 2026-09-29: taken up by 09-30, solution by 10-09, answer by 10-14 (10-10 is worked)."""
    one = desk.complaint()
    assert one.number == "TS202609-001"
    assert [due_day(one, f"2.5.3.{n}") for n in (1, 2, 3)] == ["09-30 18:00", "10-09 18:00", "10-14 18:00"]


def test_what_comes_after_hours_or_on_a_day_off_counts_for_the_next_working_day(desk: Desk, moment: Time) -> None:
    moment.go("2026-09-28 18:01")
    late = desk.complaint()
    moment.go("2026-09-27 10:00")
    sunday = desk.complaint()
    assert [due_day(late, "2.5.3.1"), due_day(sunday, "2.5.3.1")] == ["09-30 18:00", "09-29 18:00"]


def test_terms_run_from_the_registration_whenever_it_was_received(desk: Desk) -> None:
    one = desk.complaint(received_at="2026-09-20T09:00:00+08:00")
    assert due_day(one, "2.5.3.1") == "09-30 18:00"
    ahead = {"received_at": "2026-10-20T09:00:00+08:00", "description": "x", "customer": a_customer(desk.sales)}
    assert attempt(desk.service, "customers.complaint.create", None, ahead) == "future"


def test_the_smooth_course_closes_each_duty_by_its_evidence(desk: Desk, moment: Time) -> None:
    one = desk.brought_to("carrying_out")
    assert [duty_of(one, f"2.5.3.{n}").done_at is not None for n in (1, 2, 3)] == [True, True, False]
    desk.brought_to("watching", one)
    assert duty_of(one, "2.5.3.3").done_by_id == desk.service.person_id
    follow = duty_of(one, "2.5.3.4")
    assert f"{follow.due_at.astimezone(Time.zone):%Y-%m-%d}" == "2026-10-29"
    assert desk.tries("check_effect", one, effect="兩批無異音") == "early"
    moment.go("2026-10-29 11:00")
    desk.does("report_done", one, by=desk.quality, measure=1)
    desk.does("check_effect", one, effect="兩批無異音")
    assert duty_of(one, "2.5.3.4").done_at == clock.now()
    assert desk.tries("close", one, lesson="先看爐") == "unverified"
    assert desk.tries("verify", one, by=desk.quality, measure=1, finding="看過") == "own", "not by who did it"
    desk.does("verify", one, measure=1, finding="連續三爐硬度合格")
    desk.does("close", one, lesson="先看爐")
    assert one.fresh.state == "closed"


def test_an_answer_counts_only_with_its_proof_of_sending(desk: Desk) -> None:
    one = desk.brought_to("carrying_out")
    came, others = a_word(one.customer), sent_to(desk, a_customer(desk.sales))
    for proof in ("", "寄過了", "no-at-sign", "<a@b>", "<" + "x" * 300 + "@y.example>", came, others):
        assert desk.tries("reply", one, answer="已換貨", proof=proof) in ("proof", "invalid"), proof
        assert desk.tries("await_papers", one, asked_for="照片", proof=proof) in ("proof", "invalid"), proof
    assert desk.tries("reply", one, answer="  ", proof=SENT) == "invalid"
    assert one.fresh.replied_at is None
    assert desk.tries("reply", one, answer="已換貨", proof=SENT) == "done"
    assert desk.tries("confirm", one, proof="<a@b>") == "proof"
    assert desk.tries("confirm", one, proof=came) == "done", "what the customer wrote proves their word"


def test_a_mail_of_the_house_that_went_to_this_customer_proves_the_answer(desk: Desk) -> None:
    one = desk.brought_to("carrying_out")
    draft = a_draft(desk.sales, a_contact(desk.sales, one.customer, email="lin@huatai.example"))
    assert desk.tries("reply", one, answer="已換貨", proof=draft.message_id) == "proof", "nothing has gone yet"
    assert desk.tries("reply", one, answer="已換貨", proof=gone(desk, draft)) == "done"


def gone(desk: Desk, draft: Message) -> str:
    act(desk.sales, "customers.message.send", draft)
    act(HOUSE, "customers.message.deliver", draft.fresh)
    return draft.message_id


def sent_to(desk: Desk, customer: Customer) -> str:
    """The Message-ID of a mail that went to a customer."""
    return gone(desk, a_draft(desk.sales, a_contact(desk.sales, customer, email="lin@huatai.example")))


def test_a_complaint_is_not_taken_up_for_nobody_or_of_no_kind(desk: Desk) -> None:
    assert desk.tries("accept", desk.complaint(customer=None)) == "customer"
    assert desk.tries("accept", desk.complaint(category="")) == "category"


def test_only_the_head_refuses_a_complaint_and_says_why(desk: Desk) -> None:
    one = desk.complaint()
    assert desk.tries("decline", one, reason="非本公司產品") == "forbidden"
    assert desk.tries("decline", one, by=desk.head) == "invalid", "without a reason"
    assert desk.tries("decline", one, by=desk.head, reason="非本公司產品") == "done"
    assert duty_of(one, "2.5.3.1").done_at is not None
    assert duty_of(one, "2.5.3.3").cancelled_at is not None


def test_sales_sees_its_own_customers_complaints_and_decides_none(desk: Desk) -> None:
    one = desk.complaint()
    seen = [Complaint.objects.visible_to(by).filter(pk=one.pk).exists() for by in (desk.sales, desk.colleague)]
    assert seen == [True, False]
    for verb in ("accept", "close", "reopen", "confirm", "edit", "decline"):
        assert desk.tries(verb, one, by=desk.sales, reason="x") == "forbidden", verb


def test_who_sells_to_a_customer_does_not_handle_its_complaint_whatever_else_they_are(desk: Desk) -> None:
    one = desk.complaint(customer=a_customer(desk.head))
    assert desk.tries("accept", one, by=desk.head) == "own"
    assert desk.tries("accept", one) == "done"


def test_a_solution_needs_the_root_and_a_correction(desk: Desk) -> None:
    one = desk.brought_to("investigating")
    assert desk.tries("propose", one, solution="換貨") == "cause"
    desk.does("analyse", one, by=desk.quality, root_cause="未回火", whys=[{"text": "爐跳電"}], causes=[])
    assert desk.tries("propose", one, solution="換貨") == "measures"
    one = desk.does("plan", one, remedies=[desk.measure()])
    assert desk.quality.person_id in one.team, "who does something is on the team"
    assert desk.tries("propose", one, solution="換貨") == "done"


def test_danger_is_contained_within_twenty_four_hours_of_any_day(desk: Desk, moment: Time) -> None:
    moment.go("2026-10-01 03:00")  # National Day
    one = desk.complaint(level="urgent")
    assert due_day(one, "2.5.3.6") == "10-02 03:00"
    desk.does("accept", one)
    desk.does("investigate", one, team=[desk.who(desk.quality)])
    desk.does("analyse", one, root_cause="未回火", whys=[], causes=[])
    desk.does("plan", one, remedies=[desk.measure()])
    assert desk.tries("propose", one, solution="換貨") == "danger"
    desk.does("contain", one, by=desk.quality, containment="通知停用並封存庫存")
    assert duty_of(one, "2.5.3.6").done_at is not None
    assert duty_of(desk.complaint(), "2.5.3.6") is None, "what is not dangerous has no such term"


def test_a_late_answer_goes_to_the_executive_at_once(desk: Desk, moment: Time) -> None:
    one = desk.brought_to("carrying_out")
    moment.go("2026-10-14 17:59")
    ticking.tick()
    before = Notice.objects.filter(person=desk.executive.person_id).count()
    moment.go("2026-10-14 18:01")
    ticking.tick()
    told = Notice.objects.filter(person=desk.executive.person_id, record_public_id=one.public_id)
    assert told.count() == before + 1
    assert Notice.objects.filter(person=desk.head.person_id, record_public_id=one.public_id).exists()


def test_a_late_taking_up_goes_to_the_head_first(desk: Desk, moment: Time) -> None:
    """The control: other duties climb to the executive after two days only."""
    one = desk.complaint()
    moment.go("2026-09-30 18:01")
    ticking.tick()
    told = Notice.objects.filter(record_public_id=one.public_id).values_list("person_id", flat=True)
    assert desk.head.person_id in told
    assert desk.executive.person_id not in told


def test_who_disagrees_opens_it_again_and_the_terms_run_anew(desk: Desk, moment: Time) -> None:
    one = desk.brought_to("replied")
    moment.go("2026-10-09 10:00")
    desk.does("reopen", one, because="新貨仍有異音")
    assert (one.fresh.state, one.fresh.round) == ("investigating", 1)
    assert due_day(one, "2.5.3.3") == "10-19 18:00"
    assert duty_of(one, "2.5.3.3", "00").done_at is not None, "the first answer was given in time"
    moment.go("2026-10-09 15:00")
    desk.brought_to("replied", one)
    assert duty_of(one, "2.5.3.3", "01").done_at == clock.now()


def test_a_check_that_finds_it_unsettled_opens_it_again(desk: Desk) -> None:
    one = desk.brought_to("watching")
    desk.does("check_effect", one, effect="又有異音", helped=False)
    assert one.fresh.state == "investigating"
    assert duty_of(one, "2.5.3.4").cancelled_at is not None


def test_it_is_closed_after_the_watch_only(desk: Desk, moment: Time) -> None:
    one = desk.brought_to("watching")
    desk.does("report_done", one, measure=1)
    desk.does("verify", one, measure=1, finding="合格")
    moment.go("2026-10-24 10:00")
    desk.does("check_effect", one, effect="無異音")
    assert desk.tries("close", one, lesson="先看爐") == "watching"
    moment.go("2026-10-29 09:00")
    assert desk.tries("close", one, lesson="先看爐") == "done"


def test_a_measure_that_did_not_help_is_open_again(desk: Desk) -> None:
    one = desk.brought_to("carrying_out")
    assert desk.tries("verify", one, measure=1, finding="看過") == "not_done"
    assert desk.tries("report_done", one, by=desk.sales, measure=1) == "forbidden"
    assert desk.tries("report_done", one, measure=9) == "measure"
    desk.does("report_done", one, by=desk.quality, measure=1)
    desk.does("verify", one, measure=1, finding="仍跳電", helped=False)
    (measure,) = one.remedies.all()
    assert (measure.done_at, measure.finding) == (None, "仍跳電")
    assert desk.tries("report_done", one, by=desk.quality, measure=1) == "done"


def test_days_are_of_the_calendar_and_a_moment_has_its_zone(desk: Desk) -> None:
    assert desk.complaint().registered_on == datetime.date(2026, 9, 29)
