"""Clause 2.5.2: what customers write stands with them and their order, once, whatever is broken in it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections

from shangwu.chapters.customers.actions import mail_intake
from shangwu.chapters.customers.actions.mail_intake import take_in
from shangwu.chapters.customers.mail_fetching import fetch
from shangwu.chapters.customers.models import Communication, Complaint, FolderRead, Message
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.test_complaint_mails import NAUGHTY, nested
from shangwu.chapters.customers.tests.writing import LIN, PDF, a_draft, a_mail, known
from shangwu.chapters.sales.tests.factories import a_product, attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.outgoing.tests.letterbox import Letterbox, a_letterbox
from shangwu.foundation.people.roles import Role

pytestmark = pytest.mark.clause("2.5.2")


@pytest.fixture
def box(settings: Any) -> Iterator[Letterbox]:
    with a_letterbox(settings) as found:
        yield found


def taken(desk: Desk, text: str = "請問第三批何時出貨？", **headers: str) -> Message:
    found = take_in(a_mail(text, **headers).as_bytes(), entity=desk.entity).message
    assert found is not None
    fresh: Message = found.fresh
    return fresh


@pytest.mark.django_db
def test_a_mail_stands_with_the_customer_whose_contact_wrote_it(desk: Desk) -> None:
    customer, contact = known(desk)
    one = taken(desk, From=f"林美玲 <{LIN.upper()}>")
    assert (one.state, one.customer_id, one.contact_id) == ("received", customer.pk, contact.pk)
    assert (one.name, one.subject, one.text) == ("林美玲", "詢問交期", "請問第三批何時出貨？")
    assert one.owner_id == customer.owner_id
    logged = Communication.objects.get(message=one)
    assert (logged.customer_id, logged.method, logged.at) == (customer.pk, "mail", one.at)
    assert customer.fresh.last_contact_at == one.at
    assert Notice.objects.filter(person=customer.owner_id, record_public_id=one.public_id).count() == 1


@pytest.mark.django_db
def test_the_mailbox_is_fetched_and_the_same_mail_has_one_effect(desk: Desk, box: Letterbox) -> None:
    customer, _contact = known(desk)
    box.put(a_mail().as_bytes())
    box.put(a_mail("補充：請附檢驗報告", Message_ID="<b2@huatai.example>").as_bytes())
    box.put(a_mail().as_bytes())
    assert fetch() == 3
    assert Message.objects.filter(customer=customer).count() == 2
    assert fetch() == 0, "nothing new"
    box.validity = 2
    assert fetch() == 3, "the server has numbered anew: all is read again"
    assert Message.objects.count() == 2
    assert Communication.objects.filter(customer=customer).count() == 2


@pytest.mark.django_db
def test_a_line_that_breaks_off_loses_nothing(desk: Desk, box: Letterbox) -> None:
    for place in range(3):
        box.put(a_mail(Message_ID=f"<c{place}@huatai.example>").as_bytes())
    box.breaks_after = 2
    assert fetch() == 2
    assert FolderRead.objects.get().trouble
    box.breaks_after = None
    assert fetch() == 1
    assert (Message.objects.count(), FolderRead.objects.get().trouble) == (3, "")


@pytest.mark.django_db
def test_the_folder_of_complaints_makes_complaints(desk: Desk, box: Letterbox, settings: Any) -> None:
    settings.COMPLAINTS_FOLDER = "Complaints"
    box.put(a_mail("外圈有裂紋", Subject="投訴").as_bytes(), "Complaints")
    assert fetch() == 1
    assert Complaint.objects.get().description == "外圈有裂紋"
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_an_answer_stands_in_its_thread_whoever_at_the_customer_writes_it(desk: Desk) -> None:
    customer, contact = known(desk)
    ours = a_draft(desk.sales, contact)
    answer = taken(desk, From="新人 <new@huatai.example>", In_Reply_To=ours.message_id)
    assert (answer.customer_id, answer.contact_id, answer.thread) == (customer.pk, None, ours.thread)
    assert answer.answers_id == ours.pk
    later = taken(desk, Message_ID="<b3@huatai.example>", References=f"{ours.message_id} <b1@huatai.example>")
    assert (later.thread, later.answers_id) == (ours.thread, answer.pk), "the nearest mail that we know"
    back = a_draft(desk.sales, contact, answers=later, subject="")
    assert (back.thread, back.subject) == (ours.thread, "Re: 詢問交期")


@pytest.mark.django_db
def test_a_mail_that_names_an_order_of_its_customer_stands_with_the_order(desk: Desk) -> None:
    customer, _contact = known(desk)
    given = {"customer": customer, "lines": [{"product": a_product(), "quantity": "1"}]}
    order = act(desk.sales, "sales.order.create", None, given).record
    other = act(desk.sales, "sales.order.create", None, given | {"customer": a_customer(desk.sales)}).record
    one = taken(desk, Subject=f"Re: {other.number} 與 {order.number}")
    assert one.order_number == order.number, "a number of somebody else's order is passed over"
    assert taken(desk, f"訂單 {order.number}", Message_ID="<b4@huatai.example>").order_number == order.number


@pytest.mark.django_db
def test_an_address_of_two_customers_is_told_apart_by_the_order_or_by_people(desk: Desk) -> None:
    _customer, _contact = known(desk)
    second, _other = known(desk)
    assert taken(desk).state == "unknown"
    given = {"customer": second, "lines": [{"product": a_product(), "quantity": "1"}]}
    order = act(desk.sales, "sales.order.create", None, given).record
    one = taken(desk, f"訂單 {order.number}", Message_ID="<b5@huatai.example>")
    assert (one.customer_id, one.state) == (second.pk, "received")


@pytest.mark.django_db
def test_a_number_alone_makes_nobody_a_customer(desk: Desk) -> None:
    customer, _contact = known(desk)
    given = {"customer": customer, "lines": [{"product": a_product(), "quantity": "1"}]}
    order = act(desk.sales, "sales.order.create", None, given).record
    one = taken(desk, f"訂單 {order.number}", From="x@else.example")
    assert (one.state, one.customer_id, one.order_number) == ("unknown", None, "")


@pytest.mark.django_db
def test_mail_of_nobody_waits_for_who_sorts_it_and_is_assigned(desk: Desk) -> None:
    one = taken(desk, From="x@else.example")
    assert one.state == "unknown"
    assert one.department_id == desk.department.pk
    for by, sees in ((desk.service, True), (desk.support, True), (desk.head, True), (desk.sales, False)):
        assert Message.objects.visible_to(by).filter(pk=one.pk).exists() is sees
    customer, contact = known(desk, email="")
    stranger = a_contact(desk.sales, a_customer(desk.sales))
    assert attempt(desk.sales, "customers.message.assign", one, {"customer": customer}) == "forbidden"
    wrong = {"customer": customer, "contact": stranger}
    assert attempt(desk.service, "customers.message.assign", one, wrong) == "contact"
    act(desk.service, "customers.message.assign", one.fresh, {"customer": customer, "contact": contact})
    one = one.fresh
    assert (one.state, one.customer_id, one.owner_id) == ("received", customer.pk, customer.owner_id)
    assert Communication.objects.filter(message=one, customer=customer).count() == 1
    assert attempt(desk.service, "customers.message.assign", one, {"customer": customer}) == "state"
    assert Message.objects.visible_to(desk.sales).filter(pk=one.pk).exists()


@pytest.mark.django_db
def test_what_is_set_aside_can_still_be_assigned(desk: Desk) -> None:
    one = taken(desk, From="x@else.example")
    assert attempt(desk.service, "customers.message.set_aside", one) == "done"
    assert attempt(desk.service, "customers.message.assign", one.fresh, {"customer": a_customer(desk.sales)}) == "done"


@pytest.mark.django_db
def test_who_does_not_see_the_customer_sees_none_of_their_mail(desk: Desk) -> None:
    known(desk)
    one = taken(desk)
    other = Desk()
    for by in (other.service, other.head, desk.one(Role.ENGINEERING), desk.colleague):
        assert not Message.objects.visible_to(by).filter(pk=one.pk).exists()


@pytest.mark.django_db
def test_the_words_of_a_machine_are_no_contact(desk: Desk) -> None:
    customer, _contact = known(desk)
    one = taken(desk, Auto_Submitted="auto-replied")
    assert one.is_automatic
    assert not Communication.objects.filter(message=one).exists()
    assert customer.fresh.last_contact_at is None


@pytest.mark.django_db
def test_our_own_mail_that_comes_back_is_not_a_customers(desk: Desk, settings: Any) -> None:
    settings.CUSTOMER_MAIL = "service@yuecheng.example"
    assert take_in(a_mail(From="Service@yuecheng.example").as_bytes(), entity=desk.entity).message is None


@pytest.mark.django_db
@pytest.mark.parametrize("raw", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_broken_in_it_a_mail_is_taken_in_and_once(desk: Desk, raw: bytes) -> None:
    first, second = (take_in(raw, entity=desk.entity).message for _n in range(2))
    assert first == second
    if first is not None:
        assert "\x00" not in first.text
        assert "<script" not in first.text
        assert first.fresh.state == "unknown"


@pytest.mark.django_db
def test_hostile_attachments_are_left_out_and_said(desk: Desk) -> None:
    known(desk)
    message = a_mail()
    for data, name in ((b"MZ" + bytes(200), "報價單.pdf.exe"), (PDF, "../../etc/passwd.pdf")):
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    one = take_in(message.as_bytes(), entity=desk.entity).message
    assert one is not None
    assert "exe" in one.fresh.left_out
    kept = StoredFile.objects.filter(record_type="customers.message", record_id=one.pk)
    assert [name for name in kept.values_list("name", flat=True) if "/" in name or name.endswith(".exe")] == []
    assert kept.count() == 1
    assert take_in(nested(60).as_bytes(), entity=desk.entity).message is not None


@pytest.mark.django_db
def test_of_a_mail_that_is_too_large_people_hear(desk: Desk) -> None:
    known(desk)
    one = take_in(b"From: lin@huatai.example\nSubject: x\n\n", entity=desk.entity, is_whole=False).message
    assert one is not None
    assert one.left_out


@pytest.mark.alone
@pytest.mark.parametrize("guarded", [True, False])
def test_two_who_fetch_the_same_mail_at_once_leave_one(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    desk = Desk()
    entity = desk.entity
    if not guarded:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE customers_message DROP CONSTRAINT message_once")
    start = threading.Barrier(2, timeout=10)
    looks, looked = mail_intake._known, threading.local()

    def both_look_first(mail: Any) -> Any:
        found = looks(mail)
        if not getattr(looked, "once", False):
            looked.once = True
            start.wait()
        return found

    monkeypatch.setattr(mail_intake, "_known", both_look_first)
    answers: list[object] = []

    def read() -> None:
        try:
            answers.append(take_in(a_mail().as_bytes(), entity=entity).message)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=read) for _n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(answers) == 2
    assert None not in answers
    assert Message.objects.count() == (1 if guarded else 2), "without the constraint it is taken in twice"
