"""Clause 2.5.2: mail to customers really goes, once; an advertisement only to who wants it, with a way out."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from shangwu.chapters.customers.actions.mail_intake import take_in
from shangwu.chapters.customers.mail_sending import WAITS, send_waiting
from shangwu.chapters.customers.mails import is_address
from shangwu.chapters.customers.models import Communication, Contact, Delivery, Message
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.complaining import Time as Moment
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.writing import LIN, PDF, a_draft, known
from shangwu.chapters.customers.unsubscribing import way_out
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.files import intake
from shangwu.foundation.files.receipts import receipt
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.notices.tests.post_office import PostOffice, a_post_office
from shangwu.foundation.records import clock, gate

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    settings.CUSTOMER_MAIL = "service@yuecheng.example"
    with a_post_office(settings) as found:
        yield found


def sent(desk: Desk, message: Message) -> Message:
    act(desk.sales, "customers.message.send", message.fresh)
    send_waiting()
    found: Message = message.fresh
    return found


def test_a_mail_goes_out_signed_and_stands_with_the_customer_as_a_contact(desk: Desk, office: PostOffice) -> None:
    customer, contact = known(desk)
    message = sent(desk, a_draft(desk.sales, contact))
    (gone,) = office.mails
    assert (gone["To"], gone["Subject"], gone["Message-ID"]) == (LIN, "交期回覆", message.message_id)
    assert "service@yuecheng.example" in gone["From"]
    assert desk.sales.name in gone.get_content()
    assert message.state == "sent"
    assert message.sent_at is not None
    logged = Communication.objects.get(message=message)
    assert (logged.method, logged.customer_id, logged.contact_id) == ("mail", customer.pk, contact.pk)
    assert logged.owner_id == desk.sales.person_id
    assert "週五出貨" not in logged.summary, "the text stands in the mail alone"
    assert customer.fresh.last_contact_at == message.at


def test_nothing_goes_before_it_is_sent_and_nothing_goes_twice(desk: Desk, office: PostOffice) -> None:
    _customer, contact = known(desk)
    message = a_draft(desk.sales, contact)
    assert send_waiting() == 0
    act(desk.sales, "customers.message.send", message)
    assert attempt(desk.sales, "customers.message.send", message.fresh) == "state"
    assert (send_waiting(), send_waiting(), len(office.mails)) == (1, 0, 1)


def test_what_a_dead_worker_has_claimed_is_sent_by_another_after_five_minutes(
    desk: Desk, office: PostOffice, moment: Moment
) -> None:
    _customer, contact = known(desk)
    act(desk.sales, "customers.message.send", a_draft(desk.sales, contact))
    Delivery.objects.update(claimed_at=clock.now())
    assert send_waiting() == 0
    moment.go("2026-09-29 10:06")
    assert send_waiting() == 1


def test_a_server_that_is_away_is_asked_again_and_the_writer_told_in_the_end(
    desk: Desk, office: PostOffice, moment: Moment
) -> None:
    _customer, contact = known(desk)
    message = a_draft(desk.sales, contact)
    act(desk.sales, "customers.message.send", message)
    office.refuses = True
    assert send_waiting() == 0
    assert message.fresh.state == "waiting"
    for wait in WAITS:
        moment.now += wait + datetime.timedelta(seconds=1)
        send_waiting()
    assert (message.fresh.state, message.fresh.trouble) == ("failed", "smtp")
    assert Notice.objects.filter(person=desk.sales.person_id, record_public_id=message.public_id).count() == 1
    office.refuses = False
    assert sent(desk, message).state == "sent", "mended, it is sent again"


def test_who_may_not_see_the_customer_writes_no_mail_to_them(desk: Desk) -> None:
    customer, contact = known(desk)
    given = {"customer": customer, "contact": contact, "subject": "x", "text": "x"}
    assert attempt(desk.colleague, "customers.message.create", None, given) == "invalid"
    message = a_draft(desk.sales, contact)
    assert attempt(desk.head, "customers.message.send", message) == "forbidden", "one sends one's own mail"


def test_whom_a_mail_goes_to_is_a_contact_of_this_customer_with_an_address(desk: Desk) -> None:
    customer, contact = known(desk)
    other = a_contact(desk.sales, a_customer(desk.sales), email="x@else.example")
    without = a_contact(desk.sales, customer, email="")
    given = {"customer": customer, "subject": "x", "text": "x"}
    for chosen in (other, without, None):
        found = attempt(desk.sales, "customers.message.create", None, given | {"contact": chosen})
        assert found == "contact"
    given |= {"contact": contact, "order_number": "SO20260901-0001"}
    assert attempt(desk.sales, "customers.message.create", None, given) == "order", "an order that is not theirs"


def test_a_value_can_put_no_further_header_into_a_mail(desk: Desk, office: PostOffice) -> None:
    _customer, contact = known(desk, name="林 Bcc: x@else.example")
    sent(desk, a_draft(desk.sales, contact, subject="交期 Bcc: y@else.example"))
    (gone,) = office.mails
    assert gone["Bcc"] is None
    assert gone["To"] == LIN


def consented(desk: Desk, contact: Contact) -> None:
    act(desk.sales, "customers.contact.consent", contact.fresh, {"text": "2026-01 版", "purpose": "marketing"})


def test_an_advertisement_goes_only_to_who_has_consented_or_asked(desk: Desk, office: PostOffice) -> None:
    _customer, contact = known(desk)
    message = a_draft(desk.sales, contact, is_commercial=True)
    assert attempt(desk.sales, "customers.message.send", message) == "consent"
    asked = a_draft(desk.sales, contact, is_commercial=True, requested="9/28 電話索取型錄")
    assert sent(desk, asked).state == "sent"
    consented(desk, contact)
    assert sent(desk, message).state == "sent"
    assert not Communication.objects.filter(message__in=[message, asked]).exists(), "advertising is no contact"


def test_an_advertisement_says_who_sends_it_and_offers_the_way_out(desk: Desk, office: PostOffice) -> None:
    _customer, contact = known(desk)
    consented(desk, contact)
    sent(desk, a_draft(desk.sales, contact, is_commercial=True))
    (gone,) = office.mails
    assert desk.entity.name in gone.get_content()
    link = str(gone["List-Unsubscribe"]).strip(" <>")
    assert link in gone.get_content()
    assert gone["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.sub(r"^https?://[^/]+", "", link)
    client = Client(enforce_csrf_checks=True)
    assert client.get(path).status_code == 200
    assert contact.fresh.marketing_refused_at is None, "a program that looks at links ends nothing"
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert contact.fresh.marketing_refused_at is not None
    assert contact.consents.get().withdrawn_at is not None
    assert client.post(path).status_code == 200, "asked again it is done already"
    again = a_draft(desk.sales, contact.fresh, is_commercial=True, requested="電話索取")
    assert attempt(desk.sales, "customers.message.send", again) == "consent"


def test_consent_withdrawn_while_the_mail_waits_keeps_it_back(desk: Desk, office: PostOffice) -> None:
    _customer, contact = known(desk)
    consented(desk, contact)
    message = a_draft(desk.sales, contact, is_commercial=True)
    act(desk.sales, "customers.message.send", message)
    act(desk.sales, "customers.contact.refuse_marketing", contact.fresh)
    assert send_waiting() == 0
    assert (message.fresh.state, message.fresh.trouble, office.mails) == ("failed", "consent", [])


def test_a_forged_way_out_ends_nothing(desk: Desk, client: Client) -> None:
    _customer, contact = known(desk)
    link = way_out(contact, desk.entity.pk)
    found = client.post(f"{link[:-3]}x/")
    assert found.status_code == 403
    assert contact.fresh.marketing_refused_at is None


def test_the_way_out_is_for_one_person_only(desk: Desk, client: Client) -> None:
    customer, contact = known(desk)
    other = a_contact(desk.sales, customer, email="other@huatai.example")
    client.post(way_out(contact, desk.entity.pk))
    assert other.fresh.marketing_refused_at is None


def test_the_file_on_a_draft_goes_with_it(desk: Desk, office: PostOffice) -> None:
    _customer, contact = known(desk)
    message = a_draft(desk.sales, contact)
    taken = intake.take([PDF], "報價單.pdf", entity=desk.entity.pk)
    given = {"record_type": "customers.message", "note": str(message.public_id), "name": receipt(taken, desk.sales)}
    act(desk.sales, "files.storedfile.create", None, given)
    sent(desk, message)
    (file,) = office.mails[0].iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("報價單.pdf", PDF)


def test_an_answer_goes_to_no_address_that_is_none(desk: Desk) -> None:
    customer, _contact = known(desk)
    asked = take_in(b"From: <x y>z@else.example\nSubject: x\n\nx", entity=desk.entity).message
    assert asked is not None
    act(desk.service, "customers.message.assign", asked.fresh, {"customer": customer})
    given = {"customer": customer, "answers": asked.fresh, "subject": "x", "text": "x"}
    expected = "done" if is_address(asked.fresh.address) else "contact"
    assert attempt(desk.sales, "customers.message.create", None, given) == expected


def test_one_mail_that_can_not_be_sent_holds_up_no_other(desk: Desk, office: PostOffice) -> None:
    _customer, contact = known(desk)
    first, second = (a_draft(desk.sales, contact) for _n in range(2))
    for one in (first, second):
        act(desk.sales, "customers.message.send", one)
    with gate.door():
        Message.objects.filter(pk=first.pk).update(address="no address\n at all")
    send_waiting()
    assert (first.fresh.state, second.fresh.state) == ("failed", "sent")
