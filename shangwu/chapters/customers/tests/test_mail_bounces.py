"""Clause 2.5.2: a mail that came back is told to its writer, and is no contact with the customer."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from shangwu.chapters.customers.actions.mail_intake import take_in
from shangwu.chapters.customers.bounces import bounce_of
from shangwu.chapters.customers.mail_sending import send_waiting
from shangwu.chapters.customers.mails import parsed
from shangwu.chapters.customers.models import Communication, Contact, Customer, Message
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.complaining import Time as Moment
from shangwu.chapters.customers.tests.writing import a_draft, a_mail, known
from shangwu.foundation.actions.door import act
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.notices.tests.post_office import PostOffice, a_post_office
from shangwu.foundation.records import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.2")]

REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@huatai.example>
To: service@yuecheng.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <{own}@huatai.example>
Date: {date}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

The mail system could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; huatai.example

Final-Recipient: rfc822; lin@huatai.example
Action: {action}
Status: {status}

--b
Content-Type: {kind}

Message-ID: {lost}
Subject: =?utf-8?b?5Lqk5pyf?=

--b--
"""
BLOCK = b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n@'
LATER = "Tue, 29 Sep 2026 10:05:00 +0800"


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    settings.CUSTOMER_MAIL = "service@yuecheng.example"
    with a_post_office(settings) as found:
        yield found


def report(lost: str, **values: str) -> bytes:
    given = {
        "own": "r1", "date": LATER, "action": "failed", "status": "5.1.1", "kind": "text/rfc822-headers",
    } | values  # fmt: skip
    return REPORT.format(lost=lost, **given).encode()


def gone(desk: Desk) -> tuple[Customer, Contact, Message]:
    """A mail that their server has taken."""
    customer, contact = known(desk)
    message = a_draft(desk.sales, contact)
    act(desk.sales, "customers.message.send", message)
    send_waiting()
    assert message.fresh.state == "sent"
    return customer, contact, message.fresh


def told(message: Message) -> list[Notice]:
    return list(Notice.objects.filter(person=message.owner_id, record_public_id=message.public_id))


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_finds_the_mail_that_failed_and_its_writer_hears_of_it(
    desk: Desk, office: PostOffice, kind: str
) -> None:
    customer, _contact, message = gone(desk)
    kept = take_in(report(message.message_id, kind=kind), entity=desk.entity).message
    now = message.fresh
    assert (now.state, now.trouble) == ("failed", "recipient")
    (notice,) = told(message)
    assert "does not exist" in notice.params["said_why"]
    assert kept is not None
    assert (kept.customer_id, kept.answers_id, kept.is_automatic) == (customer.pk, message.pk, True), "it is kept"
    assert not told(kept), "what a machine writes is no news of the customer"


def test_what_came_back_was_no_contact(desk: Desk, office: PostOffice, moment: Moment) -> None:
    customer, contact, message = gone(desk)
    assert customer.fresh.last_contact_at == message.at
    take_in(report(message.message_id), entity=desk.entity)
    assert Communication.objects.get(message=message).archived_at is not None
    assert customer.fresh.last_contact_at is None
    earlier = clock.now() - datetime.timedelta(days=3)
    said = {"customer": customer, "contact": contact, "method": "phone", "at": earlier, "summary": "詢價"}
    act(desk.sales, "customers.communication.create", None, said)
    act(desk.sales, "customers.message.send", message.fresh)
    moment.go("2026-09-29 11:00")
    send_waiting()
    assert customer.fresh.last_contact_at == clock.now()
    take_in(report(message.message_id, own="r2", date="Tue, 29 Sep 2026 11:05:00 +0800"), entity=desk.entity)
    assert customer.fresh.last_contact_at == earlier, "what was really said still counts"


def test_the_duty_to_keep_contact_is_not_done_by_a_mail_that_came_back(desk: Desk, office: PostOffice) -> None:
    customer, _contact, message = gone(desk)
    act(desk.head, "customers.customer.edit", customer.fresh, {"grade": "A"})
    act(desk.sales, "customers.customer.win", customer.fresh)
    take_in(report(message.message_id), entity=desk.entity)
    duty = Duty.objects.filter(rule="2.5.2.2", subject_id=customer.pk).latest("opened_at")
    assert duty.done_at is None


def test_nobody_loses_the_days_of_the_warning_by_it(desk: Desk, office: PostOffice, moment: Moment) -> None:
    customer, _contact = known(desk)
    moment.go("2026-10-28 10:00")
    message = a_draft(desk.sales, Contact.objects.get(customer=customer))
    act(desk.sales, "customers.message.send", message)
    send_waiting()
    assert customer.fresh.protected_until == datetime.date(2026, 11, 12)
    moment.go("2026-11-10 10:00")
    take_in(report(message.message_id, date="Tue, 10 Nov 2026 09:59:00 +0800"), entity=desk.entity)
    assert customer.fresh.protected_until == datetime.date(2026, 11, 12), "29 October has passed: warned first"


def test_the_same_report_has_one_effect(desk: Desk, office: PostOffice) -> None:
    _customer, _contact, message = gone(desk)
    for own in ("r1", "r1", "r2"):
        take_in(report(message.message_id, own=own), entity=desk.entity)
    assert len(told(message)) == 1
    assert Message.objects.filter(answers=message).count() == 2


def test_a_report_from_before_it_was_sent_again_does_not_fail_it(
    desk: Desk, office: PostOffice, moment: Moment
) -> None:
    _customer, _contact, message = gone(desk)
    take_in(report(message.message_id), entity=desk.entity)
    moment.go("2026-09-30 10:00")
    act(desk.sales, "customers.message.send", message.fresh)
    send_waiting()
    take_in(report(message.message_id, own="r2"), entity=desk.entity)
    assert message.fresh.state == "sent"
    take_in(report(message.message_id, own="r3", date="Wed, 30 Sep 2026 10:05:00 +0800"), entity=desk.entity)
    assert message.fresh.state == "failed"


@pytest.mark.parametrize(
    ("status", "trouble"), [("5.1.1", "recipient"), ("5.7.1", "recipient"), ("5.2.2", "returned"), ("", "returned")]
)
def test_it_says_whether_the_address_is_wrong_or_it_could_not_be_brought(
    desk: Desk, office: PostOffice, status: str, trouble: str
) -> None:
    _customer, _contact, message = gone(desk)
    take_in(report(message.message_id, status=status), entity=desk.entity)
    assert message.fresh.trouble == trouble


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_a_delay_is_no_end(desk: Desk, office: PostOffice, action: str) -> None:
    _customer, _contact, message = gone(desk)
    take_in(report(message.message_id, action=action, status="4.4.1"), entity=desk.entity)
    assert message.fresh.state == "sent"


def test_a_server_that_only_names_the_address_is_understood(desk: Desk, office: PostOffice) -> None:
    _customer, _contact, message = gone(desk)
    mail = a_mail(
        "550 5.1.1 no such user", From="Mail Delivery System <Mailer-Daemon@huatai.example>", Date=LATER,
        Message_ID="<x1@huatai.example>", X_Failed_Recipients="lin@huatai.example", In_Reply_To=message.message_id,
    )  # fmt: skip
    take_in(mail.as_bytes(), entity=desk.entity)
    assert (message.fresh.state, message.fresh.trouble) == ("failed", "recipient")


def test_an_answer_that_speaks_of_failure_is_an_answer(desk: Desk, office: PostOffice) -> None:
    _customer, _contact, message = gone(desk)
    mail = a_mail("5.1.1 這個地址寄不到，請改寄", In_Reply_To=message.message_id, Date=LATER)
    take_in(mail.as_bytes(), entity=desk.entity)
    assert message.fresh.state == "sent"


def test_who_does_not_know_the_mail_fails_none(desk: Desk, office: PostOffice) -> None:
    _customer, _contact, message = gone(desk)
    kept = take_in(report("<guessed@yuecheng.example>"), entity=desk.entity).message
    assert message.fresh.state == "sent"
    assert kept is not None
    assert kept.state == "unknown"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\xfe\x00", b"Content-Type: multipart/report\n\n", b"X-Failed-Recipients: \xe5\n\n\xff",
        BLOCK.replace(b"@", b"\xff: \x00\n--b"), BLOCK.replace(b"@", b"Action: failed\n"),
        b"Content-Type: message/rfc822\n\n" * 400,
    ],
)  # fmt: skip
def test_a_broken_report_is_read_as_far_as_it_goes(raw: bytes) -> None:
    mail, _raw = parsed(raw)
    assert mail.bounce is None
    assert bounce_of.__doc__
