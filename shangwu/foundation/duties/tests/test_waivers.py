"""A duty is waived by approval, with a reason; never by who has it, and never what is done already."""

import pytest

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.duties import ticking
from shangwu.foundation.duties.models import Beat, Duty, Waiver
from shangwu.foundation.duties.states import State
from shangwu.foundation.duties.tests.offices import Office, Time
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock

pytestmark = pytest.mark.django_db
CODE = "2.5.1.1"


def a_duty(office: Office) -> Duty:
    customer = office.won_customer(grade="")
    return Duty.objects.get(rule=CODE, subject_id=customer.pk)


def ask(office: Office, by: Person, duty: Duty) -> tuple[Waiver, Request]:
    given = {"duty": duty.pk, "reason": "客戶停業"}
    waiver = act(office.by(by), "duties.waiver.create", None, given).record
    return waiver, Request.objects.get(subject_id=waiver.public_id)


def decide(office: Office, by: Person, verb: str, request: Request) -> str:
    try:
        act(office.by(by), f"approvals.request.{verb}", request.fresh, {"opinion": "確已停業"})
    except Refusal as refusal:
        return refusal.code
    return "done"


def state(duty: Duty) -> State:
    return Duty.objects.get(pk=duty.pk).state


def test_the_head_waives_and_it_stays_waived(office: Office, time: Time) -> None:
    duty = a_duty(office)
    waiver, request = ask(office, office.sales, duty)
    assert state(duty) is State.OPEN, "asking changes nothing"
    assert CODE not in request.title, "it is called by what is owed, not by the rule's number"
    assert decide(office, office.sales, "approve", request) == "forbidden", "nobody waives their own duty"
    assert decide(office, office.head, "approve", request) == "done"
    found = Duty.objects.get(pk=duty.pk)
    assert (found.state, found.waived_by_id, found.waived_because) == (State.WAIVED, office.head.pk, "客戶停業")
    time.go("2026-10-20 10:00")
    Beat.objects.update(until=clock.now())
    ticking.tick()
    assert state(duty) is State.WAIVED
    assert waiver.fresh.state == "granted"


def test_the_heads_own_duty_goes_to_the_superior_and_to_nobody_in_the_house_below(office: Office, time: Time) -> None:
    duty = a_duty(office)
    act(office.by(office.head), "customers.customer.transfer", _subject(duty), {"to": office.head}, reason="x")
    (held,) = Duty.objects.filter(rule=CODE)
    assert held.holder_id == office.head.pk
    with pytest.raises(Refusal) as found:
        ask(office, office.executive, held)  # who asks for another is nobody's judge either, and there is no third
    assert found.value.code == "route"
    _waiver, request = ask(office, office.head, held)
    assert request.waiting == [office.executive.pk]
    assert decide(office, office.head, "approve", request) == "forbidden"
    assert decide(office, office.executive, "approve", request) == "done"


def _subject(duty: Duty) -> object:
    return Customer.objects.get(pk=duty.subject_id)


def test_a_refused_or_withdrawn_waiver_leaves_the_duty_as_it_was(office: Office, time: Time) -> None:
    duty = a_duty(office)
    waiver, request = ask(office, office.sales, duty)
    with pytest.raises(Refusal) as found:
        ask(office, office.sales, duty)
    assert "waiver_once" in found.value.code or found.value.code, "asked for already"
    assert decide(office, office.head, "reject", request) == "done"
    assert (waiver.fresh.state, state(duty)) == ("refused", State.OPEN)
    waiver, request = ask(office, office.sales, duty)
    act(office.by(office.sales), "approvals.request.withdraw", request.fresh)
    assert (waiver.fresh.state, state(duty)) == ("withdrawn", State.OPEN)


def test_what_is_done_or_not_ones_own_is_not_waived(office: Office, time: Time) -> None:
    duty = a_duty(office)
    _waiver, request = ask(office, office.sales, duty)
    full = {
        "jurisdiction": "TW", "identity_number": "22099131", "industry": "C34", "size": "small", "region": "台中",
        "source": "展會", "grade": "A", "phone": "04-23456789", "invoice_name": "同名", "ship_to_address": "台中市",
        "invoice_address": "台中市", "bank_name": "台灣銀行", "bank_account": "012345678901",
    }  # fmt: skip
    act(office.by(office.sales), "customers.customer.edit", _subject(duty), full)
    act(office.by(office.sales), "customers.customer.verify", _subject(duty))
    assert decide(office, office.head, "approve", request) == "closed"
    other = office.won_customer(grade="")
    theirs = Duty.objects.get(rule=CODE, subject_id=other.pk)
    stranger = office._person("HR")
    for by, asked, code in ((office.sales, duty, "closed"), (stranger, theirs, "duty")):
        with pytest.raises(Refusal) as found:
            ask(office, by, asked)
        assert found.value.code == code
