"""Clause 2.5.3: a complaint that comes by mail is taken in once, whatever its sender's program has broken in it."""

import datetime
import email
import re
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection, connections

from shangwu.chapters.customers.actions.complaint_intake import take_in_mail
from shangwu.chapters.customers.actions.mail_intake import take_in
from shangwu.chapters.customers.mail_sending import send_waiting
from shangwu.chapters.customers.mails import parsed
from shangwu.chapters.customers.models import Complaint, Letter, MailTemplate, Message
from shangwu.chapters.customers.tests.complaining import SENT, Desk, duty_of
from shangwu.chapters.customers.tests.complaining import Time as Moment
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.test_mail_bounces import report
from shangwu.foundation.actions.door import act
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.storage import opened
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.notices.tests.post_office import PostOffice, a_post_office

pytestmark = pytest.mark.clause("2.5.3")

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def a_mail(text: str = "第三批軸承有異音，請處理。", **headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {
        "From": "林美玲 <lin@huatai.example>", "To": "service@yuecheng.example", "Subject": "軸承異音投訴",
        "Message-ID": "<a1@huatai.example>", "Date": "Tue, 29 Sep 2026 09:30:00 +0800",
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message


def files_of(one: Complaint) -> set[str]:
    rows = StoredFile.objects.filter(record_type="customers.complaint", record_id=one.pk)
    return set(rows.values_list("name", flat=True))


@pytest.mark.django_db
def test_a_mail_becomes_a_complaint_of_the_customer_who_wrote_it(desk: Desk) -> None:
    customer = a_customer(desk.sales)
    a_contact(desk.sales, customer, email="lin@huatai.example")
    message = a_mail()
    message.add_attachment("裂紋位置：外圈".encode(), maintype="text", subtype="plain", filename="照片說明.txt")
    one = take_in_mail(message, entity=desk.entity).complaint
    assert one is not None
    assert (one.source, one.state, one.customer_id) == ("mail", "registered", customer.pk)
    assert (one.claimant_name, one.claimant_email) == ("林美玲", "lin@huatai.example")
    assert one.description == "第三批軸承有異音，請處理。"
    assert one.received_at == datetime.datetime(2026, 9, 29, 1, 30, tzinfo=datetime.UTC)
    assert one.department_id == desk.department.pk
    assert files_of(one) == {"照片說明.txt", "mail.eml"}
    duty = duty_of(one, "2.5.3.1")
    assert duty is not None
    assert duty.holder_id == desk.service.person_id


@pytest.mark.django_db
def test_the_same_mail_fetched_twice_leaves_one_complaint(desk: Desk) -> None:
    first, second = (take_in_mail(a_mail(), entity=desk.entity) for _n in range(2))
    assert (first.is_new, second.is_new) == (True, False)
    assert first.complaint == second.complaint
    assert Complaint.objects.count() == 1


@pytest.mark.django_db
def test_a_mail_without_an_id_is_known_by_its_content(desk: Desk) -> None:
    raw = a_mail(Message_ID="").as_bytes()
    assert take_in_mail(raw, entity=desk.entity).complaint == take_in_mail(raw, entity=desk.entity).complaint
    assert take_in_mail(raw + b"\nmore", entity=desk.entity).is_new


@pytest.mark.django_db
def test_a_further_mail_is_filed_with_the_complaint_that_it_names(desk: Desk) -> None:
    one = take_in_mail(a_mail(), entity=desk.entity).complaint
    assert one is not None
    further = a_mail("補上照片", Subject=f"Re: {one.number} 軸承異音", Message_ID="<a2@huatai.example>")
    found = take_in_mail(further, entity=desk.entity)
    assert (found.complaint, found.is_new) == (one, False)
    assert [letter.text for letter in one.letters.order_by("position")] == ["第三批軸承有異音，請處理。", "補上照片"]


@pytest.mark.django_db
def test_who_names_anothers_complaint_opens_their_own(desk: Desk) -> None:
    one = take_in_mail(a_mail(), entity=desk.entity).complaint
    assert one is not None
    strange = a_mail(Subject=f"Re: {one.number}", Message_ID="<x@else.example>", From="x@else.example")
    assert take_in_mail(strange, entity=desk.entity).is_new


@pytest.mark.django_db
@pytest.mark.parametrize("header", [{"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated; x=y"}])
def test_machines_do_not_complain(desk: Desk, header: dict[str, str]) -> None:
    assert take_in_mail(a_mail(**header), entity=desk.entity).complaint is None


NAUGHTY: dict[str, bytes] = {
    "big5 that says it is utf-8": b"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n"
    + "貨品破損嚴重請儘快處理".encode("big5"),
    "gbk without a charset": b"From: a@b.example\nSubject: x\n\n" + "货品破损严重请尽快处理".encode("gbk"),
    "a charset that nobody knows": b"From: a@b.example\nContent-Type: text/plain; charset=x-unknown\n\n"
    + "貨品破損嚴重".encode(),
    "raw bytes in the headers": b"From: \xb0\xaa <a@b.example>\nSubject: \xa7\xe5\xb6q\n\nx",
    "an encoded word that breaks off": b"From: =?utf-8?b?5p6X <a@b.example>\nSubject: =?big5?Q?=A7?=\n\nx",
    "an encoded word of no charset": b"Subject: =?nope?b?5p6X?=\nFrom: =?nope?q?x?= <a@b.example>\n\nx",
    "nothing": b"",
    "no colon": b"just words\n\nand more",
    "NUL and controls": b"From: a@b.example\nSubject: a\x00b\x07\n\nbro\x00ken\x1b[31m",
    "lone surrogates": b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n\xed\xa0\x80x\xef\xbf\xbf",
    "base64 that is none": b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n!!!not base64!!!",
    "a boundary that never comes": b'Content-Type: multipart/mixed; boundary="x"\nFrom: a@b.example\n\nnothing',
    "a boundary of nothing": b"Content-Type: multipart/mixed\nFrom: a@b.example\n\n--\n\nx",
    "a date that is none": b"Date: yesterday, or so\nFrom: a@b.example\n\nx",
    "a date beyond all days": b"Date: Tue, 29 Sep 99999 09:30:00 +9999\nFrom: a@b.example\n\nx",
    "a sender that is no address": b'From: "; DROP TABLE" <not an address>\n\nx',
    "two senders": b"From: a@b.example, c@d.example\nFrom: e@f.example\n\nx",
    "a very long line": b"From: a@b.example\nSubject: " + b"A" * 100_000 + b"\n\n" + b"B" * 100_000,
    "an id of nothing": b"Message-ID: <>\nFrom: a@b.example\n\nx",
    "an id of two lines": b"Message-ID: <a\n b@c>\nFrom: a@b.example\n\nx",
    "a thousand parts": b"Content-Type: multipart/mixed; boundary=q\nFrom: a@b.example\n\n"
    + b"--q\nContent-Type: text/plain\n\nx\n" * 1000 + b"--q--",
    "html with a script": b"From: a@b.example\nContent-Type: text/html\n\n<script>alert(1)</script><p>Broken<br>twice",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("raw", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_broken_it_is_taken_in_and_once(desk: Desk, raw: bytes) -> None:
    for message in (raw, email.message_from_bytes(raw)):
        one = take_in_mail(message, entity=desk.entity).complaint
        assert one is not None
        assert one.fresh.description.strip()
        assert "\x00" not in one.description
        assert "<script" not in one.description
    take_in_mail(raw, entity=desk.entity)
    assert Letter.objects.values("message_id").distinct().count() == Letter.objects.count()


def test_what_can_be_read_is_read() -> None:
    assert parsed(NAUGHTY["big5 that says it is utf-8"])[0].text == "貨品破損嚴重請儘快處理"
    assert parsed(NAUGHTY["gbk without a charset"])[0].text == "货品破损严重请尽快处理"
    assert parsed(NAUGHTY["a charset that nobody knows"])[0].text == "貨品破損嚴重"
    assert parsed(NAUGHTY["html with a script"])[0].text == "Broken\ntwice"


def nested(depth: int) -> EmailMessage:
    inner = a_mail()
    for _n in range(depth):
        outer = EmailMessage()
        outer["From"] = "a@b.example"
        outer.add_attachment(inner)
        inner = outer
    return inner


@pytest.mark.django_db
def test_hostile_attachments_are_left_out_and_said(desk: Desk) -> None:
    message = a_mail()
    for data, name in (
        (b"MZ" + bytes(200), "報價單.pdf.exe"),
        (PDF, "../../etc/passwd.pdf"),
        (b"x" * 10, "a\u202efdp.exe"),
    ):
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    found = take_in_mail(message, entity=desk.entity)
    assert found.complaint is not None
    assert any("exe" in one for one in found.refused)
    assert found.complaint.description.count("exe") >= 1, "who reads it knows that something was left out"
    kept = files_of(found.complaint)
    assert not any(name.endswith(".exe") or "/" in name for name in kept)
    assert take_in_mail(nested(60), entity=desk.entity).complaint is not None


@pytest.mark.django_db
def test_too_many_attachments_end_somewhere(desk: Desk) -> None:
    message = a_mail()
    for place in range(30):
        message.add_attachment(f"{place}".encode(), maintype="text", subtype="plain", filename=f"{place}.txt")
    mail, _raw = parsed(message)
    assert (len(mail.attachments), mail.left_out) == (20, 10)


@pytest.mark.alone
@pytest.mark.parametrize("guarded", [True, False])
def test_two_who_fetch_the_same_mail_at_once_leave_one_complaint(
    committing: None, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    desk = Desk()
    entity = desk.entity
    if not guarded:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE customers_letter DROP CONSTRAINT letter_taken_in_once")
    from shangwu.chapters.customers.actions import complaint_intake

    start = threading.Barrier(2, timeout=10)
    known = complaint_intake._known
    looked = threading.local()

    def both_look_first(mail: object) -> object:
        found = known(mail)  # type: ignore[arg-type]
        if not getattr(looked, "once", False):
            looked.once = True
            start.wait()
        return found

    monkeypatch.setattr(complaint_intake, "_known", both_look_first)
    answers: list[object] = []

    def fetch() -> None:
        try:
            answers.append(take_in_mail(a_mail(), entity=entity).complaint)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=fetch) for _n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(answers) == 2
    assert None not in answers
    assert Complaint.objects.count() == (1 if guarded else 2), "without the constraint the mail is taken in twice"


# Answers by mail.

WANG = "wang@example.org"


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    settings.CUSTOMER_MAIL = "service@yuecheng.example"
    with a_post_office(settings) as found:
        yield found


def a_consumer(desk: Desk, **values: Any) -> Complaint:
    """A complaint that is being carried out, of somebody whom no contact stands for."""
    given = {"claimant_name": "王小明", "claimant_email": WANG, "is_consumer": True} | values
    return desk.brought_to("carrying_out", desk.complaint(**given))


def kept_mail(one: Complaint) -> StoredFile:
    found: StoredFile = StoredFile.objects.get(record_type="customers.complaint", record_id=one.pk, kind="eml")
    return found


@pytest.mark.django_db
def test_an_answer_by_mail_goes_in_one_press_and_is_its_own_proof(desk: Desk, office: PostOffice) -> None:
    """2.5.3.3: the customer is answered in time; the answer counts with its proof of sending."""
    one = a_consumer(desk)
    desk.does("reply_by_mail", one)
    assert (one.fresh.state, office.mails) == ("carrying_out", []), "not answered before it has gone"
    assert send_waiting() == 1
    (gone,) = office.mails
    assert (gone["To"], one.number in gone["Subject"]) == (WANG, True)
    assert "全批換貨" in gone.get_content(), "the solution that was laid out"
    answered = one.fresh
    assert (answered.state, answered.reply_proof, answered.reply_round) == ("replied", gone["Message-ID"], 1)
    assert "全批換貨" in answered.answer
    assert answered.replied_by_id == desk.service.person_id
    with opened(kept_mail(one).blob) as file:
        copy = email.message_from_bytes(file.read())
    assert (copy["Message-ID"], copy["Date"]) == (gone["Message-ID"], gone["Date"]), "the very mail, with the complaint"
    duty = duty_of(one, "2.5.3.3")
    assert duty is not None
    assert duty.done_at == answered.replied_at


@pytest.mark.django_db
def test_the_answer_asks_whether_it_settles_the_matter(desk: Desk, office: PostOffice, client: Any) -> None:
    one = a_consumer(desk)
    desk.does("reply_by_mail", one, answer="已換貨")
    send_waiting()
    link = re.search(r"https?://[^/\s]+(/\S+)", office.mails[0].get_content())
    assert link is not None
    assert client.get(link[1]).status_code == 200


@pytest.mark.django_db
def test_an_answer_follows_a_template_with_the_number_and_what_is_told(desk: Desk, office: PostOffice) -> None:
    given = {"name": "投訴回覆", "subject": "投訴 {complaint}", "text": "{contact}您好：\n\n{answer}\n\n{sender}"}
    template = act(desk.head, "customers.mailtemplate.create", None, given).record
    one = a_consumer(desk)
    desk.does("reply_by_mail", one, answer="一、換貨\n二、致歉", template=str(template.public_id))
    send_waiting()
    (gone,) = office.mails
    assert gone["Subject"] == f"投訴 {one.number}"
    said = gone.get_content().replace("\r\n", "\n")
    assert f"王小明您好：\n\n一、換貨\n二、致歉\n\n{desk.service.name}" in said
    given |= {"name": "廣告", "purpose": "marketing"}
    advert: MailTemplate = act(desk.head, "customers.mailtemplate.create", None, given).record
    other = a_consumer(desk)
    assert desk.tries("reply_by_mail", other, template=str(advert.public_id)) == "template"


@pytest.mark.django_db
def test_who_left_no_email_is_answered_at_the_customers_contact_or_not_by_mail(desk: Desk, office: PostOffice) -> None:
    customer = a_customer(desk.sales)
    one = a_consumer(desk, customer=customer, claimant_email="")
    assert desk.tries("reply_by_mail", one) == "address"
    contact = a_contact(desk.sales, customer, email="lin@huatai.example")
    desk.does("reply_by_mail", one)
    assert desk.tries("reply_by_mail", one) == "waiting"
    send_waiting()
    assert office.mails[0]["To"] == "lin@huatai.example"
    assert Message.objects.get(complaint=one).contact_id == contact.pk


@pytest.mark.django_db
def test_an_answer_is_not_sent_before_money_is_decided_or_while_papers_are_awaited(desk: Desk) -> None:
    one = a_consumer(desk)
    desk.does("await_papers", one, asked_for="發票", proof=SENT)
    assert desk.tries("reply_by_mail", one) == "paused"
    desk.does("resume", one, came="發票")
    desk.does("ask_compensation", one, amount="100")
    assert desk.tries("reply_by_mail", one) == "compensation"
    assert desk.tries("reply_by_mail", one, by=desk.sales) == "forbidden"


@pytest.mark.django_db
def test_an_answer_that_never_went_or_came_back_answers_nobody(desk: Desk, office: PostOffice, moment: Moment) -> None:
    one = a_consumer(desk)
    desk.does("reply_by_mail", one)
    send_waiting()
    message = Message.objects.get(complaint=one)
    take_in(report(message.message_id), entity=desk.entity)
    back = one.fresh
    assert (back.state, back.reply_proof, back.replied_at) == ("carrying_out", "", None)
    assert Notice.objects.filter(person=desk.service.person_id, record_public_id=message.public_id).exists()
    duty = duty_of(one, "2.5.3.3")
    assert duty is not None
    assert duty.done_at is None
    desk.does("edit", one, claimant_email="wang2@example.org")
    desk.does("reply_by_mail", one)
    send_waiting()
    assert (one.fresh.state, office.mails[-1]["To"]) == ("replied", "wang2@example.org")


@pytest.mark.django_db
def test_who_complains_is_told_why_a_complaint_is_not_accepted(desk: Desk, office: PostOffice) -> None:
    """2.5.3.1: not accepted only with the reason; a stranger without a customer's file is told as well."""
    one = desk.complaint(customer=None, claimant_name="王小明", claimant_email=WANG)
    desk.does("decline", one, by=desk.head, reason="不是本公司的產品")
    assert send_waiting() == 1
    (gone,) = office.mails
    assert gone["To"] == WANG
    assert "不是本公司的產品" in gone.get_content()
    assert one.fresh.state == "refused"
    assert kept_mail(one)
    silent = desk.complaint(customer=None, claimant_phone="0955000137")
    desk.does("decline", silent, by=desk.head, reason="不是本公司的產品")
    assert send_waiting() == 0


@pytest.mark.django_db
def test_only_the_mail_server_says_that_an_answer_has_gone(desk: Desk) -> None:
    one = a_consumer(desk)
    for verb, given in (("reply_sent", {"answer": "x", "proof": "<x@y>"}), ("keep_mail", {}), ("tell_refusal", {})):
        for by in (desk.service, desk.head, desk.executive):
            assert desk.tries(verb, one, by=by, **given) in ("forbidden", "state", "invalid")
    assert one.fresh.state == "carrying_out"
