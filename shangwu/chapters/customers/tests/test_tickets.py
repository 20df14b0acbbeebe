"""Clause 2.5.2: what customers need or tell us is first answered in time, and followed until they say it is settled."""

from typing import Any

import pytest

from shangwu.chapters.customers.models import Communication, Customer, Ticket
from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.customers.tests.factories import a_contact, a_customer, person_of
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.duties.models import Duty

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


def a_talk(desk: Desk, customer: Customer | None = None, **values: Any) -> Communication:
    given = {
        "customer": customer or a_customer(desk.sales), "method": "visit", "at": "2026-09-29T09:00:00+08:00",
        "summary": "需要 DN80 球閥的耐蝕報告",
    } | values  # fmt: skip
    made: Communication = act(desk.sales, "customers.communication.create", None, given).record
    return made


def a_ticket(desk: Desk, customer: Customer | None = None, **values: Any) -> Ticket:
    given = {"customer": customer or a_customer(desk.sales), "words": "需要 DN80 球閥的耐蝕報告"} | values
    made: Ticket = act(desk.sales, "customers.ticket.create", None, given).record
    return made


def does(desk: Desk, verb: str, ticket: Ticket, **inputs: Any) -> str:
    return attempt(desk.sales, f"customers.ticket.{verb}", ticket.fresh, inputs)


def duties_of(ticket: Ticket) -> list[Duty]:
    found = Duty.objects.filter(rule="2.5.2.3", subject_id=ticket.pk, subject_type="customers.ticket")
    return list(found.order_by("period"))


def test_a_need_is_answered_solved_confirmed_and_closed_in_this_order(desk: Desk) -> None:
    ticket = a_ticket(desk)
    assert (ticket.state, ticket.owner_id, ticket.number is not None) == ("registered", desk.sales.person_id, True)
    assert does(desk, "solve", ticket, solution="已寄") == "state", "nothing is solved before the customer was answered"
    assert does(desk, "answer", ticket, text="  ") == "invalid"
    assert does(desk, "answer", ticket, text="明日提供") == "done"
    assert does(desk, "solve", ticket, solution="報告已寄出") == "done"
    assert does(desk, "close", ticket) == "state", "the customer has a word first"
    assert does(desk, "confirm", ticket, words="收到，謝謝") == "done"
    assert does(desk, "close", ticket) == "done"
    assert ticket.fresh.state == "closed"


def test_the_first_answer_is_due_within_a_working_day_and_the_answer_proves_it(desk: Desk, moment: Time) -> None:
    ticket = a_ticket(desk)
    (duty,) = duties_of(ticket)
    assert (duty.due_at.astimezone(moment.zone).date().isoformat(), duty.done_at) == ("2026-09-30", None)
    assert duty.holder_id == desk.sales.person_id
    moment.go("2026-09-29 16:00")
    assert does(desk, "answer", ticket, text="明日提供") == "done"
    (duty,) = duties_of(ticket)
    assert duty.done_at == ticket.fresh.answered_at


def test_terms_pass_over_the_holidays(desk: Desk, moment: Time) -> None:
    moment.go("2026-09-30 16:00")
    (duty,) = duties_of(a_ticket(desk))
    assert duty.due_at.astimezone(moment.zone).date().isoformat() == "2026-10-08", "the national days are none"


@pytest.mark.parametrize("state", ["answered", "solved", "confirmed", "closed"])
def test_who_disagrees_has_an_answer_due_anew(desk: Desk, moment: Time, state: str) -> None:
    ticket = a_ticket(desk)
    steps = {
        "answered": ("answer", {"text": "明日提供"}), "solved": ("solve", {"solution": "已寄"}),
        "confirmed": ("confirm", {}), "closed": ("close", {}),
    }  # fmt: skip
    for reached, (verb, inputs) in steps.items():
        assert does(desk, verb, ticket, **inputs) == "done"
        if reached == state:
            break
    moment.go("2026-09-29 14:00")
    assert does(desk, "disagree", ticket, because="") == "invalid"
    assert does(desk, "disagree", ticket, because="報告版本不對") == "done"
    assert (ticket.fresh.state, ticket.fresh.round) == ("registered", 1)
    first, second = duties_of(ticket)
    assert (first.done_at is not None, second.done_at) == (True, None)
    moment.go("2026-09-29 15:00")
    assert does(desk, "answer", ticket, text="新版附上") == "done"
    assert duties_of(ticket)[1].done_at == ticket.fresh.answered_at


def test_a_need_heard_in_a_talk_becomes_a_ticket_by_one_press_and_only_once(desk: Desk) -> None:
    talk = a_talk(desk)
    assert attempt(desk.sales, "customers.communication.take_need", talk) == "done"
    made = Ticket.objects.get(communication=talk)
    assert (made.words, made.customer_id, made.kind, made.number is not None) == (
        talk.summary, talk.customer_id, "need", True,
    )  # fmt: skip
    assert len(duties_of(made)) == 1, "its term runs from now"
    assert attempt(desk.sales, "customers.communication.take_need", talk.fresh) == "taken"
    act(desk.sales, "customers.ticket.archive", made)
    assert attempt(desk.sales, "customers.communication.take_need", talk.fresh) == "done", "the first was a mistake"


def test_what_belongs_to_another_customer_is_refused(desk: Desk) -> None:
    customer, other = a_customer(desk.sales), a_customer(desk.sales)
    stranger, talk = a_contact(desk.sales, other), a_talk(desk, other)
    for given, code in (({"contact": stranger}, "contact"), ({"communication": talk}, "origin")):
        said = {"customer": customer, "words": "需要備品"} | given
        assert attempt(desk.sales, "customers.ticket.create", None, said) == code


def test_an_answered_need_is_not_rewritten(desk: Desk) -> None:
    ticket = a_ticket(desk)
    assert does(desk, "edit", ticket, words="需要 DN80 與 DN100 的耐蝕報告") == "done"
    assert does(desk, "answer", ticket, text="明日提供") == "done"
    assert does(desk, "edit", ticket, words="別的") == "state"


def test_a_colleague_has_no_hand_in_it_but_the_head_has(desk: Desk) -> None:
    ticket = a_ticket(desk)
    assert attempt(desk.colleague, "customers.ticket.answer", ticket, {"text": "好"}) == "missing"
    assert attempt(desk.head, "customers.ticket.answer", ticket.fresh, {"text": "好"}) == "done"


def test_whoever_takes_it_over_sees_it_and_answers_for_it(desk: Desk) -> None:
    ticket = a_ticket(desk)
    given = {"to": person_of(desk.colleague)}
    assert attempt(desk.sales, "customers.ticket.transfer", ticket, given, reason="熟悉材料") == "done"
    assert duties_of(ticket)[0].holder_id == desk.colleague.person_id
    assert attempt(desk.colleague, "customers.ticket.answer", ticket.fresh, {"text": "好"}) == "done"
