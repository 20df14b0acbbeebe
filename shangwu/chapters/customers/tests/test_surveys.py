"""Clause 2.5.2: customers who agreed are asked by a link that works once; a low answer is heard of at once."""

import datetime
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import translation

from shangwu.chapters.customers import mail_sending
from shangwu.chapters.customers.asking import ask_the_year, expire
from shangwu.chapters.customers.events.surveys import ask_about_complaints
from shangwu.chapters.customers.mail_sending import send_waiting, written
from shangwu.chapters.customers.models import Contact, Message, SatisfactionReport, Survey
from shangwu.chapters.customers.survey_access import by_link
from shangwu.chapters.customers.survey_links import for_survey
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.complaining import Time as Moment
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.test_complaint_doors import send
from shangwu.chapters.customers.tests.writing import known
from shangwu.chapters.sales.tests.factories import a_shipped_order, attempt, today
from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.events import Acted
from shangwu.foundation.actions.registry import get
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.notices.tests.post_office import PostOffice, a_post_office
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE

pytestmark = pytest.mark.clause("2.5.2")


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    with a_post_office(settings) as found:
        yield found


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def agreed(desk: Desk, contact: Contact) -> Contact:
    act(desk.sales, "customers.contact.consent", contact.fresh, {"text": "2026-01 版", "purpose": "survey"})
    fresh: Contact = contact.fresh
    return fresh


def a_survey(desk: Desk, contact: Contact | None = None, occasion: str = "delivery", **values: Any) -> Survey:
    contact = contact or agreed(desk, known(desk)[1])
    given = {"occasion": occasion, "customer": contact.customer, "contact": contact} | values
    made: Survey = act(desk.service, "customers.survey.create", None, given).record
    fresh: Survey = made.fresh
    return fresh


@pytest.mark.django_db
def test_who_agreed_is_asked_by_a_mail_and_nobody_of_ours_sees_the_link(desk: Desk, office: PostOffice) -> None:
    survey = a_survey(desk)
    assert send_waiting() == 1
    (gone,) = office.mails
    assert re.search(r"https?://\S+/satisfaction/\S+/", gone.get_content())
    message = Message.objects.get(survey=survey)
    assert "/satisfaction/" not in message.text, "who reads our copy can't answer in the person's place"
    assert message.state == "sent"
    assert survey.customer.fresh.last_contact_at is None, "a question is no contact"


@pytest.mark.django_db
def test_only_who_agreed_is_asked_and_not_too_often(desk: Desk, moment: Moment) -> None:
    customer, contact = known(desk)
    given = {"occasion": "delivery", "customer": customer, "contact": contact}
    assert attempt(desk.service, "customers.survey.create", None, given) == "consent"
    a_survey(desk, agreed(desk, contact))
    assert attempt(desk.service, "customers.survey.create", None, given) == "lately"
    moment.now += datetime.timedelta(days=91)
    assert attempt(desk.service, "customers.survey.create", None, given) == "done"
    assert attempt(desk.sales, "customers.survey.create", None, given) == "forbidden", "sellers ask nobody"
    stranger = agreed(desk, a_contact(desk.sales, a_customer(desk.sales), email="x@else.example"))
    assert attempt(desk.service, "customers.survey.create", None, given | {"contact": stranger}) == "contact"


@pytest.mark.django_db
def test_the_link_works_once(desk: Desk, client: Client) -> None:
    survey = a_survey(desk)
    link = for_survey(survey)
    assert send(client, link, content="5", words="交期很準").status_code == 200
    survey = survey.fresh
    assert (survey.state, survey.content, survey.words) == ("answered", 5, "交期很準")
    assert survey.answered_on == datetime.date(2026, 9, 29)
    for answer in (client.get(link), Client().post(link, {"content": "1"})):
        assert answer.status_code == 410
    assert "answered already" in client.get(link).content.decode()
    assert survey.fresh.content == 5


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("zh-hant", "使用過"), ("zh-hans", "使用过"), ("en", "already")])
def test_a_used_link_says_so_in_the_visitors_language(desk: Desk, client: Client, language: str, word: str) -> None:
    survey = a_survey(desk)
    send(client, for_survey(survey), content="4")
    page = Client(headers={"accept-language": language}).get(for_survey(survey))
    assert page.status_code == 410
    assert word in page.content.decode()


@pytest.mark.django_db
def test_an_expired_or_forged_link_opens_nothing(desk: Desk, client: Client, moment: Moment) -> None:
    survey = a_survey(desk)
    link = for_survey(survey)
    assert client.get(f"{link[:-4]}xyz/").status_code == 403
    moment.now += datetime.timedelta(days=30, seconds=-1)
    assert client.get(link).status_code == 200
    moment.now += datetime.timedelta(seconds=1)
    over = client.get(link)
    assert over.status_code == 410, "before the clock has come round"
    for page in (over, client.get(f"{link[:-4]}xyz/")):
        assert "sw-button is-primary" not in page.content.decode(), "who is outside has no day of work here"
    assert "sw-button is-primary" in client.get("/nowhere/").content.decode()
    assert attempt(HOUSE, "customers.survey.expire", survey) == "done"
    assert client.get(link).status_code == 410


@pytest.mark.django_db
def test_the_clock_closes_what_nobody_answered(desk: Desk, moment: Moment) -> None:
    survey = a_survey(desk)
    assert expire() == 0
    moment.now += datetime.timedelta(days=31)
    assert (expire(), expire()) == (1, 0)
    assert survey.fresh.state == "expired"


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, {"content": "0"}, {"content": "6"}, {"content": "x"}, {"content": "-1"}])
def test_an_answer_outside_of_the_scale_is_asked_again(desk: Desk, client: Client, given: dict[str, str]) -> None:
    survey = a_survey(desk)
    assert send(client, for_survey(survey), **given).status_code == 422
    assert survey.fresh.state == "open"


@pytest.mark.django_db
def test_the_second_scale_is_asked_in_the_yearly_survey_alone(desk: Desk, client: Client) -> None:
    survey = a_survey(desk)
    assert b"would_recommend" not in client.get(for_survey(survey)).content
    send(client, for_survey(survey), content="5", would_recommend="9")
    assert survey.fresh.would_recommend is None
    yearly = a_survey(desk, occasion="year")
    assert send(client, for_survey(yearly), content="5", would_recommend="11").status_code == 422
    send(client, for_survey(yearly), content="5", would_recommend="10")
    assert yearly.fresh.would_recommend == 10


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "is_told"), [("1", True), ("2", True), ("3", False), ("5", False)])
def test_a_low_answer_is_heard_of_at_once(desk: Desk, client: Client, content: str, is_told: bool) -> None:
    survey = a_survey(desk)
    send(client, for_survey(survey), content=content)
    for person in (survey.owner_id, desk.service.person_id):
        told = Notice.objects.filter(person=person, record_public_id=survey.public_id, urgent=True)
        assert told.exists() is is_told


@pytest.mark.django_db
def test_who_complained_is_asked_when_it_is_closed(desk: Desk) -> None:
    customer, contact = known(desk)
    agreed(desk, contact)
    other = agreed(desk, a_contact(desk.sales, customer, email="other@huatai.example", is_main=True))
    one = desk.complaint(customer=customer, claimant_email="LIN@huatai.example")
    acted = Acted(get("customers.complaint.close"), desk.service, [one.fresh], [{}], 0, one.public_id)
    for _twice in range(2):
        ask_about_complaints(acted)
    survey = Survey.objects.get()
    assert (survey.contact_id, survey.complaint_id, survey.occasion) == (contact.pk, one.pk, "complaint")
    assert survey.contact_id != other.pk


@pytest.mark.django_db
def test_who_has_the_goods_is_asked_if_they_agreed(desk: Desk) -> None:
    customer, contact = known(desk)
    _order, first = a_shipped_order(desk, customer=customer, contact=contact)
    assert attempt(desk.logistics, "sales.shipment.deliver", first, {"delivered_on": today(desk)}) == "done"
    assert not Survey.objects.exists(), "nobody has agreed"
    agreed(desk, contact)
    order, second = a_shipped_order(desk, customer=customer, contact=contact)
    assert attempt(desk.logistics, "sales.shipment.deliver", second, {"delivered_on": today(desk)}) == "done"
    survey = Survey.objects.get()
    assert (survey.contact_id, survey.order_number, survey.occasion) == (contact.pk, order.number, "delivery")


@pytest.mark.django_db
def test_the_year_asks_each_who_agreed_once(desk: Desk) -> None:
    with_order, contact = known(desk)
    act(HOUSE, "customers.customer.win", with_order)
    agreed(desk, contact)
    agreed(desk, a_contact(desk.sales, a_customer(desk.sales), email="never@else.example"))
    given = {"year": 2026, "department": desk.department}
    report = act(desk.service, "customers.satisfactionreport.create", None, given).record
    assert ask_the_year() == 0, "before somebody says so"
    act(desk.service, "customers.satisfactionreport.ask", report)
    assert attempt(desk.service, "customers.satisfactionreport.ask", report.fresh) == "asked"
    assert (ask_the_year(), ask_the_year()) == (1, 0)
    assert Survey.objects.get().contact_id == contact.pk


@pytest.mark.django_db
def test_a_year_is_over_when_it_is_over_where_we_are(desk: Desk, moment: Moment) -> None:
    """Half an hour into the new year nobody is asked for the old one; in Greenwich it still runs."""
    with_order, contact = known(desk)
    act(HOUSE, "customers.customer.win", with_order)
    agreed(desk, contact)
    given = {"year": 2026, "department": desk.department}
    report = act(desk.service, "customers.satisfactionreport.create", None, given).record
    act(desk.service, "customers.satisfactionreport.ask", report)
    moment.go("2027-01-01 00:30")
    assert ask_the_year() == 0
    moment.go("2026-12-31 23:30")
    assert ask_the_year() == 1
    assert Survey.objects.get().year == 2026


@pytest.mark.django_db
@pytest.mark.parametrize("at", ["00:30", "23:30"])
def test_a_mail_names_the_last_day_for_an_answer_as_it_is_where_we_are(desk: Desk, moment: Moment, at: str) -> None:
    moment.go(f"2026-09-30 {at}")
    survey = a_survey(desk)
    with translation.override("en"):
        text = written(Message.objects.get(survey=survey)).body
    assert f"{survey.expires_at.astimezone(moment.zone):%Y-%m-%d}" in text
    assert "2026-10-30" in text


@pytest.mark.django_db
def test_a_worker_that_begins_again_asks_nobody_a_second_time(desk: Desk, office: PostOffice) -> None:
    """It went down after the surveys were entered, before their mails had left: the next one sends each once."""
    with_order, contact = known(desk)
    act(HOUSE, "customers.customer.win", with_order)
    agreed(desk, contact)
    given = {"year": 2026, "department": desk.department}
    act(
        desk.service, "customers.satisfactionreport.ask",
        act(desk.service, "customers.satisfactionreport.create", None, given).record,
    )  # fmt: skip
    assert ask_the_year() == 1
    assert (ask_the_year(), send_waiting(), ask_the_year(), send_waiting()) == (0, 1, 0, 0)
    assert len(office.mails) == 1
    assert Survey.objects.count() == Message.objects.filter(survey__isnull=False).count() == 1


@pytest.mark.django_db
def test_a_worker_that_went_down_as_it_sent_sends_the_same_mail_and_no_other(
    desk: Desk, office: PostOffice, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server had it, our books did not: it leaves again under the same Message-ID, by which mailboxes show one."""
    survey = a_survey(desk)
    with monkeypatch.context() as patch:

        def go_down(verb: str, message: Message, **inputs: str) -> None:
            raise KeyboardInterrupt

        patch.setattr(mail_sending, "_does", go_down)
        with pytest.raises(KeyboardInterrupt):
            send_waiting()
    assert send_waiting() == 0, "another worker may still be at it"
    moment.now += mail_sending.CLAIM + datetime.timedelta(seconds=1)
    assert (send_waiting(), send_waiting()) == (1, 0)
    first, second = office.mails
    assert first["Message-ID"] == second["Message-ID"] == Message.objects.get(survey=survey).message_id
    assert Message.objects.get(survey=survey).state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize("is_told", [True, False])
def test_of_a_low_answer_one_hears_once_though_the_answer_is_sent_again(
    desk: Desk, client: Client, is_told: bool
) -> None:
    survey = a_survey(desk)
    given = {"content": "1" if is_told else "5"}
    send(client, for_survey(survey), **given)
    assert Client().post(for_survey(survey), given).status_code == 410
    assert Notice.objects.filter(person=survey.owner_id, record_public_id=survey.public_id).count() == int(is_told)


@pytest.mark.django_db
def test_sellers_see_what_their_own_customers_say(desk: Desk) -> None:
    survey = a_survey(desk)
    seen = {
        by: Survey.objects.visible_to(by).filter(pk=survey.pk).exists()
        for by in (desk.sales, desk.service, desk.head, desk.colleague, desk.one(Role.FINANCE), Desk().service)
    }
    assert list(seen.values()) == [True, True, True, False, False, False]
    assert not SatisfactionReport.objects.visible_to(desk.sales).exists()


@pytest.mark.django_db
def test_a_withdrawn_survey_takes_no_answer(desk: Desk, client: Client) -> None:
    survey = a_survey(desk)
    act(desk.service, "customers.survey.withdraw", survey, reason="寄錯人")
    assert client.get(for_survey(survey)).status_code == 410


@pytest.mark.django_db
def test_one_address_may_not_answer_without_end(desk: Desk, client: Client) -> None:
    link = for_survey(a_survey(desk))
    found = [client.get(link).status_code for _n in range(70)]
    assert found[-1] == 429


@pytest.mark.alone
def test_two_answers_at_once_leave_one(committing: None) -> None:
    desk = Desk()
    survey = a_survey(desk)
    by, start = by_link(desk.entity, survey.public_id), threading.Barrier(2, timeout=10)
    answers: list[str] = []

    def say(content: int) -> None:
        try:
            start.wait()
            answers.append(attempt(by, "customers.survey.answer", survey, {"content": content}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=say, args=(one,)) for one in (1, 5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ["done", "state"]


@pytest.mark.django_db
@pytest.mark.parametrize("ends", ["consent", "withdrawn", "nothing"])
def test_a_question_that_waits_is_not_asked_against_the_persons_will(desk: Desk, office: PostOffice, ends: str) -> None:
    """The consent is withdrawn, or the survey, while its mail waits; the control: neither."""
    survey = a_survey(desk)
    if ends == "consent":
        act(desk.sales, "customers.contact.withdraw_consent", survey.contact.fresh, {"purpose": "survey"})
    elif ends == "withdrawn":
        act(desk.service, "customers.survey.withdraw", survey, reason="誤發")
    assert send_waiting() == (1 if ends == "nothing" else 0)
    message = Message.objects.get(survey=survey)
    assert message.state == ("sent" if ends == "nothing" else "failed")
    assert len(office.mails) == (1 if ends == "nothing" else 0)
    assert survey.fresh.state == ("open" if ends == "nothing" else "withdrawn"), "what was not asked awaits no answer"


@pytest.mark.django_db
def test_whom_a_question_did_not_reach_may_be_asked_another_time(desk: Desk, office: PostOffice) -> None:
    survey = a_survey(desk)
    assert send_waiting() == 1
    message = Message.objects.get(survey=survey)
    given = {"occasion": "delivery", "customer": survey.customer, "contact": survey.contact}
    assert attempt(desk.service, "customers.survey.create", None, given) == "lately"
    act(HOUSE, "customers.message.bounce", message, {"trouble": "returned"})
    assert survey.fresh.state == "withdrawn"
    assert attempt(desk.service, "customers.survey.create", None, given) == "done"
